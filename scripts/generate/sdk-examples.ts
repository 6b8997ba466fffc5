import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Operation } from '../../packages/contract/compile/operations.ts';

/**
 * How the SDK is used for each operation, as the TSDoc of its methods shows it: a comment names the operations that it
 * is about, each by method and path, and has one example. Of several comments about an operation the first one counts,
 * in the order of the files. What no comment names is left out; a test of the reference page asks for it.
 */
export function sdkExamples(root: string, operations: readonly Operation[]): string {
  const examples = new Map(readComments(join(root, 'packages/sdk/src')).flatMap(examplesIn).toReversed());
  const rows = operations.flatMap(({ operationId, method, path }) => {
    const example = examples.get(`${method} ${path}`);
    return example === undefined ? [] : [`  ${operationId}: ${JSON.stringify(example)},\n`];
  });
  return `/** How the SDK is used, by operationId. */
export const sdkExamples: Readonly<Record<string, string>> = {
${rows.join('')}};
`;
}

/** The text of all TSDoc comments below a folder. */
function readComments(folder: string): readonly string[] {
  const paths = globSync('**/*.ts', { cwd: folder }).sort();
  return paths.flatMap((path) => {
    const comments = readFileSync(join(folder, path), 'utf8').matchAll(/\/\*\*([^]*?)\*\//gu);
    return [...comments].map(([, comment = '']) => comment.replaceAll(/^ *\* ?/gmu, ''));
  });
}

/** The routes that a comment names, each with the comment's example. */
function examplesIn(comment: string): readonly (readonly [route: string, example: string])[] {
  const example = /^@example\n```ts\n([^]*?)\n```$/mu.exec(comment)?.[1];
  if (example === undefined) return [];
  const routes = comment.matchAll(/`((?:GET|PUT|POST|DELETE|PATCH) \/[^`]+)`/gu);
  return [...routes].map(([, route = '']) => [route, example]);
}
