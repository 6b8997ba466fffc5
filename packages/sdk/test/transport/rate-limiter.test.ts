import { beforeEach, describe, expect, test, vi } from 'vitest';

import { RateLimitError } from '../../src/index.ts';
import type { Holdfast } from '../../src/index.ts';
import { readRateLimits } from '../../src/transport/rate-limit-headers.ts';
import { refuses } from '../fakes/fake-fetch.ts';
import { limitedServer } from '../fakes/fake-limits.ts';
import type { Interference } from '../fakes/fake-limits.ts';
import { pause, sentAfterMs, settle, useFakeTime } from '../fakes/fake-time.ts';

const fiveAMinute = { quota: 5, windowSeconds: 60 };

useFakeTime();

// 40 seconds before a minute ends.
beforeEach(() => void vi.setSystemTime(new Date('2026-11-21T08:00:20.000Z')));

const operate = ({ resources }: Holdfast, signal?: AbortSignal) =>
  resources.reserve([{ requester: 'worker-1', resource: 'job-42' }], { signal });
const operateTimes = (count: number, holdfast: Holdfast) => Array.from({ length: count }, () => operate(holdfast));

/** A client that has had one answer, and so knows the limits. */
async function informed(...server: Parameters<typeof limitedServer>) {
  const limited = limitedServer(...server);
  await operate(limited.holdfast);
  return limited;
}

describe('requests', () => {
  test('are sent whatever is left, and refused, unless the client is to wait', async () => {
    const { holdfast, server } = await informed({ minute: fiveAMinute }, { waitForLimits: false });
    await settle(Promise.allSettled(operateTimes(9, holdfast)));
    expect(server.refused).toBe(5);
  });

  test('are sent at once as far as they are left, and then with each window, and none is refused', async () => {
    const { holdfast, server, sent } = await informed({ minute: fiveAMinute });
    await settle(Promise.all(operateTimes(11, holdfast)));
    expect(sentAfterMs(sent)).toEqual([...Array(5).fill(0), ...Array(5).fill(40_000), 100_000, 100_000]);
    expect(server.refused).toBe(0);
  });

  test('that are under way count, however late their answers are', async () => {
    const slow: Interference = async (_, serve) => {
      await pause(3_000);
      const answer = serve();
      await pause(3_000);
      return answer;
    };
    const limited = limitedServer({ minute: fiveAMinute }, {}, slow);
    await settle(operate(limited.holdfast));
    await settle(Promise.all(operateTimes(6, limited.holdfast)));
    expect(sentAfterMs(limited.sent)).toEqual([0, 6_000, 6_000, 6_000, 6_000, 43_000, 43_000]);
    expect(limited.server.refused).toBe(0);
  });

  test('of others count from the next answer on', async () => {
    const { holdfast, server, sent } = await informed({ minute: fiveAMinute });
    server.take('minute', 3);
    await operate(holdfast);
    await settle(operate(holdfast));
    expect(sentAfterMs(sent)).toEqual([0, 0, 40_000]);
  });

  test('leave what the latest answer says, also when an earlier one comes after it', async () => {
    const lateSecond: Interference = async (nth, serve) => {
      const answer = serve();
      if (nth === 2) await pause(1_000);
      return answer;
    };
    const { holdfast, server, sent } = await informed({ minute: fiveAMinute }, {}, lateSecond);
    await settle(Promise.all(operateTimes(2, holdfast)));
    await settle(Promise.all(operateTimes(3, holdfast)));
    expect(sentAfterMs(sent)).toEqual([0, 0, 0, 1_000, 1_000, 40_000]);
    expect(server.refused).toBe(0);
  });

  test('whose answer was lost may have been counted', async () => {
    const loseSecond: Interference = (nth, serve) => {
      const answer = serve();
      if (nth === 2) throw new TypeError('fetch failed');
      return answer;
    };
    const { holdfast, server, sent } = await informed({ minute: { ...fiveAMinute, quota: 3 } }, {}, loseSecond);
    await settle(operate(holdfast));
    await settle(Promise.all(operateTimes(2, holdfast)));
    expect(sentAfterMs(sent)).toEqual([0, 0, 0, 40_000]);
    expect(server.refused).toBe(0);
  });

  test('that were refused before limits count have not been counted', async () => {
    const forbidden: Interference = (nth, serve) =>
      nth === 2 ? refuses(403, 'forbidden')(undefined as never) : serve();
    const { holdfast, sent } = await informed({ minute: { ...fiveAMinute, quota: 2 } }, {}, forbidden);
    await settle(operate(holdfast));
    await settle(operate(holdfast));
    expect(sentAfterMs(sent)).toEqual([0, 0, 0]);
  });

  test('go on at once when an answer tells of no limits any more', async () => {
    const unlimited: Interference = (nth, serve) => (nth > 1 ? new Response('[{}]') : serve());
    const { holdfast, sent } = await informed({ minute: { ...fiveAMinute, quota: 2 } }, {}, unlimited);
    await settle(Promise.all(operateTimes(4, holdfast)));
    expect(sentAfterMs(sent)).toEqual([0, 0, 0, 0, 0]);
  });

  test('wait for the limit of their kind: operations, reads, and administration for none', async () => {
    const oneAMinute = { ...fiveAMinute, quota: 1 };
    const { holdfast, sent } = await informed({ minute: fiveAMinute, key: oneAMinute, reads: oneAMinute });
    await holdfast.resources.get('job-42');
    await settle(Promise.all([operate(holdfast), holdfast.resources.get('job-42'), holdfast.admin.tiers.delete('a')]));
    const seen = sent.map(({ method }, nth) => [method, sentAfterMs(sent)[nth]]);
    expect(seen.slice(2)).toEqual([
      ['DELETE', 0],
      ['POST', 40_000],
      ['GET', 40_000],
    ]);
  });
});

