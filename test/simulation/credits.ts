import type { Account, Audit, HoldSummary, Transaction } from '@holdfast/contract';

import { credits as history } from '../histories/credits.ts';
import { isForeseen } from '../histories/credits/commands.ts';
import type { Answer, Command } from '../histories/credits/commands.ts';
import { announcingSettings, firstGrant, objectsOf, policyOf, unitCost } from '../histories/credits/objects.ts';
import { toRequest } from '../histories/credits/to-request.ts';
import type { ReceivedAnswer } from './clients/network.ts';
import { compareWithModel } from './credits/compare-with-model.ts';
import type { Shown } from './credits/compare-with-model.ts';
import { apiKeys, get, write } from './family.ts';
import type { Ask, FamilyRequest, Seen, SimulatedFamily } from './family.ts';

const { first: apiKey } = apiKeys;

/** More than a world makes of one customer. */
const limit = '200';

const reads: readonly Command['type'][] = ['getHold', 'getAccount', 'listHolds', 'audit'];

/** Customers whose credits are held, used and granted by several clients each. */
export const credits: SimulatedFamily = {
  name: 'credits',
  history,
  prepare,
  toRequest(command) {
    const { type } = command as Command;
    return { apiKey, request: toRequest(command as Command), isWrite: !reads.includes(type) };
  },
  toAnswer: (command, answer) => toAnswer(command as Command, answer),
  checkLapsed: (ask, scope) => checkEach(ask, scope, checkNothingLapsedIsHeld),
  checkSwept: (ask, scope, seen) => checkEach(ask, scope, (asked) => checkLedger(asked, seen)),
  expectedCoverage: [
    'block expired',
    'block expired with a held part',
    'block expired under a hold',
    'consumption of expired credits',
    'release of expired credits',
    'lapse of expired credits',
    'overage paid',
  ],
};

function prepare(scope: string): readonly FamilyRequest[] {
  const { metric, customers } = objectsOf(scope);
  const rule = { billable_metric_key: metric, cost_type: 'per_unit', unit_cost: unitCost };
  return [
    write(apiKey, { operationId: 'updateCreditSettings', body: announcingSettings }),
    write(apiKey, { operationId: 'createMetric', body: { key: metric } }),
    write(apiKey, { operationId: 'createMeteringRule', body: rule }),
    ...customers.flatMap((customer) => {
      const body = { external_id: customer.name, ...policyOf(customer) };
      return [write(apiKey, { operationId: 'createCustomer', body }), write(apiKey, toRequest(firstGrant(customer)))];
    }),
  ];
}

function toAnswer(command: Command, { status, body }: ReceivedAnswer): Answer {
  if (!isForeseen(command, status)) throw new Error(`${command.type} got ${status}: ${body}`);
  return { status, body: JSON.parse(body) as unknown };
}

/** What a customer's account is, in all ways of asking. */
class Asked {
  readonly customer: string;
  readonly #ask: Ask;

  constructor(ask: Ask, customer: string) {
    this.#ask = ask;
    this.customer = customer;
  }

  account(): Promise<Account> {
    return this.#get('getAccountByExternalId', { include_blocks: 'true' });
  }

  audit(): Promise<Audit> {
    return this.#get('auditAccountByExternalId');
  }

  async holds(): Promise<readonly HoldSummary[]> {
    return (await this.#get<{ readonly data: readonly HoldSummary[] }>('listHoldsByExternalId', { limit })).data;
  }

  /** From the first to the last. */
  async ledger(): Promise<readonly Transaction[]> {
    const page = await this.#get<{ readonly data: readonly Transaction[] }>('listTransactionsByExternalId', { limit });
    return page.data.toReversed();
  }

  #get<Result>(operationId: 'getAccountByExternalId' | GetOperation, query?: Readonly<Record<string, string>>) {
    const path = { external_id: this.customer };
    return this.#ask<Result>(get(apiKey, { operationId, path, ...(query && { query }) }));
  }
}

type GetOperation = 'auditAccountByExternalId' | 'listHoldsByExternalId' | 'listTransactionsByExternalId';

async function checkEach(
  ask: Ask,
  scope: string,
  check: (asked: Asked) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const { name } of objectsOf(scope).customers) {
    broken.push(...(await check(new Asked(ask, name))).map((what) => `${name}: ${what}`));
  }
  return broken;
}

/** Every hold lapses in a minute. */
async function checkNothingLapsedIsHeld(asked: Asked): Promise<readonly string[]> {
  const { reserved_balance: reserved } = await asked.account();
  const active = (await asked.holds()).filter(({ status }) => status === 'active');
  return [
    ...(reserved === 0 ? [] : [`All holds have lapsed, and ${reserved} millicredits are still held.`]),
    ...active.map((hold) => `This hold has lapsed, and is active: ${JSON.stringify(hold)}`),
  ];
}

/** What is shown follows from what was asked for. */
async function checkLedger(asked: Asked, seen: Seen): Promise<readonly string[]> {
  const shown: Shown = {
    customer: asked.customer,
    ledger: await asked.ledger(),
    account: await asked.account(),
    audit: await asked.audit(),
    holds: await asked.holds(),
  };
  const { broken, covered } = compareWithModel(shown, seen.calls);
  for (const word of covered) seen.note(word);
  return broken;
}
