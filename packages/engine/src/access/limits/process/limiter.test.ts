import { beforeEach, describe, expect, test } from 'vitest';

import { StoreUnavailable } from '../../../store.ts';
import type { LimitedCaller } from '../caller-limits.ts';
import type { Limiter } from './limiter.ts';
import { admittedOf, burst, Fleet, limited } from './testing/fleet.ts';

let fleet: Fleet;

beforeEach(() => {
  fleet = new Fleet();
});

const caller = limited({ opsPerMinute: 5_000 });

/** Every 5 ms each process gets so many requests, for some seconds. How many of all are admitted. */
async function load(
  processes: readonly Limiter[],
  requests: readonly number[],
  { seconds = 3, as = caller } = {},
): Promise<number> {
  let admitted = 0;
  for (let step = 1; step <= seconds * 200; step += 1) {
    const bursts = processes.map((limiter, index) => admittedOf(burst(limiter, as, requests[index]!)));
    for (const count of await Promise.all(bursts)) admitted += count;
    fleet.pass(5);
    if (step % 50 === 0) await Promise.all(processes.map((limiter) => limiter.tend()));
  }
  return admitted;
}

describe('in each window exactly the limit is admitted', () => {
  test.each([
    ['in one process', [30], false],
    ['in three under even load', [10, 10, 10], true],
    ['in three under uneven load', [30, 5, 1], true],
    ['in three of which two are idle', [30, 0, 0], true],
  ])('%s', async (_, requests, isShared) => {
    const processes = requests.map(() => fleet.start({ isShared }));
    for (const minute of [1, 2]) {
      await Promise.all(processes.map((limiter) => burst(limiter, caller, 40)));
      expect([minute, await load(processes, requests)]).toEqual([minute, 5_000 - 40 * processes.length]);
      await fleet.tendFor(57_000, processes);
    }
  });

  test('by one request after the other, of which the last that is admitted reaches it', async () => {
    const limiter = fleet.start();
    const few = limited({ opsPerMinute: 3 });
    const remaining = [];
    for (let count = 0; count < 4; count += 1) {
      const { refusal, windows } = await limiter.admit(few, 'operation');
      remaining.push([refusal?.code, windows[0]?.remaining]);
    }
    expect(remaining).toEqual([
      [undefined, 2],
      [undefined, 1],
      [undefined, 0],
      ['rate_limited', 0],
    ]);
  });
});

describe('never is more than the limit admitted', () => {
  test('when a process dies with units in hand, and another takes its place', async () => {
    const survivor = fleet.start();
    let admitted = 0;
    for (let deaths = 0; deaths < 10; deaths += 1) admitted += await load([fleet.start()], [10], { seconds: 0.1 });
    expect(admitted).toBe(2_000);
    admitted += await load([survivor], [30]);
    expect(admitted).toBeLessThanOrEqual(5_000);
    // Each of them lost a slice at most, and the last quarter of the one before.
    expect(admitted).toBeGreaterThanOrEqual(5_000 - 10 * 125);
  });

  test('when a process stands still beyond the end of the window', async () => {
    const [stalled, other] = [fleet.start(), fleet.start()];
    await load([stalled], [10], { seconds: 0.2 });
    fleet.pass(60_000);
    expect(await load([other], [30])).toBe(5_000);
    expect(await admittedOf(burst(stalled, caller, 200))).toBe(0);
  });

  test('when the answer comes after the end of the window: what was leased is void', async () => {
    const limiter = fleet.start();
    const waiting = burst(limiter, caller, 50);
    await fleet.meanwhile(() => fleet.pass(60_000));
    const late = await admittedOf(waiting);
    expect(late + (await load([limiter, fleet.start()], [20, 20]))).toBe(5_000);
  });

  test.each(['notDone', 'doneButUnknown'] as const)('when a commit is %s', async (fate) => {
    const processes = [fleet.start(), fleet.start()];
    await load(processes, [10, 10], { seconds: 0.1 });
    fleet.fate = fate;
    // Both give back, and nobody is told whether it was done.
    await Promise.all(processes.map((limiter) => limiter.release()));
    for (const limiter of processes) await expect(limiter.admit(caller, 'operation')).rejects.toThrow(StoreUnavailable);
    fleet.fate = 'done';
    const admitted = 400 + (await load(processes, [20, 20]));
    expect(admitted).toBeLessThanOrEqual(5_000);
    expect(admitted).toBeGreaterThan(4_500);
  });
});

