import { describe, expect, test, vi } from 'vitest';

import { ConnectionError, LockHeldError } from '../../src/index.ts';
import type { HeldLock } from '../../src/index.ts';
import { breaks, hangs, idempotencyKeys, late, refuses } from '../fakes/fake-fetch.ts';
import type { Answer, SentRequest } from '../fakes/fake-fetch.ts';
import { grants, isHeld, lockClient } from '../fakes/fake-locks.ts';
import { pause, settle, useFakeTime } from '../fakes/fake-time.ts';

useFakeTime();

const never = () => expect.unreachable('the section ran');
const resourcesIn = (sent: readonly SentRequest[]) => sent.map(({ body }) => body.map(({ resource }) => resource));

/** Grants all items but those of one resource. */
const grantsAllBut =
  (held: string): Answer =>
  async (request) => {
    const [granted, refused] = await Promise.all(
      [grants()(request), isHeld()(request)].map(async (each) => (await each).json()),
    );
    const results = (granted as { resource: string }[]).map((each, index) =>
      each.resource === held ? (refused as unknown[])[index] : each,
    );
    return new Response(JSON.stringify(results));
  };

describe('sections that begin together', () => {
  test('take, renew and release their locks together, each its own', async () => {
    const { holdfast, sent } = lockClient({ reserve: [grantsAllBut('b')] });
    const section = async (lock: HeldLock) => lock.renew().then(() => 'done');
    const calls = ['a', 'b', 'c'].map((resource) => holdfast.withLock(resource, section));
    const { value } = await settle(Promise.allSettled(calls));
    expect(value).toMatchObject([{ value: 'done' }, { reason: expect.any(LockHeldError) }, { value: 'done' }]);
    expect(resourcesIn(sent.reserve)).toEqual([['a', 'b', 'c']]);
    expect(resourcesIn(sent.renew)).toEqual([['a', 'c']]);
    expect(resourcesIn(sent.unreserve)).toEqual([['a', 'c']]);
    const requesters = sent.reserve[0]!.body.map(({ requester }) => requester);
    expect(new Set(requesters).size).toBe(3);
    expect(sent.unreserve[0]!.body.map(({ requester }) => requester)).toEqual([requesters[0], requesters[2]]);
  });

  test('do so without any timer, or any other event in between', async () => {
    const { holdfast, sent } = lockClient();
    const calls = ['a', 'b'].map((resource) => holdfast.withLock(resource, () => {}));
    await Promise.all(calls);
    expect([...resourcesIn(sent.reserve), ...resourcesIn(sent.unreserve)]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  test('do so one by one with autoBatch: false, and never together with calls of the resources', async () => {
    const alone = lockClient({}, { autoBatch: false });
    await settle(Promise.all(['a', 'b'].map((resource) => alone.holdfast.withLock(resource, () => {}))));
    expect(resourcesIn(alone.sent.reserve)).toEqual([['a'], ['b']]);
    const { holdfast, sent } = lockClient({}, { autoBatch: true });
    const claim = holdfast.resources.reserve([{ requester: 'worker-1', resource: 'a', ttlSeconds: 5 }]);
    await settle(Promise.all([claim, holdfast.withLock('b', () => {}), holdfast.withLock('c', () => {})]));
    expect(resourcesIn(sent.reserve)).toEqual([['a'], ['b', 'c']]);
  });
});

describe('a shared acquisition of unknown outcome', () => {
  test('is repeated under its key, and each lock released', async () => {
    const onReleaseFailed = vi.fn();
    const script = [breaks, breaks, breaks, breaks, grants()];
    const { holdfast, sent } = lockClient({ reserve: script }, { hooks: { onReleaseFailed } });
    const { value } = await settle(Promise.allSettled([holdfast.withLock('a', never), holdfast.withLock('b', never)]));
    for (const { reason } of value as PromiseRejectedResult[]) expect(reason).toBeInstanceOf(ConnectionError);
    expect(new Set(sent.reserve.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(idempotencyKeys(sent.reserve).size).toBe(1);
    expect(resourcesIn(sent.unreserve).flat().toSorted()).toEqual(['a', 'b']);
    expect(onReleaseFailed).not.toHaveBeenCalled();
  });

  test('to one who aborts is known when the others have their answer: his lock is released, and theirs kept', async () => {
    const { holdfast, sent } = lockClient({ reserve: [late(2_000, grants())] });
    const controller = new AbortController();
    setTimeout(() => controller.abort('gone'), 1_000);
    const released = () => resourcesIn(sent.unreserve);
    const aborted = holdfast
      .withLock({ resource: 'a', signal: controller.signal }, never)
      .catch((reason: unknown) => reason);
    const other = holdfast.withLock('b', async () => pause(5_000).then(released));
    const { value } = await settle(other);
    expect(await aborted).toBe('gone');
    expect(value).toEqual([['a']]);
    expect(released()).toEqual([['a'], ['b']]);
    expect(sent.reserve).toHaveLength(1);
  });

  test('to one who aborts is not asked for again when the others are told that nothing was done', async () => {
    const { holdfast, sent, order } = lockClient({ reserve: [late(2_000, refuses(401, 'unauthorized')), grants()] });
    const controller = new AbortController();
    setTimeout(() => controller.abort('gone'), 1_000);
    const aborted = holdfast
      .withLock({ resource: 'a', signal: controller.signal }, never)
      .catch((reason: unknown) => reason);
    const { error } = await settle(holdfast.withLock('b', never));
    expect([await aborted, error]).toMatchObject(['gone', { code: 'unauthorized' }]);
    expect(order).toEqual(['reserve']);
    expect(resourcesIn(sent.reserve)).toEqual([['a', 'b']]);
  });

  test('is repeated when all have aborted, and each lock released', async () => {
    const { holdfast, sent } = lockClient({ reserve: [hangs, grants()] });
    const controller = new AbortController();
    const { signal } = controller;
    setTimeout(() => controller.abort('gone'), 1_000);
    const calls = ['a', 'b'].map((resource) => holdfast.withLock({ resource, signal }, never));
    const { value } = await settle(Promise.allSettled(calls));
    expect(value).toMatchObject([{ reason: 'gone' }, { reason: 'gone' }]);
    expect(sent.reserve[0]!.signal.aborted).toBe(true);
    expect(idempotencyKeys(sent.reserve).size).toBe(1);
    expect(resourcesIn(sent.unreserve).flat().toSorted()).toEqual(['a', 'b']);
  });
});
