import { describe, expect, test, vi } from 'vitest';

import {
  HoldfastError,
  HoldLostError,
  IdempotencyKeyConflictError,
  InsufficientCreditsError,
} from '../../src/index.ts';
import type { HeldCredits } from '../../src/index.ts';
import { creditServer, losesAnswer, serves } from '../fakes/fake-credits.ts';
import type { Step } from '../fakes/fake-credits.ts';
import { answers, breaks, hangs, idempotencyKeys } from '../fakes/fake-fetch.ts';
import { pause, settle, useFakeTime } from '../fakes/fake-time.ts';
import { images, never } from './hold-sections.ts';

useFakeTime();

const job = { ...images, idempotencyKey: 'job-7' };
const forever = () => new Promise<never>(() => {});

/** A program that is gone after a while: nothing that it had planned happens any more. */
async function crash(run: Promise<unknown>, afterMs: number): Promise<void> {
  run.catch(() => {});
  await vi.advanceTimersByTimeAsync(afterMs);
  const nowMs = Date.now();
  vi.clearAllTimers(); // Sets the clock back, too.
  vi.advanceTimersByTime(nowMs - Date.now());
}

const servesAndHangs: Step = async (request, serve) => (await serve(request), hangs(request));

describe('withHold() again under the same key', () => {
  test('returns the commit of before, and does not run its section', async () => {
    const { holdfast, server, order } = creditServer();
    const first = await settle(holdfast.withHold(job, () => ({ units: 7, value: 'a.png' })));
    const second = await settle(holdfast.withHold(job, never));
    expect(second.value).toEqual({ replayed: true, commit: first.value!.commit, value: undefined });
    expect(order).toEqual(['hold', 'commit', 'hold', 'extend', 'get', 'commit']);
    expect(server.balance).toBe(993);
  });

  test('returns it also when the program was gone before it heard of it', async () => {
    const { holdfast, server } = creditServer({ commit: [servesAndHangs, serves] });
    await crash(
      holdfast.withHold(job, () => 7),
      1_000,
    );
    const { value } = await settle(holdfast.withHold(job, never));
    expect(value).toMatchObject({ replayed: true, commit: { actual_units: 7, account: { balance: 993 } } });
    expect(server.balance).toBe(993);
  });

  test('takes a hold over that still lives, and runs its section', async () => {
    const { holdfast, server, order } = creditServer();
    await crash(holdfast.withHold(job, forever), 50_000);
    const section = async (hold: HeldCredits) => {
      expect([hold.id, hold.expiresAt]).toEqual(['hold-1', new Date(Date.now() + 60_000).toISOString()]);
      await pause(50_000);
      return 7;
    };
    const { value } = await settle(holdfast.withHold(job, section));
    expect(value).toMatchObject({ replayed: false, commit: { actual_units: 7 } });
    expect(order).toEqual(['hold', 'extend', 'extend', 'hold', 'extend', 'extend', 'extend', 'commit']);
    expect([server.holds.size, server.balance]).toEqual([1, 993]);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['has expired', () => vi.advanceTimersByTimeAsync(61_000)],
    ['is just expiring', () => vi.advanceTimersByTimeAsync(60_000)],
  ])('takes a new hold when that of before %s', async (_, wait) => {
    const { holdfast, server } = creditServer();
    await crash(holdfast.withHold(job, forever), 0);
    await wait();
    const { value } = await settle(holdfast.withHold(job, ({ id }) => ({ units: 7, value: id })));
    expect(value).toMatchObject({ replayed: false, value: 'hold-2' });
    expect([server.holds.size, server.balance]).toEqual([2, 993]);
  });

  test('takes a new hold each time that the section has failed, and in the end commits once', async () => {
    const { holdfast, server, sent } = creditServer();
    for (const attempt of [1, 2, 3]) {
      const { error } = await settle(holdfast.withHold(job, () => Promise.reject(attempt)));
      expect(error).toBe(attempt);
    }
    const fourth = await settle(holdfast.withHold(job, ({ id }) => ({ units: 7, value: id })));
    expect(fourth.value).toMatchObject({ replayed: false, value: 'hold-4' });
    const fifth = await settle(holdfast.withHold(job, never));
    expect(fifth.value).toMatchObject({ replayed: true, commit: fourth.value!.commit });
    expect(server.balance).toBe(993);
    const keys = ['job-7/hold', 'job-7/hold/2', 'job-7/hold/3', 'job-7/hold/4'];
    expect([...idempotencyKeys(sent.hold)]).toEqual(keys);
    expect([...idempotencyKeys(sent.release)]).toEqual(['job-7/release', 'job-7/release/2', 'job-7/release/3']);
    expect([...idempotencyKeys(sent.commit)]).toEqual(['job-7/commit/4']);
  });

  test('asks anew after a refusal: there may be credits now', async () => {
    const { holdfast, server } = creditServer();
    server.balance = 5;
    for (let attempt = 0; attempt < 2; attempt++) {
      const { error } = await settle(holdfast.withHold(job, never));
      expect(error).toBeInstanceOf(InsufficientCreditsError);
    }
    server.balance = 100;
    const { value } = await settle(holdfast.withHold(job, () => 7));
    expect(value).toMatchObject({ replayed: false });
    expect(server.balance).toBe(93);
  });

  test('does not hold again what was added before', async () => {
    const { holdfast, server, sent } = creditServer();
    await crash(
      holdfast.withHold(job, (hold) => hold.extend(6).then(forever)),
      0,
    );
    const seen: number[] = [];
    const section = async (hold: HeldCredits) => {
      seen.push(hold.estimatedUnits, server.holds.get(hold.id)!.units);
      await Promise.all([hold.extend(4), hold.extend(4)]);
      seen.push(hold.estimatedUnits, server.holds.get(hold.id)!.units);
      return 18;
    };
    await settle(holdfast.withHold(job, section));
    expect(seen).toEqual([10, 16, 18, 18]);
    expect(sent.extend.map(({ body }) => body)).toEqual([
      { additional_units: 6 },
      { ttl_seconds: 60 },
      { additional_units: 2 },
    ]);
    expect(server.balance).toBe(982);
  });

  test('can still count on it when an extension is refused', async () => {
    const { holdfast, server } = creditServer();
    await crash(
      holdfast.withHold(job, (hold) => hold.extend(6).then(forever)),
      0,
    );
    const section = async (hold: HeldCredits) => {
      await expect(hold.extend(5_000)).rejects.toBeInstanceOf(InsufficientCreditsError);
      await hold.extend(6);
      return hold.estimatedUnits;
    };
    const { value } = await settle(holdfast.withHold(job, section));
    expect(value).toMatchObject({ commit: { actual_units: 16 } });
    expect(server.holds.get('hold-1')!.units).toBe(16);
  });

  test('for another piece of work is refused', async () => {
    const { holdfast } = creditServer();
    await settle(holdfast.withHold(job, () => 7));
    const { error } = await settle(holdfast.withHold({ ...job, estimate: 11 }, never));
    expect(error).toBeInstanceOf(IdempotencyKeyConflictError);
  });

  test('is lost when somebody else has committed the hold', async () => {
    const { holdfast, server } = creditServer();
    await crash(holdfast.withHold(job, forever), 0);
    await settle(holdfast.credits.commit('hold-1', { actual_units: 3 }));
    const { error } = await settle(holdfast.withHold(job, never));
    expect(error).toBeInstanceOf(HoldLostError);
    expect(server.balance).toBe(997);
  });
});

