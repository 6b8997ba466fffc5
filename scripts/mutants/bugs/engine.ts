import { lines, sqliteHistories } from '../seeded-bug.ts';
import type { SeededBug, Watcher } from '../seeded-bug.ts';

const source = 'packages/engine/src';
const executor: Watcher = { file: `${source}/kernel/executor.test.ts` };
const background: Watcher = { file: `${source}/kernel/background.test.ts` };
const idempotency: Watcher = { file: `${source}/kernel/idempotency.test.ts` };
const simulation: Watcher = { file: 'test/simulation/simulation.test.ts', env: { WORLDS: '20', WORLDS_SEED: '1' } };
const onMemory = { TARGETS: 'memory' };
const scenario = (name: string): Watcher => ({ file: `test/scenarios/${name}.test.ts`, env: onMemory });

/** What one commit holds goes into two: the second one has the records of a kind. */
export function inSecondCommit(kind: string) {
  return {
    file: `${source}/kernel/executor.ts`,
    find: 'const result = await this.#store.commit(commit, Math.max(1, deadlineMs));',
    replace: lines(
      `const isLater = (write: (typeof commit.writes)[number]) => write.key.kind.name === '${kind}';`,
      'const later = commit.writes.filter(isLater);',
      'const sooner = { ...commit, writes: commit.writes.filter((write) => !isLater(write)) };',
      'const result = await this.#store.commit(sooner, Math.max(1, deadlineMs));',
      "const hasMore = result.status === 'committed' && later.length > 0;",
      'if (hasMore) await this.#store.commit({ ...commit, heads: [], writes: later }, Math.max(1, deadlineMs));',
    ),
  };
}

const crashes: Watcher = { file: 'test/faults/crash.test.ts', env: { CRASHES: '20', CRASH_SEED: '1' } };

