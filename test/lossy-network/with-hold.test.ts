import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';

import { ConnectionError, HoldLostError, InsufficientCreditsError } from '@holdfast/sdk';
import type { HeldCredits, Holdfast } from '@holdfast/sdk';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { SeededRandom } from '../faults/seeded-random.ts';
import { mostRequestsForEachNeeded, writesOutOfOrder } from './checks.ts';
import { isInDoubt } from './debits.ts';
import type { HoldUse } from './hold-use.ts';
import { HoldUsers } from './hold-users.ts';
import type { Section, UseOptions } from './hold-users.ts';
import type { Outage } from './lossy-proxy.ts';
import { seed, LossyServer } from './lossy-server.ts';

/** Longer than a test lasts: what is left behind is seen, and doesn't expire unseen. */
const ttlSeconds = 600;

/** Short enough to see a hold expire, and long enough for several renewals on a busy machine. */
const shortTtlMs = 3_000;
const short = { ttlSeconds: shortTtlMs / 1_000 };

/** Units of credits where there is no end of them. */
const plenty = 1_000_000;

/** For a commit or a release that has no chance. */
const settleTimeoutMs = 1_000;

class SectionError extends Error {}

const random = new SeededRandom(seed);

beforeAll(() => {
  vi.spyOn(Math, 'random').mockImplementation(() => random.fraction() / 10); // Short pauses between attempts.
});

afterAll(() => {
  vi.restoreAllMocks();
});

