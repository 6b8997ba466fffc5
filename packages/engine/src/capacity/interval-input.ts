import type { CapacityInterval } from '@holdfast/contract';

import { invalidRequest, isRefused } from '../shared/outcomes.ts';
import type { Refused } from '../shared/outcomes.ts';
import { fromWireTime } from '../shared/times.ts';
import type { Demand, TimeForm } from './bookings/runs.ts';
import { isBookable, mostDaysShown, intervalMs, intervalsPerDay } from './intervals.ts';
import type { IntervalRange } from './intervals.ts';

/** The end of a time on the grid: zero seconds, and UTC. */
const endOfGridTime = /:00(\.0+)?(?:Z|\+00:00)$/u;

const usualForm = 'Z';

/** The intervals of a request, each once, in its order; or the first fault. */
export function parseIntervals(intervals: readonly CapacityInterval[]): readonly Demand[] | Refused {
  const demands: Demand[] = [];
  const indexes = new Map<number, number>();
  for (const [index, interval] of intervals.entries()) {
    const demand = parseInterval(interval, `/intervals/${index}`);
    if (isRefused(demand)) return demand;
    const earlier = indexes.get(demand.interval);
    if (earlier !== undefined) return repeated(interval, index, earlier);
    indexes.set(demand.interval, index);
    demands.push(demand);
  }
  return demands;
}

/** The first interval that starts too soon to be booked; undefined if none does. */
export function refuseTooSoon(
  intervals: readonly CapacityInterval[],
  demands: readonly Demand[],
  nowMs: number,
): Refused | undefined {
  const index = demands.findIndex(({ interval }) => !isBookable(interval, nowMs));
  if (index === -1) return undefined;
  const message = 'must be at least 30 minutes from now';
  return invalidRequest({
    field: `/intervals/${index}/startsAt`,
    rule: 'leadTime',
    message,
    value: intervals[index]?.startsAt,
  });
}

/** The intervals between two times of a query, at most 35 days. */
export function parseGridWindow({ from, to }: { readonly from: string; readonly to: string }): IntervalRange | Refused {
  const [fromInterval, toInterval] = [intervalOf(from), intervalOf(to)];
  if (fromInterval === undefined) return offGrid('query.from', from);
  if (toInterval === undefined) return offGrid('query.to', to);
  if (fromInterval >= toInterval) {
    return invalidRequest({ field: 'query.to', rule: 'after', message: 'must be later than query.from', value: to });
  }
  if (toInterval - fromInterval <= mostDaysShown * intervalsPerDay) return { fromInterval, toInterval };
  const message = `must be at most ${mostDaysShown} days after query.from`;
  return invalidRequest({ field: 'query.to', rule: 'maximum', message, value: to });
}

/** The interval that starts at a time; undefined if none does. */
export function intervalOf(time: string): number | undefined {
  const atMs = endOfGridTime.test(time) ? fromWireTime(time) : undefined;
  return atMs === undefined || atMs % intervalMs !== 0 ? undefined : atMs / intervalMs;
}

export function offGrid(field: string, value: string): Refused {
  const message = 'must be on the 15-minute grid: :00, :15, :30 or :45 in UTC, without seconds';
  return invalidRequest({ field, rule: 'grid', message, value });
}

function parseInterval({ startsAt, endsAt, capacityGb }: CapacityInterval, field: string): Demand | Refused {
  const [interval, endInterval] = [intervalOf(startsAt), intervalOf(endsAt)];
  if (interval === undefined) return offGrid(`${field}/startsAt`, startsAt);
  if (endInterval === undefined) return offGrid(`${field}/endsAt`, endsAt);
  if (endInterval !== interval + 1) {
    const message = `must be 15 minutes after startsAt, which is ${startsAt}`;
    return invalidRequest({ field: `${field}/endsAt`, rule: 'duration', message, value: endsAt });
  }
  const form = { startsAt: formOf(startsAt), endsAt: formOf(endsAt) };
  return { interval, capacityGb, ...(isUsual(form) ? {} : { form }) };
}

function repeated({ startsAt }: CapacityInterval, index: number, earlier: number): Refused {
  const message = `must not be in the request twice: intervals[${earlier}] is the same interval`;
  return invalidRequest({ field: `/intervals/${index}/startsAt`, rule: 'uniqueItems', message, value: startsAt });
}

/** How the time ends after its minutes; answers always use `Z`. */
function formOf(time: string): string {
  return `${endOfGridTime.exec(time)?.[1] ?? ''}${usualForm}`;
}

function isUsual({ startsAt, endsAt }: TimeForm): boolean {
  return startsAt === usualForm && endsAt === usualForm;
}
