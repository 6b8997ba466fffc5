import type { CommandOf } from './commands.ts';

/** What a unit costs, in millicredits. */
export const unitCost = 1_000;

/** What a payment is of, whatever it buys. */
export const pricePaid = 500;

/** What a history is about: few customers, so that its clients spend the same credits. */
export interface Objects {
  readonly metric: string;
  readonly customers: readonly Customer[];
}

export interface Customer {
  /** The external id. */
  readonly name: string;
  /** What it is granted at first, in one block. */
  readonly credits: number;
  /** How far below zero usage may take it; 0: the policy is `block`. */
  readonly overageLimit: number;
  /** Whether some of what it is granted later expires soon. One that may owe something isn't granted that. */
  readonly grantsExpire: boolean;
}

type Kind = 'poor' | 'rich' | 'debtor';

const kinds: Readonly<Record<Kind, Omit<Customer, 'name'>>> = {
  poor: { credits: 10 * unitCost, overageLimit: 0, grantsExpire: true },
  rich: { credits: 60 * unitCost, overageLimit: 0, grantsExpire: false },
  debtor: { credits: 8 * unitCost, overageLimit: 6 * unitCost, grantsExpire: false },
};

export function objectsOf(scope: string): Objects {
  const names = (Object.keys(kinds) as Kind[]).map((kind) => `${scope}-${kind}`);
  return { metric: metricOf(scope), customers: names.map(customerOf) };
}

export function customerOf(name: string): Customer {
  const kind = name.slice(name.lastIndexOf('-') + 1) as Kind;
  return { name, ...kinds[kind] };
}

/** What gives a customer what it begins with. */
export function firstGrant({ name, credits }: Customer): CommandOf<'grant'> {
  return { type: 'grant', customer: name, credits, label: 'first' };
}

/** The settings of a tenant that hears of everything. */
export const announcingSettings = {
  emit_reservation_expired: true,
  balance_thresholds: [0, 3 * unitCost, 8 * unitCost, 50 * unitCost],
};

/** How far below zero a customer may get; whatever takes it there is announced. */
export function policyOf({ overageLimit }: Customer): object {
  return overageLimit > 0 ? { overage_policy: 'notify', overage_limit: overageLimit } : {};
}

/** What is counted in the history that a customer is of. */
export function metricOfCustomer(name: string): string {
  return metricOf(name.slice(0, name.lastIndexOf('-')));
}

function metricOf(scope: string): string {
  return `${scope}-unit`;
}
