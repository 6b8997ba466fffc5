import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { expect, test } from 'vitest';

import { WalFrames } from './wal-frames.ts';

test('counts the pages that are written to a database, over each new beginning of its log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-wal-'));
  const file = join(folder, 'notes.db');
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE notes (text)');
    const insert = database.prepare('INSERT INTO notes VALUES (?)');
    const framesInLog = () => Number(database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()?.['log']);
    const frames = new WalFrames(`${file}-wal`);
    expect(frames.count()).toBe(0);

    framesInLog();
    let expected = 0;
    // All that is in the log has been checkpointed each time, so that it begins anew with the next write.
    for (const writes of [40, 3, 100, 1, 70]) {
      for (let write = 0; write < writes; write += 1) {
        insert.run('x'.repeat((write % 7) * 1_500));
        // What is written after this is found when the next beginning has not yet come so far.
        if (write === writes - 2 || writes < 10) frames.count();
      }
      expected += framesInLog();
    }
    expect(frames.count()).toBe(expected);
    expect(expected).toBeGreaterThan(214);
    frames.close();
  } finally {
    database.close();
    rmSync(folder, { recursive: true });
  }
});
