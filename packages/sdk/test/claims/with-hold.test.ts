import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import {
  ConnectionError,
  HoldExpiredError,
  HoldLostError,
  InsufficientCreditsError,
  TimeoutError,
} from '../../src/index.ts';
import type { HeldCredits } from '../../src/index.ts';
import { creditServer, losesAnswer, refusesWith, serves } from '../fakes/fake-credits.ts';
import type { Step } from '../fakes/fake-credits.ts';
import { breaks, hangs, idempotencyKeys, late } from '../fakes/fake-fetch.ts';
import { pause, sentAfterMs, settle } from '../settle.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});

/** Whatever a test did, nothing may be left running; Vitest itself fails on a rejection that nobody heard. */
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const images = { customer: 'acme', metric: 'image', estimate: 10 };
const never = () => expect.unreachable('the section ran');

/** A section that goes on until its signal aborts, and then throws the reason. */
function untilAborted({ signal }: HeldCredits): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

const unavailable: Step = () => new Response('{}', { status: 503 });

describe('credits', () => {
  test('are held while the section runs, and what it returns is committed', async () => {
    const { holdfast, server, sent, order } = creditServer();
    const { value } = await settle(holdfast.withHold(images, async () => 7));
    expect(value).toMatchObject({ replayed: false, commit: { actual_units: 7, actual_cost: 7 } });
    expect(value!.value).toBeUndefined();
    expect(order).toEqual(['hold', 'commit']);
    const asked = { external_customer_id: 'acme', billable_metric_key: 'image', estimated_units: 10, ttl_seconds: 60 };
    expect(sent.hold[0]!.body).toEqual(asked);
    expect(sent.commit[0]).toMatchObject({ path: '/v1/reserve/hold-1/commit', body: { actual_units: 7 } });
    expect(server.balance).toBe(993);
  });

  test('are held with what the options say', async () => {
    const { holdfast, sent } = creditServer();
    const metadata = { job: 7 };
    await settle(holdfast.withHold({ ...images, customer: { id: 'c-1' }, ttlSeconds: 5, metadata }, () => 0));
    const asked = { customer_id: 'c-1', billable_metric_key: 'image', estimated_units: 10, ttl_seconds: 5, metadata };
    expect(sent.hold[0]!.body).toEqual(asked);
  });

  test('are committed with a value that is handed out', async () => {
    const { holdfast } = creditServer();
    const { value } = await settle(holdfast.withHold(images, () => ({ units: 2, value: ['a.png', 'b.png'] })));
    expect(value).toMatchObject({ replayed: false, commit: { actual_units: 2 }, value: ['a.png', 'b.png'] });
  });

  test.each([0, 25])('are committed as %i units too, which is not what was estimated', async (units) => {
    const { holdfast, server } = creditServer();
    await settle(holdfast.withHold(images, () => units));
    expect(server.balance).toBe(1_000 - units);
  });

  test('are shown to the section', async () => {
    const { holdfast } = creditServer();
    let seen: unknown;
    const section = ({ id, estimatedUnits, expiresAt, signal }: HeldCredits) => {
      seen = { id, estimatedUnits, expiresAt, aborted: signal.aborted };
      return 1;
    };
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    await settle(holdfast.withHold(images, section));
    expect(seen).toEqual({ id: 'hold-1', estimatedUnits: 10, expiresAt, aborted: false });
  });

  test('that are not there are refused, and the section does not run', async () => {
    const { holdfast, order } = creditServer();
    const { error } = await settle(holdfast.withHold({ ...images, estimate: 1_001 }, never));
    expect(error).toBeInstanceOf(InsufficientCreditsError);
    expect(order).toEqual(['hold']);
  });

  test('of two calls without a key are held twice', async () => {
    const { holdfast, server, sent } = creditServer();
    await settle(Promise.all([holdfast.withHold(images, () => 1), holdfast.withHold(images, () => 2)]));
    expect(server.balance).toBe(997);
    expect(idempotencyKeys([...sent.hold, ...sent.commit]).size).toBe(4);
  });
});

