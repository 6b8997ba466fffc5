/**
 * Run as a process of its own: opens a file, and kills itself at the step that it was told. It prints how many there
 * were. With a time, it also starts a server on it that has this time; only the steps of that count then.
 */
import { DatabaseSync, StatementSync } from 'node:sqlite';

import { recordKinds } from '@holdfast/engine';
import { openSqliteStore } from '@holdfast/store-sqlite';

import { startOn } from './start-on.ts';

const [, , file = '', lastStep = '', startAtMs] = process.argv;
let steps = 0;

/** Each statement is a step, before and after what it does. */
function step(): void {
  steps += 1;
  if (steps === Number(lastStep)) process.kill(process.pid, 'SIGKILL');
}

const { exec } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function (sql) {
  step();
  exec.call(this, sql);
  step();
};
const { run } = StatementSync.prototype;
StatementSync.prototype.run = function (...values: unknown[]) {
  step();
  return Reflect.apply(run, this, values) as ReturnType<typeof run>;
};

const store = await openSqliteStore({ file, kinds: recordKinds });
if (startAtMs !== undefined) {
  steps = 0;
  const server = await startOn(store, () => Number(startAtMs));
  process.stdout.write(String(steps));
  steps = Infinity;
  await server.stop();
}
await store.close();
if (startAtMs === undefined) process.stdout.write(String(steps));
