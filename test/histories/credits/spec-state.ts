import { later, meet } from '../span.ts';
import type { Span } from '../span.ts';
import type { Customer } from './objects.ts';

/** A hold, and what became of it. What nobody has been told yet is null, or a wide span. */
export interface Hold {
  readonly id: string | null;
  readonly status: 'active' | 'committed' | 'released' | 'expired';
  readonly units: number;
  /** What the units cost. */
  readonly cost: number;
  /** How much of that it still holds. */
  readonly held: number;
  /** Which part of it is of blocks that expire, in burn-down order. */
  readonly slices: readonly Slice[];
  readonly committedUnits: number;
  readonly committedCost: number;
  readonly created: Span;
  readonly expires: Span;
  /** How long the one is after the other; null if nobody knows, since it was prolonged. */
  readonly ttlMs: number | null;
}

/** Credits that expire. Those that never do are all alike: they are the rest of the balance. */
interface Block {
  readonly expiresMs: number;
  /** What holds have of it included. */
  readonly left: number;
  /** Whether it has expired: what is left is what holds have of it. */
  readonly isOver: boolean;
}

/** What a hold has of a block that expires, by its place among them. */
export interface Slice {
  readonly block: number;
  readonly amount: number;
}

/** Usage under an id of the caller's own. */
export interface KnownUsage {
  readonly transactionId: string | null;
  /** As it was answered. */
  readonly result: Readonly<Record<string, unknown>>;
}

/** A payment that was credited. */
export interface KnownPayment {
  readonly credits: number;
  readonly transactionId: string | null;
  /** As it was answered. */
  readonly result: Readonly<Record<string, unknown>>;
}

/** What is to be known about a customer's credits at one point of an order of calls. */
export interface State {
  /** When the last change was made at the earliest: no later one is decided at an earlier time. */
  readonly clockMs: number;
  readonly balance: number;
  readonly earned: number;
  /** How many lines the ledger has; null if that depends on what can't be known. */
  readonly version: number | null;
  /** Oldest first. One may have expired: that depends on when one looks. */
  readonly blocks: readonly Block[];
  /** By label. An active one may have lapsed: that depends on when one looks. */
  readonly holds: Readonly<Record<string, Hold>>;
  /** By the caller's id. */
  readonly usages: Readonly<Record<string, KnownUsage>>;
  /** By the id of the payment. */
  readonly payments: Readonly<Record<string, KnownPayment>>;
}

/** A state at the moment at which a call is decided. */
export interface Moment {
  readonly state: State;
  /** When that may be. */
  readonly window: Span;
}

/** A moment for which it is decided which holds have lapsed, and which blocks have expired. */
export interface SettledMoment extends Moment {
  /** What the account comes to then. What has lapsed ends by itself, whether or not anybody writes it down. */
  readonly now: State;
}

export function initialState({ credits }: Customer): State {
  return { clockMs: 0, balance: credits, earned: credits, version: 1, blocks: [], holds: {}, usages: {}, payments: {} };
}

export function balancesOf(state: State) {
  const { balance } = state;
  const reserved = Object.values(state.holds).reduce((total, { held }) => total + held, 0);
  return { balance, reserved_balance: reserved, effective_balance: balance - reserved };
}

/** What can be spent; less than nothing in debt. */
export function effectiveOf(state: State): number {
  return balancesOf(state).effective_balance;
}

export function putHold(state: State, label: string, hold: Hold): State {
  return { ...state, holds: withMember(state.holds, label, hold) };
}

/** In the order of the names, so that it is the same state in whatever order they came. */
export function withMember<Value>(
  record: Readonly<Record<string, Value>>,
  name: string,
  value: Value,
): Readonly<Record<string, Value>> {
  const changed = { ...record, [name]: value };
  if (name in record) return changed;
  return Object.fromEntries(Object.entries(changed).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Another line in the ledger; and one more if something becomes free that a debt is paid from. */
export function withEntry(before: State, after: State, freed: number): State {
  if (before.version === null) return after;
  const paysDebt = freed > 0 && effectiveOf(before) < 0;
  return { ...after, version: before.version + (paysDebt ? 2 : 1) };
}

/** The moment, with the decision at one of these times; none if it can't have been. */
export function narrow<AnyMoment extends Moment>(moment: AnyMoment, span: Span): readonly AnyMoment[] {
  const window = meet(moment.window, span);
  return window === undefined ? [] : [{ ...moment, window }];
}

export interface SeenHold {
  readonly id?: string;
  readonly createdMs?: Span;
  readonly expiresMs?: Span;
}

/** The state, knowing of a hold what an answer says; none if the hold is another one, or isn't there. */
export function recognise(state: State, label: string, seen: SeenHold): readonly State[] {
  const hold = state.holds[label];
  if (hold === undefined || (seen.id ?? hold.id) !== (hold.id ?? seen.id ?? null)) return [];
  const created = meet(hold.created, seen.createdMs ?? hold.created);
  const expires = meet(hold.expires, seen.expiresMs ?? hold.expires);
  if (created === undefined || expires === undefined) return [];
  const times = agree(created, expires, hold.ttlMs);
  return times === undefined ? [] : [putHold(state, label, { ...hold, id: hold.id ?? seen.id ?? null, ...times })];
}

type HoldTimes = Pick<Hold, 'created' | 'expires'>;

function agree(created: Span, expires: Span, ttlMs: number | null): HoldTimes | undefined {
  if (ttlMs === null) return { created, expires };
  const agreed = meet(created, later(expires, -ttlMs));
  return agreed === undefined ? undefined : { created: agreed, expires: later(agreed, ttlMs) };
}
