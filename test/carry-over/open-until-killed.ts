/** Run as a process of its own: opens a file, and kills itself at the step that it was told. It prints how many there were. */
import { DatabaseSync } from 'node:sqlite';

import { recordKinds } from '@holdfast/engine';
import { openSqliteStore } from '@holdfast/store-sqlite';

const [, , file = '', lastStep = ''] = process.argv;
let steps = 0;

/** Each statement, and each row that gets a checksum, is a step. */
function step(): void {
  steps += 1;
  if (steps === Number(lastStep)) process.kill(process.pid, 'SIGKILL');
}

const { exec, function: define } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function (sql) {
  step();
  exec.call(this, sql);
  step();
};
DatabaseSync.prototype.function = function (this: DatabaseSync, ...definition: unknown[]) {
  const work = definition.pop() as (...values: unknown[]) => unknown;
  const counted = (...values: unknown[]) => {
    step();
    return work(...values);
  };
  // SQLite asks a function how many arguments it takes.
  Object.defineProperty(counted, 'length', { value: work.length });
  Reflect.apply(define, this, [...definition, counted]);
};

const store = await openSqliteStore({ file, kinds: recordKinds });
await store.close();
process.stdout.write(String(steps));
