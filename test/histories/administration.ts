import type { IssuedApiKey } from '@holdfast/contract';

import { AccessClient } from './administration/access-client.ts';
import type { Answer, Command } from './administration/commands.ts';
import { keySpec } from './administration/key-spec.ts';
import type { KeyState } from './administration/key-spec.ts';
import { limitSpec } from './administration/limit-spec.ts';
import type { LimitState } from './administration/limit-spec.ts';
import { firstValue, isTenant, learnValue, prepareObjects, valueOf } from './administration/objects.ts';
import { toRequest } from './administration/to-request.ts';
import type { SequentialSpec } from './checker/sequential-spec.ts';
import { asFamily } from './family.ts';
import type { Family } from './family.ts';

/** How often each command was sent. */
const attemptsOf = new WeakMap<Command, number>();

type State = KeyState | LimitState;

const family: Family<Command, Answer, State> = {
  name: 'administration',
  usualHistoryCount: { few: 8, many: 50 },
  prepare: prepareObjects,
  createClient: (options) => new AccessClient(options),
  async send({ wire, url }, command, options) {
    const attempts = (attemptsOf.get(command) ?? 0) + 1;
    attemptsOf.set(command, attempts);
    const apiKey = apiKeyFor(command);
    const client = apiKey === undefined ? wire : wire.withKey(apiKey);
    const { status, body, isReplayed } = await client.send(toRequest(command), options);
    if (!foreseen[command.type].includes(status)) throw new Error(`${command.type} got ${status}: ${body}`);
    const answer = { status, process: url, attempts, isReplayed };
    if (command.type !== 'rotate' || status !== 200) return answer;
    const issued = JSON.parse(body) as IssuedApiKey;
    const value = issued.display ?? '';
    learnValue(command.key, value, issued);
    return { ...answer, value };
  },
  split: (operation, answer) => {
    if (operation.type === 'use' && answer === undefined) return [];
    return [{ key: operation.type === 'spend' ? operation.tenant : operation.key, operation, answer }];
  },
  // Whoever looks at a change later has to know when it was acknowledged.
  placeUnanswered: (calls) =>
    calls.map((call) => ({ ...call, operation: { ...call.operation, acknowledgedAtMs: call.returnedAtMs } })),
  specOf: (key, clockToleranceMs) =>
    (isTenant(key) ? limitSpec(clockToleranceMs) : keySpec) as SequentialSpec<State, Command, Answer>,
  describe: ({ operation, answer }) => {
    const about = operation.type === 'spend' ? operation.tenant : operation.key;
    const value = operation.type === 'use' ? ` ${operation.value}` : '';
    const shown = answer?.value === undefined ? '' : `, ${answer.value}`;
    const outcome = answer === undefined ? '?' : `${answer.status} by ${answer.process}${shown}`;
    return `${operation.type} ${about}${value} → ${outcome}`;
  },
  expectedCoverage: [
    'use 200',
    'use 401',
    'use 403',
    'rotate 200',
    'rotate 409',
    'narrow 200',
    'widen 200',
    'revoke 200',
    'spend 200',
    'spend 429',
  ],
  coverageOf: ({ type }, { status }) => [`${type} ${status}`],
};

/** Whose value a command shows; undefined: the administrator's. */
function apiKeyFor(command: Command): string | undefined {
  if (command.type === 'use') return valueOf(command.key, command.value);
  return command.type === 'spend' ? valueOf(command.tenant, firstValue) : undefined;
}

const foreseen: Readonly<Record<Command['type'], readonly number[]>> = {
  use: [200, 401, 403],
  revoke: [200],
  rotate: [200, 409],
  narrow: [200, 409],
  widen: [200, 409],
  spend: [200, 429],
};

/** Keys that are used while they are changed, and tenants with few operations. Each is an object of its own. */
export const administration = asFamily(family);
