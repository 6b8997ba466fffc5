import { isDeepStrictEqual } from 'node:util';

import type { CapacityLimits, CapacityNotAvailableProblem, CapacityReservation } from '@holdfast/contract';

import type { Call, SequentialSpec } from '../checker/sequential-spec.ts';
import type { Answer, Command, CommandOf, Demand } from './commands.ts';
import { startOf, usualLimits } from './objects.ts';
import type { Org } from './objects.ts';
import { initialState, intervals, roomIn, withBooking } from './spec-state.ts';
import type { State } from './spec-state.ts';
import { toIntervals } from './to-request.ts';

type CallOf<Type extends Command['type']> = Call<CommandOf<Type>, Answer>;

/** The states that a call can leave; none if it can't have been answered so. */
type Rule<Type extends Command['type']> = (
  state: State,
  call: CallOf<Type>,
  clockToleranceMs: number,
) => readonly State[];

/** What a group of intervals does when one client at a time uses it. */
export function capacitySpec(_group: string, clockToleranceMs: number): SequentialSpec<State, Command, Answer> {
  return {
    initial: initialState,
    step: (state, call) => (rules[call.operation.type] as Rule<Command['type']>)(state, call, clockToleranceMs),
    hash: (state) => JSON.stringify(state),
    changedNothing: ({ operation: { type }, answer }) => {
      return type === 'quote' || type === 'calendar' || (type === 'reserve' && answer?.status === 409);
    },
  };
}

const reserve: Rule<'reserve'> = (state, call, clockToleranceMs) => {
  const { operation, answer } = call;
  const { group, org, demands } = operation;
  const tooMuch = findTooMuch(state, org, demands);
  if (tooMuch.length > 0) return isRefusal(state, call, tooMuch, clockToleranceMs) ? [state] : [];

  const gb = intervals.map((interval) => demands.find((demand) => demand.interval === interval)?.capacityGb ?? 0);
  if (answer === undefined) return [withBooking(state, { org, gb, createdMs: null })];
  if (answer.status !== 200) return [];
  const { createdAt, intervals: reserved } = answer.body as CapacityReservation;
  const createdMs = Date.parse(createdAt);
  const isInTime =
    createdMs >= Math.floor(call.calledAtMs - clockToleranceMs) && createdMs <= call.returnedAtMs + clockToleranceMs;
  const isAsSent = isDeepStrictEqual(reserved, toIntervals(group, demands));
  return isInTime && isAsSent ? [withBooking(state, { org, gb, createdMs })] : [];
};

const quote: Rule<'quote'> = (state, call, clockToleranceMs) => {
  const { answer, operation } = call;
  const tooMuch = findTooMuch(state, operation.org, operation.demands);
  if (tooMuch.length > 0) return isRefusal(state, call, tooMuch, clockToleranceMs) ? [state] : [];
  return answer === undefined || answer.status === 200 ? [state] : [];
};

const calendar: Rule<'calendar'> = (state, { operation: { group, org }, answer }) => {
  if (answer === undefined) return [state];
  const rows = intervals.map((interval) => {
    const times = { startsAt: startOf(group, interval), endsAt: startOf(group, interval + 1) };
    return { ...times, ...roomIn(state, org, interval) };
  });
  return isDeepStrictEqual((answer.body as { intervals: unknown }).intervals, rows) ? [state] : [];
};

/** Its answer shows what has been set for the group, if anything. */
const limit: Rule<'limit'> = (state, { operation: { group, limits }, answer }) => {
  const { platformGb, orgGb } = limits;
  const next = {
    ...state,
    limits: { platformGb: platformGb ?? usualLimits.platformGb, orgGb: orgGb ?? usualLimits.orgGb },
  };
  if (answer === undefined) return [next];
  const { ranges } = answer.body as CapacityLimits;
  const [from, to] = [startOf(group, 0), startOf(group)];
  const shown = ranges.filter((range) => range.from < to && range.to > from);
  const isSet = platformGb !== null || orgGb !== null;
  const expected = isSet ? [{ from, to, platform_capacity_gb: platformGb, org_cap_gb: orgGb }] : [];
  return answer.status === 200 && isDeepStrictEqual(shown, expected) ? [next] : [];
};

const rules: { readonly [Type in Command['type']]: Rule<Type> } = { reserve, quote, calendar, limit };

function findTooMuch(state: State, org: Org, demands: readonly Demand[]): readonly Demand[] {
  return demands.filter(({ interval, capacityGb }) => capacityGb > roomIn(state, org, interval).reservableGb);
}

/** Whether exactly these intervals are refused, with what is left of each and a reason that can be the right one. */
function isRefusal(
  state: State,
  call: CallOf<'reserve' | 'quote'>,
  tooMuch: readonly Demand[],
  clockToleranceMs: number,
): boolean {
  const { operation, answer } = call;
  if (answer === undefined) return true;
  if (answer.status !== 409) return false;
  const { error, intervals: shortfalls } = answer.body as CapacityNotAvailableProblem;
  const expected = tooMuch.map(({ interval, capacityGb }) => ({
    startsAt: startOf(operation.group, interval),
    requestedGb: capacityGb,
    reservableGb: roomIn(state, operation.org, interval).reservableGb,
  }));
  const amounts = shortfalls.map(({ startsAt, requestedGb, reservableGb }) => {
    return { startsAt, requestedGb, reservableGb };
  });
  const overtaken = tooMuch.filter((_, index) => shortfalls[index]?.reason === 'concurrent_write');
  return (
    error === 'capacity_not_available' &&
    isDeepStrictEqual(amounts, expected) &&
    overtaken.every((demand) => operation.type === 'reserve' && canBeOvertaken(state, call, demand, clockToleranceMs))
  );
}

/**
 * Whether it would fit without what was reserved after the request had been made. When the request arrived, only the
 * server knows: it may have been as late as its decision, so that nobody can say that it was overtaken.
 */
function canBeOvertaken(
  state: State,
  { operation: { org }, calledAtMs }: CallOf<'reserve' | 'quote'>,
  { interval, capacityGb }: Demand,
  clockToleranceMs: number,
): boolean {
  const sinceMs = Math.floor(calledAtMs) - clockToleranceMs;
  const earlier = state.bookings.filter(({ createdMs }) => createdMs !== null && createdMs < sinceMs);
  return capacityGb <= roomIn({ ...state, bookings: earlier }, org, interval).reservableGb;
}
