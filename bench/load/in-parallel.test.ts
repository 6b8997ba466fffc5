import { expect, test } from 'vitest';

import { startFakeServer } from '../testing/fake-server.ts';
import { inParallel } from './in-parallel.ts';

test('does everything once, side by side, and no more at once than it was told', async () => {
  await using server = await startFakeServer(() => ({ status: 200, body: '' }));
  const done: number[] = [];
  const sizes = new Set<number>();
  let [underWay, most] = [0, 0];
  const options = { url: server.url, connections: 3, count: 10, perRequest: 4 };
  await inParallel(options, async (connection, { first, end }) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await connection.exchange('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    for (let each = first; each < end; each += 1) done.push(each);
    sizes.add(end - first);
    underWay -= 1;
  });
  expect(done.toSorted((one, other) => one - other)).toEqual([...Array(10).keys()]);
  expect(sizes).toEqual(new Set([4, 2]));
  expect(most).toBe(3);
});

test('fails when a part of it does', async () => {
  await using server = await startFakeServer(() => ({ status: 200, body: '' }));
  const options = { url: server.url, connections: 2, count: 5 };
  const work = async (_connection: unknown, { first }: { first: number }) => {
    if (first === 3) throw new Error('not this one');
  };
  await expect(inParallel(options, work)).rejects.toThrow('not this one');
});
