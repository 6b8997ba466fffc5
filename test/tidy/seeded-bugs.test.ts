import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { editFiles } from '../../scripts/mutants/plant-bug.ts';
import { seededBugs } from '../../scripts/mutants/seeded-bugs.ts';
import { root } from './source-files.ts';

describe.each(seededBugs)('the seeded bug $id', (bug) => {
  test('can still be planted: the code that it changes is there, once', () => {
    expect([...editFiles(root, bug).values()].filter(({ original, edited }) => original === edited)).toEqual([]);
  });

  test('has watchers that exist', () => {
    expect(bug.watchers.filter(({ file }) => !existsSync(join(root, file)))).toEqual([]);
  });

  test('is in the table, under a name that no other bug has', () => {
    expect(seededBugs.filter(({ id }) => id === bug.id)).toHaveLength(1);
    expect(readFileSync(join(root, 'scripts/mutants/SEEDED-BUGS.md'), 'utf8')).toContain(
      `| \`${bug.id}\` | ${bug.mistake} |`,
    );
  });
});