describe('a section that fails', () => {
  const failure = new Error('out of memory');
  const fails = () => Promise.reject(failure);

  test('by a throw has its hold released, and its error passed on', async () => {
    const { holdfast, server, order } = creditServer();
    const { error } = await settle(holdfast.withHold(images, fails));
    expect(error).toBe(failure);
    expect(order).toEqual(['hold', 'release']);
    expect(server.holds.get('hold-1')!.status).toBe('released');
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['no number', '7'],
    ['a fraction', 1.5],
    ['less than nothing', -1],
    ['NaN', Number.NaN],
    ['more than a number can express', 2 ** 53],
    ['a value without units', { value: 'a.png' }],
  ])('by returning %s has its hold released', async (_, returned) => {
    const { holdfast, server, order } = creditServer();
    const { error } = await settle(holdfast.withHold(images, () => returned as number));
    expect(error).toBeInstanceOf(TypeError);
    expect(order).toEqual(['hold', 'release']);
    expect(server.balance).toBe(1_000);
  });

  test('has its hold released in as many attempts as it takes, under one key', async () => {
    const { holdfast, server, sent } = creditServer({ release: [breaks, unavailable, losesAnswer, serves] });
    const { error } = await settle(holdfast.withHold(images, fails));
    expect(error).toBe(failure);
    expect(sent.release).toHaveLength(4);
    expect(idempotencyKeys(sent.release).size).toBe(1);
    expect(server.holds.get('hold-1')!.status).toBe('released');
  });

  test.each<[string, Step]>([
    ['no connection', breaks],
    ['no answer', hangs],
    ['a refusal', refusesWith('unauthorized', 401)],
  ])('keeps its error when its hold cannot be released for %s, and a hook hears of it', async (_, step) => {
    const onHoldReleaseFailed = vi.fn();
    const { client } = creditServer({ release: [step] });
    const call = client({ hooks: { onHoldReleaseFailed } }).withHold({ ...images, settleTimeoutMs: 5_000 }, fails);
    const { error, afterMs } = await settle(call);
    expect(error).toBe(failure);
    expect(afterMs).toBeLessThanOrEqual(5_000);
    const event = { holdId: 'hold-1', customer: 'acme', metric: 'image', error: expect.any(Error) };
    expect(onHoldReleaseFailed.mock.calls).toEqual([[event]]);
  });

  test('after its hold has ended keeps its error too, and there is nothing to report', async () => {
    const onHoldReleaseFailed = vi.fn();
    const { client, server } = creditServer();
    const section = () => {
      server.holds.get('hold-1')!.status = 'released';
      throw failure;
    };
    const { error } = await settle(client({ hooks: { onHoldReleaseFailed } }).withHold(images, section));
    expect(error).toBe(failure);
    expect(onHoldReleaseFailed).not.toHaveBeenCalled();
  });
});

