import { describe, expect, test, vi } from 'vitest';

import { LeaseLostError } from '../../src/index.ts';
import type { HeldLock } from '../../src/index.ts';
import { answers, breaks, hangs, idempotencyKeys, late, refuses } from '../fakes/fake-fetch.ts';
import type { Answer } from '../fakes/fake-fetch.ts';
import { grants, lockClient, releases, renews } from '../fakes/fake-locks.ts';
import { pause, sentAfterMs, settle, useFakeTime } from '../fakes/fake-time.ts';

useFakeTime();

/** A section that goes on until its signal aborts, and then returns the reason. */
function untilAborted({ signal }: HeldLock): Promise<unknown> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));
}

describe('renewal', () => {
  test('comes at every third of the TTL, by the time the last one was sent', async () => {
    const { holdfast, sent } = lockClient({ renew: [late(500, renews())] });
    const { value } = await settle(
      holdfast.withLock({ resource: 'a', ttlSeconds: 30 }, async (lock) => {
        await pause(35_000);
        return lock.signal.aborted;
      }),
    );
    expect(value).toBe(false);
    expect(sentAfterMs(sent.renew, sent.reserve[0]!.sentAtMs)).toEqual([10_000, 20_000, 30_000]);
    expect(idempotencyKeys(sent.renew).size).toBe(3);
  });

  test('moves what the section sees as the end', async () => {
    const { holdfast } = lockClient();
    const { value } = await settle(
      holdfast.withLock('a', async (lock) => {
        const before = lock.expiresAt;
        await pause(15_000);
        return Date.parse(lock.expiresAt) - Date.parse(before);
      }),
    );
    expect(value).toBe(10_000);
  });

  test('is tried again after failures, as long as the lease lives', async () => {
    const unavailable = refuses(503, 'unavailable', { 'Retry-After': '5' });
    const { holdfast, sent } = lockClient({ renew: [breaks, unavailable, renews()] });
    const { value } = await settle(holdfast.withLock('a', () => pause(25_000).then(() => 'done')));
    expect(value).toBe('done');
    expect(sentAfterMs(sent.renew, sent.reserve[0]!.sentAtMs)).toEqual([10_000, 13_000, 21_000]);
  });

  test('that hangs leaves time for others', async () => {
    const { holdfast, sent } = lockClient({ renew: [hangs, renews()] });
    const { error } = await settle(holdfast.withLock({ resource: 'a', ttlSeconds: 6 }, () => pause(5_000)));
    expect(error).toBeUndefined();
    expect(sentAfterMs(sent.renew, sent.reserve[0]!.sentAtMs)).toEqual([2_000, 4_600]);
  });

  test('can be asked for by the section', async () => {
    const { holdfast, sent } = lockClient();
    await settle(
      holdfast.withLock('a', async (lock) => {
        await pause(5_000);
        await lock.renew();
        await pause(9_000);
      }),
    );
    expect(sentAfterMs(sent.renew, sent.reserve[0]!.sentAtMs)).toEqual([5_000, 10_000]);
  });

  test('of a lock for a year waits no shorter than it can', async () => {
    const { holdfast, order } = lockClient();
    await settle(holdfast.withLock({ resource: 'a', ttlSeconds: 31_536_000 }, () => pause(60_000)));
    expect(order).toEqual(['reserve', 'unreserve']);
  });
});

