/** Reads a built site as a browser would, for links that lead nowhere and for what it would load from elsewhere. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

interface BuiltPage {
  readonly file: string;
  readonly tags: readonly Tag[];
  readonly ids: ReadonlySet<string>;
}

/** Attribute values may hold a `>`. */
const tagText = /<(?<name>[a-z][a-z\d-]*)(?<attributes>(?:[^>"']|"[^"]*"|'[^']*')*)>/giu;
const attributeText = /(?<name>[^\s"'=/]+)=(?:"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<bare>[^\s"'>]+))/gu;

/** A line for each fault. */
export function findFaults(folder: string): readonly string[] {
  const pages = globSync('**/*.html', { cwd: folder }).map((path) => readPage(folder, path.replaceAll('\\', '/')));
  if (pages.length === 0) throw new Error(`There are no pages in ${folder}.`);
  const byFile = new Map(pages.map((page) => [page.file, page]));
  const ofPages = pages.flatMap((page) =>
    [
      ...linksOf(page)
        .filter((link) => !leadsSomewhere(folder, byFile, page, link))
        .map((link) => `dead link: ${link}`),
      ...page.tags.filter(isLoadedFromElsewhere).map(({ name }) => `<${name}> is loaded from elsewhere`),
    ].map((fault) => `${page.file}: ${fault}`),
  );
  const ofStyles = globSync('**/*.css', { cwd: folder })
    .filter((path) => isStyleFromElsewhere(readFileSync(join(folder, path), 'utf8')))
    .map((path) => `${path}: something is loaded from elsewhere`);
  return [...ofPages, ...ofStyles].toSorted();
}

function readPage(folder: string, file: string): BuiltPage {
  // What a script says is no markup.
  const markup = readFileSync(join(folder, file), 'utf8').replaceAll(/(<script\b[^>]*>)[^]*?<\/script>/gu, '$1');
  const tags = [...markup.matchAll(tagText)].map(({ groups }) => {
    return { name: groups?.['name'] ?? '', attributes: readAttributes(groups?.['attributes'] ?? '') };
  });
  return { file, tags, ids: new Set(tags.flatMap(({ attributes }) => attributes['id'] ?? [])) };
}

function readAttributes(text: string): Tag['attributes'] {
  const found = [...text.matchAll(attributeText)].map(({ groups = {} }) => {
    const value = groups['double'] ?? groups['single'] ?? groups['bare'] ?? '';
    return [groups['name'] ?? '', value.replaceAll(/&#38;|&amp;/gu, '&')];
  });
  return Object.fromEntries(found);
}

function linksOf({ tags }: BuiltPage): readonly string[] {
  const links = tags.flatMap(({ attributes }) => [attributes['href'] ?? [], attributes['src'] ?? []].flat());
  return links.filter((link) => !/^(?:[a-z]+:|\/\/)/u.test(link));
}

function leadsSomewhere(folder: string, pages: ReadonlyMap<string, BuiltPage>, from: BuiltPage, link: string): boolean {
  const { pathname, hash } = new URL(link, `http://site/${from.file}`);
  const path = decodeURI(pathname).slice(1);
  const file = path === '' || path.endsWith('/') ? `${path}index.html` : path;
  if (hash === '') return existsSync(join(folder, file));
  return pages.get(file)?.ids.has(decodeURIComponent(hash.slice(1))) ?? false;
}

/** Scripts, styles, fonts, pictures and frames. Whatever a reader has to click on may be elsewhere. */
function isLoadedFromElsewhere({ name, attributes }: Tag): boolean {
  if (name === 'a' || attributes['rel'] === 'canonical') return false;
  return Object.entries(attributes).some(([attribute, value]) => {
    if (attribute === 'style') return isStyleFromElsewhere(value);
    return ['href', 'src', 'srcset', 'data', 'poster'].includes(attribute) && /^(?:https?:)?\/\//u.test(value);
  });
}

function isStyleFromElsewhere(style: string): boolean {
  return /(?:url\(\s*|@import\s*)["']?(?:https?:)?\/\//u.test(style);
}
