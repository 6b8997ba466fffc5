import { describe, expect, test } from 'vitest';

import { HoldExpiredError, HoldLostError, InsufficientCreditsError, TimeoutError } from '../../src/index.ts';
import type { HeldCredits } from '../../src/index.ts';
import { creditServer, losesAnswer, refusesWith, serves } from '../fakes/fake-credits.ts';
import type { Step } from '../fakes/fake-credits.ts';
import { breaks, hangs, idempotencyKeys, late } from '../fakes/fake-fetch.ts';
import { pause, sentAfterMs, settle, useFakeTime } from '../fakes/fake-time.ts';
import { images, never, untilAborted } from './hold-sections.ts';

useFakeTime();

describe('the hold', () => {
  test('is renewed at every third of its TTL while the section runs', async () => {
    const { holdfast, server, sent } = creditServer();
    const { value } = await settle(holdfast.withHold({ ...images, ttlSeconds: 30 }, () => pause(95_000).then(() => 7)));
    expect(value).toMatchObject({ replayed: false });
    const everyTenSeconds = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((count) => count * 10_000);
    expect(sentAfterMs(sent.extend, sent.hold[0]!.sentAtMs)).toEqual(everyTenSeconds);
    expect(sent.extend.every(({ body }) => JSON.stringify(body) === '{"ttl_seconds":30}')).toBe(true);
    expect(idempotencyKeys(sent.extend).size).toBe(9);
    expect(server.balance).toBe(993);
  });

  test('shows its new end', async () => {
    const { holdfast } = creditServer();
    let movedMs = 0;
    const section = async (hold: HeldCredits) => {
      const before = Date.parse(hold.expiresAt);
      await pause(25_000);
      movedMs = Date.parse(hold.expiresAt) - before;
      return 1;
    };
    await settle(holdfast.withHold(images, section));
    expect(movedMs).toBe(20_000);
  });

  test('is renewed again after failures, as long as it lives', async () => {
    const { holdfast, sent } = creditServer({ extend: [breaks, hangs, serves] });
    const { error } = await settle(holdfast.withHold({ ...images, ttlSeconds: 30 }, () => pause(35_000).then(() => 1)));
    expect(error).toBeUndefined();
    expect(sentAfterMs(sent.extend, sent.hold[0]!.sentAtMs)).toEqual([10_000, 13_000, 26_000]);
  });

  test('counts on no longer TTL than a day, which is the longest that the server gives', async () => {
    const { holdfast, sent } = creditServer();
    const day = 86_400_000;
    await settle(holdfast.withHold({ ...images, ttlSeconds: 1e9 }, () => pause(day / 2).then(() => 1)));
    expect(sentAfterMs(sent.extend, sent.hold[0]!.sentAtMs)).toEqual([day / 3]);
    expect(sent.hold[0]!.body).toMatchObject({ ttl_seconds: 1e9 });
  });

  test('that came late is released, for much of its time is over', async () => {
    const { holdfast, order } = creditServer({ hold: [(request, serve) => late(6_000, serve)(request)] });
    const { error } = await settle(holdfast.withHold({ ...images, ttlSeconds: 10 }, never));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(order).toEqual(['hold', 'release']);
  });

  test('that was taken by an attempt whose answer got lost is used as it is', async () => {
    const { holdfast, server, order } = creditServer({ hold: [losesAnswer, serves] });
    const { value } = await settle(holdfast.withHold(images, () => 7));
    expect(value).toMatchObject({ replayed: false });
    expect(order).toEqual(['hold', 'hold', 'commit']);
    expect(server.holds.size).toBe(1);
  });

  test('that was refused to an attempt whose answer got lost is refused', async () => {
    const { holdfast, order } = creditServer({ hold: [losesAnswer, serves] });
    const { error } = await settle(holdfast.withHold({ ...images, estimate: 1_001 }, never));
    expect(error).toBeInstanceOf(InsufficientCreditsError);
    expect(order).toEqual(['hold', 'hold']);
  });

  test('that was taken by an attempt whose answer got lost counts from that attempt', async () => {
    const { holdfast, sent } = creditServer({ hold: [losesAnswer, serves] });
    await settle(holdfast.withHold({ ...images, ttlSeconds: 30 }, () => pause(15_000).then(() => 1)));
    expect(sentAfterMs(sent.extend, sent.hold[0]!.sentAtMs)).toEqual([10_000]);
  });
});

