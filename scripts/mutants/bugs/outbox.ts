import { simulation } from '../seeded-bug.ts';
import type { SeededBug, Watcher } from '../seeded-bug.ts';
import { inSecondCommit } from './engine.ts';

const kernel = 'packages/engine/src/kernel';
const outbox: Watcher = { file: `${kernel}/outbox.test.ts` };

/** Bugs of what numbers events, and of what they are numbered by. */
export const outboxBugs: readonly SeededBug[] = [
  {
    id: 'pending-outside',
    mistake: 'What waits for its number is written in a commit of its own, right after that of the effect.',
    edits: [inSecondCommit('pending-events')],
    watchers: [simulation],
  },
  {
    id: 'pending-kept',
    mistake: 'What has its number goes on waiting for one, and gets another.',
    edits: [
      {
        file: `${kernel}/sequencer.ts`,
        find: "for (const { id } of rows) writes.push({ type: 'delete', key: { kind: pendingEventsKind, partition, id } });",
        replace: '',
      },
    ],
    watchers: [simulation],
  },
  {
    id: 'two-sequencers',
    mistake: 'Numbers are given without raising the outbox’s version, so that two processes give the same ones.',
    edits: [
      {
        file: `${kernel}/sequencer.ts`,
        find: 'const next = { version: head.version + 1, nowMs,',
        replace: 'const next = { version: head.version, nowMs,',
      },
    ],
    watchers: [simulation],
  },
  {
    id: 'numbers-drawn-before',
    mistake: 'Whoever loses a race for numbers goes on after those that he would have given.',
    edits: [
      {
        file: `${kernel}/executor.ts`,
        find: 'for (const outbox of outboxes) this.#outboxHeads.delete(outbox);',
        replace: 'if (outboxes.length > 0) this.#noteOutboxHeads(commit, outboxes);',
      },
    ],
    watchers: [simulation],
  },
  {
    id: 'reads-unnumbered',
    mistake: 'Histories are read as far as events have their numbers, without those that were just answered.',
    edits: [
      {
        file: 'packages/engine/src/service.ts',
        find: 'if (numbersFirst !== undefined) await this.#sequencer?.number(numbersFirst);\n    return',
        replace: 'return',
      },
    ],
    watchers: [{ file: 'packages/engine/src/events/shared-histories.test.ts' }],
  },
  {
    id: 'latest-first',
    mistake: 'What waits for its number gets it the latest first.',
    edits: [
      {
        file: `${kernel}/sequencer.ts`,
        find: "index: 'order', limit: rowsPerOutbox };",
        replace: "index: 'order', descending: true, limit: rowsPerOutbox };",
      },
    ],
    watchers: [outbox, simulation],
  },
  {
    id: 'first-row-only',
    mistake: 'Of events that are more than a row holds, those of the first row alone are written.',
    edits: [
      {
        file: `${kernel}/outbox.ts`,
        find: 'return pack(ofPartition.map(toBundle)).map((bundle, part): Write => {',
        replace: 'return pack(ofPartition.map(toBundle)).slice(0, 1).map((bundle, part): Write => {',
      },
    ],
    watchers: [outbox],
  },
  {
    id: 'rewound-announced',
    mistake: 'What a command announced stays announced when the command goes back on it.',
    edits: [
      {
        file: `${kernel}/working-set.ts`,
        find: 'if (announcement.keptMs > 0) this.#running.announcements.push(announcement);',
        replace: 'if (announcement.keptMs > 0) this.#finished.announcements.push(announcement);',
      },
    ],
    watchers: [outbox, simulation],
  },
];
