import { setTimeout as sleep } from 'node:timers/promises';

import { ConnectionError, LeaseLostError, LockHeldError } from '@holdfast/sdk';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { SeededRandom } from '../faults/seeded-random.ts';
import { mostRequestsForEachNeeded, writesOutOfOrder } from './checks.ts';
import { LockUsers } from './lock-users.ts';
import type { ProxyRequest, Outage } from './lossy-proxy.ts';
import { seed, LossyServer } from './lossy-server.ts';

/** Longer than a test lasts: what is left behind is seen, and doesn't lapse unseen. */
const ttlSeconds = 600;

/** Short enough to see a lock lapse, and long enough for several renewals on a busy machine. */
const shortTtlMs = 4_000;
const short = { ttlSeconds: shortTtlMs / 1_000 };

const random = new SeededRandom(seed);

beforeAll(() => {
  vi.spyOn(Math, 'random').mockImplementation(() => random.fraction() / 10); // Short pauses between attempts.
});

afterAll(() => {
  vi.restoreAllMocks();
});

describe(`withLock on a lossy network (SEED=${seed})`, () => {
  let server: LossyServer;

  beforeAll(async () => {
    server = await LossyServer.start('sqlite');
  });

  afterAll(() => server?.stop());

  const startUsers = async (outage?: Outage) => new LockUsers(server, await server.openProxy(outage));

  // By itself, because it has deadlines to keep.
  test('renews locks until long sections end, or aborts their signals in time', async () => {
    const users = await startUsers(({ path, body }) =>
      path.endsWith('/renew') && body.includes('cut off') ? 'request lost' : undefined,
    );
    const outlast = async (number: number) => {
      const resource = `long ${number}`;
      const requester = number % 2 === 0 ? 'steady' : 'cut off';
      const held = users.use(users.newClient(), { resource, requester, ...short }, async ({ signal }, write) => {
        const endsAtMs = performance.now() + 2.25 * shortTtlMs;
        while (performance.now() < endsAtMs && !signal.aborted) await sleep(50).then(write);
      });
      const next = { resource, requester: 'next', ttlSeconds, waitMs: 30_000 };
      await sleep(400);
      await Promise.all([held, users.use(users.newClient(), next, () => sleep(0))]);
    };
    await Promise.all(numbers(20).map(outlast));

    await expectPromisesKept(users);
    const began = (who: string) => users.uses.filter(({ requester, lock }) => requester === who && lock !== undefined);
    for (const { error } of began('cut off')) expect(error).toBeInstanceOf(LeaseLostError);
    const lasted = began('steady').filter(({ error, ranForMs }) => error === undefined && ranForMs > 2 * shortTtlMs);
    expect(lasted).not.toEqual([]);
    expect(began('next')).not.toEqual([]);
  });

  test.concurrent('runs the sections of a name one at a time', async () => {
    const users = await startUsers();
    const contend = async (number: number) => {
      const client = users.newClient();
      for (const round of numbers(5)) {
        const claim = { resource: `contended ${number % 12}`, requester: `contender ${number}.${round}`, ttlSeconds };
        const { error } = await users.use(client, { ...claim, waitMs: 30_000 }, () => sleep(random.integer(10)));
        if (error instanceof LockHeldError) return; // The others have waited as long, and wait in vain too.
      }
    };
    await Promise.all(numbers(36).map(contend));

    await expectPromisesKept(users);
    expect(users.uses.filter(({ lock }) => lock !== undefined).length).toBeGreaterThan(users.uses.length / 2);
  });

  // Each section needs two requests on a reliable network. What the losses cost is not left to chance: see `drawFates`.
  test.concurrent('gives each lock back, at 1.6 requests for each one needed at most', async () => {
    const users = await startUsers();
    const lockEach = async (number: number) => {
      const client = users.newClient();
      for (const round of numbers(30)) {
        const resource = `own ${number}.${round}`;
        await users.use(client, { resource, requester: resource, ttlSeconds }, () => sleep(random.integer(5)));
      }
    };
    await Promise.all(numbers(20).map(lockEach));

    await expectPromisesKept(users);
    expect(users.proxy.exchanges.length / (2 * users.uses.length)).toBeLessThan(mostRequestsForEachNeeded);
    const failed = users.uses.filter(({ error }) => error !== undefined);
    expect(failed.length).toBeLessThan(users.uses.length / 25);
    expect(users.unreleased.size).toBeLessThan(users.uses.length / 25);
    const withoutLock = { lock: undefined, error: expect.any(ConnectionError) as unknown };
    for (const { lock, error } of failed) expect({ lock, error }).toEqual(withoutLock);
  });

  test.concurrent('gives back what a caller aborted under way, or tells its section', async () => {
    const users = await startUsers();
    const lockAndAbort = async (resource: string, abortWithinMs: number) => {
      const controller = new AbortController();
      const abortWithin = (withinMs: number) => setTimeout(() => controller.abort('aborted'), random.integer(withinMs));
      if (abortWithinMs < Infinity) abortWithin(abortWithinMs);
      const options = { resource, requester: 'somebody', ttlSeconds, signal: controller.signal };
      await users.use(users.newClient(), options, async ({ signal }) => {
        abortWithin(50);
        while (!signal.aborted) await sleep(10);
      });
    };
    for (const abortWithinMs of [20, 100, 500, Infinity]) {
      const names = numbers(40).map((number) => `aborted ${number} within ${abortWithinMs} ms`);
      await Promise.all(names.map((name) => lockAndAbort(name, abortWithinMs)));
    }

    await expectPromisesKept(users);
    expect(users.uses.filter(({ lock }) => lock !== undefined)).not.toEqual([]);
    expect(users.uses.filter(({ error }) => error === 'aborted')).not.toEqual([]);
  });

  test.concurrent('keeps the result of a section whose lock lapsed while it was given back', async () => {
    // With pauses as short as here, ten retries of a release are over soon after this.
    const briefTtlMs = 2_000;
    const firstAtMs = new Map<string, number>();
    const users = await startUsers(({ path, body }: ProxyRequest) => {
      if (!path.endsWith('/unreserve')) return undefined;
      if (!firstAtMs.has(body)) firstAtMs.set(body, performance.now());
      return performance.now() - firstAtMs.get(body)! < briefTtlMs ? 'request lost' : undefined;
    });
    const lockBriefly = (number: number) => {
      const claim = { resource: `brief ${number}`, requester: 'somebody', ttlSeconds: briefTtlMs / 1_000 };
      return users.use(users.newClient(), claim, async () => {});
    };
    await Promise.all(numbers(20).map(lockBriefly));

    await expectPromisesKept(users);
    expect(users.proxy.historyOf('/unreserve')).toContain('"NOT_RESERVED"');
    for (const { lock, error } of users.uses) if (lock !== undefined) expect(error).toBeUndefined();
  });
});

/** What holds for all of them, however they were used. */
async function expectPromisesKept(users: LockUsers): Promise<void> {
  expect(await users.findLeftBehind()).toEqual([]);
  expect(users.sections.violations).toEqual([]);
  expect(writesOutOfOrder(users.proxy)).toEqual([]);
  const documented = [ConnectionError, LeaseLostError, LockHeldError];
  const errors = users.uses.flatMap(({ error }) => (error === undefined || error === 'aborted' ? [] : [error]));
  expect(errors.filter((error) => !documented.some((each) => error instanceof each))).toEqual([]);
}

function numbers(count: number): readonly number[] {
  return [...Array(count).keys()];
}