describe(`withHold on a lossy network (SEED=${seed})`, () => {
  let server: LossyServer;

  beforeAll(async () => {
    server = await LossyServer.start('sqlite');
  });

  afterAll(() => server?.stop());

  // By itself, because it has deadlines to keep.
  test('prolongs holds until long sections end, or aborts their signals in time', async () => {
    const steady = await HoldUsers.start(server, plenty);
    const losesExtensions: Outage = ({ path }) => (path.endsWith('/extend') ? 'request lost' : undefined);
    const cutOff = await HoldUsers.start(server, plenty, losesExtensions);
    const unaware: string[] = [];
    const outlast = async (users: HoldUsers, number: number) => {
      const work = `long ${number}`;
      await users.use(users.newClient(), { work, estimate: 10, ...short }, async (hold) => {
        const endsAtMs = performance.now() + 2.25 * shortTtlMs;
        while (performance.now() < endsAtMs && !hold.signal.aborted) {
          await sleep(50).then(() => immediate()); // Timers that were due meanwhile have fired by then.
          if (!hold.signal.aborted && Date.now() > Date.parse(hold.expiresAt)) unaware.push(work);
        }
        return 7;
      });
    };
    await Promise.all([steady, cutOff].flatMap((users) => numbers(15).map((number) => outlast(users, number))));

    await Promise.all([steady, cutOff].map((users) => expectPromisesKept(users)));
    expect(unaware).toEqual([]);
    const signals = cutOff.uses.flatMap(({ hold }) => hold?.signal ?? []);
    expect(signals).not.toEqual([]);
    for (const { reason } of signals) expect(reason).toBeInstanceOf(HoldLostError);
    const lasted = steady.uses.filter(({ outcome, ranForMs }) => outcome !== undefined && ranForMs > 2 * shortTtlMs);
    expect(lasted).not.toEqual([]);
  });

  // Each section needs two requests on a reliable network. What the losses cost is not left to chance: see `drawFates`.
  test.concurrent('debits what each section returned, at 1.6 requests for each one needed at most', async () => {
    const users = await HoldUsers.start(server, plenty);
    const payEach = async (number: number) => {
      const client = users.newClient();
      for (const round of numbers(15)) {
        await users.use(client, { work: `own ${number}.${round}`, estimate: 10, ttlSeconds }, anySection);
      }
    };
    await Promise.all(numbers(20).map(payEach));

    await expectPromisesKept(users);
    const extended = users.uses.filter(({ hold }) => (hold?.estimatedUnits ?? 10) > 10).length;
    expect(users.proxy.exchanges.length / (2 * users.uses.length + extended)).toBeLessThan(mostRequestsForEachNeeded);
    const failed = users.uses.filter(({ error }) => error !== undefined && !(error instanceof SectionError));
    expect(failed.length).toBeLessThan(users.uses.length / 15);
    expect(users.unreleased.length).toBeLessThan(users.uses.length / 25);
    expect(users.uses.filter(isInDoubt)).toEqual([]);
    for (const { hold, outcome } of users.uses)
      expect(outcome?.commit.estimated_units).toBe(outcome && hold?.estimatedUnits);
  });

  test.concurrent('debits each piece of work once, however often it is run until it is done', async () => {
    const users = await HoldUsers.start(server, plenty);
    const workOff = async (number: number) => {
      for (const round of numbers(6)) {
        const work = `job ${number}.${round}`;
        await runUntilDone(users, { work, estimate: 10, ttlSeconds, hasKey: true }, anySection);
        if (random.chance(0.3)) await runUntilDone(users, { work, estimate: 10, ttlSeconds, hasKey: true }, never);
      }
    };
    await Promise.all(numbers(20).map(workOff));

    await expectPromisesKept(users);
    expect(users.proxy.exchanges.length / users.neededCount).toBeLessThan(mostRequestsForEachNeeded);
    expect(new Set(await worksDebited(users))).toEqual(new Set(users.uses.map(({ work }) => work)));
    expect(users.uses.filter(({ outcome }) => outcome?.replayed)).not.toEqual([]);
  });

  test.concurrent('debits each piece of work once, however many run it at the same time', async () => {
    const users = await HoldUsers.start(server, plenty);
    const runThreefold = async (number: number) => {
      const work = `threefold ${number}`;
      const options = { work, estimate: 10, ttlSeconds, hasKey: true };
      const section = (units: number) => () => sleep(random.integer(30)).then(() => units);
      const run = (units: number) => sleep(random.integer(20)).then(() => runUntilDone(users, options, section(units)));
      await Promise.all([5, 10, 15].map(run));
    };
    const runWithOneThatFails = async (number: number) => {
      const work = `failing ${number}`;
      const options = { work, estimate: 10, ttlSeconds, hasKey: true };
      const fail = () => sleep(random.integer(30)).then(() => Promise.reject(new SectionError()));
      const section = () => sleep(random.integer(30)).then(() => 10);
      await Promise.all([runUntilDone(users, options, section), users.use(users.newClient(), options, fail)]);
      await runUntilDone(users, options, section);
    };
    await Promise.all([...numbers(20).map(runThreefold), ...numbers(20).map(runWithOneThatFails)]);

    // Different units under one key are no retry of one commit.
    await expectPromisesKept(users, { writesInOrder: false });
    expect(new Set(await worksDebited(users))).toEqual(new Set(users.uses.map(({ work }) => work)));
    const overtaken = users.uses.filter(({ returned, outcome }) => outcome && returned !== outcome.commit.actual_units);
    expect(overtaken).not.toEqual([]);
  });

  test.concurrent('debits no more than there is, and refuses the others', async () => {
    const users = await HoldUsers.start(server, 500);
    const spend = async (number: number) => {
      for (const round of numbers(5)) {
        const options = { work: `spent ${number}.${round}`, estimate: 10, ttlSeconds, hasKey: round % 2 === 0 };
        const section = () => sleep(random.integer(30)).then(() => 10);
        await users.use(users.newClient(), options, section);
        if (options.hasKey) await runUntilDone(users, options, section);
      }
    };
    await Promise.all(numbers(15).map(spend));
    await expectPromisesKept(users);

    // What was still held when others were refused may have come back since.
    const spendRest = (number: number) => {
      return users.use(users.direct, { work: `rest ${number}`, estimate: 10, ttlSeconds }, () => 10);
    };
    for (let number = 0; (await spendRest(number)).outcome !== undefined; number += 1);
    expect(users.uses.filter(({ error }) => error instanceof InsufficientCreditsError)).not.toEqual([]);
    expect(await worksDebited(users)).toHaveLength(50);
    expect(await users.findWrongs()).toEqual([]);
  });

  test.concurrent('leaves nothing held for longer than its TTL by programs that are gone', async () => {
    const users = await HoldUsers.start(server, plenty);
    const beginAndGo = async (number: number) => {
      const work = `left ${number}`;
      const options = { work, estimate: 10, ...short, hasKey: number % 3 > 0 };
      const controller = new AbortController();
      setTimeout(() => controller.abort(new SectionError()), random.integer(150));
      await users.use(users.newClient(), { ...options, signal: controller.signal }, async ({ signal }) => {
        await sleep(random.integer(60));
        signal.throwIfAborted();
        return 7;
      });
    };
    await Promise.all(numbers(60).map(beginAndGo));
    await users.proxy.untilQuiet(shortTtlMs);

    await expectPromisesKept(users);
    expect(await users.statuses()).toContain('expired');
    for (const { work } of users.uses.filter(({ outcome }) => outcome === undefined).slice(0, 20)) {
      const options = { work, estimate: 10, ...short, hasKey: true };
      const { outcome } = await runUntilDone(users, options, () => 7, users.direct);
      expect(outcome?.commit.actual_units).toBe(7);
    }
    expect(await users.findWrongs()).toEqual([]);
  });

  const ends = ['request lost', 'answer lost'] as const;

  test.concurrent.each(ends)('says that it cannot tell when no commit comes through: %s', async (lost) => {
    const users = await HoldUsers.start(server, plenty, ({ path }) => (path.endsWith('/commit') ? lost : undefined));
    const patient = { ttlSeconds: 2 * short.ttlSeconds };
    const optionsOf = (number: number) => ({
      work: `paid ${number}`,
      estimate: 10,
      ...patient,
      hasKey: number % 2 === 0,
    });
    const all = numbers(30).map(optionsOf);
    await Promise.all(all.map((options) => users.use(users.newClient(), { ...options, settleTimeoutMs }, () => 7)));
    await users.proxy.untilQuiet(100);

    const ran = users.uses.filter(({ returned }) => returned !== undefined);
    expect(ran).not.toEqual([]);
    for (const { error } of ran) {
      expect(error).toBeInstanceOf(ConnectionError);
      expect(error).toMatchObject({ outcomeUnknown: true });
    }
    const standing = lost === 'answer lost' ? ran.map(({ work }) => work) : [];
    expect(new Set(await worksDebited(users))).toEqual(new Set(standing));

    for (const options of all.filter(({ hasKey }) => hasKey)) {
      const { outcome } = await runUntilDone(users, options, () => 7, users.direct);
      expect(outcome).toMatchObject({ replayed: standing.includes(options.work), commit: { actual_units: 7 } });
    }
    await users.proxy.untilQuiet(2 * shortTtlMs);
    await expectPromisesKept(users);
    if (lost === 'request lost') expect(await users.statuses()).toContain('expired');
  });

  test.concurrent.each(ends)('tells a hook when no release comes through: %s', async (lost) => {
    const users = await HoldUsers.start(server, plenty, ({ path }) => (path.endsWith('/release') ? lost : undefined));
    const fail = () => Promise.reject(new SectionError());
    const useOne = (number: number) => {
      const options = { work: `failed ${number}`, estimate: 10, ...short, settleTimeoutMs };
      return users.use(users.newClient(), options, fail);
    };
    await Promise.all(numbers(20).map(useOne));

    const ran = users.uses.flatMap(({ hold }) => hold?.id ?? []);
    await users.proxy.untilQuiet(shortTtlMs);
    expect(ran).not.toEqual([]);
    expect(users.unreleased).toEqual(expect.arrayContaining(ran));
    expect(await worksDebited(users)).toEqual([]);
    await expectPromisesKept(users);
    expect(await users.statuses()).toContain(lost === 'answer lost' ? 'released' : 'expired');
    expect(await users.statuses()).not.toContain('active');
  });
});