describe('two runs side by side under the same key', () => {
  const after = (delayMs: number, units: number) => () => pause(delayMs).then(() => ({ units, value: units }));

  test.each([7, 5])('share one hold, and the first commit counts for both: 7, then %i', async (units) => {
    const { holdfast, server } = creditServer();
    const runs = [holdfast.withHold(job, after(1_000, 7)), holdfast.withHold(job, after(2_000, units))];
    const { value } = await settle(Promise.all(runs));
    const commit = { actual_units: 7, account: { balance: 993 } };
    expect(value).toMatchObject([
      { value: 7, commit },
      { value: units, commit },
    ]);
    expect([server.holds.size, server.balance]).toEqual([1, 993]);
  });

  test('have one commit, which the slower one asks for until it hears of it', async () => {
    const { holdfast, order } = creditServer({ get: [breaks, breaks, breaks, breaks, breaks, serves] });
    const runs = [holdfast.withHold(job, after(1_000, 7)), holdfast.withHold(job, after(2_000, 5))];
    const { value } = await settle(Promise.all(runs));
    expect(value).toMatchObject([{ commit: { actual_units: 7 } }, { commit: { actual_units: 7 } }]);
    expect(order.filter((operation) => operation === 'get')).toHaveLength(6);
  });

  test('have one commit, and the slower one knows of its doubt when it cannot hear of it', async () => {
    const { holdfast, server } = creditServer({ get: [breaks] });
    const runs = [holdfast.withHold(job, after(1_000, 7)), holdfast.withHold(job, after(2_000, 5))];
    const { value } = await settle(Promise.allSettled(runs));
    const inDoubt = { name: 'ConnectionError', retryable: true, outcomeUnknown: true };
    expect(value).toMatchObject([{ value: { commit: { actual_units: 7 } } }, { reason: inDoubt }]);
    expect(server.balance).toBe(993);
  });

  test('lose the hold together when one of them fails', async () => {
    const { holdfast, server } = creditServer();
    const fails = () => pause(1_000).then(() => Promise.reject(new Error('out of memory')));
    const { value } = await settle(
      Promise.allSettled([holdfast.withHold(job, fails), holdfast.withHold(job, after(2_000, 7))]),
    );
    expect(value).toMatchObject([{ reason: { message: 'out of memory' } }, { reason: { name: 'HoldLostError' } }]);
    expect(server.balance).toBe(1_000);
  });
});

