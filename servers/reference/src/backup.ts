import { fileIn } from './open-store.ts';
import { runCommand, UsageError } from './run-command.ts';
import type { CommandLine } from './run-command.ts';
import { StartError } from './start-error.ts';
import { explainStoreFiles } from './store-files.ts';

const usage = `npm run backup -- FILE [--overwrite]

Copies the file store, in HOLDFAST_DATA_DIR, to FILE, also while the server runs. FILE is complete, checked and on the
disk when it appears. --overwrite: FILE may be there already.`;

await runCommand({ usage, flags: { overwrite: { type: 'boolean' } }, run: backUp });

async function backUp({ config: { store }, flags, file }: CommandLine): Promise<string> {
  if (store.type === 'memory') throw new StartError('A store in memory keeps nothing that could be backed up.');
  if (store.type === 'mongodb') {
    throw new StartError(
      "The data is in the MongoDB of MONGODB_URI: back it up with MongoDB's own means, such as mongodump --oplog, and " +
        'see "On several" in servers/reference/README.md for what a restore needs.',
    );
  }
  if (file === undefined) throw new UsageError('Name the file to make.');
  const { backUpSqliteStore } = await import('@holdfast/store-sqlite');
  const database = fileIn(store.dataDirectory);
  const bytes = await explainStoreFiles(() =>
    backUpSqliteStore({ file: database, to: file, isOverwriting: flags['overwrite'] === true }),
  );
  return `${database} was backed up to ${file}: ${bytes} bytes, all of them checked.`;
}
