import { LeaseLostError, LockHeldError } from '@holdfast/sdk';
import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { rejectionOf } from '../rejection.ts';
import { wireTime } from '../wire-time.ts';
import { acquire, statesOf, unreserveOne } from './one-item.ts';

describeTargets('withLock', ({ holdfast, clock, unique }) => {
  test('holds the lock while its section runs, gives it back, and returns what the section returns', async () => {
    const resource = unique('report');
    const value = await holdfast.withLock(
      { resource, ttlSeconds: 20, requester: 'billing', metadata: { why: 'payout' } },
      async (lock) => {
        expect(await holdfast.resources.get(resource)).toMatchObject({
          status: 'HELD',
          requester: lock.requester,
          fencingToken: lock.fencingToken,
          expiresAt: lock.expiresAt,
          metadata: { why: 'payout' },
        });
        expect(lock).toMatchObject({
          resource,
          requester: expect.stringMatching(/^billing/u),
          expiresAt: wireTime(clock, 20),
        });
        expect(lock.signal.aborted).toBe(false);
        return 'done';
      },
    );
    expect(value).toBe('done');
    expect(await statesOf(holdfast, resource)).toEqual(['FREE']);
  });

  test('gives the lock back when its section fails, and fails as it did', async () => {
    const resource = unique('report');
    const failure = new Error('no paper');
    const call = holdfast.withLock(resource, () => Promise.reject(failure));
    expect(await rejectionOf(Error, call)).toBe(failure);
    expect(await statesOf(holdfast, resource)).toEqual(['FREE']);
  });

  test('lets one of eight sections at a time in', async () => {
    const resource = unique('ledger');
    const tokens: number[] = [];
    let inside = 0;
    const section = async (lock: { readonly fencingToken: number }) => {
      inside += 1;
      expect(inside).toBe(1);
      tokens.push(lock.fencingToken);
      await holdfast.resources.get(resource);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => holdfast.withLock({ resource, waitMs: 15_000 }, section)));
    expect(tokens).toHaveLength(8);
    expect(tokens).toEqual(tokens.toSorted((one, other) => one - other));
  });

  test('is refused when somebody else holds the lock, and says who', async () => {
    const resource = unique('report');
    const held = await acquire(holdfast, { requester: 'reporting', resource, ttlSeconds: 60 });
    const error = await rejectionOf(
      LockHeldError,
      holdfast.withLock(resource, () => expect.fail('It must not run.')),
    );
    expect(error).toMatchObject({ heldBy: { requester: 'reporting' }, retryAfterSeconds: 60, retryable: true });
    await unreserveOne(holdfast, held);
    expect(await holdfast.withLock(resource, () => 'now')).toBe('now');
  });

  test('waits until the lock is given back', async () => {
    const resource = unique('report');
    const held = await acquire(holdfast, { requester: 'reporting', resource });
    const call = holdfast.withLock({ resource, waitMs: 15_000 }, () => 'at last');
    await holdfast.resources.get(resource);
    await unreserveOne(holdfast, held);
    expect(await call).toBe('at last');
  });

  test("locks a pool's slot, each section another one", async () => {
    const pool = unique('Printer');
    await holdfast.resources.register([{ name: pool, capacity: 2 }]);
    const slots = await holdfast.withLock(pool, (outer) =>
      holdfast.withLock(pool, (inner) => [outer.resource, inner.resource]),
    );
    expect(slots).toEqual([`${pool}_0`, `${pool}_1`]);
    expect(await holdfast.resources.get(pool)).toMatchObject({ free: 2 });
  });

  test('renews the lock when its section asks for it', async () => {
    const resource = unique('report');
    await holdfast.withLock({ resource, ttlSeconds: 20 }, async (lock) => {
      await clock.advance({ seconds: 15 });
      await lock.renew();
      expect(lock.expiresAt).toBe(wireTime(clock, 20));
      await clock.advance({ seconds: 15 });
      expect(await statesOf(holdfast, resource)).toEqual(['HELD']);
    });
  });

  test('renews the lock in the background', async () => {
    const resource = unique('report');
    // The client has as long to get through, on the slowest machine.
    await holdfast.withLock({ resource, ttlSeconds: 4 }, async (lock) => {
      await clock.advance({ seconds: 2 });
      await expect.poll(() => lock.expiresAt).toBe(wireTime(clock, 4));
      expect(await holdfast.resources.get(resource)).toMatchObject({ expiresAt: lock.expiresAt });
    });
  });

  test('tells its section, and its caller, that the lock was lost, and leaves the next holder alone', async () => {
    const resource = unique('report');
    let reason: unknown;
    const call = holdfast.withLock({ resource, ttlSeconds: 20 }, async (lock) => {
      await clock.advance({ seconds: 20 });
      await acquire(holdfast, { requester: 'the next', resource });
      await rejectionOf(LeaseLostError, lock.renew());
      expect(lock.signal.aborted).toBe(true);
      reason = lock.signal.reason;
    });
    expect(await rejectionOf(LeaseLostError, call)).toBe(reason);
    expect(await holdfast.resources.get(resource)).toMatchObject({ requester: 'the next' });
  });

  test('finds out at the latest when it gives the lock back that it was lost', async () => {
    const resource = unique('report');
    const call = holdfast.withLock({ resource, ttlSeconds: 20 }, () => clock.advance({ seconds: 20 }));
    await rejectionOf(LeaseLostError, call);
    expect(await statesOf(holdfast, resource)).toEqual(['FREE']);
  });
});
