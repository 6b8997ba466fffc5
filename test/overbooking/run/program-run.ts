import { isDeepStrictEqual } from 'node:util';

import type { Outcome } from '@holdfast/engine';

import { predict, toIntervals } from '../model/predict.ts';
import type { Request } from '../model/request.ts';
import { State } from '../model/state.ts';
import {
  allIntervals,
  emptyInterval,
  intervalMs,
  night,
  observer,
  observersCap,
  orgs,
  stranger,
} from '../program/intervals.ts';
import type { Sent, Step, Program } from '../program/program.ts';
import { coverageOf } from './coverage.ts';
import { explain, isRight } from './explain.ts';
import type { Answered } from './explain.ts';
import type { World } from './world.ts';

const leadTimeMs = 30 * 60 * 1_000;

/** What limited an interval when something was last booked in it. */
interface Ceiling {
  readonly byOrg: ReadonlyMap<string, number>;
  readonly platformGb: number;
}

/** A program, step by step, with a look at every interval after each. */
export class ProgramRun {
  readonly trace: string[] = [];
  readonly covered = new Set<string>();
  readonly #world: World;
  readonly #ceilings = new Map<number, Ceiling>();
  readonly #granted = new Map<string, unknown[]>();
  #state = new State().change(observersCap);

  constructor(world: World) {
    this.#world = world;
  }

  /** Throws what is wrong. */
  async takeAll({ steps }: Program): Promise<void> {
    for (const step of steps) await this.#take(step);
    for (const org of orgs) await this.#checkList(org);
  }

