import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { acquire, unreserveOne } from './one-item.ts';

const secondsPerDay = 24 * 60 * 60;

describeTargets('fencing tokens', ({ holdfast, clock, sweep, unique }) => {
  test('rise after a release, after an expiry, after it was swept, and after its history was deleted', async () => {
    const resource = unique('ledger');
    const tokens: number[] = [];
    const takeFor = async (ttlSeconds: number) => {
      const held = await acquire(holdfast, { requester: unique('worker'), resource, ttlSeconds });
      tokens.push(held.fencingToken);
      return held;
    };
    await unreserveOne(holdfast, await takeFor(60));
    await takeFor(60);
    await clock.advance({ seconds: 60 });
    await takeFor(60);
    await clock.advance({ seconds: 60 });
    await sweep();
    await takeFor(60);
    await clock.advance({ seconds: 100 * secondsPerDay });
    await sweep();
    await takeFor(60);
    expect(tokens).toEqual(tokens.toSorted((one, other) => one - other));
    expect(new Set(tokens).size).toBe(5);
  });

  test('rise although the name was a pool and then its definition was deleted', async () => {
    const pool = unique('Printer');
    await holdfast.resources.register([{ name: pool, capacity: 2 }]);
    const slot = await acquire(holdfast, { requester: 'worker-1', resource: pool });
    await unreserveOne(holdfast, slot);
    await holdfast.resources.deleteDefinition(pool);
    const plain = await acquire(holdfast, { requester: 'worker-1', resource: `${pool}_0` });
    expect(plain.fencingToken).toBeGreaterThan(slot.fencingToken);
  });
});