describe('a process', () => {
  test('asks the store for at most 3 % of the requests that it admits', async () => {
    const processes = [fleet.start(), fleet.start(), fleet.start()];
    expect(await load(processes, [20, 20, 20], { seconds: 0.5 })).toBe(5_000);
    expect(fleet.commands).toBeLessThanOrEqual(150);
  });

  test('asks once for all who wait', async () => {
    expect(await admittedOf(burst(fleet.start(), caller, 100))).toBe(100);
    expect(fleet.commands).toBeLessThanOrEqual(3);
  });

  test('decides at once with a slice in hand, and keeps others from waiting by taking the next in time', async () => {
    const limiter = fleet.start();
    await load([limiter], [5], { seconds: 0.3 });
    for (let count = 0; count < 1_000; count += 1) {
      expect(limiter.admit(caller, 'operation')).not.toBeInstanceOf(Promise);
      if (count % 10 === 0) await fleet.idle(); // What it takes in the background comes before.
    }
  });

  test('asks for a tenth of the limit at a time where there is one process, however little it has to do', async () => {
    const limiter = fleet.start({ isShared: false });
    for (let second = 0; second < 59; second += 1) {
      expect((await limiter.admit(caller, 'operation')).refusal).toBeUndefined();
      await fleet.tendFor(1_000, [limiter]);
    }
    expect(fleet.commands).toBe(1);
  });

  test('gives back what lies idle, so that another process can use all of it', async () => {
    const [idle, busy] = [fleet.start(), fleet.start()];
    const used = await load([idle], [10], { seconds: 0.2 });
    const afterwards = await load([busy, idle], [30, 0], { seconds: 2 });
    expect(used + afterwards).toBe(5_000);
  });

  test('gives back everything when it stops', async () => {
    const [stopping, other] = [fleet.start({ isShared: false }), fleet.start({ isShared: false })];
    fleet.pass(59_000);
    await burst(stopping, caller, 600);
    await stopping.tend(); // It takes something of the next minute.
    await burst(stopping, caller, 200);
    const before = fleet.commands;
    const last = burst(stopping, caller, 100);
    expect(fleet.commands).toBe(before + 1); // The next slice is under way.
    await stopping.release();
    expect(await admittedOf(last)).toBe(100);
    expect(await load([other], [1_000], { seconds: 0.1 })).toBe(5_000 - 900);
    fleet.pass(59_000);
    expect(await load([other], [1_000], { seconds: 0.1 })).toBe(5_000);
  });

  test('keeps what comes late, when the store is slow', async () => {
    const limiter = fleet.start();
    const few = limited({ opsPerMinute: 10 });
    const waiting = burst(limiter, few, 3);
    await fleet.meanwhile(() => fleet.tendFor(2_000, [limiter]));
    expect(await admittedOf(waiting)).toBe(3);
    expect(await admittedOf(burst(limiter, few, 20))).toBe(7);
  });

  test('has something of the next window before it begins, if it is active', async () => {
    const limiter = fleet.start();
    fleet.pass(59_000);
    await load([limiter], [10], { seconds: 0.9 });
    fleet.pass(100);
    const admission = limiter.admit(caller, 'operation');
    expect(admission).not.toBeInstanceOf(Promise);
    const { windows } = await admission;
    expect(windows).toEqual([
      { policy: 'minute', limit: 5_000, windowSeconds: 60, remaining: 4_999, resetSeconds: 60 },
    ]);
  });

  test('that was refused asks again after 50 ms, and not before', async () => {
    const limiter = fleet.start();
    const few = limited({ opsPerMinute: 10 });
    await burst(limiter, few, 20);
    const before = fleet.commands;
    fleet.pass(49);
    await burst(limiter, few, 100);
    expect(fleet.commands).toBe(before);
    fleet.pass(1);
    await burst(limiter, few, 100);
    expect(fleet.commands).toBe(before + 1);
  });

  test('forgets who was not active lately', async () => {
    const limiter = fleet.start();
    for (let index = 0; index < 1_000; index += 1) {
      const other = { tenantId: `tenant ${index}`, keyId: `key ${index}` };
      await limiter.admit(limited({ opsPerMinute: 200, keyOpsPerMinute: 100 }, other), 'operation');
      await fleet.tendFor(index % 10 === 0 ? 100 : 0, [limiter]);
    }
    expect(limiter.size.leases).toBeLessThan(200);
    await fleet.tendFor(750, [limiter]);
    expect(limiter.size).toEqual({ accounts: 0, leases: 0 });
  });

  test('admits who has no limit without asking anybody', () => {
    const limiter = fleet.start();
    const nothing = limited({});
    expect(limiter.admit(nothing, 'operation')).toEqual({ refusal: undefined, windows: [] });
    expect(limiter.admit(nothing, 'operation')).toBe(limiter.admit(limited({ opsPerDay: 1 }), 'read'));
    expect(fleet.commands).toBe(0);
  });
});