  async #take(step: Step): Promise<void> {
    const { nowMs } = this.#world;
    // What went before is then over for every process, by the clock that they share.
    if (step.type === 'together') return this.#sendTogether(step.sent, nowMs + 1);
    const toMs =
      step.type === 'pass' ? nowMs + step.milliseconds : step.interval * intervalMs - leadTimeMs + step.offsetMs - 1;
    this.#world.nowMs = Math.max(nowMs, toMs);
    this.trace.push(`It is ${new Date(this.#world.nowMs).toISOString()}.`);
  }

  async #sendTogether(sent: readonly Sent[], nowMs: number): Promise<void> {
    this.#world.nowMs = nowMs;
    const answered = await Promise.all(
      sent.map(async ({ request, process }) => ({ request, outcome: await this.#world.send(request, process) })),
    );
    this.trace.push('Together:', ...answered.map(describe));
    const calendars = await this.#readCalendars();
    const explanation = explain(answered, calendars, this.#state, nowMs);
    if (explanation === undefined) throw new Error(this.#findFault(answered, calendars));
    for (const one of answered) for (const word of coverageOf(one, this.#state)) this.covered.add(word);
    for (const { request, state } of explanation) this.#carryOut(request, state);
    for (const { request, outcome } of answered) this.#keepGranted(request, outcome);
    this.#checkIntervals(calendars);
  }

  #carryOut(request: Request, state: State): void {
    this.#state = state;
    if (request.type !== 'reserve') return;
    for (const { interval } of request.demands) {
      const byOrg = new Map(this.#ceilings.get(interval)?.byOrg).set(request.org, state.capGb(request.org, interval));
      this.#ceilings.set(interval, { byOrg, platformGb: state.platformGb(interval) });
      if (state.reservableGb(request.org, interval) === 0) this.covered.add('filled to the brim');
    }
  }

  #keepGranted(request: Request, outcome: Outcome<unknown>): void {
    if (request.type !== 'reserve' || !outcome.ok) return;
    this.#granted.set(request.org, [...(this.#granted.get(request.org) ?? []), outcome.value]);
  }

  /** Every interval as every org sees it, and the observer. */
  async #readCalendars(): Promise<readonly Answered[]> {
    const later = [...allIntervals.filter((interval) => interval >= night.toInterval), emptyInterval].map(
      (interval) => ({ fromInterval: interval, toInterval: interval + 1 }),
    );
    const requests = [...orgs, observer, stranger].flatMap((org) =>
      [night, ...later].map((range) => ({ type: 'calendar', org, range }) as const),
    );
    return Promise.all(
      requests.map(async (request, process) => ({ request, outcome: await this.#world.send(request, process) })),
    );
  }

  /** Holds what the service shows of every interval against what was granted, and against the limits of that time. */
  #checkIntervals(calendars: readonly Answered[]): void {
    const shown = new Map<number, number>();
    for (const { request, outcome } of calendars) {
      if (request.type !== 'calendar') continue;
      for (const row of rowsOf(outcome)) this.#checkRow(request.org, row, shown);
    }
    for (const [interval, reservedGb] of shown) this.#checkPlatform(interval, reservedGb);
  }

  #checkRow(org: string, { startsAt, reservedGb }: Row, shown: Map<number, number>): void {
    const interval = Date.parse(startsAt) / intervalMs;
    shown.set(interval, (shown.get(interval) ?? 0) + reservedGb);
    const granted = (this.#granted.get(org) ?? []) as readonly {
      intervals: readonly { startsAt: string; capacityGb: number }[];
    }[];
    const inInterval = granted.flatMap(({ intervals }) => intervals).filter((each) => each.startsAt === startsAt);
    const grantedGb = inInterval.reduce((sum, { capacityGb }) => sum + capacityGb, 0);
    if (reservedGb !== grantedGb)
      throw new Error(`${org} was granted ${grantedGb} GB at ${startsAt}, but has ${reservedGb}.`);
    const capGb = this.#ceilings.get(interval)?.byOrg.get(org) ?? 0;
    if (reservedGb > capGb)
      throw new Error(`Overbooked: ${org} has ${reservedGb} GB of at most ${capGb} at ${startsAt}.`);
    if (reservedGb > this.#state.capGb(org, interval)) this.covered.add('cap below what is booked');
  }

  #checkPlatform(interval: number, reservedGb: number): void {
    const mostGb = this.#ceilings.get(interval)?.platformGb ?? 0;
    const startsAt = new Date(interval * intervalMs).toISOString();
    if (reservedGb > mostGb)
      throw new Error(`Overbooked: all have ${reservedGb} GB of at most ${mostGb} at ${startsAt}.`);
    if (reservedGb > this.#state.platformGb(interval)) this.covered.add('platform below what is booked');
  }

  /** Every reservation that was granted is there, and none besides. */
  async #checkList(org: string): Promise<void> {
    const byId = (all: readonly unknown[]) =>
      (all as readonly { reservationId: string }[]).toSorted((one, other) =>
        one.reservationId < other.reservationId ? -1 : 1,
      );
    const [listed, granted] = [byId(await this.#world.list(org)), byId(this.#granted.get(org) ?? [])];
    if (isDeepStrictEqual(listed, granted)) return;
    throw new Error(`The reservations of ${org} are ${JSON.stringify(listed)}\ninstead of ${JSON.stringify(granted)}`);
  }

  /** What no order explains: what is shown afterwards, or an answer already. */
  #findFault(answered: readonly Answered[], calendars: readonly Answered[]): string {
    const { nowMs } = this.#world;
    const explanation = explain(answered, [], this.#state, nowMs);
    const state = explanation === undefined ? this.#state : (explanation.at(-1)?.state ?? this.#state);
    const situation = { state, before: this.#state, nowMs };
    const all = explanation === undefined ? answered : calendars;
    const wrong = all
      .filter((one) => !isRight(one, situation))
      .map((one) => {
        return describeWrong(one, predict(one.request, situation));
      });
    const title =
      explanation === undefined ? 'No order explains the answers. Before all others,' : 'The answers are right, but';
    return [`${title} this would be wrong:`, ...wrong.slice(0, 3)].join('\n');
  }
}

interface Row {
  readonly startsAt: string;
  readonly reservedGb: number;
}

function rowsOf(outcome: Outcome<unknown>): readonly Row[] {
  if (!outcome.ok) throw new Error(`A calendar was refused: ${JSON.stringify(outcome)}`);
  return (outcome.value as { intervals: readonly Row[] }).intervals;
}

/** Of a calendar, only the rows that are wrong. */
function describeWrong(one: Answered, expected: unknown): string {
  if (one.request.type !== 'calendar') return `${describe(one)}\n  where it should be ${JSON.stringify(expected)}`;
  const [rows, expectedRows] = [one.outcome, expected as Outcome<unknown>].map(rowsOf) as [
    readonly Row[],
    readonly Row[],
  ];
  const wrong = rows.flatMap((row, index) => {
    const isRightRow = isDeepStrictEqual(row, expectedRows[index]);
    return isRightRow ? [] : [`  ${JSON.stringify(row)}\n  where it should be ${JSON.stringify(expectedRows[index])}`];
  });
  return [`  The calendar of ${one.request.org}:`, ...wrong].join('\n');
}

function describe({ request, outcome }: Answered): string {
  if (request.type !== 'reserve' && request.type !== 'quote')
    return `  ${JSON.stringify(request)} → ${JSON.stringify(outcome)}`;
  const demands = toIntervals(request.demands).map(({ startsAt, capacityGb }) => `${capacityGb} at ${startsAt}`);
  const answer = outcome.ok ? 'ok' : JSON.stringify(outcome);
  return `  ${request.org} ${request.type} ${demands.join(', ')} → ${answer}`;
}
