import { isDeepStrictEqual } from 'node:util';

import type {
  CapacityCalendar,
  CapacityLimits,
  CapacityReservation,
  CapacityReservationPage,
  CapacityUsage,
} from '@holdfast/contract';

import { usageFrom, usageTo } from './capacity-draws.ts';
import type { Quarters } from './capacity-draws.ts';
import { quarterOf, quartersPerDay, tenantId, timeOf } from './capacity-known.ts';
import type { KnownCapacity } from './capacity-known.ts';
import type { BrokenPromise } from './family.ts';
import type { WireClient } from './wire-client.ts';

/** So much of a calendar comes in one answer. */
const mostQuarters = 35 * quartersPerDay;

/** How many of the newest reservations are asked for by themselves. */
const askedAlone = 10;

const secondsPerQuarter = 900;

/** Holds what was answered against the server's list, calendar, limits and usage. */
export async function findBrokenCapacity(
  known: KnownCapacity,
  drawn: readonly Quarters[],
  client: WireClient,
): Promise<readonly BrokenPromise[]> {
  const broken = [
    findInList(known, await readReservations(client)),
    await findInNewest(known, client),
    findInLimits(known, await readLimits(client), await readLimits(client, tenantId)),
    findInUsage(known, await client.read({ operationId: 'getCapacityUsage', query: { from: usageFrom, to: usageTo } })),
  ];
  for (const quarters of drawn) broken.push(findInCalendar(known, await readCalendar(client, quarters)));
  return broken.flat();
}

/** What is set for a range in which the interval is; null if nothing is. */
export function rangeGbAt(
  ranges: CapacityLimits['ranges'],
  quarter: number,
  name: 'platform_capacity_gb' | 'org_cap_gb',
): number | null {
  const covering = ranges.filter(({ from, to }) => quarterOf(from) <= quarter && quarter < quarterOf(to));
  return covering.find((range) => range[name] !== null)?.[name] ?? null;
}

function findInList(known: KnownCapacity, listed: readonly CapacityReservation[]): readonly BrokenPromise[] {
  const rows = Map.groupBy(listed, ({ reservationId }) => reservationId);
  const lost = [...known.reservations.values()].filter((reservation) => {
    return !isDeepStrictEqual(rows.get(reservation.reservationId), [reservation]);
  });
  const foreign = listed.filter(({ reservationId }) => !known.reservations.has(reservationId));
  const isInOrder = listed.every(({ createdAt }, index) => createdAt <= (listed[index - 1]?.createdAt ?? createdAt));
  return [
    ...lost.map(({ reservationId: id }) => {
      const details = [`listed: ${JSON.stringify(rows.get(id))}`, ...known.journalOf(id)];
      return broken(`What was reserved is in the list, as it was answered, once. (${id})`, details);
    }),
    ...foreign.map((row) => {
      const journal = known.journalOf(row.intervals[0]?.startsAt ?? '');
      return broken('What is in the list was answered to somebody.', [JSON.stringify(row), ...journal]);
    }),
    ...(isInOrder ? [] : [broken('The list has the newest reservation first.', [])]),
  ];
}

/** By another index than the list. */
async function findInNewest(known: KnownCapacity, client: WireClient): Promise<readonly BrokenPromise[]> {
  const found: BrokenPromise[] = [];
  for (const reservation of [...known.reservations.values()].slice(-askedAlone)) {
    const { reservationId } = reservation;
    const path = { reservationId };
    const { status, body } = await client.send({ operationId: 'getCapacityReservation', path });
    if (status === 200 && isDeepStrictEqual(JSON.parse(body), reservation)) continue;
    found.push(broken('A reservation is there as answered.', [`${status} ${body}`, ...known.journalOf(reservationId)]));
  }
  return found;
}

function findInCalendar(known: KnownCapacity, rows: CapacityCalendar['intervals']): readonly BrokenPromise[] {
  return rows.flatMap((row) => {
    const promises = findInRow(known, row);
    if (promises.length === 0) return [];
    const evidence = [`calendar: ${JSON.stringify(row)}`, ...known.journalOf(row.startsAt)];
    return promises.map((promise) => broken(promise, evidence));
  });
}

