import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { acquire, reserveOne, statusesOf, unreserveOne } from './one-item.ts';

describeTargets('trees', ({ holdfast, clock, unique }) => {
  const tree = async () => {
    const [root, aisle, shelf, sibling] = [unique('Warehouse'), unique('Aisle'), unique('Shelf'), unique('Shelf')];
    await holdfast.resources.register([
      { name: root },
      { name: aisle, treePath: root },
      { name: shelf, treePath: `${root}>${aisle}` },
      { name: sibling, treePath: `${root}>${aisle}>${sibling}` },
    ]);
    return { root, aisle, shelf, sibling };
  };

  test('say where the resource stands', async () => {
    const { root, aisle, shelf, sibling } = await tree();
    const results = await holdfast.resources.reserve(
      [shelf, sibling].map((resource) => ({ requester: 'a', resource })),
    );
    expect(results.map(({ reservedAtPath }) => reservedAtPath)).toEqual([
      `${root}>${aisle}>${shelf}`,
      `${root}>${aisle}>${sibling}`,
    ]);
    expect(await reserveOne(holdfast, { requester: 'a', resource: root })).toMatchObject({ reservedAtPath: null });
  });

  test('keep others off the ancestors of what is held, and not off its siblings', async () => {
    const { root, aisle, shelf, sibling } = await tree();
    await acquire(holdfast, { requester: 'a', resource: shelf, ttlSeconds: 40 });
    for (const resource of [root, aisle]) {
      expect(await reserveOne(holdfast, { requester: 'b', resource })).toMatchObject({
        status: 'ALREADY_HELD',
        explanation: expect.stringContaining(shelf),
        heldBy: { requester: 'a' },
        retryAfterSeconds: 40,
      });
    }
    expect(await statusesOf(holdfast, sibling, ['b'])).toEqual(['ACQUIRED']);
  });

  test('keep others off the descendants of what is held', async () => {
    const { root, aisle, shelf, sibling } = await tree();
    await acquire(holdfast, { requester: 'a', resource: root });
    for (const resource of [aisle, shelf, sibling]) {
      expect(await reserveOne(holdfast, { requester: 'b', resource })).toMatchObject({
        status: 'ALREADY_HELD',
        explanation: expect.stringContaining(root),
        heldBy: { requester: 'a' },
      });
    }
  });

  test('let one requester hold a node and what is above and below it', async () => {
    const { root, aisle, shelf } = await tree();
    for (const resource of [aisle, shelf, root])
      expect(await statusesOf(holdfast, resource, ['a'])).toEqual(['ACQUIRED']);
  });

  test('are free again when what was held is given up or lapses', async () => {
    const { root, shelf, sibling } = await tree();
    const held = await acquire(holdfast, { requester: 'a', resource: shelf });
    await acquire(holdfast, { requester: 'c', resource: sibling, ttlSeconds: 60 });
    await unreserveOne(holdfast, held);
    expect(await statusesOf(holdfast, root, ['b'])).toEqual(['ALREADY_HELD']);
    await clock.advance({ seconds: 60 });
    expect(await statusesOf(holdfast, root, ['b'])).toEqual(['ACQUIRED']);
    expect(await statusesOf(holdfast, shelf, ['a'])).toEqual(['ALREADY_HELD']);
  });

  test('hold pools too: a slot keeps others off what is above the pool', async () => {
    const [floor, pool] = [unique('Floor'), unique('Printer')];
    await holdfast.resources.register([{ name: pool, capacity: 2, treePath: floor }]);
    const result = await reserveOne(holdfast, { requester: 'a', resource: pool });
    expect(result).toMatchObject({ status: 'ACQUIRED', reservedAtPath: `${floor}>${pool}_0` });
    expect(await statusesOf(holdfast, floor, ['b'])).toEqual(['ALREADY_HELD']);
    expect(await statusesOf(holdfast, pool, ['b'])).toEqual(['ACQUIRED']);
  });
});
