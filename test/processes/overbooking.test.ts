import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type {
  CapacityCalendar,
  CapacityInterval,
  CapacityNotAvailableProblem,
  CapacityShortfall,
} from '@holdfast/contract';
import { recordKinds } from '@holdfast/engine';
import { intervals } from '@holdfast/sdk';
import { openMongoStore } from '@holdfast/store-mongodb';
import { openSqliteStore } from '@holdfast/store-sqlite';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';

import { WireClient } from '../faults/wire-client.ts';
import type { Answer } from '../faults/wire-client.ts';
import { addApiKeys } from '../targets/add-api-keys.ts';
import { startServerProcess } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

const apiKey = `hf_live_${'6'.repeat(43)}`;
const otherOrgsKey = `hf_live_${'7'.repeat(43)}`;
const mongodbUri = inject('mongodbUri');

const [hourMs, dayMs] = [3_600_000, 86_400_000];

/** Processes on MongoDB go by its clock, so that theirs may be an hour off. */
const places = [
  { place: 'a process on SQLite', clockShiftsMs: [0], isMongodb: false },
  ...(mongodbUri === undefined
    ? []
    : [{ place: 'three processes on MongoDB', clockShiftsMs: [-hourMs, 0, hourMs], isMongodb: true }]),
];

const callers = Array.from({ length: 200 }, (_, caller) => caller);
const orgCapGb = 1_024;

/** Each on a day of its own. */
const rounds = 4;

describe.each(places)('capacity, on $place', ({ clockShiftsMs, isMongodb }) => {
  let folder: string;
  let servers: readonly ServerProcess[] = [];
  let clients: readonly WireClient[] = [];
  let otherOrgsClients: readonly WireClient[] = [];
  let daysUsed = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-overbooking-'));
    const [uri, database] = [mongodbUri ?? '', `overbooking-${randomUUID().slice(0, 13)}`];
    const file = join(folder, 'holdfast.sqlite');
    const kinds = recordKinds;
    const store = await (isMongodb ? openMongoStore({ uri, database, kinds }) : openSqliteStore({ file, kinds }));
    await addApiKeys(store, [{ apiKey: otherOrgsKey, tenantId: 'other', environment: 'live', isAdmin: false }]);
    await store.close();

    const place = isMongodb ? { MONGODB_URI: uri, MONGODB_DATABASE: database } : { HOLDFAST_DATA_DIR: folder };
    const env = { ...place, HOLDFAST_BOOTSTRAP_API_KEY: apiKey };
    servers = await Promise.all(clockShiftsMs.map((clockShiftMs) => startServerProcess({ env, clockShiftMs })));
    clients = servers.map(({ url }) => new WireClient(url, apiKey));
    otherOrgsClients = servers.map(({ url }) => new WireClient(url, otherOrgsKey));
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
    await rm(folder, { recursive: true, force: true });
  });

  test('that is enough for 16 of 200 callers goes to 16, and some of the others hear who was faster', async () => {
    const reasons: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const day = newDay();
      const wanted = intervals(day, new Date(day.getTime() + hourMs / 4), 64);
      const answers = await Promise.all(callers.map((caller) => reserve(clients, caller, wanted)));
      expectStatuses(answers, { granted: 16, refused: 184 });
      for (const { reason, ...figures } of shortfallsIn(answers)) {
        expect(figures).toEqual({ startsAt: wanted[0]?.startsAt, requestedGb: 64, reservableGb: 0 });
        reasons.push(reason);
      }
      for (const client of clients) expect(await totalsOf(client, wanted)).toEqual([orgCapGb]);
      for (const client of clients) await vi.waitFor(() => expectTooLate(client, wanted), { timeout: 60_000 });
    }
    expect(reasons).toContain('concurrent_write');
  });

  test('is reserved by 200 callers in opposite orders: all of them are answered, and each has all intervals or none', async () => {
    const midnight = new Date(newDay().getTime() + dayMs);
    daysUsed += 1;
    const wanted = intervals(new Date(midnight.getTime() - hourMs), new Date(midnight.getTime() + hourMs), 64);
    const answers = await Promise.all(
      callers.map((caller) => reserve(clients, caller, caller % 2 === 0 ? wanted : wanted.toReversed())),
    );
    expectStatuses(answers, { granted: 16, refused: 184 });
    expect(shortfallsIn(answers)).toHaveLength(184 * wanted.length);
    for (const client of clients) expect(await totalsOf(client, wanted)).toEqual(wanted.map(() => orgCapGb));
  });

  test('of the platform is shared by two orgs to the last GB, and neither gets beyond its cap', async () => {
    const day = newDay();
    const [from, to] = [day.toISOString(), new Date(day.getTime() + dayMs).toISOString()];
    const body = { platform_capacity_gb: 1_280, from, to };
    expect((await clients[0]?.write({ operationId: 'updateCapacityLimits', body }))?.status).toBe(200);

    const wanted = intervals(day, new Date(day.getTime() + hourMs), 16);
    const answers = await Promise.all(
      callers.map((caller) => {
        return caller % 2 === 0
          ? reserve(clients, caller, wanted)
          : reserve(otherOrgsClients, caller, wanted.toReversed());
      }),
    );
    expectStatuses(answers, { granted: 80, refused: 120 });
    const [ours, theirs] = await Promise.all([clients, otherOrgsClients].map((org) => totalsOf(org.at(-1), wanted)));
    for (const index of wanted.keys()) {
      const [oursGb = 0, theirsGb = 0] = [ours?.[index], theirs?.[index]];
      expect(oursGb + theirsGb).toBe(1_280);
      expect(Math.max(oursGb, theirsGb)).toBeLessThanOrEqual(orgCapGb);
    }
  });

  /** Midnight of a day of which nothing is reserved. */
  function newDay(): Date {
    daysUsed += 1;
    return new Date((Math.floor(Date.now() / dayMs) + 1 + daysUsed) * dayMs);
  }

  /** Neighbouring callers ask different processes. Fails if a request isn't answered, or with a 503. */
  function reserve(org: readonly WireClient[], caller: number, wanted: readonly CapacityInterval[]): Promise<Answer> {
    return ask(org[Math.floor(caller / 2) % org.length] as WireClient, wanted);
  }
});