export const engineBugs: readonly SeededBug[] = [
  {
    id: 'batch-blind',
    mistake: 'Requests that are decided in one batch don’t see what the ones before them took.',
    edits: [
      {
        file: `${source}/kernel/working-set.ts`,
        find: 'this.#running.get(kind.name, partition, id) ?? this.#finished.get(kind.name, partition, id);',
        replace: 'this.#running.get(kind.name, partition, id);',
      },
    ],
    watchers: [executor, scenario('named-resources/races'), sqliteHistories, simulation],
  },
  {
    id: 'undo-shared',
    mistake: 'What a transaction goes back to is the very draft that it writes to.',
    edits: [
      {
        file: `${source}/kernel/draft.ts`,
        find: 'return copy;',
        replace: 'return this;',
      },
    ],
    watchers: [executor, scenario('named-resources/reserveTransaction')],
  },
  {
    id: 'batch-in-one-piece',
    mistake: 'A batch goes on to its end, however long that takes.',
    edits: [
      {
        file: `${source}/kernel/time-slices.ts`,
        find: 'if (!this.isOver) return;',
        replace: 'if (this.isOver) return;',
      },
    ],
    watchers: [executor],
  },
  {
    id: 'read-only-moved',
    mistake: 'A command that changed nothing is answered although another process moved on while it looked.',
    edits: [
      {
        file: `${source}/kernel/executor.ts`,
        find: 'if (heads.length === 0) return new Set();',
        replace: 'if (heads.length === 0 || committed.size === 0) return new Set();',
      },
    ],
    watchers: [executor],
  },
  {
    id: 'answer-before-commit',
    mistake: 'Requests are answered while their commit is under way.',
    edits: [
      {
        file: `${source}/kernel/executor.ts`,
        find: 'const outcome = await this.#commit(decided, workingSet);',
        replace: lines(
          'const committing = this.#commit(decided, workingSet);',
          'const outcome: CommitOutcome = { isCommitted: true, moved: new Set() };',
        ),
      },
      {
        file: `${source}/kernel/executor.ts`,
        find: 'this.#settle(decided, outcome);',
        replace: lines('this.#settle(decided, outcome);', 'await committing;'),
      },
    ],
    watchers: [executor, { file: 'test/faults/disk.test.ts', test: 'on a disk that gets full under load' }, simulation],
  },
  {
    id: 'turn-kept',
    mistake: 'A process that has had its turn to write says nothing, and the others wait until it counts as dead.',
    edits: [{ file: `${source}/kernel/turns.ts`, find: 'void turn.end();', replace: 'void turn;' }],
    watchers: [{ file: `${source}/kernel/turns.test.ts` }],
  },
  {
    id: 'event-outside',
    mistake: 'Events are written in a commit of their own, right after that of the locks.',
    edits: [inSecondCommit('event-log')],
    watchers: [crashes, simulation],
  },
  {
    id: 'key-outside',
    mistake: 'Idempotency records are written in a commit of their own, right after that of the effect.',
    edits: [inSecondCommit('idempotency')],
    watchers: [idempotency, crashes, simulation],
  },
  {
    id: 'fencing-anew',
    mistake: 'A commit that gives out no number has the numbers begin anew.',
    edits: [
      {
        file: `${source}/kernel/working-set.ts`,
        find: 'sequence: this.#finished.sequences.get(partition) ?? sequence,',
        replace: 'sequence: this.#finished.sequences.get(partition) ?? 0,',
      },
    ],
    watchers: [scenario('named-resources/fencing-tokens'), sqliteHistories, simulation],
  },
  {
    id: 'clock-back',
    mistake: 'A process goes by its own clock, also when that is behind the one that decided last.',
    edits: [
      {
        file: `${source}/kernel/executor.ts`,
        find: 'const nowMs = Math.max(clockMs, ...headTimes);',
        replace: 'const nowMs = clockMs;',
      },
    ],
    watchers: [executor, simulation],
  },
  {
    id: 'snapshot-by-later-time',
    mistake: 'A read looks at its snapshot by the time at which it has loaded: what was renewed meanwhile has lapsed.',
    edits: [{ file: `${source}/kernel/executor.ts`, find: '          clockMs,\n', replace: '' }],
    watchers: [executor],
  },
  {
    id: 'range-pending',
    mistake: 'A row that was written in the same batch comes again on the page that begins after it.',
    edits: [
      {
        file: `${source}/kernel/merge-range.ts`,
        find: 'range.descending === true ? order < 0 : order > 0',
        replace: 'range.descending === true ? order < 0 : order >= 0',
      },
    ],
    watchers: [{ file: `${source}/kernel/merge-range.test.ts` }],
  },
  {
    id: 'key-any-body',
    mistake: 'An idempotency key gives its first answer to any request.',
    edits: [
      {
        file: `${source}/kernel/idempotency.ts`,
        find: 'if (isOfRequest(earlier, request)) return',
        replace: 'if (request.fingerprint.length > 0) return',
      },
    ],
    watchers: [idempotency, scenario('named-resources/reserve')],
  },
  {
    id: 'key-any-operation',
    mistake: 'An idempotency key of one operation is taken for that of another.',
    edits: [
      {
        file: `${source}/kernel/idempotency.ts`,
        find: 'return `${operationId}\\u001f${key}`;',
        replace: 'return `\\u001f${key}`;',
      },
    ],
    watchers: [scenario('named-resources/idempotency-keys')],
  },
  {
    id: 'background-unlimited',
    mistake: 'A batch may do as much in the background as requests may ask of it.',
    edits: [
      {
        file: `${source}/kernel/executor.ts`,
        find: 'const share = waiting.job.isBackground ? background : requests;',
        replace: 'const share = waiting.job.isBackground ? { ...background, limits: batchLimits } : requests;',
      },
    ],
    watchers: [background],
  },
  {
    id: 'background-starved',
    mistake: 'What is done in the background waits until there are no requests.',
    edits: [
      {
        file: `${source}/kernel/lane.ts`,
        find: '...this.#background.splice(0, countWithin(this.#background, backgroundLimits)),',
        replace:
          '...(this.#queue.length > 0 ? [] : this.#background.splice(0, countWithin(this.#background, backgroundLimits))),',
      },
    ],
    watchers: [background],
  },
  {
    id: 'cursor-filters',
    mistake: 'A cursor is good for the same list with other filters.',
    edits: [
      {
        file: `${source}/named-resources/read-operations.ts`,
        find: 'new Cursors(environment, [partition, name, meaningOf(filters)])',
        replace: 'new Cursors(environment, [partition, name])',
      },
    ],
    watchers: [scenario('bad-input/cursors'), scenario('named-resources/listReservations')],
  },
  {
    id: 'cursor-tenant',
    mistake: 'A cursor is good for another tenant.',
    edits: [
      {
        file: `${source}/named-resources/read-operations.ts`,
        find: 'new Cursors(environment, [partition, name, meaningOf(filters)])',
        replace: 'new Cursors(environment, [name, filters])',
      },
    ],
    watchers: [scenario('bad-input/cursors'), scenario('named-resources/tenants')],
  },
  {
    id: 'page-skips',
    mistake: 'The first row of each further page is left out.',
    edits: [
      {
        file: `${source}/shared/pages.ts`,
        find: 'if (item !== undefined && items.length === limit) return { items, end: after };',
        replace: 'if (item !== undefined && items.length === limit) return { items, end: [row.id] };',
      },
    ],
    watchers: [scenario('named-resources/listReservations')],
  },
];