describe('the wait', () => {
  const spent = { minute: { ...fiveAMinute, quota: 1 } };

  test('is not part of the time for an attempt', async () => {
    const { holdfast } = await informed(spent, { timeoutMs: 100 });
    const { error, afterMs } = await settle(operate(holdfast));
    expect(error).toBeUndefined();
    expect(afterMs).toBe(40_000);
  });

  test('ends when the caller aborts, which sends nothing, lets those behind go on and leaves no listeners', async () => {
    const { holdfast, sent } = await informed(spent);
    const controller = new AbortController();
    const add = vi.spyOn(controller.signal, 'addEventListener');
    const remove = vi.spyOn(controller.signal, 'removeEventListener');
    const aborted = operate(holdfast, controller.signal).catch((error: unknown) => error);
    const behind = operate(holdfast);
    setTimeout(() => controller.abort('the user left'), 1_000);
    await settle(behind);
    expect(await aborted).toBe('the user left');
    expect(sentAfterMs(sent)).toEqual([0, 40_000]);
    expect(add).toHaveBeenCalledOnce();
    expect(remove.mock.calls).toEqual(add.mock.calls);
  });

  test('is none when a signal has aborted before', async () => {
    const { holdfast, sent } = await informed(spent);
    const { error, afterMs } = await settle(operate(holdfast, AbortSignal.abort('gone')));
    expect({ error, afterMs, sent: sent.length }).toEqual({ error: 'gone', afterMs: 0, sent: 1 });
  });

  test('is none for a limit that begins anew in more than a minute: the server refuses', async () => {
    const day = { quota: 1, windowSeconds: 86_400 };
    const { holdfast, sent } = await informed({ minute: fiveAMinute, day }, { maxRetries: 3 });
    const { error, afterMs } = await settle(operate(holdfast));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ retryAfterSeconds: 57_580 });
    expect(afterMs).toBe(0);
    expect(sent).toHaveLength(2);
  });
});

describe('the headers', () => {
  const minute = { quota: 200, windowMs: 60_000, left: 12, endsAtMs: 31_500 };
  const day = { quota: 10_000, windowMs: 86_400_000, left: 0, endsAtMs: 500 };
  test.each<[string, string, string, object]>([
    ['one limit', '"minute";q=200;w=60', '"minute";r=12;t=31', { minute }],
    ['two limits', '"day";q=10000;w=86400, "minute";q=200;w=60', '"minute";r=12;t=31, "day";r=0;t=0', { minute, day }],
    ['spaces, another order', '"minute"; w=60; q=200', '"minute"; t=31; r=12', { minute }],
    ['other parameters', '"minute";q=200;qu="requests";w=60;pk=:YQ==:', '"minute";r=12;t=31;pk=:YQ==:', { minute }],
    ['a policy without its limit', '"minute";q=200;w=60, "day";q=1;w=86400', '"minute";r=12;t=31', { minute }],
    ['a limit without its policy', '"minute";q=200;w=60', '"minute";r=12;t=31, "day";r=0;t=9', { minute }],
    ['a limit without its end', '"minute";q=200;w=60', '"minute";r=12', {}],
    ['earlier drafts', '200;w=60', 'limit=200, remaining=12, reset=31', {}],
  ])('are read: %s', (_, policy, limit, read) => {
    const headers = new Headers({ 'RateLimit-Policy': policy, RateLimit: limit });
    expect(Object.fromEntries(readRateLimits(headers, 500))).toEqual(read);
  });

  test('may be missing', () => {
    expect(readRateLimits(new Headers(), 0).size).toBe(0);
  });
});