/** What somebody is told who is over a limit, 10.5 s after noon. */
async function refusalOf(
  as: LimitedCaller,
  { kind = 'operation', count }: { kind?: 'operation' | 'read'; count: number },
) {
  const limiter = fleet.start();
  fleet.pass(10_500);
  const admissions = await burst(limiter, as, count + 1, kind);
  expect(admissions.map(({ refusal }) => refusal?.code)).toEqual([
    ...Array.from({ length: count }, () => undefined),
    'rate_limited',
  ]);
  return admissions.at(-1)!;
}

describe('a refusal says which limit is reached, and when to come again', () => {
  test('of operations per minute', async () => {
    expect(await refusalOf(limited({ opsPerMinute: 20, opsPerDay: 100 }), { count: 20 })).toEqual({
      refusal: {
        code: 'rate_limited',
        message: 'The limit of 20 operations per minute of the tier free is reached. Try again in 50 s.',
        tier: 'free',
        limit: 20,
        limitType: 'opsPerMinute',
        retryAfterSeconds: 50,
        upgradeRequired: true,
      },
      windows: [
        { policy: 'minute', limit: 20, windowSeconds: 60, remaining: 0, resetSeconds: 50 },
        { policy: 'day', limit: 100, windowSeconds: 86_400, remaining: 80, resetSeconds: 43_190 },
      ],
    });
  });

  test('of operations per day, which ends last', async () => {
    const both = limited({ opsPerMinute: 20, opsPerDay: 20, keyOpsPerMinute: 20 });
    const { refusal } = await refusalOf(both, { count: 20 });
    expect(refusal).toMatchObject({ limitType: 'opsPerDay', limit: 20, retryAfterSeconds: 43_190 });
  });

  test('of reads, five times that of operations', async () => {
    const { refusal, windows } = await refusalOf(limited({ opsPerMinute: 4, opsPerDay: 1, keyOpsPerMinute: 1 }), {
      kind: 'read',
      count: 20,
    });
    expect(refusal).toMatchObject({ limitType: 'readsPerMinute', limit: 20, upgradeRequired: true });
    expect(windows.map(({ policy }) => policy)).toEqual(['reads']);
  });

  test("of the key's own operations, which no other tier would raise", async () => {
    const { refusal, windows } = await refusalOf(limited({ opsPerMinute: 20, keyOpsPerMinute: 5 }), { count: 5 });
    expect(refusal).toMatchObject({ limitType: 'opsPerMinute', limit: 5, upgradeRequired: false });
    expect(windows.map(({ policy, remaining }) => [policy, remaining])).toEqual([
      ['minute', 15],
      ['key', 0],
    ]);
    const withoutKey = limited({ opsPerMinute: 20, keyOpsPerMinute: 5 }, { keyId: null });
    expect((await fleet.start().admit(withoutKey, 'operation')).windows).toHaveLength(1);
  });

  test('and takes nothing of the other limits, whose units others can use', async () => {
    const limits = { opsPerMinute: 30, keyOpsPerMinute: 10 };
    const limiter = fleet.start();
    const keys = ['key-1', 'key-2', 'key-3', 'key-4'].map((keyId) => limited(limits, { keyId }));
    const admitted = [];
    for (const key of keys) admitted.push(await admittedOf(burst(limiter, key, 50)));
    expect(admitted).toEqual([10, 10, 10, 0]);
  });

  test('and leaves the last unit of another limit to whoever comes next', async () => {
    const limiter = fleet.start();
    const [first, second] = ['key-1', 'key-2'].map((keyId) =>
      limited({ opsPerMinute: 2, keyOpsPerMinute: 1 }, { keyId }),
    );
    await limiter.admit(first!, 'operation');
    fleet.pass(50);
    expect((await limiter.admit(first!, 'operation')).refusal).toBeDefined();
    expect((await limiter.admit(second!, 'operation')).refusal).toBeUndefined();
  });
});

