import { lines, mongodbHistories } from '../seeded-bug.ts';
import type { SeededBug, Watcher } from '../seeded-bug.ts';

const [memory, sqlite, mongodb] = ['memory', 'sqlite', 'mongodb'].map((name) => `packages/store-${name}/src`);
const onMongodb = (file: string, test: string): Watcher => ({ file, test, needsMongodb: true });

export const storeBugs: readonly SeededBug[] = [
  {
    id: 'memory-half-commit',
    mistake: 'The store in memory moves the heads before it looks whether an insert is possible.',
    edits: [
      {
        file: `${memory}/memory-store.ts`,
        find: 'const existing = writes',
        replace: lines(
          'for (const { partition, head } of heads) this.#heads.set(toSortable(partition), { ...head });',
          'const existing = writes',
        ),
      },
    ],
    watchers: [{ file: `${memory}/conformance.test.ts` }],
  },
  {
    id: 'memory-purge-late',
    mistake: 'What is to be forgotten at a time still stands in the way at that time.',
    edits: [
      {
        file: `${memory}/memory-store.ts`,
        find: "return typeof purgeAtMs !== 'number' || purgeAtMs > nowMs;",
        replace: "return typeof purgeAtMs !== 'number' || purgeAtMs >= nowMs;",
      },
    ],
    watchers: [{ file: `${memory}/conformance.test.ts` }],
  },
  {
    id: 'sqlite-head-unchecked',
    mistake: 'SQLite moves a head whatever version it has.',
    edits: [
      {
        file: `${sqlite}/writer.ts`,
        find: 'if (version !== expectedVersion) return false;',
        replace: 'if (version < expectedVersion) return false;',
      },
    ],
    watchers: [{ file: `${sqlite}/conformance.test.ts` }],
  },
  {
    id: 'sqlite-half-commit',
    mistake: 'A commit that SQLite finds refused in its middle is kept as far as it got.',
    edits: [
      {
        file: `${sqlite}/writer.ts`,
        find: "if (!isKept) return void this.#connection.run('ROLLBACK');",
        replace: "if (!isKept) return void this.#connection.run('COMMIT');",
      },
    ],
    watchers: [{ file: `${sqlite}/conformance.test.ts` }],
  },
  {
    id: 'sqlite-commit-overtaken',
    mistake: 'Whoever asks while a commit of SQLite pauses works in the middle of its transaction.',
    edits: [
      {
        file: `${sqlite}/one-at-a-time.ts`,
        find: 'while (this.#underWay !== undefined) await this.#underWay;',
        replace: '',
      },
    ],
    watchers: [{ file: `${sqlite}/pauses.test.ts` }],
  },
  {
    id: 'sqlite-snapshot-late',
    mistake: 'A snapshot of SQLite begins with its first read, not when it is opened.',
    edits: [
      {
        file: `${sqlite}/snapshot-readers.ts`,
        find: "connection.statement('pin', () => `SELECT 1 FROM ${stateTable}`).get();",
        replace: "connection.statement('pin', () => `SELECT 1 FROM ${stateTable}`);",
      },
    ],
    watchers: [{ file: `${sqlite}/conformance.test.ts` }],
  },
  {
    id: 'sqlite-log-grows',
    mistake:
      'What was committed while the log was carried over to the file is left there, so that it never starts over.',
    edits: [{ file: `${sqlite}/checkpoints/checkpointer.ts`, find: '      this.#finish();\n', replace: '' }],
    watchers: [{ file: `${sqlite}/checkpoints/checkpointer.test.ts` }],
  },
  {
    id: 'sqlite-checksum-unread',
    mistake: 'A row of a list is taken as it is, whatever its checksum says.',
    edits: [
      {
        file: `${sqlite}/connection.ts`,
        find: 'JSON.parse(toRow({ kind, partition, id }, [body, checksum]).body)',
        replace: 'JSON.parse(checksum === undefined ? toRow({ kind, partition, id }, [body, 0]).body : body)',
      },
    ],
    watchers: [{ file: `${sqlite}/integrity/damage.test.ts` }],
  },
  {
    id: 'sqlite-total-grows',
    mistake: 'The total of the file goes on counting what was deleted.',
    edits: [
      {
        file: `${sqlite}/rows.ts`,
        find: lines('    statement.run(partition, kind.name, key);', '    this.#total.subtract(checksum);'),
        replace: lines('    statement.run(partition, kind.name, key);', '    void checksum;'),
      },
    ],
    watchers: [{ file: `${sqlite}/integrity/damage.test.ts` }],
  },
  {
    id: 'sqlite-damage-forgotten',
    mistake: 'After one read met damage, commits go on.',
    edits: [{ file: `${sqlite}/integrity/damage.ts`, find: 'if (this.#damage) throw this.#damage;', replace: '' }],
    watchers: [{ file: `${sqlite}/integrity/damage.test.ts` }],
  },
  {
    id: 'sqlite-acknowledged-lost',
    mistake: 'Nobody looks whether the file has the last commits that were acknowledged.',
    edits: [
      {
        file: `${sqlite}/integrity/acknowledged.ts`,
        find: 'mark.commits <= commits) return;',
        replace: 'mark.commits <= Infinity) return;',
      },
    ],
    watchers: [{ file: `${sqlite}/integrity/damage.test.ts` }],
  },
  {
    id: 'sqlite-floor-ignored',
    mistake: 'After a restore, sequences go on from where they were in the backup.',
    edits: [
      {
        file: `${sqlite}/connection.ts`,
        find: 'return head.sequence < this.#sequenceFloor ?',
        replace: 'return head.sequence < 0 ?',
      },
    ],
    watchers: [{ file: `${sqlite}/conformance.test.ts` }, { file: `${sqlite}/backup/restore.test.ts` }],
  },
  {
    id: 'restore-replaced-unasked',
    mistake: 'A restore asks only the backup which numbers have been given out, not the file that it replaces.',
    edits: [{ file: `${sqlite}/backup/restore.ts`, find: ', readHighestSoundSequence(file)', replace: '' }],
    watchers: [{ file: `${sqlite}/backup/restore.test.ts` }],
  },
  {
    id: 'restore-log-left',
    mistake: 'A restore leaves the log of the replaced file where it was.',
    edits: [
      {
        file: `${sqlite}/backup/files.ts`,
        find: "['', ...companions]) if",
        replace: "['', '-shm', '-acknowledged']) if",
      },
    ],
    watchers: [{ file: `${sqlite}/backup/restore.test.ts` }],
  },
  {
    id: 'backup-without-log',
    mistake: 'A backup is a copy of the database without its log.',
    edits: [
      {
        file: `${sqlite}/backup/back-up.ts`,
        find: "database.prepare('VACUUM INTO ?').run(partial);",
        replace: "process.getBuiltinModule('node:fs').copyFileSync(file, partial);",
      },
    ],
    watchers: [{ file: `${sqlite}/backup/back-up.test.ts` }],
  },
  {
    id: 'mongodb-floor-ignored',
    mistake: 'After a restore of MongoDB, sequences go on from where they were in the dump.',
    edits: [
      {
        file: `${mongodb}/mongo-reader.ts`,
        find: 'return head.sequence < this.#sequenceFloor ?',
        replace: 'return head.sequence < 0 ?',
      },
    ],
    watchers: [onMongodb(`${mongodb}/conformance.test.ts`, 'after a restore every sequence goes on')],
  },
  {
    id: 'sqlite-page-twice',
    mistake: 'The last row of a page is the first one of the next.',
    edits: [
      {
        file: `${sqlite}/index-keys.ts`,
        find: 'position + leastCharacter',
        replace: 'position',
      },
    ],
    watchers: [
      { file: `${sqlite}/conformance.test.ts` },
      { file: 'test/scenarios/named-resources/listDefinitions.test.ts', env: { TARGETS: 'sqlite' } },
      {
        file: 'test/one-behaviour/one-behaviour.test.ts',
        test: 'are answered alike by',
        env: { SEED: '1', SEQUENCES: '1000', TARGETS: 'memory,sqlite' },
      },
    ],
  },
  {
    id: 'mongodb-head-unchecked',
    mistake: 'MongoDB moves a head whatever version it has.',
    edits: [
      {
        file: `${mongodb}/commit-run.ts`,
        find: 'updateOne: { filter: { _id, tenant, version: expectedVersion }',
        replace: 'updateOne: { filter: { _id, tenant, version: { $gte: expectedVersion } }',
      },
    ],
    watchers: [onMongodb(`${mongodb}/conformance.test.ts`, 'no update is lost')],
  },
  {
    id: 'mongodb-last-wins',
    mistake: 'MongoDB writes whatever was decided over what is there, heads and records alike.',
    edits: [
      {
        file: `${mongodb}/commit-run.ts`,
        find: 'updateOne: { filter: { _id, tenant, version: expectedVersion }',
        replace: 'updateOne: { filter: { _id, tenant, version: { $gte: expectedVersion } }',
      },
      {
        file: `${mongodb}/commit-run.ts`,
        find: "if (write.type === 'insert' && purgeAt === undefined) return { insertOne: { document } };",
        replace: '',
      },
    ],
    watchers: [onMongodb(`${mongodb}/conformance.test.ts`, 'a moved head leaves nothing'), mongodbHistories],
  },
  {
    id: 'mongodb-no-majority',
    mistake: 'A commit of MongoDB is acknowledged as soon as one member has it.',
    edits: [
      {
        file: `${mongodb}/commit-run.ts`,
        find: "writeConcern: { w: 'majority', j: true, wtimeoutMS",
        replace: 'writeConcern: { w: 1, j: true, wtimeoutMS',
      },
    ],
    watchers: [onMongodb(`${mongodb}/failures.test.ts`, 'nothing is acknowledged that the primary alone has')],
  },
  {
    id: 'mongodb-abandoned-left',
    mistake: 'What a killed process has locked waits until MongoDB itself ends its transaction.',
    edits: [
      {
        file: `${mongodb}/commit-run.ts`,
        find: 'await this.#abandoned.end(this.#startedAtMs, this.#deadline);',
        replace: '',
      },
    ],
    watchers: [onMongodb(`${mongodb}/abandoned-transactions.test.ts`, 'is ended, and others go on')],
  },
  {
    id: 'mongodb-page-twice',
    mistake: 'The last row of a page of a list by name is the first one of the next.',
    edits: [
      {
        file: `${mongodb}/selection.ts`,
        find: "{ [descending ? '$lt' : '$gt']: at(...after) }",
        replace: "{ [descending ? '$lt' : '$gte']: at(...after) }",
      },
    ],
    watchers: [onMongodb(`${mongodb}/conformance.test.ts`, 'by id: bounds, position, direction and limit')],
  },
  {
    id: 'mongodb-turns-at-once',
    mistake: 'A turn to write is given to whoever is first in the queue, also while it is somebody else’s.',
    edits: [
      {
        file: `${mongodb}/turns/turn-request.ts`,
        find: "{ $lte: ['$endsAt', '$$NOW'] }",
        replace: "{ $gte: ['$endsAt', '$$NOW'] }",
      },
    ],
    watchers: [onMongodb(`${mongodb}/turns/turn-request.test.ts`, 'is one at a time')],
  },
  {
    id: 'mongodb-doubt-refused',
    mistake: 'A commit of MongoDB whose answer got lost is found refused, by its own effect, and decided once more.',
    edits: [{ file: `${mongodb}/commit-run.ts`, find: '        this.#hasFailedToCommit = true;\n', replace: '' }],
    watchers: [onMongodb(`${mongodb}/failures.test.ts`, 'a refusal after a failed commit is a doubt')],
  },
  {
    id: 'mongodb-doubt-denied',
    mistake: 'A commit of MongoDB that nobody has answered by its deadline is said not to have been written.',
    edits: [
      {
        file: `${mongodb}/commit-run.ts`,
        find: 'return new StoreUnavailable(message, { outcomeUnknown: this.#isCommitSent });',
        replace: 'return new StoreUnavailable(message);',
      },
    ],
    watchers: [onMongodb(`${mongodb}/failures.test.ts`, 'the commit takes longer than the deadline')],
  },
  {
    id: 'sqlite-time-of-day',
    mistake: 'A process on a file begins with the time of day, whatever it has been set to since the last one.',
    edits: [
      {
        file: `${sqlite}/file-clock.ts`,
        find: 'const goesOn = isSameBoot && !takesSystemTime;',
        replace: 'const goesOn = false;',
      },
    ],
    watchers: [
      { file: `${sqlite}/file-clock.test.ts`, test: 'goes on from the last process of one run of the machine' },
    ],
  },
  {
    id: 'mongodb-step-followed',
    mistake: 'Processes follow the database’s clock when it is set.',
    edits: [
      {
        file: `${mongodb}/clock/shared-clock.ts`,
        find: 'await this.#correct(sample, previous.offsetMs);',
        replace: 'this.#measurement = sample;',
      },
    ],
    watchers: [
      {
        file: `${mongodb}/clock/shared-clock.test.ts`,
        test: 'goes on at its own pace when the database’s clock is set',
      },
    ],
  },
  {
    id: 'mongodb-step-believed',
    mistake: 'A process that starts just after the database’s clock was set takes it to be right.',
    edits: [
      {
        file: `${mongodb}/clock/shared-clock.ts`,
        find: 'others.length === 0 || isPlausible(first.seen)',
        replace: 'others.length >= 0',
      },
    ],
    watchers: [
      { file: `${mongodb}/clock/shared-clock.test.ts`, test: 'is the same for a process that starts 100 ms after' },
    ],
  },
  {
    id: 'mongodb-own-clock',
    mistake: 'Each process goes by its own machine’s clock instead of the database’s.',
    edits: [{ file: `${mongodb}/mongo-store.ts`, find: 'return this.#clock.now();', replace: 'return Date.now();' }],
    watchers: [
      onMongodb(`${mongodb}/mongo-store.test.ts`, "the time is the database's"),
      onMongodb('test/processes/mongodb.test.ts', 'neither shorten nor lengthen the time of a lock'),
    ],
  },
];
