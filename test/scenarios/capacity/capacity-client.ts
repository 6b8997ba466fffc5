import type { CapacityInterval, CapacityShortfall, OperationTypes } from '@holdfast/contract';
import { expect } from 'vitest';

import type { Scenario, WireAnswer } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { dayMs, gridTime } from './grid.ts';

/** What an operation answers with when it succeeds. */
export type Result<Id extends keyof OperationTypes> = OperationTypes[Id]['result'];

export type Reservation = Result<'reserveCapacity'>;

export const paths = {
  reservations: '/api/capacity/reservations',
  quotes: '/api/capacity/quotes',
  calendar: '/api/capacity/calendar',
  windows: '/api/capacity/windows',
  limits: '/v1/admin/capacity',
} as const;

type Query = Readonly<Record<string, string | number>>;

/** What is set for a day: of the platform, and of each org. */
export interface DayLimits {
  readonly platform_capacity_gb?: number;
  readonly org_cap_gb?: number;
  readonly tenant_id?: string;
}

/** The capacity of one tenant, on the wire itself. What isn't named `ask…` must be answered with success. */
export class CapacityClient {
  readonly #scenario: Scenario;
  readonly #apiKey: string;

  constructor(scenario: Scenario, apiKey: string = apiKeys.live) {
    this.#scenario = scenario;
    this.#apiKey = apiKey;
  }

  ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<WireAnswer> {
    return this.#scenario.send(method, path, { body, headers, apiKey: this.#apiKey });
  }

  askFor(path: string, query: Query): Promise<WireAnswer> {
    return this.ask('GET', pathWith(path, query));
  }

  askReserve(
    intervals: readonly CapacityInterval[],
    headers: Readonly<Record<string, string>> = {},
  ): Promise<WireAnswer> {
    return this.ask('POST', paths.reservations, { intervals }, headers);
  }

  async reserve(intervals: readonly CapacityInterval[]): Promise<Reservation> {
    return successOf<'reserveCapacity'>(await this.askReserve(intervals));
  }

  async get(reservationId: string): Promise<Reservation> {
    return successOf<'getCapacityReservation'>(await this.ask('GET', `${paths.reservations}/${reservationId}`));
  }

  async list(query: Query): Promise<Result<'listCapacityReservations'>> {
    return successOf<'listCapacityReservations'>(await this.askFor(paths.reservations, query));
  }

  askQuote(intervals: readonly CapacityInterval[]): Promise<WireAnswer> {
    return this.ask('POST', paths.quotes, { intervals });
  }

  async quote(intervals: readonly CapacityInterval[]): Promise<Result<'quoteCapacity'>> {
    return successOf<'quoteCapacity'>(await this.askQuote(intervals));
  }

  async calendar(fromMs: number, toMs = fromMs + dayMs): Promise<Result<'getCapacityCalendar'>['intervals']> {
    const query = { from: gridTime(fromMs), to: gridTime(toMs) };
    return successOf<'getCapacityCalendar'>(await this.askFor(paths.calendar, query)).intervals;
  }

  /** What is reserved, by when it starts; intervals without anything are left out. */
  async reserved(fromMs: number, toMs = fromMs + dayMs): Promise<Readonly<Record<string, number>>> {
    const rows = (await this.calendar(fromMs, toMs)).filter(({ reservedGb }) => reservedGb !== 0);
    return Object.fromEntries(rows.map(({ startsAt, reservedGb }) => [startsAt, reservedGb]));
  }

  async windows(query: Query): Promise<Result<'findCapacityWindows'>['windows']> {
    return successOf<'findCapacityWindows'>(await this.askFor(paths.windows, query)).windows;
  }

  async setLimits(body: object): Promise<Result<'updateCapacityLimits'>> {
    return successOf<'updateCapacityLimits'>(await this.ask('PUT', paths.limits, body));
  }

  /** Limits for one day, so that no other test is bound by them. */
  async limitDay(day: number, limits: DayLimits, days = 1): Promise<void> {
    await this.setLimits({ ...limits, from: gridTime(day), to: gridTime(day + days * dayMs) });
  }

  async limits(query: Query = {}): Promise<Result<'getCapacityLimits'>> {
    return successOf<'getCapacityLimits'>(await this.askFor(paths.limits, query));
  }

  /** All that can be seen of a day, and the newest reservations. */
  async everythingOn(day: number): Promise<unknown> {
    const now = this.#scenario.clock.now();
    const query = { from: new Date(0).toISOString(), to: new Date(now + dayMs).toISOString(), limit: 5 };
    return Promise.all([this.calendar(day), this.list(query)]);
  }
}

export function pathWith(path: string, query: Query): string {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

/** One row of a 409. */
export function shortfall(
  { startsAt, capacityGb }: CapacityInterval,
  reservableGb: number,
  reason: CapacityShortfall['reason'] = 'insufficient_capacity',
): CapacityShortfall {
  return { startsAt, requestedGb: capacityGb, reservableGb, reason };
}

function successOf<Id extends keyof OperationTypes>({ status, text, json }: WireAnswer): Result<Id> {
  expect(status, text.slice(0, 1_000)).toBe(200);
  return json as Result<Id>;
}
