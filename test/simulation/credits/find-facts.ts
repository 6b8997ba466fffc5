import type { HoldSummary, Transaction } from '@holdfast/contract';

import type { Command } from '../../histories/credits/commands.ts';
import { metricOfCustomer, pricePaid, unitCost } from '../../histories/credits/objects.ts';
import type { Customer } from '../../histories/credits/objects.ts';
import type { Fact, SingleCommand } from '../../ledger/model/command.ts';
import { comesByItself, readLines } from './lines.ts';
import type { Line } from './lines.ts';
import type { Requests } from './requests.ts';

/** What happened according to a ledger, in the words of the ledger's model. */
export interface Found {
  readonly facts: readonly Fact[];
  /** The ids of holds, by what the model calls them. */
  readonly holdIds: ReadonlyMap<string, string>;
  /** What nobody asked for, and what doesn't come about by itself either. */
  readonly unasked: readonly Transaction[];
}

/** Finds the request that each line of the ledger is of: so it happened, in this order and at these times. */
export function findFacts(
  customer: Customer,
  ledger: readonly Transaction[],
  holds: readonly HoldSummary[],
  requests: Requests,
): Found {
  const facts: Fact[] = [...factsBefore(customer)];
  const names = new Map<string, string>();
  const unasked: Transaction[] = [];
  for (const line of readLines(ledger, holds).filter((each) => !comesByItself(each))) {
    const { entry } = line;
    const command = requests.take(line);
    if (command === undefined) {
      unasked.push(entry);
      continue;
    }
    const name = String(facts.length);
    if (command.type === 'hold') names.set(entry.reference_id ?? '', `hold ${name}`);
    facts.push({ name, atMs: Date.parse(entry.created_at), command: toModel(command, line, names) });
  }
  return { facts, holdIds: new Map([...names].map(([id, name]) => [name, id])), unasked };
}

function factsBefore({ name: customer, overageLimit }: Customer): readonly Fact[] {
  const overage = overageLimit > 0 ? ({ policy: 'allow', limit: overageLimit } as const) : {};
  const rule = { cost_type: 'per_unit', unit_cost: unitCost } as const;
  return [
    { name: 'rule', atMs: 0, command: { type: 'price', metric: metricOfCustomer(customer), rule } },
    { name: 'customer', atMs: 0, command: { type: 'createCustomer', customer, overage } },
  ];
}

function toModel(command: Command, line: Line, names: ReadonlyMap<string, string>): SingleCommand {
  const { customer } = command;
  const metric = metricOfCustomer(customer);
  const hold = 'id' in command ? (names.get(command.id) ?? command.id) : '';
  switch (command.type) {
    case 'hold': {
      const metadata = { label: command.label };
      return { type: 'hold', customer, metric, units: command.units, ttlSeconds: ttlSecondsOf(line), metadata };
    }
    case 'extend':
      return { type: 'extend', hold, units: command.units, ttlSeconds: undefined };
    case 'commit':
      return { type: 'commit', hold, units: command.units, isFinal: command.isFinal, metadata: undefined };
    case 'release':
      return { type: 'release', hold };
    case 'use':
      return { type: 'usage', customer, metric, units: command.units, event: command.eventId };
    case 'grant':
      return toGrant(command);
    case 'adjust':
      return { type: 'adjust', customer, delta: command.delta };
    default:
      throw new Error(`${command.type} has no line in a ledger.`);
  }
}

function toGrant({ customer, credits, paymentId, expiresAtMs }: Command & { type: 'grant' }): SingleCommand {
  const given = { customer, credits, priority: undefined, expiresAtMs };
  if (paymentId === undefined) return { type: 'grant', ...given };
  return { type: 'topUp', ...given, pricePaid, payment: paymentId };
}

/** How long the hold lives in the end: what only prolongs it has no line of its own. */
function ttlSecondsOf({ entry, hold }: Line): number {
  return (Date.parse(hold?.expires_at ?? entry.created_at) - Date.parse(entry.created_at)) / 1_000;
}
