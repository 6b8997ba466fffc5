import { describe, expect, test, vi } from 'vitest';

import { ConnectionError, HoldfastError, LockHeldError, TimeoutError } from '../../src/index.ts';
import type { HeldLock } from '../../src/index.ts';
import { breaks, hangs, idempotencyKeys, late, refuses } from '../fakes/fake-fetch.ts';
import type { Answer } from '../fakes/fake-fetch.ts';
import { grants, isHeld, lockClient, releases } from '../fakes/fake-locks.ts';
import { pause, sentAfterMs, settle, useFakeTime } from '../fakes/fake-time.ts';

useFakeTime();

const never = () => expect.unreachable('the section ran');

describe('a lock that is free', () => {
  test('is held while the section runs, and released with its result', async () => {
    const { holdfast, sent, order } = lockClient();
    const { value } = await settle(holdfast.withLock('job-42', async () => 'done'));
    expect(value).toBe('done');
    expect(order).toEqual(['reserve', 'unreserve']);
    const [claim] = sent.reserve[0]!.body;
    expect(claim).toEqual({ requester: claim.requester, resource: 'job-42', ttlSeconds: 30 });
    expect(sent.unreserve[0]!.body).toEqual([
      { requester: claim.requester, resource: 'job-42', releaseToken: 'token-1' },
    ]);
  });

  test('tells its section what it holds', async () => {
    const { holdfast, sent } = lockClient();
    const section = (lock: HeldLock) => ({ ...lock, aborted: lock.signal.aborted });
    const { value } = await settle(holdfast.withLock('job-42', section));
    const { requester } = sent.reserve[0]!.body[0];
    const expiresAt = new Date(Date.now() + 30_000).toISOString();
    expect(value).toMatchObject({ resource: 'job-42', requester, fencingToken: 7, expiresAt, aborted: false });
  });

  test('is claimed with what the options say', async () => {
    const { holdfast, sent } = lockClient();
    const options = { resource: 'job-42', ttlSeconds: 5, resourceType: 'Job', metadata: { why: 'test' } };
    await settle(holdfast.withLock({ ...options, requester: 'worker-1' }, () => {}));
    const requester = expect.stringMatching(/^worker-1\/[0-9a-f-]{36}$/);
    expect(sent.reserve[0]!.body).toEqual([{ ...options, requester }]);
  });

  test('is released when the section throws, and the error passed on', async () => {
    const { holdfast, order } = lockClient();
    const failure = new Error('out of paper');
    const { error } = await settle(
      holdfast.withLock('job-42', () => {
        throw failure;
      }),
    );
    expect(error).toBe(failure);
    expect(order).toEqual(['reserve', 'unreserve']);
  });

  test('of a pool is a slot, which is what is renewed and released', async () => {
    const { holdfast, sent } = lockClient({ reserve: [grants({ acquiredSlots: { Printer: 'Printer_0' } })] });
    const { value } = await settle(
      holdfast.withLock('Printer', async (lock) => {
        await lock.renew();
        return lock.resource;
      }),
    );
    expect(value).toBe('Printer_0');
    expect(sent.renew[0]!.body).toMatchObject([{ resource: 'Printer_0', releaseToken: 'token-1', ttlSeconds: 30 }]);
    expect(sent.unreserve[0]!.body).toMatchObject([{ resource: 'Printer_0', releaseToken: 'token-1' }]);
  });
});

describe('the requester', () => {
  test('is another one for each section, so that those of one program exclude one another', async () => {
    const { holdfast, sent } = lockClient();
    await settle(Promise.all([holdfast.withLock('a', () => {}), holdfast.withLock('a', () => {})]));
    const requesters = sent.reserve.flatMap(({ body }) => body.map(({ requester }) => requester));
    expect(new Set(requesters).size).toBe(2);
    for (const requester of requesters) expect(requester).toMatch(/^withLock\/[0-9a-f-]{36}$/);
  });

  test('keeps within 256 characters without cutting one in two', async () => {
    const { holdfast, sent } = lockClient();
    await settle(holdfast.withLock({ resource: 'a', requester: '🔒'.repeat(300) }, () => {}));
    const { requester } = sent.reserve[0]!.body[0];
    expect([...requester]).toHaveLength(256);
    expect(requester).toMatch(/^(🔒){219}\/[0-9a-f-]{36}$/u);
  });
});