describe('a section that needs more', () => {
  test('holds more, and is told so', async () => {
    const { holdfast, server, sent } = creditServer();
    const seen: number[] = [];
    const section = async (hold: HeldCredits) => {
      await hold.extend(5);
      seen.push(hold.estimatedUnits, server.holds.get(hold.id)!.units);
      await Promise.all([hold.extend(1), hold.extend(2)]);
      seen.push(hold.estimatedUnits, server.holds.get(hold.id)!.units);
      return 18;
    };
    await settle(holdfast.withHold(images, section));
    expect(seen).toEqual([15, 15, 18, 18]);
    expect(sent.extend.map(({ body }) => body)).toEqual([5, 1, 2].map((units) => ({ additional_units: units })));
    expect(server.balance).toBe(982);
  });

  test('holds it once, when the answer gets lost', async () => {
    const { holdfast, server, sent } = creditServer({ extend: [losesAnswer, serves] });
    let heldUnits = 0;
    const section = async (hold: HeldCredits) => {
      await hold.extend(5);
      heldUnits = server.holds.get(hold.id)!.units;
      return 1;
    };
    await settle(holdfast.withHold(images, section));
    expect(heldUnits).toBe(15);
    expect(idempotencyKeys(sent.extend).size).toBe(1);
  });

  test('and finds no credits keeps what it has', async () => {
    const { holdfast, server } = creditServer();
    const section = async (hold: HeldCredits) => {
      const error = await hold.extend(2_000).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(InsufficientCreditsError);
      expect([hold.signal.aborted, hold.estimatedUnits]).toEqual([false, 10]);
      return 10;
    };
    const { error } = await settle(holdfast.withHold(images, section));
    expect(error).toBeUndefined();
    expect(server.balance).toBe(990);
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 53])('cannot ask for %d units', async (units) => {
    const { holdfast, sent } = creditServer();
    const { error } = await settle(holdfast.withHold(images, (hold) => hold.extend(units).then(() => 1)));
    expect(error).toBeInstanceOf(RangeError);
    expect(sent.extend).toEqual([]);
  });

  test('learns at once that its hold has ended', async () => {
    const { holdfast, server } = creditServer();
    let reason: unknown;
    const section = async (hold: HeldCredits) => {
      server.holds.get(hold.id)!.status = 'released';
      await hold.extend(5).catch(() => {});
      reason = hold.signal.reason;
      return hold.extend(5).then(() => 1);
    };
    const { error } = await settle(holdfast.withHold(images, section));
    expect(error).toBeInstanceOf(HoldLostError);
    expect(error).toBe(reason);
  });
});

describe('a hold is lost', () => {
  test.each(['committed', 'released', 'expired'] as const)('at once when it turns out to be %s', async (status) => {
    const { holdfast, server, order } = creditServer();
    setTimeout(() => (server.holds.get('hold-1')!.status = status), 15_000);
    const { error, afterMs } = await settle(holdfast.withHold({ ...images, ttlSeconds: 30 }, untilAborted));
    expect(error).toBeInstanceOf(HoldLostError);
    expect(afterMs).toBe(20_000);
    expect(order).toEqual(['hold', 'extend', 'extend', 'release']);
  });

  test('at once when there is none any more', async () => {
    const { holdfast, server } = creditServer();
    setTimeout(() => server.holds.clear(), 1_000);
    const { error, afterMs } = await settle(holdfast.withHold({ ...images, ttlSeconds: 30 }, untilAborted));
    expect(error).toBeInstanceOf(HoldLostError);
    expect(afterMs).toBe(10_000);
  });

  test.each<[string, Step]>([
    ['the network is gone', breaks],
    ['the network swallows everything', hangs],
    ['the API key was revoked', refusesWith('unauthorized', 401)],
  ])('before its TTL is over when %s', async (_, step) => {
    const { holdfast, sent } = creditServer({ extend: [step] });
    const { error, afterMs } = await settle(holdfast.withHold({ ...images, ttlSeconds: 20 }, untilAborted));
    expect(error).toBeInstanceOf(HoldLostError);
    expect(afterMs).toBe(19_000);
    expect(sent.extend.length).toBeGreaterThan(1);
  });

  test('also to a section that returns nevertheless: its units are not debited', async () => {
    const { holdfast, server, order } = creditServer();
    const section = async (hold: HeldCredits) => {
      server.holds.get(hold.id)!.status = 'expired';
      await untilAborted(hold).catch(() => {});
      return 7;
    };
    const { error } = await settle(holdfast.withHold(images, section));
    expect(error).toBeInstanceOf(HoldLostError);
    expect(error).toMatchObject({ cause: expect.any(HoldExpiredError), retryable: false });
    expect(order.at(-1)).toBe('commit');
    expect(server.balance).toBe(1_000);
  });

  test('but not if the server has it still, though this machine had to give it up', async () => {
    const { holdfast, server } = creditServer({ extend: [breaks] });
    const section = async (hold: HeldCredits) => {
      await untilAborted(hold).catch((reason) => expect(reason).toBeInstanceOf(HoldLostError));
      return 7;
    };
    const { value } = await settle(holdfast.withHold(images, section));
    expect(value).toMatchObject({ commit: { actual_units: 7 } });
    expect(server.balance).toBe(993);
  });

  test('and the error of a section that throws is passed on', async () => {
    const { holdfast } = creditServer({ extend: [breaks] });
    const section = (hold: HeldCredits) =>
      untilAborted(hold).catch((reason) => {
        throw new Error('stopped half way', { cause: reason });
      });
    const { error } = await settle(holdfast.withHold(images, section));
    expect(error).toMatchObject({ message: 'stopped half way', cause: expect.any(HoldLostError) });
  });
});