/** What holds for all of them, however they were used. */
async function expectPromisesKept(users: HoldUsers, { writesInOrder = true } = {}): Promise<void> {
  expect(await users.findLeftBehind()).toEqual([]);
  expect(await users.findWrongs()).toEqual([]);
  if (writesInOrder) expect(writesOutOfOrder(users.proxy)).toEqual([]);
  const documented = [ConnectionError, HoldLostError, InsufficientCreditsError, SectionError];
  const errors = users.uses.flatMap(({ error }) => (error === undefined ? [] : [error]));
  expect(errors.filter((error) => !documented.some((each) => error instanceof each))).toEqual([]);
}

/** Fewer units than the estimate, all, more or none; some ask for more before, and some fail. */
async function anySection(hold: HeldCredits): Promise<number> {
  await sleep(random.integer(5));
  if (random.chance(0.1)) throw new SectionError();
  if (random.chance(0.1)) await hold.extend(5);
  return random.pick([0, 3, 7, 10, 10, 12, 15]);
}

function never(): never {
  expect.fail('It must not run.');
}

/** As a program does that can be started again: until it is done, or there are no credits for it. */
async function runUntilDone(
  users: HoldUsers,
  options: UseOptions,
  section: Section,
  client?: Holdfast,
): Promise<HoldUse> {
  for (let runs = 1; ; runs += 1) {
    const use = await users.use(client ?? users.newClient(), options, section);
    if (use.outcome !== undefined || use.error instanceof InsufficientCreditsError) return use;
    if (runs === 20) throw new Error(`${options.work} is still not done.`, { cause: use.error });
  }
}

async function worksDebited(users: HoldUsers): Promise<readonly string[]> {
  return (await users.debits()).map(({ work }) => work);
}

function numbers(count: number): readonly number[] {
  return [...Array(count).keys()];
}
