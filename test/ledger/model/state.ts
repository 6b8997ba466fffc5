import type { Metadata, Policy, Rule } from './command.ts';

/** What the facts have led to at one moment. Amounts are in millicredits, and lists begin with the oldest. */
export interface State {
  nowMs: number;
  policy: Policy;
  limit: bigint | null;
  /** Of customers who have none of their own. */
  thresholds: readonly bigint[];
  /** Whether what is entered lapses by itself, and isn't somebody's doing. */
  isLapsing: boolean;
  readonly rules: Map<string, Rule>;
  readonly customers: Customer[];
  readonly blocks: Block[];
  readonly holds: Hold[];
  slices: Slice[];
  readonly entries: Entry[];
  readonly usages: RecordedUsage[];
}

export interface Customer {
  readonly externalId: string;
  policy: Policy | null;
  limit: bigint | null;
  thresholds: readonly bigint[] | null;
  /** What usage took beyond the credits, and by which fact's name the block goes that shows it. */
  debt: bigint;
  debtName: string | undefined;
}

export interface Block {
  readonly name: string;
  readonly customer: string;
  readonly original: bigint;
  readonly priority: number;
  readonly expiresAtMs: number | null;
  readonly pricePaid: number | null;
  readonly source: string;
  readonly createdAtMs: number;
  /** What is held included. */
  left: bigint;
}

export interface Hold {
  readonly name: string;
  readonly customer: string;
  readonly metric: string;
  readonly rule: Rule;
  readonly createdAtMs: number;
  units: bigint;
  cost: bigint;
  /** What was asked of it, what that would have cost, and what it did. */
  readonly commits: { readonly fact: string; readonly units: bigint; readonly wanted: bigint; readonly cost: bigint }[];
  status: 'active' | 'committed' | 'released' | 'expired';
  expiresAtMs: number;
  metadata: Metadata;
}

/** What a hold has taken of a block. */
interface Slice {
  readonly hold: string;
  readonly block: string;
  amount: bigint;
}

export interface Part {
  readonly block: string;
  readonly amount: bigint;
}

/** A line of the ledger. */
export interface Entry {
  readonly customer: string;
  readonly atMs: number;
  /** The fact that it is about; undefined for what follows by itself. */
  readonly fact: string | undefined;
  readonly type: 'grant' | 'hold' | 'release' | 'consumption' | 'expiration' | 'adjustment';
  readonly delta: bigint;
  readonly balanceDelta: bigint;
  readonly reservedDelta: bigint;
  readonly parts: readonly Part[];
  /** The name of a hold or block, or an event id. */
  readonly reference: { readonly name: string } | { readonly event: string } | null;
  readonly metric: string | null;
  readonly units: bigint | null;
  readonly reason: string | null;
  /** What of it there were no credits for, if that is to be told. */
  readonly overage: bigint | null;
  /** Those that held for the customer then. */
  readonly thresholds: readonly bigint[];
  readonly isLapse: boolean;
}

interface RecordedUsage {
  readonly customer: string;
  readonly event: string | undefined;
  readonly fact: string;
  readonly atMs: number;
}

export function emptyState(): State {
  const lists = { customers: [], blocks: [], holds: [], slices: [], entries: [], usages: [] };
  const settings = { policy: 'block', limit: null, thresholds: [] } as const;
  return { nowMs: 0, isLapsing: false, ...settings, rules: new Map(), ...lists };
}

export function sum(amounts: readonly bigint[]): bigint {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total;
}