function ask(client: WireClient, wanted: readonly CapacityInterval[]): Promise<Answer> {
  return client.write({ operationId: 'reserveCapacity', body: { intervals: wanted } }, randomUUID());
}

/** Who comes when everything is over is told that nobody was faster: by its process's clock, to a few milliseconds. */
async function expectTooLate(client: WireClient, wanted: readonly CapacityInterval[]): Promise<void> {
  const reasons = shortfallsIn([await ask(client, wanted)]).map(({ reason }) => reason);
  expect(reasons).toEqual(wanted.map(() => 'insufficient_capacity'));
}

function expectStatuses(answers: readonly Answer[], expected: { readonly granted: number; readonly refused: number }) {
  const [granted, refused] = [200, 409].map((each) => answers.filter(({ status }) => status === each).length);
  const others = answers.filter(({ status }) => status !== 200 && status !== 409);
  expect({ granted, refused, others }).toEqual({ ...expected, others: [] });
}

function shortfallsIn(answers: readonly Answer[]): readonly CapacityShortfall[] {
  const refusals = answers.filter(({ status }) => status === 409);
  return refusals.flatMap(({ body }) => {
    const { error, intervals: failing } = JSON.parse(body) as CapacityNotAvailableProblem;
    expect(error).toBe('capacity_not_available');
    return failing;
  });
}

/** What the org has reserved in these intervals, which follow one another. */
async function totalsOf(
  client: WireClient | undefined,
  wanted: readonly CapacityInterval[],
): Promise<readonly number[]> {
  const query = { from: wanted[0]?.startsAt ?? '', to: wanted.at(-1)?.endsAt ?? '' };
  const calendar = await client?.read<CapacityCalendar>({ operationId: 'getCapacityCalendar', query });
  return calendar?.intervals.map(({ reservedGb }) => reservedGb) ?? [];
}
