import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { UnexplainedPart } from './check-history.ts';
import type { History } from './recording/history.ts';

/** Writes a history that can't be explained to a file, and says what is wrong with it and how to look at it again. */
export async function reportFailure(history: History, failure: UnexplainedPart): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'holdfast-history-')), `${history.family}-${history.seed}.json`);
  await writeFile(path, JSON.stringify(history, undefined, 1));
  return [
    `A history of ${history.family} on ${history.target} is not linearizable.`,
    failure.text,
    `To check it again: node test/histories/recheck-history.ts ${path}`,
    `To record more that begin with the same commands: HISTORIES_SEED=${history.seed} pnpm vitest run test/histories`,
  ].join('\n');
}