describe('however often and wherever it breaks off', () => {
  const operations = ['hold', 'extend', 'commit', 'release', 'get'] as const;

  /** Crashes at the request of this number, before or after the server has it. */
  function crashingServer(at: readonly { request: number; isServed: boolean }[]) {
    let requests = 0;
    const crashes = [...at];
    const step: Step = (request, serve) => {
      requests += 1;
      if (requests !== crashes[0]?.request) return serve(request);
      requests = 0;
      return crashes.shift()!.isServed ? servesAndHangs(request, serve) : hangs(request);
    };
    return creditServer(Object.fromEntries(operations.map((operation) => [operation, [step]])));
  }

  const crashPoints = [1, 2, 3, 4, 5, 6].flatMap((request) => [true, false].map((isServed) => ({ request, isServed })));

  test.each([
    [0, ['run by the last on hold 1', 'run before on hold 1']],
    [
      61_000,
      [
        'run by the last on hold 1',
        'run by the last on hold 2',
        'run by the last on hold 3',
        'run before on hold 1',
        'run before on hold 2',
      ],
    ],
  ])('units are debited once, with %i ms between the runs', async (pauseMs, outcomes) => {
    const seen = new Set<string>();
    for (const first of crashPoints) {
      for (const second of crashPoints) {
        const { holdfast, server } = crashingServer([first, second]);
        const section = async (hold: HeldCredits) => (await hold.extend(5), 7);
        for (let run = 0; run < 2; run++) {
          await crash(holdfast.withHold(job, section), 5_000);
          await vi.advanceTimersByTimeAsync(pauseMs);
        }
        const { value } = await settle(holdfast.withHold(job, section));
        expect(value).toMatchObject({ commit: { actual_units: 7, account: { balance: 993 } } });
        expect(server.balance).toBe(993);
        const ends = [...server.holds.values()].map(({ status }) => status);
        expect(ends.filter((status) => status === 'committed')).toHaveLength(1);
        seen.add(`run ${value!.replayed ? 'before' : 'by the last'} on hold ${ends.length}`);
      }
    }
    expect(seen).toEqual(new Set(outcomes));
  });
});

describe('the key', () => {
  test('leaves room for what is put after it', async () => {
    const { holdfast, order } = creditServer();
    const { error } = await settle(holdfast.withHold({ ...job, idempotencyKey: 'k'.repeat(241) }, never));
    expect(error).toBeInstanceOf(RangeError);
    expect(order).toEqual([]);
    const { value } = await settle(holdfast.withHold({ ...job, idempotencyKey: 'k'.repeat(240) }, () => 7));
    expect(value).toMatchObject({ replayed: false });
  });

  test('has had its holds at last', async () => {
    const refusal = { type: 'https://holdfast.test/errors/insufficient-credits' };
    const { holdfast, sent } = creditServer({ hold: [answers(refusal, 402, { 'Idempotent-Replayed': 'true' })] });
    const { error } = await settle(holdfast.withHold({ ...job, idempotencyKey: 'k'.repeat(240) }, never));
    expect(error).toBeInstanceOf(HoldfastError);
    expect(sent.hold).toHaveLength(1_000);
    const lengths = sent.hold.map(({ headers }) => headers.get('idempotency-key')!.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(255);
  });

  test('of a refusal whose answer got lost costs one more request', async () => {
    const { holdfast, server, order } = creditServer({ hold: [losesAnswer, serves] });
    server.balance = 5;
    const { error } = await settle(holdfast.withHold({ ...job }, never));
    expect(error).toBeInstanceOf(InsufficientCreditsError);
    expect(order).toEqual(['hold', 'hold', 'hold']);
  });
});
