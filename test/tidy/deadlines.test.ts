import { expect, test } from 'vitest';

import { sourceFiles } from './source-files.ts';

/** What a machine under ten times the load that it can bear may take for what takes it a second or two at rest. */
const leastMs = 60_000;

test('no test has a deadline that slowness can reach', () => {
  const files = sourceFiles('{packages,servers,bench}/**/*.test.ts', 'test/**/*.ts');
  const short = files.flatMap(({ path, text }) =>
    [...text.matchAll(/\btimeout: ([\d_]+)/gu)]
      .filter(([, number = '']) => Number(number.replaceAll('_', '')) < leastMs)
      .map(([found]) => `${path} has ${found}`),
  );
  expect(short).toEqual([]);
});
