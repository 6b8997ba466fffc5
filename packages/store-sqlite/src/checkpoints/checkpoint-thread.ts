import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

const database = new DatabaseSync(workerData as string);

parentPort!.on('message', (message: 'checkpoint' | 'stop') => {
  if (message === 'checkpoint') {
    // The second run only gets what was committed meanwhile, and leaves little to the committing thread.
    database.exec('PRAGMA wal_checkpoint(PASSIVE); PRAGMA wal_checkpoint(PASSIVE)');
    parentPort!.postMessage('done');
  } else {
    database.close();
    parentPort!.close();
  }
});
