/** Turns the Markdown of the repository into that of the documentation site. */
import { posix } from 'node:path';

import type { Page } from './pages.ts';

interface Site {
  readonly pages: readonly Page[];
  /** Where the sources can be read on the web, with a slash at the end; undefined if that is nowhere. */
  readonly sources: string | undefined;
}

/** A block of code, a span of code, or a link. Whatever looks like a link within code is none. */
const codeOrLink =
  /^(?<indent> *)(?<fence>`{3,})[^]*?^\k<indent>\k<fence>|(?<ticks>`+)[^`]+\k<ticks>|\[(?<label>(?:`[^`]*`|[^\]`])*)\]\((?<target>[^)\s]+)\)/gmu;

/** The title, from the first line, and the text below it. */
export function splitTitle({ source }: Page, text: string): { readonly title: string; readonly body: string } {
  const [, title, body] = /^# ([^\n]+)\n([^]*)$/u.exec(text) ?? [];
  if (title === undefined || body === undefined) throw new Error(`${source} doesn't begin with a line \`# Title\`.`);
  return { title: title.replaceAll('`', ''), body };
}

/** The page as Starlight reads it: with its title in the front matter, and its links to other pages of the site. */
export function toSitePage(page: Page, text: string, site: Site): string {
  const { title, body } = splitTitle(page, text);
  const rewritten = body.replaceAll(codeOrLink, (found, ...rest) => {
    const { label, target } = rest.at(-1) as { readonly label?: string; readonly target?: string };
    return label === undefined || target === undefined ? found : rewriteLink(page, label, target, site);
  });
  return `---\ntitle: ${JSON.stringify(title)}\n---\n${rewritten}`;
}

function rewriteLink({ source }: Page, label: string, target: string, { pages, sources }: Site): string {
  if (/^(?:[a-z]+:|#)/u.test(target)) return `[${label}](${target})`;
  const [file = '', anchor] = target.split('#');
  const path = posix.join(posix.dirname(source), file).replace(/\/$/u, '');
  const page = pages.find((candidate) => candidate.source === path);
  if (page !== undefined) return `[${label}](/${page.slug}/${anchor === undefined ? '' : `#${anchor}`})`;
  if (sources !== undefined) return `[${label}](${sources}${path})`;
  // From the folder that the page is about, or else from the root of the repository.
  const shown = target.startsWith('../') ? path : target;
  const name = label.replaceAll('`', '').replace(/\/$/u, '');
  return shown.endsWith(name) || shown.startsWith(name) ? `\`${shown}\`` : `${label} (\`${shown}\`)`;
}