describe('limits', () => {
  test('of one tenant, environment or key leave all others alone', async () => {
    const limiter = fleet.start();
    const limits = { opsPerMinute: 10 };
    const others = [{}, { tenantId: 'other' }, { environment: 'test' as const }];
    for (const other of others) expect(await admittedOf(burst(limiter, limited(limits, other), 50))).toBe(10);
  });

  test('that are not enforced are counted, and nobody is refused', async () => {
    const [limiter, other] = [fleet.start(), fleet.start()];
    const counted = limited({ opsPerMinute: 10, enforce: false });
    expect(await admittedOf(burst(limiter, counted, 50))).toBe(50);
    const { windows } = await other.admit(counted, 'operation');
    expect(windows).toMatchObject([{ limit: 10, remaining: 0 }]);
    expect(await fleet.usageOf(other, counted)).toMatchObject({ minute: 51 });
    expect(await admittedOf(burst(limiter, limited({ opsPerMinute: 10 }), 50))).toBe(0);
  });

  test('that are raised or lowered count what was used before', async () => {
    const processes = [fleet.start(), fleet.start()];
    const at = (opsPerMinute: number) => load(processes, [5, 5], { seconds: 1, as: limited({ opsPerMinute }) });
    expect([await at(100), await at(300), await at(250), await at(310)]).toEqual([100, 200, 0, 10]);
  });

  test('that are lowered apply at once, also to units in hand', async () => {
    const [limiter, other] = [fleet.start(), fleet.start()];
    await load([limiter, other], [10, 10], { seconds: 0.2 });
    await load([other], [10], { seconds: 0.2 });
    const lower = limited({ opsPerMinute: 1_200 });
    expect(await admittedOf(burst(limiter, lower, 50))).toBe(0);
    expect(await load([limiter, other], [10, 10], { as: lower })).toBe(0);
  });

  test('that are lowered to less than is in hand leave the rest of it', async () => {
    const limiter = fleet.start({ isShared: false });
    await burst(limiter, caller, 600);
    expect(await admittedOf(burst(limiter, limited({ opsPerMinute: 700 }), 200))).toBe(100);
  });

  test('that differ for the keys of a tenant, while a change spreads, keep nobody waiting for ever', async () => {
    const limiter = fleet.start();
    const callers = [caller, limited({ opsPerMinute: 30 }), limited({ opsPerMinute: 5_000, enforce: false })];
    const all = await Promise.all(
      Array.from({ length: 300 }, (_, index) => limiter.admit(callers[index % 3]!, 'operation')),
    );
    expect(all.filter(({ refusal }) => refusal?.limit === 5_000)).toEqual([]);
    expect(all.filter(({ refusal }) => refusal?.limit === 30).length).toBeGreaterThan(60);
  });
});

test('usage counts what was used, and says when it ends', async () => {
  const [limiter, other] = [fleet.start(), fleet.start()];
  const all = limited({ opsPerMinute: 200, opsPerDay: 1_000, keyOpsPerMinute: 50 });
  const windows = {
    minuteEndsAtMs: Date.parse('2026-01-01T12:01:00Z'),
    dayEndsAtMs: Date.parse('2026-01-02T00:00:00Z'),
  };
  await burst(limiter, all, 30);
  await burst(limiter, all, 7, 'read');
  expect(await fleet.usageOf(limiter, all)).toEqual({ minute: 30, day: 30, reads: 7, key: 30, ...windows });
  await fleet.tendFor(500, [limiter]);
  expect(await fleet.usageOf(other, all)).toEqual({ minute: 30, day: 30, reads: 7, key: 30, ...windows });
  expect(await fleet.usageOf(other, limited({}))).toEqual({
    minute: null,
    day: null,
    reads: null,
    key: null,
    ...windows,
  });
});