function findInRow(known: KnownCapacity, row: CapacityCalendar['intervals'][number]): readonly string[] {
  const quarter = quarterOf(row.startsAt);
  const reservedGb = known.reservedAt(quarter);
  const goneGb = known.capacityAt(quarter) - (known.leastLeftGb.get(quarter) ?? Infinity);
  const isLimitRight = row.reservationLimitGb === known.orgCapAt(quarter);
  const isLeftRight = row.reservableGb === known.leftAt(quarter);
  return [
    ...(row.reservedGb === reservedGb ? [] : [`What is reserved is the sum of all reservations, ${reservedGb} GB.`]),
    ...(row.reservedGb >= goneGb ? [] : ['What a refusal said to be gone is not there again.']),
    ...(isLimitRight && isLeftRight ? [] : ['The calendar says what the limits leave.']),
  ];
}

function findInLimits(known: KnownCapacity, forAll: CapacityLimits, forOrg: CapacityLimits): readonly BrokenPromise[] {
  return [...known.limits].flatMap(([quarter, limits]) => {
    const found = {
      platformGb: rangeGbAt(forAll.ranges, quarter, 'platform_capacity_gb'),
      orgsGb: rangeGbAt(forAll.ranges, quarter, 'org_cap_gb'),
      orgGb: rangeGbAt(forOrg.ranges, quarter, 'org_cap_gb'),
    };
    if (isDeepStrictEqual(found, limits)) return [];
    const details = [JSON.stringify(found), ...known.journalOf(timeOf(quarter))];
    return [broken(`A limit is as it was set last: ${timeOf(quarter)} ${JSON.stringify(limits)}`, details)];
  });
}

function findInUsage(known: KnownCapacity, { intervals }: CapacityUsage): readonly BrokenPromise[] {
  return intervals.flatMap((row) => {
    const expected = usedGbSeconds(known, quarterOf(row.startsAt));
    if (row.usedGbSeconds === expected && row.overageGbSeconds === expected) return [];
    return [broken(`Each sample counts once, which makes ${expected} GB-seconds.`, [JSON.stringify(row)])];
  });
}

/** What workloads have used in an interval: each of them what its last sample before a second said. */
function usedGbSeconds({ samples }: KnownCapacity, quarter: number): number {
  const [from, to] = [quarter * secondsPerQuarter, (quarter + 1) * secondsPerQuarter];
  let used = 0;
  for (const ofWorkload of samples.values()) {
    const inOrder = [...ofWorkload].sort(([left], [right]) => left - right);
    for (const [index, [atMs, memoryGb]] of inOrder.entries()) {
      const next = inOrder[index + 1]?.[0] ?? Infinity;
      const [begin, end] = [Math.ceil(atMs / 1_000), Math.ceil(next / 1_000)];
      used += memoryGb * Math.max(0, Math.min(end, to) - Math.max(begin, from));
    }
  }
  return used;
}

/** All reservations, over all pages of their list. */
async function readReservations(client: WireClient): Promise<readonly CapacityReservation[]> {
  const query = { from: '1970-01-01T00:00:00Z', to: '2970-01-01T00:00:00Z', limit: '200' };
  const rows: CapacityReservation[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const from = cursor === '' ? {} : { cursor };
    const page: CapacityReservationPage = await client.read({
      operationId: 'listCapacityReservations',
      query: { ...query, ...from },
    });
    rows.push(...page.reservations);
    cursor = page.nextCursor;
  }
  return rows;
}

async function readCalendar(client: WireClient, { from, to }: Quarters): Promise<CapacityCalendar['intervals']> {
  const rows: CapacityCalendar['intervals'] = [];
  for (let first = from; first < to; first += mostQuarters) {
    const query = { from: timeOf(first), to: timeOf(Math.min(to, first + mostQuarters)) };
    const { intervals } = await client.read<CapacityCalendar>({ operationId: 'getCapacityCalendar', query });
    rows.push(...intervals);
  }
  return rows;
}

function readLimits(client: WireClient, tenant?: string): Promise<CapacityLimits> {
  return client.read({ operationId: 'getCapacityLimits', query: tenant === undefined ? {} : { tenant_id: tenant } });
}

function broken(promise: string, evidence: readonly string[]): BrokenPromise {
  return { promise, evidence };
}
