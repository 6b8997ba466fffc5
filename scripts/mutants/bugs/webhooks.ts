import type { SeededBug, Watcher } from '../seeded-bug.ts';

const source = 'packages/engine/src/webhooks';
const sender: Watcher = { file: `${source}/process/sender.test.ts` };
const endpoints: Watcher = { file: `${source}/process/endpoints.test.ts` };
const schedule: Watcher = { file: `${source}/deliveries/schedule.test.ts` };

const scenario = (name: string, test: string, family = 'webhooks'): Watcher => ({
  file: `test/scenarios/${family}/${name}.test.ts`,
  test,
  env: { TARGETS: 'memory' },
});

/** Of what is sent, and of the streams that have the same events. */
export const webhooks: readonly SeededBug[] = [
  {
    id: 'webhook-line-jumped',
    mistake: 'What happens to a resource is sent although something earlier of it is still to be delivered.',
    edits: [
      {
        file: `${source}/deliveries/lines.ts`,
        find: 'dueAtMs: before === 0 ? state.nowMs : null',
        replace: 'dueAtMs: state.nowMs',
      },
    ],
    watchers: [sender],
  },
  {
    id: 'webhook-retry-after-unheeded',
    mistake: 'A receiver that asks to be left alone is asked again as soon as any other one.',
    edits: [
      {
        file: `${source}/deliveries/schedule.ts`,
        find: 'Math.round(Math.max(waitMs, Math.min(retryAfterMs, longestRetryAfterMs)))',
        replace: 'Math.round(waitMs + 0 * Math.min(retryAfterMs, longestRetryAfterMs))',
      },
    ],
    watchers: [schedule, scenario('deliveries', 'wait for as long as Retry-After says')],
  },
  {
    id: 'webhook-old-secret-kept',
    mistake: 'A secret that was replaced signs for ever.',
    edits: [
      {
        file: `${source}/rules.ts`,
        find: 'validUntilMs === null || validUntilMs > nowMs',
        replace: 'validUntilMs === null || nowMs > 0',
      },
    ],
    watchers: [endpoints, scenario('rotateWebhookSecret', 'signs with both secrets until the overlap is over')],
  },
  {
    id: 'webhook-replay-all',
    mistake: 'A replay sends what the endpoint never asked for.',
    edits: [
      {
        file: `${source}/deliveries/fan-out.ts`,
        find: 'fromMs <= numberedAtMs && numberedAtMs < toMs && matches(types, type);',
        replace: 'fromMs <= numberedAtMs && numberedAtMs < toMs && (number > 0 || matches(types, type));',
      },
    ],
    watchers: [scenario('replayWebhookEvents', 'sends everything after a number again')],
  },
  {
    id: 'webhook-one-too-many',
    mistake: 'A tenant can have one endpoint more than there may be.',
    edits: [
      {
        file: `${source}/rules.ts`,
        find: 'if (state.count(mostEndpoints) >= mostEndpoints)',
        replace: 'if (state.count(mostEndpoints + 1) > mostEndpoints)',
      },
    ],
    watchers: [
      scenario('createWebhookEndpoint', 'takes 20 of them'),
      { file: 'test/histories/sqlite.test.ts', test: 'answers webhooks', env: { HISTORIES: '6', HISTORIES_SEED: '1' } },
    ],
  },
  {
    id: 'webhook-sent-from-the-start',
    mistake: 'An endpoint that is enabled again is sent what has happened meanwhile.',
    edits: [
      {
        file: `${source}/state.ts`,
        find: 'const position = Math.max(before?.position ?? 0, this.#lastNumber());',
        replace: 'const position = before?.position ?? this.#lastNumber();',
      },
    ],
    watchers: [scenario('updateWebhookEndpoint', 'while it is disabled nothing is sent')],
  },
  {
    id: 'webhook-time-in-milliseconds',
    mistake: 'The time of an attempt is signed and sent in milliseconds.',
    edits: [
      {
        file: `${source}/process/attempt.ts`,
        find: 'const timestampSeconds = Math.floor(atMs / 1_000);',
        replace: 'const timestampSeconds = Math.floor(atMs);',
      },
    ],
    watchers: [scenario('deliveries', 'are POSTs as Standard Webhooks has them')],
  },
  {
    id: 'stream-last-again',
    mistake: 'A stream that is resumed begins with the event that its reader has seen last.',
    edits: [
      {
        file: 'packages/engine/src/events/stream-operation.ts',
        find: ': accepted({ after: start.number, last });',
        replace: ': accepted({ after: Math.max(0, start.number - 1), last });',
      },
    ],
    watchers: [scenario('streamEvents', 'goes on behind the event', 'named-resources')],
  },
  {
    id: 'stream-newest-refused',
    mistake: 'A reader who has seen everything can’t resume.',
    edits: [
      {
        file: 'packages/engine/src/events/stream-operation.ts',
        find: 'if (start.number > last)',
        replace: 'if (start.number >= last)',
      },
    ],
    watchers: [scenario('streamEvents', 'refuses a number that was never given', 'named-resources')],
  },
  {
    id: 'stream-gap-kept-quiet',
    mistake: 'A stream goes on where an event behind the number that is named is no longer there.',
    edits: [
      {
        file: 'packages/engine/src/events/stream-operation.ts',
        find: 'return start.number + 1 < oldest ?',
        replace: 'return start.number + 2 < oldest ?',
      },
    ],
    watchers: [scenario('streamEvents', 'is the answer where events behind the number are gone', 'named-resources')],
  },
  {
    id: 'history-first-left-out',
    mistake: 'A history leaves out what was numbered at the very time that it begins at.',
    edits: [
      {
        file: 'packages/engine/src/shared/event-log.ts',
        find: 'if (value.numberedAtMs < fromMs)',
        replace: 'if (value.numberedAtMs <= fromMs)',
      },
    ],
    watchers: [scenario('listEventHistory', 'choose by time, from inclusive', 'named-resources')],
  },
];
