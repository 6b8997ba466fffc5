import type { SeededBug } from '../seeded-bug.ts';

const [source, tests] = ['packages/sdk/src', 'packages/sdk/test'];

export const sdkBugs: readonly SeededBug[] = [
  {
    id: 'sdk-new-key',
    mistake: 'Each retry of a write carries an idempotency key of its own.',
    edits: [
      {
        file: `${source}/transport/transport.ts`,
        find: 'const event = { ...outgoing.about, attempt: retry + 1 };',
        replace: 'const event = { ...this.#prepare(call).about, attempt: retry + 1 };',
      },
    ],
    watchers: [{ file: `${tests}/transport/retries.test.ts` }],
  },
  {
    id: 'sdk-no-doubt',
    mistake: 'Only the last attempt of a write decides whether it may have taken effect.',
    edits: [
      {
        file: `${source}/transport/transport.ts`,
        find: 'outcomeUnknown ||= outgoing.write',
        replace: 'outcomeUnknown = outgoing.write',
      },
    ],
    watchers: [{ file: `${tests}/transport/retries.test.ts` }],
  },
  {
    id: 'sdk-renews-late',
    mistake: 'The lock of a section is renewed only when its time is over.',
    edits: [
      {
        file: `${source}/claims/lease.ts`,
        find: 'return this.#confirmedAtMs + this.#ttlMs / 3 - performance.now();',
        replace: 'return this.#confirmedAtMs + this.#ttlMs - performance.now();',
      },
    ],
    watchers: [{ file: `${tests}/claims/lease.test.ts` }],
  },
  {
    id: 'sdk-lease-long',
    mistake: 'A lease is counted from when the answer came, which is later than the server counts.',
    edits: [
      {
        file: `${source}/claims/lease.ts`,
        find: 'this.#confirmedAtMs = Math.max(this.#confirmedAtMs, sentAtMs);',
        replace: 'this.#confirmedAtMs = performance.now();',
      },
    ],
    watchers: [{ file: `${tests}/claims/lease.test.ts` }],
  },
  {
    id: 'sdk-undo-anew',
    mistake: 'What may have been granted unseen is asked for by a new request, which leaves the grant behind.',
    edits: [
      {
        file: `${source}/transport/batch.ts`,
        find: '{ ...options, idempotencyKey }',
        replace: 'options',
      },
    ],
    watchers: [{ file: `${tests}/claims/with-lock.test.ts` }],
  },
  {
    id: 'sdk-lease-latest',
    mistake: 'A lease is counted from the last attempt, although an earlier one may have taken the lock.',
    edits: [
      {
        file: `${source}/transport/transport.ts`,
        find: 'if (!outcomeUnknown) outgoing.onSend?.();',
        replace: 'outgoing.onSend?.();',
      },
    ],
    watchers: [{ file: `${tests}/claims/with-lock.test.ts` }],
  },
  {
    id: 'sdk-limit-alone',
    mistake: 'A call counts on all that an answer has left, and so do those that are under way.',
    edits: [
      {
        file: `${source}/transport/rate-limiter.ts`,
        find: 'if (limit.left <= this.#underWay)',
        replace: 'if (limit.left <= 0)',
      },
    ],
    watchers: [{ file: `${tests}/transport/rate-limiter.test.ts` }],
  },
  {
    id: 'sdk-limit-overtaken',
    mistake: 'The answer that came last says what is left, although it may have been given first.',
    edits: [
      {
        file: `${source}/transport/rate-limiter.ts`,
        find: 'const left = Math.min(known.left, said.left);',
        replace: 'const left = said.left;',
      },
    ],
    watchers: [{ file: `${tests}/transport/rate-limiter.test.ts` }],
  },
  {
    id: 'sdk-batch-redone',
    mistake: 'Who leaves a batch has it asked for again, also when the others were told that nothing was done.',
    edits: [
      {
        file: `${source}/transport/batch.ts`,
        find: 'const isUnknown = this.#abort.signal.aborted || error.outcomeUnknown;',
        replace: 'const isUnknown = error !== undefined;',
      },
    ],
    watchers: [{ file: `${tests}/claims/with-lock-batches.test.ts` }],
  },
  {
    id: 'sdk-batch-left',
    mistake: 'A batch keeps the items of those who have left it, although nothing can have been done yet.',
    edits: [
      {
        file: `${source}/transport/batch.ts`,
        find: 'this.#sent = [...this.#waiting];',
        replace: 'if (this.#sent.length === 0) this.#sent = [...this.#waiting];',
      },
    ],
    watchers: [{ file: `${tests}/transport/auto-batch.test.ts` }],
  },
  {
    id: 'sdk-batch-token',
    mistake: 'A wrong release token of one caller is the failure of all who share the request.',
    edits: [
      {
        file: `${source}/transport/batcher.ts`,
        find: "if (data[0]?.status !== 'DOESNT_OWN_RESERVATION')",
        replace: 'if (data.length === 0)',
      },
    ],
    watchers: [{ file: `${tests}/transport/auto-batch.test.ts` }],
  },
];
