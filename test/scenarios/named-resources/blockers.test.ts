import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { acquire, reserveOne, statesOf, statusesOf, unreserveOne } from './one-item.ts';

describeTargets('blockers', ({ holdfast, clock, unique }) => {
  test('are taken together with the resource, each with a fencing token of its own', async () => {
    const [crossing, north, east] = [unique('crossing'), unique('lane'), unique('lane')];
    await holdfast.resources.register([{ name: crossing, blocks: [north, east] }]);
    const result = await reserveOne(holdfast, { requester: 'car-1', resource: crossing, ttlSeconds: 60 });
    expect(result).toMatchObject({ status: 'ACQUIRED', acquiredBlockers: [north, east] });
    const states = await Promise.all([crossing, north, east].map((name) => holdfast.resources.get(name)));
    expect(states).toMatchObject(Array(3).fill({ status: 'HELD', requester: 'car-1', expiresAt: result.expiresAt }));
    expect(new Set(states.map(({ fencingToken }) => fencingToken)).size).toBe(3);
  });

  test('are all taken or none, and the refusal says which one is in the way', async () => {
    const [crossing, north, east] = [unique('crossing'), unique('lane'), unique('lane')];
    await holdfast.resources.register([{ name: crossing, blocks: [north, east] }]);
    await acquire(holdfast, { requester: 'car-2', resource: east, ttlSeconds: 30 });
    const refusal = await reserveOne(holdfast, { requester: 'car-1', resource: crossing });
    expect(refusal).toMatchObject({
      status: 'ALREADY_HELD',
      explanation: expect.stringContaining(east),
      acquiredBlockers: null,
      heldBy: { requester: 'car-2' },
      retryAfterSeconds: 30,
    });
    expect(await statesOf(holdfast, crossing, north)).toEqual(['FREE', 'FREE']);
  });

  test('keep others off', async () => {
    const [crossing, north] = [unique('crossing'), unique('lane')];
    await holdfast.resources.register([{ name: crossing, blocks: [north] }]);
    await acquire(holdfast, { requester: 'car-1', resource: crossing });
    const refusal = await reserveOne(holdfast, { requester: 'car-2', resource: north });
    expect(refusal).toMatchObject({ status: 'ALREADY_HELD', heldBy: { requester: 'car-1' } });
  });

  test('may be held by the requester already, and stay so when the resource is given up', async () => {
    const [crossing, north] = [unique('crossing'), unique('lane')];
    await holdfast.resources.register([{ name: crossing, blocks: [north] }]);
    const lane = await acquire(holdfast, { requester: 'car-1', resource: north });
    const both = await acquire(holdfast, { requester: 'car-1', resource: crossing });
    expect(await unreserveOne(holdfast, both)).toMatchObject({ released: [crossing] });
    expect(await statesOf(holdfast, crossing, north)).toEqual(['FREE', 'HELD']);
    expect(await unreserveOne(holdfast, lane)).toMatchObject({ released: [north] });
  });

  test('stay held until the last of the resources that took them is given up', async () => {
    const [one, two, lane] = [unique('crossing'), unique('crossing'), unique('lane')];
    await holdfast.resources.register([
      { name: one, blocks: [lane] },
      { name: two, blocks: [lane] },
    ]);
    const first = await acquire(holdfast, { requester: 'car-1', resource: one });
    const second = await acquire(holdfast, { requester: 'car-1', resource: two });
    expect(await unreserveOne(holdfast, first)).toMatchObject({ released: [one] });
    expect(await statusesOf(holdfast, lane, ['car-2'])).toEqual(['ALREADY_HELD']);
    expect(await unreserveOne(holdfast, second)).toMatchObject({ released: [two, lane] });
  });

  test('lapse together with the resource', async () => {
    const [crossing, north] = [unique('crossing'), unique('lane')];
    await holdfast.resources.register([{ name: crossing, blocks: [north] }]);
    await acquire(holdfast, { requester: 'car-1', resource: crossing, ttlSeconds: 5 });
    await clock.advance({ milliseconds: 4_999 });
    expect(await statesOf(holdfast, crossing, north)).toEqual(['HELD', 'HELD']);
    await clock.advance({ milliseconds: 1 });
    expect(await statesOf(holdfast, crossing, north)).toEqual(['FREE', 'FREE']);
    expect(await statusesOf(holdfast, north, ['car-2'])).toEqual(['ACQUIRED']);
  });

  test('can be pools, of which a slot is taken', async () => {
    const [job, pool] = [unique('job'), unique('Printer')];
    await holdfast.resources.register([
      { name: job, blocks: [pool] },
      { name: pool, capacity: 2 },
    ]);
    await acquire(holdfast, { requester: 'other', resource: pool });
    const result = await reserveOne(holdfast, { requester: 'worker-1', resource: job });
    expect(result).toMatchObject({ status: 'ACQUIRED', acquiredBlockers: [`${pool}_1`] });
  });
});
