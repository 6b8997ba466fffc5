import { recordKinds } from '@holdfast/engine';

import { scrubSecrets } from './log/scrub-secrets.ts';
import { fileIn } from './open-store.ts';
import { runCommand, UsageError } from './run-command.ts';
import type { CommandLine } from './run-command.ts';
import { messageOf, StartError } from './start-error.ts';
import { explainStoreFiles } from './store-files.ts';

const usage = `npm run restore -- FILE
npm run restore -- --mongodb

Puts the backup FILE in the place of the file store in HOLDFAST_DATA_DIR, while no server runs on it. What was there is
kept beside it. Fencing tokens go on above all that were ever given out.

--mongodb: the MongoDB of MONGODB_URI was restored, with mongorestore or otherwise. Only sees to it that fencing tokens
go on; stop all servers before the restore, and start them after this.`;

await runCommand({ usage, flags: { mongodb: { type: 'boolean' } }, run: restore });

async function restore({ config: { store }, flags, file }: CommandLine): Promise<string> {
  if (store.type === 'memory') throw new StartError('Nothing can be restored to a store in memory.');
  if (flags['mongodb'] === true) {
    if (store.type !== 'mongodb') throw new UsageError('MONGODB_URI must say which MongoDB was restored.');
    if (file !== undefined) throw new UsageError('A MongoDB is restored with mongorestore, not from a file.');
    return raiseSequences(store.uri, store.database);
  }
  if (store.type === 'mongodb') {
    throw new StartError(
      'The data is in the MongoDB of MONGODB_URI: stop all servers, restore it with mongorestore, run ' +
        '`npm run restore -- --mongodb`, and start the servers.',
    );
  }
  if (file === undefined) throw new UsageError('Name the backup.');
  const { restoreSqliteStore } = await import('@holdfast/store-sqlite');
  const database = fileIn(store.dataDirectory);
  const { replaced, sequenceFloor } = await explainStoreFiles(() =>
    restoreSqliteStore({ file: database, from: file, kinds: recordKinds, nowMs: Date.now() }),
  );
  const kept = replaced === undefined ? '' : `\nWhat was there before is kept as ${replaced}.`;
  return `${file} was restored to ${database}. Fencing tokens go on above ${sequenceFloor}.${kept}`;
}

async function raiseSequences(uri: string, database: string): Promise<string> {
  const { raiseMongoSequences } = await import('@holdfast/store-mongodb');
  try {
    const floor = await raiseMongoSequences({ uri, database }, Date.now());
    return `In the database ${database}, fencing tokens go on above ${floor}. Start the servers now.`;
  } catch (error) {
    const message = `The MongoDB of MONGODB_URI can't be used: ${scrubSecrets(messageOf(error))}`;
    throw new StartError(message, { cause: error });
  }
}
