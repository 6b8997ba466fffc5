/** Run as a process of its own: commits in a loop, and prints each version once it is acknowledged. */
import { writeSync } from 'node:fs';

import type { Commit, RecordKind } from '@holdfast/engine/store';

import { openSqliteStore, StoreInUse } from '../src/index.ts';

export const counts: RecordKind = { name: 'counts', indexes: { byVersion: ['version'] } };

async function commitUntilKilled(file: string): Promise<void> {
  const store = await openSqliteStore({ file, kinds: [counts] });
  const partition = 'tenant/live';
  const { heads } = await store.read({ heads: [partition] });
  for (let version = heads[0]!.version; ; version += 1) {
    const next = version + 1;
    const key = { kind: counts, partition, id: `count-${next}` };
    const commit: Commit = {
      heads: [{ partition, expectedVersion: version, head: { version: next, nowMs: next, sequence: next } }],
      writes: [
        { type: 'put', key, value: { version: next } },
        { type: 'put', key: { ...key, id: 'last' }, value: { version: next } },
      ],
      nowMs: next,
    };
    const result = await store.commit(commit, 1_000);
    if (result.status !== 'committed') throw new Error(result.status);
    writeSync(1, `${next}\n`);
  }
}

const [, script, file] = process.argv;
if (script === import.meta.filename && file !== undefined) {
  await commitUntilKilled(file).catch((error: unknown) => {
    writeSync(1, error instanceof StoreInUse ? `refused: ${error.message}\n` : `failed: ${String(error)}\n`);
    process.exitCode = 1;
  });
}