describe('a lease is lost', () => {
  const denied = { error: 'wrong_release_token', results: [{ status: 'DOESNT_OWN_RESERVATION', explanation: 'No.' }] };
  test.each<[string, Answer]>([
    ['there is no such lock any more', renews({ status: 'NOT_RESERVED' })],
    ['somebody else has the lock', renews({ status: 'DOESNT_OWN_RESERVATION' })],
    ['the release token is wrong', answers(denied, 403)],
  ])('at once when a renewal says that %s', async (_, refusal) => {
    const { holdfast, order } = lockClient({ renew: [refusal], unreserve: [releases({ status: 'NOT_RESERVED' })] });
    const { error, afterMs } = await settle(holdfast.withLock('a', untilAborted));
    expect(error).toBeInstanceOf(LeaseLostError);
    expect(afterMs).toBe(10_000);
    expect(order).toEqual(['reserve', 'renew', 'unreserve']);
  });

  test.each<[string, Answer]>([
    ['the network is gone', breaks],
    ['the network swallows everything', hangs],
    ['the API key was revoked', refuses(401, 'unauthorized')],
  ])('before its TTL is over when %s', async (_, failure) => {
    const { holdfast, sent } = lockClient({ renew: [failure] });
    const { error, afterMs } = await settle(holdfast.withLock({ resource: 'a', ttlSeconds: 20 }, untilAborted));
    expect(error).toBeInstanceOf(LeaseLostError);
    expect(afterMs).toBe(19_000);
    expect(sent.renew.length).toBeGreaterThan(1);
  });

  test.each<[string, Answer[]]>([
    ['the request, not from its answer', [late(4_000, grants())]],
    ['the first attempt, for the server may have granted that one', [refuses(504, 'x'), grants()]],
  ])('counting from before %s', async (_, reserve) => {
    const { holdfast } = lockClient({ reserve, renew: [breaks] });
    const { error, afterMs } = await settle(holdfast.withLock({ resource: 'a', ttlSeconds: 20 }, untilAborted));
    expect(error).toBeInstanceOf(LeaseLostError);
    expect(afterMs).toBe(19_000);
  });

  test('counting from the last renewal that succeeded', async () => {
    const { holdfast } = lockClient({ renew: [renews(), breaks] });
    const { afterMs } = await settle(holdfast.withLock({ resource: 'a', ttlSeconds: 30 }, untilAborted));
    expect(afterMs).toBe(10_000 + 28_500);
  });

  test('also when the program was too busy to notice before its section returned', async () => {
    const { holdfast } = lockClient();
    const busyFor = (delayMs: number) => vi.spyOn(performance, 'now').mockReturnValue(performance.now() + delayMs);
    const { error } = await settle(holdfast.withLock('a', () => void busyFor(29_000)));
    expect(error).toBeInstanceOf(LeaseLostError);
  });

  test('also when only its release tells so', async () => {
    const { holdfast } = lockClient({ unreserve: [releases({ status: 'NOT_RESERVED', released: null })] });
    const { error } = await settle(holdfast.withLock('a', () => 'done'));
    expect(error).toBeInstanceOf(LeaseLostError);
  });

  test('but not when it lapses while its release is tried again, after a section that was in time', async () => {
    const unreserve = [breaks, breaks, breaks, releases({ status: 'NOT_RESERVED', released: null })];
    const { holdfast, sent } = lockClient({ unreserve });
    const { value } = await settle(holdfast.withLock({ resource: 'a', ttlSeconds: 1 }, () => 'done'));
    expect(value).toBe('done');
    expect(sentAfterMs(sent.unreserve)).toEqual([0, 250, 750, 1_750]);
  });

  test('and the error of a section that throws is passed on', async () => {
    const { holdfast } = lockClient({ renew: [breaks] });
    let reason: unknown;
    const section = async (lock: HeldLock) => {
      reason = await untilAborted(lock);
      throw new Error('stopped half way', { cause: reason });
    };
    const { error } = await settle(holdfast.withLock('a', section));
    expect(error).toMatchObject({ message: 'stopped half way', cause: reason });
    expect(reason).toBeInstanceOf(LeaseLostError);
  });

  test('and renewing by hand says so too', async () => {
    const { holdfast, sent } = lockClient({ renew: [hangs] });
    const errors: unknown[] = [];
    const section = async (lock: HeldLock) => {
      await pause(20_000);
      await lock.renew().catch((error: unknown) => errors.push(error));
      await lock.renew().catch((error: unknown) => errors.push(error));
    };
    await settle(holdfast.withLock('a', section));
    expect(errors).toEqual([expect.any(LeaseLostError), expect.any(LeaseLostError)]);
    expect(sent.renew.every(({ signal }) => signal.aborted)).toBe(true);
  });
});
