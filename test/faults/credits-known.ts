import type { TransactionType } from '@holdfast/contract';

import type { AnsweredEntry } from './family.ts';

/** What all units are counted as. */
export const metric = 'unit';

/** A hold on credits as its worker knows it, from answers alone. */
export interface KnownHold {
  readonly id: string;
  readonly customer: string;
  readonly worker: number;
  units: number;
  cost: number;
  committedUnits: number;
  committedCost: number;
  /** As it was answered last. */
  expiresAt: string;
  /** How often credits were taken for it: when it was made, and by extensions. */
  takings: number;
  /** Undefined: nobody was told that it has ended. */
  end?: 'committed' | 'released' | 'lapsed';
}

/** A line of the ledger that an answer has named. */
interface KnownTransaction {
  readonly type: TransactionType;
  readonly delta: number;
}

/** What has been answered about one customer. */
export class KnownCustomer {
  /** The external id. */
  readonly name: string;
  /** Whether usage may take more than there is. */
  readonly mayOwe: boolean;
  readonly holds = new Map<string, KnownHold>();
  /** By id. */
  readonly transactions = new Map<string, KnownTransaction>();
  /** Ids of the lines that recorded usage, by the caller's own id of it. */
  readonly events = new Map<string, string>();
  /** Ids of the lines that credited payments, by the id of the payment. */
  readonly payments = new Map<string, string>();
  /** Whatever was answered about it. */
  readonly entries: AnsweredEntry[] = [];
  /** What its answers add up to. */
  balance = 0;
  earned = 0;

  constructor(name: string, mayOwe: boolean) {
    this.name = name;
    this.mayOwe = mayOwe;
  }

  /** Returns whether the line is a new one. Of no other type does `delta` say how the balance changed. */
  add(id: string, transaction: KnownTransaction): boolean {
    if (this.transactions.has(id)) return false;
    this.transactions.set(id, transaction);
    if (transaction.type !== 'release') this.balance += transaction.delta;
    if (transaction.type === 'grant') this.earned += transaction.delta;
    return true;
  }
}

/** How far the server's clock may be from that of these clients. */
const clockToleranceMs = 500;

/** Whether the server may take it to have lapsed at that time. */
export function mayHaveLapsed({ expiresAt }: KnownHold, atMs: number): boolean {
  return Date.parse(expiresAt) <= atMs + clockToleranceMs;
}

/** Whether the server must. */
export function mustHaveLapsed({ expiresAt }: KnownHold, atMs: number): boolean {
  return Date.parse(expiresAt) <= atMs - clockToleranceMs;
}
