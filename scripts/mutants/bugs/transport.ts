import type { SeededBug, Watcher } from '../seeded-bug.ts';

const [gateway, server, mocks] = ['packages/gateway/src', 'servers/reference', 'packages/mocks'];
const scenario = (name: string): Watcher => ({ file: `test/scenarios/${name}.test.ts`, env: { TARGETS: 'memory' } });

/** In the gateway, the server and the mocks: between the wire and the rules. */
export const transportBugs: readonly SeededBug[] = [
  {
    id: 'key-any-path',
    mistake: 'An idempotency key is checked against the body alone, so that another name’s deletion counts as done.',
    edits: [
      {
        file: `${gateway}/gateway.ts`,
        find: '{ body, path } :',
        replace: '{ body } :',
      },
    ],
    watchers: [scenario('named-resources/deleteDefinition')],
  },
  {
    id: 'replay-unmarked',
    mistake: 'A refusal that is given again doesn’t say that it was given before.',
    edits: [
      {
        file: `${gateway}/gateway.ts`,
        find: 'if (!outcome.ok) return this.answerRefusal(outcome, asked, replayed);',
        replace: 'if (!outcome.ok) return this.answerRefusal(outcome, asked, {});',
      },
    ],
    watchers: [{ file: `${gateway}/gateway.test.ts` }, scenario('named-resources/unreserve')],
  },
  {
    id: 'allow-missing',
    mistake: 'A wrong method is refused without the header that names the right ones.',
    edits: [
      {
        file: `${gateway}/problems/problems.ts`,
        find: "  if (problem.code === 'method_not_allowed') return { Allow: problem.allow.join(', ') };\n",
        replace: '',
      },
    ],
    watchers: [{ file: `${gateway}/gateway.test.ts` }, scenario('bad-input/callers-and-addresses')],
  },
  {
    id: 'query-twice',
    mistake: 'Of a query parameter that is given twice, the last one counts.',
    edits: [
      {
        file: `${gateway}/input/request-input.ts`,
        find: 'Object.hasOwn(query, name)',
        replace: 'Object.hasOwn(query, value)',
      },
    ],
    watchers: [{ file: `${gateway}/gateway.test.ts` }, scenario('bad-input/parameters')],
  },
  {
    id: 'number-rounded',
    mistake: 'A number in metadata is good if a double can hold anything near it.',
    edits: [
      {
        file: `${gateway}/json/exact-number.ts`,
        find: 'return literal === kept || toDecimal(literal) === toDecimal(kept);',
        replace: 'return true;',
      },
    ],
    watchers: [{ file: `${gateway}/json/exact-number.test.ts` }],
  },
  {
    id: 'member-escaped',
    mistake: 'A member that an object has twice is only found if its name is written in the same way.',
    edits: [
      {
        file: `${gateway}/json/scan-json.ts`,
        find: 'this.#hasEscapes\n      ? unescape(this.#text.slice(from, this.#at))\n      : ',
        replace: '',
      },
    ],
    watchers: [{ file: `${gateway}/json/scan-json.test.ts` }],
  },
  {
    id: 'names-outermost',
    mistake: 'The rules for names of metadata are forgotten one level further down.',
    edits: [
      {
        file: 'packages/engine/src/shared/metadata-input.ts',
        find: '    addNameFaults(member, place, faults);\n',
        replace: '',
      },
    ],
    watchers: [{ file: 'packages/engine/src/shared/metadata-input.test.ts' }],
  },
  {
    id: 'keys-two',
    mistake: 'Of two API keys, the first one counts.',
    edits: [
      {
        file: `${gateway}/input/api-key.ts`,
        find: 'if (isAmbiguous(apiKeys))',
        replace: 'if (apiKeys.length === 0 && isAmbiguous(apiKeys))',
      },
    ],
    watchers: [{ file: `${gateway}/gateway.test.ts` }],
  },
  {
    id: 'body-limit',
    mistake: 'The limit of a body whose length isn’t told is that of each of its pieces.',
    edits: [
      {
        file: `${server}/src/http/read-body.ts`,
        find: 'if (bytes <= maxBytes) {',
        replace: 'if (chunk.length <= maxBytes) {',
      },
    ],
    watchers: [{ file: `${server}/test/requests.test.ts` }],
  },
  {
    id: 'mock-time-at-once',
    mistake: 'The mock announces what lapses while its clock is advanced at the new time, not each at its own.',
    edits: [
      {
        file: `${mocks}/src/mock-instance.ts`,
        find: 'this.#nowMs = dueMs;',
        replace: 'this.#nowMs = untilMs;',
      },
    ],
    watchers: [{ file: `${mocks}/test/clock.test.ts` }],
  },
  {
    id: 'log-unbounded',
    mistake: 'Lines of the log wait for a reader that stands still, however many they become.',
    edits: [
      {
        file: `${server}/src/log/line-output.ts`,
        find: '+ bytes > this.#waitingBytes)',
        replace: '+ bytes > Infinity)',
      },
    ],
    watchers: [{ file: `${server}/src/log/line-output.test.ts` }],
  },
  {
    id: 'reset-on-stop',
    mistake: 'A connection is closed at once with its last answer, so that what is still arriving resets it.',
    edits: [
      {
        file: `${server}/src/http/connections.ts`,
        find: '    connection.isClosing = true;\n    socket.end(() => {',
        replace: '    connection.isClosing = true;\n    socket.end(() => {\n      return void socket.destroy();',
      },
    ],
    watchers: [{ file: `${server}/src/http/connections.test.ts` }],
  },
  {
    id: 'stop-never-idle',
    mistake: 'A stop waits for a connection to fall idle, on which a client has always sent the next request.',
    edits: [
      {
        file: `${server}/src/http/connections.ts`,
        find: '    connection.isFull = this.#isStopping;\n',
        replace: '',
      },
      {
        file: `${server}/src/http/connections.ts`,
        find: '      if (connection.requests.length > 0) connection.isFull = true;\n      else if (socket',
        replace: '      if (connection.requests.length === 0 && socket',
      },
    ],
    watchers: [{ file: `${server}/src/http/connections.test.ts` }],
  },
];
