import { describe, expect, test, vi } from 'vitest';

import { ConnectionError } from '../../src/index.ts';
import type { HeldCredits } from '../../src/index.ts';
import { creditServer, losesAnswer, refusesWith, serves } from '../fakes/fake-credits.ts';
import type { Step } from '../fakes/fake-credits.ts';
import { breaks, hangs, idempotencyKeys } from '../fakes/fake-fetch.ts';
import { pause, settle, useFakeTime } from '../fakes/fake-time.ts';
import { images, never, untilAborted } from './hold-sections.ts';

useFakeTime();

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

  test('ends the wait for a hold, which is found out and released in the background', async () => {
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