describe('a lock that is held', () => {
  test('is refused at once', async () => {
    const { holdfast, order } = lockClient({ reserve: [isHeld({ retryAfterSeconds: 20 })] });
    const { error, afterMs } = await settle(holdfast.withLock('job-42', never));
    expect(error).toBeInstanceOf(LockHeldError);
    expect(error).toMatchObject({ retryAfterSeconds: 20, heldBy: { requester: 'somebody' }, message: 'A sentence.' });
    expect(error).toMatchObject({ result: { status: 'ALREADY_HELD' } });
    expect(afterMs).toBe(0);
    expect(order).toEqual(['reserve']);
  });

  test('may be waited for: asked for soon, then every second, each time as a new request', async () => {
    const { holdfast, sent } = lockClient({ reserve: [...Array(6).fill(isHeld()), grants()] });
    const { value, afterMs } = await settle(holdfast.withLock({ resource: 'a', waitMs: 5_000 }, () => 'done'));
    expect(value).toBe('done');
    expect(afterMs).toBe(100 + 200 + 400 + 800 + 1_000 + 1_000);
    expect(idempotencyKeys(sent.reserve).size).toBe(7);
  });

  test('is asked for one last time at the deadline', async () => {
    const { holdfast, sent } = lockClient({ reserve: [isHeld()] });
    const { error, afterMs } = await settle(holdfast.withLock({ resource: 'a', waitMs: 1_000 }, never));
    expect(error).toBeInstanceOf(LockHeldError);
    expect(afterMs).toBe(1_000);
    expect(sentAfterMs(sent.reserve)).toEqual([0, 100, 300, 700, 1_000]);
  });

  test('a pool without a free slot is held by nobody in particular', async () => {
    const { holdfast } = lockClient({ reserve: [isHeld({ status: 'NOT_AVAILABLE', heldBy: null })] });
    const { error } = await settle(holdfast.withLock('Printer', never));
    expect(error).toBeInstanceOf(LockHeldError);
    expect(error).toMatchObject({ heldBy: null });
  });

  test('a name that is not usable is not worth waiting for', async () => {
    const { holdfast, sent } = lockClient({ reserve: [isHeld({ status: 'NOT_VALID', heldBy: null })] });
    const { error } = await settle(holdfast.withLock({ resource: 'Printer_9', waitMs: 5_000 }, never));
    expect(error).toBeInstanceOf(HoldfastError);
    expect(error).not.toBeInstanceOf(LockHeldError);
    expect(sent.reserve).toHaveLength(1);
  });

  test('is no longer waited for when the caller aborts', async () => {
    const controller = new AbortController();
    const { holdfast, order } = lockClient({ reserve: [isHeld()] });
    const call = holdfast.withLock({ resource: 'a', waitMs: Infinity, signal: controller.signal }, never);
    setTimeout(() => controller.abort(new Error('the user left')), 250);
    const { error, afterMs } = await settle(call);
    expect(error).toMatchObject({ message: 'the user left' });
    expect(afterMs).toBe(250);
    expect(order).toEqual(['reserve', 'reserve']);
  });
});

describe('a lock that comes late', () => {
  test('is released and asked for again', async () => {
    const { holdfast, order } = lockClient({ reserve: [late(6_000, grants()), grants()] });
    const { value } = await settle(holdfast.withLock({ resource: 'a', ttlSeconds: 10, waitMs: 20_000 }, () => 'done'));
    expect(value).toBe('done');
    expect(order).toEqual(['reserve', 'unreserve', 'reserve', 'unreserve']);
  });

  test('is released and reported when there is no more time', async () => {
    const { holdfast, order } = lockClient({ reserve: [late(6_000, grants())] });
    const { error } = await settle(holdfast.withLock({ resource: 'a', ttlSeconds: 10 }, never));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(order).toEqual(['reserve', 'unreserve']);
  });

  test('and cannot be released is not mistaken for a new one', async () => {
    const { holdfast, sent } = lockClient({
      reserve: [late(6_000, grants()), grants({ status: 'ALREADY_HAD' }), grants({ fencingToken: 8 })],
      unreserve: [refuses(401, 'unauthorized'), releases()],
    });
    const options = { resource: 'a', ttlSeconds: 10, waitMs: 20_000 };
    const { value } = await settle(holdfast.withLock(options, ({ fencingToken }) => fencingToken));
    expect(value).toBe(8);
    expect(sent.reserve).toHaveLength(3);
  });
});

