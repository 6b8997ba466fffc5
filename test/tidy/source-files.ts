import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository's folder. */
export const root = resolve(import.meta.dirname, '../..');

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** The repository's own files that match, without what is installed, built or generated. */
export function sourceFiles(...patterns: readonly string[]): readonly SourceFile[] {
  const isForeign = (path: string) =>
    /(?:^|\/)(?:node_modules|dist|data|generated|\.tools|site\/src\/content)(?:\/|$)/u.test(path);
  const paths = globSync([...patterns], { cwd: root, exclude: isForeign });
  return paths
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !isForeign(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** What a file imports: the names in its import and export statements, and in dynamic imports. */
export function importsOf({ text }: SourceFile): readonly string[] {
  return [...withoutComments(text).matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)'([^']+)'/gu)].flatMap(
    ([, name]) => name ?? [],
  );
}

/** The code of a file, so that what a comment says about a rule doesn't break it. */
export function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[^]*?\*\//gu, '').replaceAll(/^\s*\/\/.*$/gmu, '');
}

/** What is left to run: a file without the statements that import or export types alone. */
export function withoutTypeImports(file: SourceFile): SourceFile {
  return { ...file, text: file.text.replaceAll(/^(?:import|export) type [^;]* from '[^']+';$/gmu, '') };
}
