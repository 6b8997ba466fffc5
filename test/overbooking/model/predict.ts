import { intervalMs } from '../program/intervals.ts';
import type { LimitChange, Request, IntervalRange, Demand } from './request.ts';
import type { State } from './state.ts';

/** What a request finds. */
export interface Situation {
  /** When it is carried out. */
  readonly state: State;
  /** When it arrived. */
  readonly before: State;
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
  const { state, nowMs } = situation;
  switch (request.type) {
    case 'reserve':
      return predictReserve(request, situation);
    case 'quote':
      return refusalOf(request, { ...situation, before: state }) ?? { ok: true, value: toQuote(request.demands) };
    case 'calendar': {
      const intervals = intervalsIn(request.range).map((interval) => toRow(state, request.org, interval, nowMs));
      return { ok: true, value: { ...toTimes(request.range), resource: 'memory_gb', intervals } };
    }
    case 'windows':
      return { ok: true, value: findWindows(request, state, nowMs) };
    case 'limits':
      return { ok: true, value: showLimits(state.change(request.change), request.change.tenant) };
  }
}

/** The state after a request that was carried out. */
export function stateAfter(request: Request, state: State): State {
  if (request.type === 'reserve') return state.book(request.org, request.demands);
  return request.type === 'limits' ? state.change(request.change) : state;
}

export function toTime(interval: number): string {
  return new Date(interval * intervalMs).toISOString().replace('.000Z', 'Z');
}

export function toIntervals(demands: readonly Demand[]) {
  return demands.map(({ interval, capacityGb }) => ({
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
  const value = { createdAt: new Date(situation.nowMs).toISOString(), intervals: toIntervals(request.demands) };
  return refusalOf(request, situation) ?? { ok: true, value };
}

function refusalOf({ org, demands }: Booking, { state, before, nowMs }: Situation): Expected | undefined {
  const tooSoon = demands.findIndex(({ interval }) => !isBookable(interval, nowMs));
  if (tooSoon !== -1) return { ok: false, code: 'invalid_request', field: `/intervals/${tooSoon}/startsAt` };
  const stateWithoutRace = state.withBookingsOf(before);
  const intervals = demands.flatMap(({ interval, capacityGb }) => {
    const reservableGb = state.reservableGb(org, interval);
    if (capacityGb <= reservableGb) return [];
    const wouldHaveFitted = capacityGb <= stateWithoutRace.reservableGb(org, interval);
    const reason = wouldHaveFitted ? 'concurrent_write' : 'insufficient_capacity';
    return [{ startsAt: toTime(interval), requestedGb: capacityGb, reservableGb, reason }];
  });
  return intervals.length === 0 ? undefined : { ok: false, code: 'capacity_not_available', intervals };
}

function isBookable(interval: number, nowMs: number): boolean {
  return interval * intervalMs - nowMs >= leadTimeMs;
}

function toQuote(demands: readonly Demand[]) {
  const gb = demands.reduce((sum, { capacityGb }) => sum + capacityGb, 0);
  return { intervals: toIntervals(demands), reservedGbHours: gb / 4, reservedCostMicros: gb * microsForGbAndInterval };
}

function toRow(state: State, org: string, interval: number, nowMs: number) {
  return {
    startsAt: toTime(interval),
    endsAt: toTime(interval + 1),
    reservationLimitGb: state.capGb(org, interval),
    reservedGb: state.reservedGb(org, interval),
    reservableGb: isBookable(interval, nowMs) ? state.reservableGb(org, interval) : 0,
  };
}

function findWindows(
  { org, range, length, capacityGb }: Extract<Request, { type: 'windows' }>,
  state: State,
  nowMs: number,
) {
  const windows = [];
  let interval = range.fromInterval;
  while (interval + length <= range.toInterval) {
    const all = intervalsIn({ fromInterval: interval, toInterval: interval + length });
    const reservableGb = Math.min(...all.map((each) => (isBookable(each, nowMs) ? state.reservableGb(org, each) : 0)));
    const isFitting = reservableGb >= capacityGb;
    if (isFitting) windows.push({ startsAt: toTime(interval), endsAt: toTime(interval + length), reservableGb });
    interval += isFitting ? length : 1;
  }
  return { ...toTimes(range), durationMinutes: length * 15, capacityGb, windows };
}

/** Without the ranges: what they come to, calendars show. No program is about rates. */
function showLimits(state: State, tenant: LimitChange['tenant']) {
  const noRange = -1;
  return {
    tenant_id: tenant ?? null,
    platform_capacity_gb: state.platformGb(noRange),
    org_cap_gb: state.capGb(tenant ?? '', noRange),
    reserved_micros_per_gb_hour: 12_000,
    on_demand_micros_per_gb_hour: 60_000,
  };
}