describe('a limit that is reached', () => {
  const limited = (seconds: number) => refuses(429, 'rate_limited', { 'Retry-After': String(seconds) });

  test('is waited for longer than the TTL, and the lock that follows is held for all of it', async () => {
    const { holdfast, sent, order } = lockClient({ reserve: [limited(45), grants()] });
    const { value, afterMs } = await settle(holdfast.withLock({ resource: 'a', waitMs: 5_000 }, () => pause(9_000)));
    expect(value).toBeUndefined();
    expect(afterMs).toBe(45_250 + 9_000);
    expect(sentAfterMs(sent.reserve)).toEqual([0, 45_250]);
    expect(order).toEqual(['reserve', 'reserve', 'unreserve']);
  });

  test('counts from the first attempt, if that may have taken the lock', async () => {
    const { holdfast, order } = lockClient({ reserve: [breaks, limited(45), grants()] });
    const { error } = await settle(holdfast.withLock('a', never));
    expect(error).toMatchObject({ name: 'TimeoutError', message: expect.stringContaining('too late') });
    expect(order).toEqual(['reserve', 'reserve', 'reserve', 'unreserve']);
  });

  test('for longer than a minute ends the wait for the lock', async () => {
    const { holdfast, order } = lockClient({ reserve: [isHeld(), limited(3_600)] });
    const { error } = await settle(holdfast.withLock({ resource: 'a', waitMs: Infinity }, never));
    expect(error).toMatchObject({ name: 'RateLimitError', retryAfterSeconds: 3_600, outcomeUnknown: false });
    expect(order).toEqual(['reserve', 'reserve']);
  });

  test('for longer than the release may take ends that at once, and a hook is told why', async () => {
    const onReleaseFailed = vi.fn();
    const { holdfast, order } = lockClient({ unreserve: [limited(20)] }, { hooks: { onReleaseFailed } });
    const { afterMs } = await settle(holdfast.withLock('a', () => {}));
    expect(afterMs).toBe(0);
    expect(onReleaseFailed.mock.calls).toMatchObject([[{ error: { name: 'RateLimitError', retryAfterSeconds: 20 } }]]);
    expect(order).toEqual(['reserve', 'unreserve']);
  });
});

describe('the signal of the caller', () => {
  test('is left without listeners', async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    const { holdfast } = lockClient({ reserve: [isHeld(), grants()] });
    await settle(holdfast.withLock({ resource: 'a', signal, waitMs: 1_000 }, () => pause(1_000)));
    expect(add).toHaveBeenCalledTimes(4);
    expect(remove.mock.calls).toEqual(add.mock.calls);
  });
});

describe('release', () => {
  test('is tried again under the same idempotency key', async () => {
    const { holdfast, sent } = lockClient({ unreserve: [breaks, refuses(503, 'x'), releases()] });
    const { value } = await settle(holdfast.withLock('a', () => 'done'));
    expect(value).toBe('done');
    expect(idempotencyKeys(sent.unreserve).size).toBe(1);
    expect(sent.unreserve).toHaveLength(3);
  });

  test('that fails leaves the result alone and tells a hook', async () => {
    const onReleaseFailed = vi.fn();
    const unreserve = [refuses(401, 'unauthorized')];
    const { holdfast, sent } = lockClient({ unreserve }, { hooks: { onReleaseFailed } });
    const { value } = await settle(holdfast.withLock('a', () => 'done'));
    expect(value).toBe('done');
    const { requester } = sent.reserve[0]!.body[0];
    const error = expect.objectContaining({ code: 'unauthorized' });
    expect(onReleaseFailed.mock.calls).toEqual([[{ resource: 'a', requester, error }]]);
  });

  test.each<[string, Answer]>([
    ['a network that is gone', breaks],
    ['a network that swallows everything', hangs],
  ])('gives up after its time with %s', async (_, failure) => {
    const onReleaseFailed = vi.fn();
    const { holdfast, sent } = lockClient({ unreserve: [failure] }, { hooks: { onReleaseFailed } });
    const { value, afterMs } = await settle(
      holdfast.withLock({ resource: 'a', releaseTimeoutMs: 3_000 }, () => 'done'),
    );
    expect(value).toBe('done');
    expect(afterMs).toBe(3_000);
    expect(sent.unreserve.length).toBeGreaterThan(1);
    expect(onReleaseFailed.mock.calls[0]![0].error).toBeInstanceOf(TimeoutError);
  });

  test("happens also after the caller's signal has aborted, which the section's repeats", async () => {
    const controller = new AbortController();
    const { holdfast, order } = lockClient();
    setTimeout(() => controller.abort(new Error('the user left')), 1_000);
    const section = async (lock: HeldLock) => {
      await pause(2_000);
      return lock.signal.reason;
    };
    const { value } = await settle(holdfast.withLock({ resource: 'a', signal: controller.signal }, section));
    expect(value).toEqual(new Error('the user left'));
    expect(order).toEqual(['reserve', 'unreserve']);
  });

  test('waits for a section that takes its time after an abort, renewing its lock meanwhile', async () => {
    const controller = new AbortController();
    const { holdfast, order } = lockClient();
    setTimeout(() => controller.abort(new Error('the user left')), 1_000);
    await settle(holdfast.withLock({ resource: 'a', signal: controller.signal }, () => pause(15_000)));
    expect(order).toEqual(['reserve', 'renew', 'unreserve']);
  });
});

