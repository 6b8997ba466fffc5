import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

import { checkFile } from './check-file.ts';
import { isDamage } from './damage.ts';

const database = new DatabaseSync(workerData as string, { readOnly: true });
try {
  checkFile(database);
} catch (error) {
  // As text: an error's class and members don't survive the way to another thread.
  if (!isDamage(error)) throw error;
  parentPort!.postMessage(error.message);
} finally {
  database.close();
}
