import type { CommitResult, UsageResult } from '@holdfast/contract';

import { isForeseen, problemOf } from './credits/commands.ts';
import type { Answer, Command } from './credits/commands.ts';
import { CreditClient } from './credits/credit-client.ts';
import { creditSpec } from './credits/credit-spec.ts';
import { describeCall } from './credits/describe-call.ts';
import { announcingSettings, firstGrant, objectsOf, policyOf, unitCost } from './credits/objects.ts';
import type { Customer } from './credits/objects.ts';
import { placeSeenHolds } from './credits/place-seen-holds.ts';
import type { State } from './credits/spec-state.ts';
import { toRequest } from './credits/to-request.ts';
import type { Family, SendOptions } from './family.ts';
import { asFamily } from './family.ts';
import { prepareWith } from './prepare-with.ts';
import type { Server } from './server.ts';

const family: Family<Command, Answer, State> = {
  name: 'credits',
  usualHistoryCount: { few: 8, many: 50 },
  async prepare(server, scope, options) {
    const { metric, customers } = objectsOf(scope);
    await prepareWith(server, { operationId: 'updateCreditSettings', body: announcingSettings }, options);
    await prepareWith(server, { operationId: 'createMetric', body: { key: metric } }, options);
    const rule = { billable_metric_key: metric, cost_type: 'per_unit', unit_cost: unitCost };
    await prepareWith(server, { operationId: 'createMeteringRule', body: rule }, options);
    for (const customer of customers) await createCustomer(server, customer, options);
  },
  createClient: (options) => new CreditClient(options),
  async send(server, command, options) {
    const { status, body } = await server.wire.send(toRequest(command), options);
    if (!isForeseen(command, status)) throw new Error(`${command.type} got ${status}: ${body}`);
    return { status, body: JSON.parse(body) as unknown };
  },
  split: (operation, answer) =>
    isRead(operation) && answer === undefined ? [] : [{ key: operation.customer, operation, answer }],
  placeUnanswered: placeSeenHolds,
  specOf: creditSpec,
  describe: describeCall,
  expectedCoverage: [
    'hold 201',
    'hold insufficient-credits',
    'commit 200',
    'commit in part',
    'commit capped',
    'commit reservation-expired',
    'commit reservation-not-active',
    'release 200',
    'release reservation-expired',
    'release reservation-not-active',
    'extend 200',
    'extend insufficient-credits',
    'extend reservation-expired',
    'extend reservation-not-active',
    'use 201',
    'use duplicate',
    'use insufficient-credits',
    'use on credit',
    'grant 201',
    'grant expiring',
    'adjust 201',
    'adjust insufficient-credits',
    'getHold 200',
    'getAccount 200',
    'listHolds 200',
    'audit 200',
  ],
  coverageOf: (command, answer) => {
    const { type } = command;
    const { status, body } = answer;
    if (status >= 300) return [`${type} ${problemOf(answer)}`];
    const more =
      type === 'commit'
        ? coverageOfCommit(body as CommitResult)
        : type === 'use'
          ? coverageOfUsage(body as UsageResult)
          : type === 'grant' && command.expiresAtMs !== undefined
            ? ['grant expiring']
            : [];
    return [`${type} ${status}`, ...more];
  },
};

/** Holds on credits, usage, grants and corrections, and reads all of them. Each customer is an object of its own. */
export const credits = asFamily(family);

async function createCustomer(server: Server, customer: Customer, options: SendOptions): Promise<void> {
  const body = { external_id: customer.name, ...policyOf(customer) };
  await prepareWith(server, { operationId: 'createCustomer', body }, options);
  await prepareWith(server, toRequest(firstGrant(customer)), options);
}

function isRead({ type }: Command): boolean {
  return type === 'getAccount' || type === 'listHolds' || type === 'getHold' || type === 'audit';
}

function coverageOfCommit({ status, uncollected }: CommitResult): readonly string[] {
  return [...(status === 'active' ? ['commit in part'] : []), ...(uncollected > 0 ? ['commit capped'] : [])];
}

function coverageOfUsage({ duplicate, account }: UsageResult): readonly string[] {
  return [...(duplicate ? ['use duplicate'] : []), ...(account.effective_balance < 0 ? ['use on credit'] : [])];
}