describe('the hold', () => {
  test('is prolonged at every third of its TTL while the section runs', async () => {
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

  test('is prolonged again after failures, as long as it lives', async () => {
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

  test('that came late is given back, for much of its time is over', async () => {
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

describe('the commit', () => {
  test('is tried again under the same key until it is answered', async () => {
    const script = [losesAnswer, breaks, unavailable, breaks, breaks, serves];
    const { holdfast, server, sent } = creditServer({ commit: script });
    const { value } = await settle(holdfast.withHold(images, () => 7));
    expect(value).toMatchObject({ replayed: false, commit: { actual_units: 7, account: { balance: 993 } } });
    expect(sent.commit).toHaveLength(6);
    expect(idempotencyKeys(sent.commit).size).toBe(1);
    expect(server.balance).toBe(993);
  });

  test.each<[string, Step]>([
    ['no connection', breaks],
    ['no answer', hangs],
  ])('of unknown outcome is told as such, after %s for its whole time', async (_, step) => {
    const { holdfast, order } = creditServer({ commit: [step] });
    const { error, afterMs } = await settle(holdfast.withHold({ ...images, settleTimeoutMs: 6_000 }, () => 7));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ outcomeUnknown: true });
    expect(afterMs).toBe(6_000);
    expect(order).not.toContain('release');
  });

  test('that is refused for another reason is no lost hold', async () => {
    const { holdfast } = creditServer({ commit: [refusesWith('unauthorized', 401)] });
    const { error } = await settle(holdfast.withHold(images, () => 7));
    expect(error).toMatchObject({ name: 'AuthenticationError' });
  });
});

describe('the signal of the caller', () => {
  const left = new Error('the user left');

  test('sends nothing when it has aborted already', async () => {
    const { holdfast, order } = creditServer();
    const { error } = await settle(holdfast.withHold({ ...images, signal: AbortSignal.abort(left) }, never));
    expect(error).toBe(left);
    expect(order).toEqual([]);
  });

  test('is passed on to the section, which may still have its units committed', async () => {
    const controller = new AbortController();
    const { holdfast, server } = creditServer();
    setTimeout(() => controller.abort(left), 1_000);
    const section = (hold: HeldCredits) => untilAborted(hold).catch((reason) => (expect(reason).toBe(left), 3));
    const { value, afterMs } = await settle(holdfast.withHold({ ...images, signal: controller.signal }, section));
    expect(value).toMatchObject({ commit: { actual_units: 3 } });
    expect(afterMs).toBe(1_000);
    expect(server.balance).toBe(997);
  });

  test('releases the hold of a section that throws it', async () => {
    const controller = new AbortController();
    const { holdfast, server } = creditServer();
    setTimeout(() => controller.abort(left), 1_000);
    const { error } = await settle(holdfast.withHold({ ...images, signal: controller.signal }, untilAborted));
    expect(error).toBe(left);
    expect(server.holds.get('hold-1')!.status).toBe('released');
  });

  test('ends the wait for a hold, which is found out and given back in the background', async () => {
    const controller = new AbortController();
    const hangsAfterServing: Step = (request, serve) => (void serve(request), hangs(request));
    const { holdfast, server, order } = creditServer({ hold: [hangsAfterServing, serves] });
    setTimeout(() => controller.abort(left), 1_000);
    const { error, afterMs } = await settle(holdfast.withHold({ ...images, signal: controller.signal }, never));
    expect(error).toBe(left);
    expect(afterMs).toBe(1_000);
    expect(order).toEqual(['hold', 'hold', 'release']);
    expect(server.holds.get('hold-1')!.status).toBe('released');
  });

  test('ends the wait for a hold under a key of the caller, to which it is left for a later run', async () => {
    const controller = new AbortController();
    const { holdfast, order } = creditServer({ hold: [hangs] });
    setTimeout(() => controller.abort(left), 1_000);
    const options = { ...images, signal: controller.signal, idempotencyKey: 'job-7' };
    const { error } = await settle(holdfast.withHold(options, never));
    expect(error).toBe(left);
    expect(order).toEqual(['hold']);
  });

  test('is left without listeners', async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    const { holdfast } = creditServer();
    await settle(holdfast.withHold({ ...images, signal }, () => pause(30_000).then(() => 1)));
    expect(add).toHaveBeenCalledTimes(2);
    expect(remove.mock.calls).toEqual(add.mock.calls);
  });

  test('whenever it aborts, leaves no hold behind that nobody knows of', async () => {
    const ran: boolean[] = [];
    for (let microtasks = 0; microtasks < 60; microtasks++) {
      const controller = new AbortController();
      const abortAfter = (left: number) => {
        if (left === 0) controller.abort('gone');
        else queueMicrotask(() => abortAfter(left - 1));
      };
      const serveAndAbort: Step = (request, serve) => (abortAfter(microtasks), serve(request));
      const { holdfast, server } = creditServer({ hold: [serveAndAbort, serves] });
      const section = async (hold: HeldCredits) => {
        await pause(1);
        ran.push(hold.signal.aborted);
        throw hold.signal.reason;
      };
      const { error } = await settle(holdfast.withHold({ ...images, signal: controller.signal }, section));
      expect(error).toBe('gone');
      expect([...server.holds.values()].map(({ status }) => status)).toEqual(['released']);
    }
    expect(ran.length).toBeGreaterThan(0);
    expect(ran.length).toBeLessThan(60);
    expect(ran).not.toContain(false);
  });
});

describe('a hold of unknown outcome', () => {
  test('is found out and released in the background', async () => {
    const { holdfast, server, sent } = creditServer({ hold: [losesAnswer, breaks, breaks, breaks, serves] });
    const { error } = await settle(holdfast.withHold(images, never));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ outcomeUnknown: true });
    expect(idempotencyKeys(sent.hold).size).toBe(1);
    expect(server.holds.get('hold-1')!.status).toBe('released');
  });

  test('that turns out to have been refused needs no release', async () => {
    const onHoldReleaseFailed = vi.fn();
    const { client, order } = creditServer({ hold: [breaks, breaks, breaks, breaks, serves] });
    const call = client({ hooks: { onHoldReleaseFailed } }).withHold({ ...images, estimate: 2_000 }, never);
    const { error } = await settle(call);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(order).toEqual(Array(5).fill('hold'));
    expect(onHoldReleaseFailed).not.toHaveBeenCalled();
  });

  test.each<[string, Step]>([
    ['no connection', breaks],
    ['an API key that is not valid any more', refusesWith('unauthorized', 401)],
  ])('that stays unknown for %s is reported', async (_, step) => {
    const onHoldReleaseFailed = vi.fn();
    const { client } = creditServer({ hold: [breaks, breaks, breaks, breaks, step] });
    await settle(client({ hooks: { onHoldReleaseFailed } }).withHold(images, never));
    expect(onHoldReleaseFailed.mock.calls).toMatchObject([[{ holdId: null, customer: 'acme', metric: 'image' }]]);
  });
});
