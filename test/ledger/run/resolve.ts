import type { Command } from '../model/command.ts';
import type { State } from '../model/state.ts';
import type { Draft, HoldPick } from '../program/program.ts';

/** Makes a command of a draft, in the state as it is. With a customer, it is made that customer's. */
export function resolve(draft: Draft, state: State, customer?: string): Command {
  const own = customer === undefined ? {} : { customer };
  switch (draft.type) {
    case 'grant':
    case 'topUp': {
      const { expiresInMs, ...rest } = draft;
      return { ...rest, expiresAtMs: expiresInMs === undefined ? undefined : state.nowMs + expiresInMs, ...own };
    }
    case 'extend':
      return { ...draft, hold: pickHold(draft.hold, state, customer), units: unitsOf(draft) };
    case 'commit':
      return { ...draft, hold: pickHold(draft.hold, state, customer) };
    case 'release':
      return { ...draft, hold: pickHold(draft.hold, state, customer) };
    case 'usageBatch':
      return { ...draft, events: draft.events.map((event) => ({ ...event, ...own })) };
    case 'updateSettings':
    case 'price':
      return draft;
    default:
      return { ...draft, ...own };
  }
}

/** The contract wants units or a TTL. */
function unitsOf({ units, ttlSeconds }: Draft & { type: 'extend' }): number | undefined {
  return ttlSeconds === undefined ? (units ?? 1) : units;
}

/** The newest are picked most often: picks are small numbers. */
function pickHold({ pick, isAny }: HoldPick, state: State, customer: string | undefined): string {
  const all = state.holds.filter((hold) => customer === undefined || hold.customer === customer).toReversed();
  const live = all.filter(({ status }) => status === 'active');
  const chosen = isAny || live.length === 0 ? all : live;
  return chosen[pick % chosen.length]?.name ?? 'hold of nobody';
}
