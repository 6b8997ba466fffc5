import { intervalMs } from '../program/intervals.ts';
import type { LimitChange, Request, IntervalRange, Wish } from './request.ts';
import type { World } from './state.ts';

/** What a request finds. */
export interface Situation {
  /** When it is carried out. */
  readonly world: World;
  /** When it arrived. */
  readonly before: World;
  readonly nowMs: number;
}

type Expected =
  | { readonly ok: true; readonly value: object }
  | { readonly ok: false; readonly code: 'capacity_not_available'; readonly intervals: readonly object[] }
  | { readonly ok: false; readonly code: 'invalid_request'; readonly field: string };

const leadTimeMs = 30 * 60 * 1_000;
/** 3,600 seconds at $0.012 for 1 GB make 12,000 micro-dollars, so an interval of it makes 3,000. */
const microsForGbAndInterval = 3_000;

/** What the request must be answered with. */
export function predict(request: Request, situation: Situation): Expected {
  const { world, nowMs } = situation;
  switch (request.type) {
    case 'reserve':
      return predictReserve(request, situation);
    case 'quote':
      return refusalOf(request, { ...situation, before: world }) ?? { ok: true, value: toQuote(request.wishes) };
    case 'calendar': {
      const intervals = intervalsIn(request.range).map((interval) => toRow(world, request.org, interval, nowMs));
      return { ok: true, value: { ...toTimes(request.range), resource: 'memory_gb', intervals } };
    }
    case 'windows':
      return { ok: true, value: findWindows(request, world, nowMs) };
    case 'limits':
      return { ok: true, value: showLimits(world.change(request.change), request.change.tenant) };
  }
}

/** The world after a request that was carried out. */
export function worldAfter(request: Request, world: World): World {
  if (request.type === 'reserve') return world.book(request.org, request.wishes);
  return request.type === 'limits' ? world.change(request.change) : world;
}

export function toTime(interval: number): string {
  return new Date(interval * intervalMs).toISOString().replace('.000Z', 'Z');
}

export function toIntervals(wishes: readonly Wish[]) {
  return wishes.map(({ interval, capacityGb }) => ({
    startsAt: toTime(interval),
    endsAt: toTime(interval + 1),
    capacityGb,
  }));
}

function intervalsIn({ fromInterval, toInterval }: IntervalRange): readonly number[] {
  return Array.from({ length: toInterval - fromInterval }, (_, index) => fromInterval + index);
}

function toTimes({ fromInterval, toInterval }: IntervalRange) {
  return { from: toTime(fromInterval), to: toTime(toInterval) };
}

type Booking = Extract<Request, { type: 'reserve' | 'quote' }>;

function predictReserve(request: Booking, situation: Situation): Expected {
  const value = { createdAt: new Date(situation.nowMs).toISOString(), intervals: toIntervals(request.wishes) };
  return refusalOf(request, situation) ?? { ok: true, value };
}

function refusalOf({ org, wishes }: Booking, { world, before, nowMs }: Situation): Expected | undefined {
  const tooSoon = wishes.findIndex(({ interval }) => !isBookable(interval, nowMs));
  if (tooSoon !== -1) return { ok: false, code: 'invalid_request', field: `/intervals/${tooSoon}/startsAt` };
  const worldWithoutRace = world.withBookingsOf(before);
  const intervals = wishes.flatMap(({ interval, capacityGb }) => {
    const reservableGb = world.reservableGb(org, interval);
    if (capacityGb <= reservableGb) return [];
    const wouldHaveFitted = capacityGb <= worldWithoutRace.reservableGb(org, interval);
    const reason = wouldHaveFitted ? 'concurrent_write' : 'insufficient_capacity';
    return [{ startsAt: toTime(interval), requestedGb: capacityGb, reservableGb, reason }];
  });
  return intervals.length === 0 ? undefined : { ok: false, code: 'capacity_not_available', intervals };
}

function isBookable(interval: number, nowMs: number): boolean {
  return interval * intervalMs - nowMs >= leadTimeMs;
}

function toQuote(wishes: readonly Wish[]) {
  const gb = wishes.reduce((sum, { capacityGb }) => sum + capacityGb, 0);
  return { intervals: toIntervals(wishes), reservedGbHours: gb / 4, reservedCostMicros: gb * microsForGbAndInterval };
}

function toRow(world: World, org: string, interval: number, nowMs: number) {
  return {
    startsAt: toTime(interval),
    endsAt: toTime(interval + 1),
    reservationLimitGb: world.capGb(org, interval),
    reservedGb: world.reservedGb(org, interval),
    reservableGb: isBookable(interval, nowMs) ? world.reservableGb(org, interval) : 0,
  };
}

function findWindows(
  { org, range, length, capacityGb }: Extract<Request, { type: 'windows' }>,
  world: World,
  nowMs: number,
) {
  const windows = [];
  let interval = range.fromInterval;
  while (interval + length <= range.toInterval) {
    const all = intervalsIn({ fromInterval: interval, toInterval: interval + length });
    const reservableGb = Math.min(...all.map((each) => (isBookable(each, nowMs) ? world.reservableGb(org, each) : 0)));
    const isFitting = reservableGb >= capacityGb;
    if (isFitting) windows.push({ startsAt: toTime(interval), endsAt: toTime(interval + length), reservableGb });
    interval += isFitting ? length : 1;
  }
  return { ...toTimes(range), durationMinutes: length * 15, capacityGb, windows };
}

/** Without the ranges: what they come to, calendars show. No story is about rates. */
function showLimits(world: World, tenant: LimitChange['tenant']) {
  const noRange = -1;
  return {
    tenant_id: tenant ?? null,
    platform_capacity_gb: world.platformGb(noRange),
    org_cap_gb: world.capGb(tenant ?? '', noRange),
    reserved_micros_per_gb_hour: 12_000,
    on_demand_micros_per_gb_hour: 60_000,
  };
}
