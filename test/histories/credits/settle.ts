import { from, upTo } from '../span.ts';
import type { Span } from '../span.ts';
import { expire } from './spec-blocks.ts';
import { effectiveOf, narrow, putHold, recognise, withEntry } from './spec-state.ts';
import type { Hold, Moment, SettledMoment, State } from './spec-state.ts';

/**
 * Decides for each hold whether it has lapsed, and for each block whether it has expired. Where both may be, both go on,
 * each at the times that it takes.
 */
export function settle(moment: Moment): readonly SettledMoment[] {
  const { holds, blocks } = moment.state;
  let decided: readonly Decided[] = [{ ...moment, lapsed: [], expired: [] }];
  for (const [index, { left, isOver }] of blocks.entries()) {
    if (left > 0 && !isOver) decided = decided.flatMap((each) => settleBlock(each, index));
  }
  const active = Object.keys(holds).filter((label) => holds[label]?.status === 'active');
  for (const label of active) decided = decided.flatMap((each) => settleHold(each, label));
  return decided.map(({ lapsed, expired, ...each }) => ({ ...each, now: endDue(each.state, lapsed, expired) }));
}

interface Decided extends Moment {
  /** Holds by label. */
  readonly lapsed: readonly string[];
  /** Blocks by place. */
  readonly expired: readonly number[];
}

/** When a block expires is known to the millisecond: whoever granted it said so. */
function settleBlock(moment: Decided, index: number): readonly Decided[] {
  const { expiresMs } = moment.state.blocks[index]!;
  const over = narrow(moment, from(expiresMs));
  return [
    ...narrow(moment, upTo(expiresMs - 1)),
    ...over.map((each) => ({ ...each, expired: [...each.expired, index] })),
  ];
}

/** A hold is live until the time of its expiry, and has lapsed from that time on. */
function settleHold(moment: Decided, label: string): readonly Decided[] {
  const { expires } = moment.state.holds[label]!;
  const expiringIn = (span: Span) => (each: Decided) => {
    return recognise(each.state, label, { expiresMs: span }).map((state) => ({ ...each, state }));
  };
  const { window } = moment;
  const live = narrow(moment, upTo(expires.toMs - 1)).flatMap(expiringIn(from(window.fromMs + 1)));
  const lapsed = narrow(moment, from(expires.fromMs)).flatMap(expiringIn(upTo(window.toMs)));
  return [...live, ...lapsed.map((each) => ({ ...each, lapsed: [...each.lapsed, label] }))];
}

/** Ends what is due, one after the other: at the same time holds come before blocks. */
function endDue(state: State, lapsed: readonly string[], expired: readonly number[]): State {
  const holds = lapsed.map((label) => {
    return { atMs: state.holds[label]!.expires.fromMs, end: (before: State) => endHold(before, label) };
  });
  const blocks = expired.map((index) => {
    return { atMs: state.blocks[index]!.expiresMs, end: (before: State) => expire(before, index) };
  });
  const due = [...holds, ...blocks].toSorted((one, other) => one.atMs - other.atMs);
  const settled = due.reduce((before, { end }) => end(before), state);
  // In which order they lapsed, and so which of them paid a debt, isn't always known.
  const isOpen = lapsed.length > 1 && effectiveOf(state) < 0;
  return isOpen || isOrderOpen(state, lapsed, expired) ? { ...settled, version: null } : settled;
}

/** What it gives back to a block that is over expires at once. */
function endHold(before: State, label: string): State {
  const hold = before.holds[label]!;
  const ended = withEntry(
    before,
    putHold(before, label, { ...hold, status: 'expired', held: 0, slices: [] }),
    hold.held,
  );
  return hold.slices.reduce(
    (state, { block }) => (isOverFor(hold, state, block) ? expire(state, block) : state),
    ended,
  );
}

function isOverFor({ expires }: Hold, { blocks }: State, block: number): boolean {
  const { isOver, expiresMs } = blocks[block]!;
  return isOver || expiresMs <= expires.fromMs;
}

/** Whether a hold may have lapsed before its block expired, or after that: with one line in the ledger, or with two. */
function isOrderOpen(state: State, lapsed: readonly string[], expired: readonly number[]): boolean {
  return lapsed.some((label) => {
    const { expires, slices } = state.holds[label]!;
    return slices.some(({ block }) => {
      const { expiresMs } = state.blocks[block]!;
      const isKnown = expires.fromMs === expires.toMs || expiresMs < expires.fromMs || expiresMs > expires.toMs;
      return expired.includes(block) && !isKnown;
    });
  });
}
