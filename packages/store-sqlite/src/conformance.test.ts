import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { raiseSequenceFloor } from '@holdfast/engine/store';
import type { Store } from '@holdfast/engine/store';
import { testStore } from '@holdfast/store-conformance';

import { readHighestSequence, writeSequenceFloor } from './backup/sequence-floor.ts';
import { openSqliteStore } from './index.ts';

testStore(
  'SQLite',
  async (kinds) => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-sqlite-'));
    const file = join(folder, 'holdfast.db');
    const store = await openSqliteStore({ file, kinds });
    const stores: Store[] = [store];

    /** What a kill leaves behind: the file and its log as they are at this moment, and nothing that is in memory. */
    const reopen = async (): Promise<Store> => {
      const copy = join(folder, `copy-${stores.length}.db`);
      for (const suffix of ['', '-wal']) if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
      const reopened = await openSqliteStore({ file: copy, kinds });
      stores.push(reopened);
      return reopened;
    };
    const raiseSequences = async () => {
      await Promise.all(stores.splice(0).map((one) => one.close()));
      const database = new DatabaseSync(file);
      const floor = raiseSequenceFloor(readHighestSequence(database), Date.now());
      writeSequenceFloor(database, floor);
      database.close();
      const reopened = await openSqliteStore({ file, kinds });
      stores.push(reopened);
      return { store: reopened, floor };
    };
    const dispose = async (): Promise<void> => {
      await Promise.all(stores.map((one) => one.close()));
      rmSync(folder, { recursive: true });
    };
    return { store, reopen, raiseSequences, dispose };
  },
  { survivesKill: true },
);
