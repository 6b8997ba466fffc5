import { expect, test } from 'vitest';

import { sourceFiles, withoutComments } from './source-files.ts';

/** Where a run begins: a command's or a query's `run`, or a function of the state that is handed over to one. */
const beginning = /\brun(?=\()|\brun: |\((?:state|changes|records)(?:, \w+)?\) =>/gu;

/** What has an effect beside the records, or an outcome of its own: a run may be aborted and repeated. */
const effects = /\b(?:now|newToken|newUuid|random|delay|schedule|begin|decided|committed)\(/u;

/** The source of a run: to the end of its block, or of the expression that it is. */
function bodyFrom(text: string, start: number): string {
  let depth = 0;
  for (let end = start; end < text.length; end += 1) {
    const character = text.charAt(end);
    if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    const isOver = depth < 0 || (depth === 0 && (character === '}' || character === ','));
    if (isOver) return text.slice(start, end);
  }
  return text.slice(start);
}

function runsIn(text: string): readonly string[] {
  return [...text.matchAll(beginning)].map(({ 0: found, index }) => bodyFrom(text, index + found.length));
}

test('no operation has a side effect while it runs', () => {
  const operations = sourceFiles('packages/engine/src/**/*{operations,commands}.ts');
  const runs = operations.flatMap(({ path, text }) =>
    runsIn(withoutComments(text)).map((source) => ({ path, source })),
  );
  expect(runs.length).toBeGreaterThan(30);
  expect(runs.filter(({ source }) => effects.test(source))).toEqual([]);
});

test('a side effect would be seen', () => {
  const [block, expression] = runsIn(
    '{ run(changes) { if (a) { arrivals.decided(1); } }, x }, run: () => newToken(), y',
  );
  expect(block).toMatch(effects);
  expect(expression).toMatch(effects);
});