describe('an acquisition of unknown outcome', () => {
  test('after an abort is repeated under its key and undone, in the background', async () => {
    const controller = new AbortController();
    const { holdfast, sent, order } = lockClient({ reserve: [hangs, grants()] });
    setTimeout(() => controller.abort(new Error('the user left')), 1_000);
    const { error, afterMs } = await settle(holdfast.withLock({ resource: 'a', signal: controller.signal }, never));
    expect(error).toMatchObject({ message: 'the user left' });
    expect(afterMs).toBe(1_000);
    expect(order).toEqual(['reserve', 'reserve', 'unreserve']);
    expect(sent.reserve[1]!.body).toEqual(sent.reserve[0]!.body);
    expect(idempotencyKeys(sent.reserve).size).toBe(1);
    expect(sent.unreserve[0]!.body).toMatchObject([{ resource: 'a', releaseToken: 'token-1' }]);
  });

  test('after all retries is repeated and undone too', async () => {
    const { holdfast, sent, order } = lockClient({ reserve: [hangs, hangs, hangs, hangs, grants()] });
    const { error } = await settle(holdfast.withLock('a', never));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ outcomeUnknown: true });
    expect(order).toEqual([...Array(5).fill('reserve'), 'unreserve']);
    expect(idempotencyKeys(sent.reserve).size).toBe(1);
  });

  test('that turns out to have been refused needs no undoing', async () => {
    const { holdfast, order } = lockClient({ reserve: [breaks, breaks, breaks, breaks, isHeld()] });
    const { error } = await settle(holdfast.withLock('a', never));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(order).toEqual(Array(5).fill('reserve'));
  });

  test('that stays unknown is given up after a while and reported', async () => {
    const onReleaseFailed = vi.fn();
    const { holdfast, sent } = lockClient({ reserve: [hangs] }, { hooks: { onReleaseFailed } });
    await settle(holdfast.withLock('a', never));
    expect(sent.reserve.length).toBeGreaterThan(4);
    expect(onReleaseFailed).toHaveBeenCalledOnce();
  });

  test('is none when the refusal was clear', async () => {
    const { holdfast, order } = lockClient({ reserve: [refuses(400, 'invalid_request')] });
    const { error } = await settle(holdfast.withLock({ resource: 'a', ttlSeconds: 0 }, never));
    expect(error).toMatchObject({ code: 'invalid_request' });
    expect(order).toEqual(['reserve']);
  });

  test('is none when nothing was sent', async () => {
    const { holdfast, order } = lockClient();
    const { error } = await settle(holdfast.withLock({ resource: 'a', signal: AbortSignal.abort('gone') }, never));
    expect(error).toBe('gone');
    expect(order).toEqual([]);
  });

  test('is none at whatever moment the caller aborts: the section is told or does not begin', async () => {
    const told: boolean[] = [];
    for (let microtasks = 0; microtasks < 60; microtasks++) {
      const controller = new AbortController();
      const abortAfter = (left: number) => {
        if (left === 0) controller.abort('gone');
        else queueMicrotask(() => abortAfter(left - 1));
      };
      const answerAndAbort: Answer = (request) => (abortAfter(microtasks), grants()(request));
      const { holdfast, order } = lockClient({ reserve: [answerAndAbort, grants()] });
      const section = async (lock: HeldLock) => {
        await pause(1);
        return told.push(lock.signal.aborted);
      };
      const { error = 'gone' } = await settle(holdfast.withLock({ resource: 'a', signal: controller.signal }, section));
      expect(error).toBe('gone');
      expect(order.at(-1)).toBe('unreserve');
    }
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThan(60);
    expect(told).not.toContain(false);
  });
});
