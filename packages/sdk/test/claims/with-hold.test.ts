import { describe, expect, test, vi } from 'vitest';

import { ConnectionError, InsufficientCreditsError } from '../../src/index.ts';
import type { HeldCredits } from '../../src/index.ts';
import { creditServer, losesAnswer, refusesWith, serves } from '../fakes/fake-credits.ts';
import type { Step } from '../fakes/fake-credits.ts';
import { breaks, hangs, idempotencyKeys } from '../fakes/fake-fetch.ts';
import { pause, sentAfterMs, settle, useFakeTime } from '../fakes/fake-time.ts';
import { images, never } from './hold-sections.ts';

useFakeTime();

const unavailable: Step = () => new Response('{}', { status: 503 });

function limited(seconds: number): Step {
  return () => new Response('{}', { status: 429, headers: { 'Retry-After': String(seconds) } });
}

describe('a limit that is reached', () => {
  test('is waited for longer than the TTL, and the hold that follows lives for all of it', async () => {
    const { holdfast, sent, order } = creditServer({ hold: [limited(45), serves] });
    const { value } = await settle(holdfast.withHold({ ...images, ttlSeconds: 30 }, () => pause(9_000).then(() => 7)));
    expect(value).toMatchObject({ commit: { actual_units: 7 } });
    expect(sentAfterMs(sent.hold)).toEqual([0, 45_250]);
    expect(order).toEqual(['hold', 'hold', 'commit']);
  });

  test('for longer than the commit may take is told at once: a later run under the same key commits', async () => {
    const { holdfast, server } = creditServer({ commit: [limited(45), serves] });
    const run = () => settle(holdfast.withHold({ ...images, idempotencyKey: 'job-7' }, () => 7));
    const { error, afterMs } = await run();
    expect(error).toMatchObject({ name: 'RateLimitError', retryAfterSeconds: 45, outcomeUnknown: false });
    expect(afterMs).toBe(0);
    expect((await run()).value).toMatchObject({ replayed: false });
    expect(server.balance).toBe(993);
  });
});

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
