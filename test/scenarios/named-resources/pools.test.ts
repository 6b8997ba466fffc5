import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { acquire, reserveOne, statusesOf, unreserveOne } from './one-item.ts';

describeTargets('pools', ({ holdfast, clock, unique }) => {
  test('hand out their lowest free slot, and none when all are held', async () => {
    const pool = unique('Printer');
    await holdfast.resources.register([{ name: pool, capacity: 3 }]);
    const results = await holdfast.resources.reserve(
      ['a', 'b', 'c', 'd'].map((requester) => ({ requester, resource: pool })),
    );
    expect(results.map(({ status, acquiredSlots }) => [status, acquiredSlots])).toEqual([
      ['ACQUIRED', { [pool]: `${pool}_0` }],
      ['ACQUIRED', { [pool]: `${pool}_1` }],
      ['ACQUIRED', { [pool]: `${pool}_2` }],
      ['NOT_AVAILABLE', null],
    ]);
  });

  test('hand a freed slot out before a higher one', async () => {
    const pool = unique('Printer');
    await holdfast.resources.register([{ name: pool, capacity: 5 }]);
    const held = [];
    for (const requester of ['a', 'b', 'c']) held.push(await acquire(holdfast, { requester, resource: pool }));
    await unreserveOne(holdfast, held[1]!);
    expect(await slotOf('d', pool)).toBe(`${pool}_1`);
    expect(await slotOf('e', pool)).toBe(`${pool}_3`);
  });

  test('hand a lapsed slot out again, whether or not anybody has tidied it up', async () => {
    const pool = unique('Printer');
    await holdfast.resources.register([{ name: pool, capacity: 2 }]);
    await acquire(holdfast, { requester: 'a', resource: pool, ttlSeconds: 60 });
    await acquire(holdfast, { requester: 'b', resource: pool });
    await clock.advance({ milliseconds: 59_999 });
    expect(await statusesOf(holdfast, pool, ['c'])).toEqual(['NOT_AVAILABLE']);
    await clock.advance({ milliseconds: 1 });
    expect(await slotOf('c', pool)).toBe(`${pool}_0`);
  });

  test('say when the next slot lapses, if one does', async () => {
    const pool = unique('Printer');
    await holdfast.resources.register([{ name: pool, capacity: 2 }]);
    await acquire(holdfast, { requester: 'a', resource: pool });
    const last = await acquire(holdfast, { requester: 'b', resource: pool });
    expect(await reserveOne(holdfast, { requester: 'c', resource: pool })).toMatchObject({
      retryAfterSeconds: null,
      heldBy: null,
    });
    await unreserveOne(holdfast, last);
    await acquire(holdfast, { requester: 'b', resource: pool, ttlSeconds: 90 });
    await clock.advance({ seconds: 30 });
    expect(await reserveOne(holdfast, { requester: 'c', resource: pool })).toMatchObject({
      status: 'NOT_AVAILABLE',
      retryAfterSeconds: 60,
    });
  });

  test('give a slot by its own name, and pass over it then', async () => {
    const pool = unique('Printer');
    await holdfast.resources.register([{ name: pool, capacity: 3 }]);
    const result = await reserveOne(holdfast, { requester: 'a', resource: `${pool}_0` });
    expect(result).toMatchObject({ status: 'ACQUIRED', resource: `${pool}_0`, acquiredSlots: { [pool]: `${pool}_0` } });
    expect(await slotOf('b', pool)).toBe(`${pool}_1`);
    expect(await statusesOf(holdfast, `${pool}_0`, ['b', 'c'])).toEqual(['ALREADY_HAD', 'ALREADY_HELD']);
  });

  test('give one requester one slot, by whatever name it asks', async () => {
    const pool = unique('Printer');
    await holdfast.resources.register([{ name: pool, capacity: 3 }]);
    const first = await reserveOne(holdfast, { requester: 'a', resource: pool });
    for (const resource of [pool, `${pool}_0`, `${pool}_2`]) {
      const again = await reserveOne(holdfast, { requester: 'a', resource });
      expect(again).toMatchObject({
        status: 'ALREADY_HAD',
        releaseToken: first.releaseToken,
        acquiredSlots: first.acquiredSlots,
      });
    }
    expect(await holdfast.resources.get(pool)).toMatchObject({ free: 2 });
  });

  test('have no slot at or beyond their capacity', async () => {
    const pool = unique('Printer');
    await holdfast.resources.register([{ name: pool, capacity: 3 }]);
    for (const resource of [`${pool}_3`, `${pool}_10000`, `${pool}_999999999`]) {
      expect(await reserveOne(holdfast, { requester: 'a', resource })).toMatchObject({
        status: 'NOT_VALID',
        releaseToken: null,
        heldBy: null,
        retryAfterSeconds: null,
      });
    }
  });

  test('leave holds on removed slots alone when they shrink, and never hand those out again', async () => {
    const pool = unique('Printer');
    await holdfast.resources.register([{ name: pool, capacity: 3 }]);
    const held = [];
    for (const requester of ['a', 'b', 'c']) held.push(await acquire(holdfast, { requester, resource: pool }));
    await holdfast.resources.register([{ name: pool, capacity: 1 }]);

    expect(await statusesOf(holdfast, pool, ['c', 'd'])).toEqual(['ALREADY_HAD', 'NOT_AVAILABLE']);
    expect(await unreserveOne(holdfast, held[2]!)).toMatchObject({ status: 'RELINQUISHED', released: [`${pool}_2`] });
    expect(await statusesOf(holdfast, pool, ['c'])).toEqual(['NOT_AVAILABLE']);
    expect(await statusesOf(holdfast, `${pool}_2`, ['c'])).toEqual(['NOT_VALID']);
    await unreserveOne(holdfast, held[0]!);
    expect(await slotOf('c', pool)).toBe(`${pool}_0`);
  });

  test('have more slots once they grow', async () => {
    const pool = unique('Printer');
    await holdfast.resources.register([{ name: pool, capacity: 2 }]);
    expect(await statusesOf(holdfast, pool, ['a', 'b', 'c'])).toEqual(['ACQUIRED', 'ACQUIRED', 'NOT_AVAILABLE']);
    await holdfast.resources.register([{ name: pool, capacity: 4 }]);
    expect([await slotOf('c', pool), await slotOf('d', pool)]).toEqual([`${pool}_2`, `${pool}_3`]);
    expect(await statusesOf(holdfast, pool, ['e'])).toEqual(['NOT_AVAILABLE']);
  });

  test('find the last free slot of 10,000', async () => {
    const pool = unique('Printer');
    await holdfast.resources.register([{ name: pool, capacity: 10_000 }]);
    expect(await statusesOf(holdfast, `${pool}_9999`, ['z'])).toEqual(['ACQUIRED']);
    expect(await statusesOf(holdfast, `${pool}_10000`, ['z'])).toEqual(['ALREADY_HAD']);
    for (let first = 0; first < 9_900; first += 100) {
      await holdfast.resources.reserve(requestersFrom(first, 100).map((requester) => ({ requester, resource: pool })));
    }
    const last = await holdfast.resources.reserve(
      requestersFrom(9_900, 99).map((requester) => ({ requester, resource: pool })),
    );
    expect(last.at(-1)?.acquiredSlots).toEqual({ [pool]: `${pool}_9998` });
    expect(await statusesOf(holdfast, pool, ['another'])).toEqual(['NOT_AVAILABLE']);
  });

  async function slotOf(requester: string, pool: string): Promise<string | undefined> {
    const { acquiredSlots } = await reserveOne(holdfast, { requester, resource: pool });
    return acquiredSlots?.[pool];
  }
});

function requestersFrom(first: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `worker-${first + index}`);
}
