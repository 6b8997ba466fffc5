import { expect, test } from 'vitest';

import { CountedService } from '../testing/counted-service.ts';

/*
 * What a request takes along is loaded in a few rounds, however much it is: each round is a round trip to a database,
 * and runs the rules from their beginning.
 */

class Counted extends CountedService {
  send(operationId: 'reserve' | 'unreserve' | 'renew' | 'registerResources' | 'reserveTransaction', body: unknown) {
    return this.call<{ releaseToken: string; status: string }[]>(operationId, { body });
  }

  /** How many rounds it takes to claim these names, and to renew and give them back. */
  async roundsOf(requester: string, names: readonly string[]): Promise<readonly number[]> {
    const items = names.map((resource) => ({ requester, resource, ttlSeconds: 20 }));
    const reserved = await this.send('reserve', items);
    expect(reserved.value.map(({ status }) => status)).toEqual(names.map(() => 'ACQUIRED'));
    const held = items.map((item, index) => ({ ...item, releaseToken: reserved.value[index]?.releaseToken }));
    const renewed = await this.send('renew', held);
    const released = await this.send(
      'unreserve',
      held.map(({ ttlSeconds: _ttl, ...item }) => item),
    );
    expect(released.value.map(({ status }) => status)).toEqual(names.map(() => 'RELINQUISHED'));
    return [reserved.rounds, renewed.rounds, released.rounds];
  }
}

function numbered(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

async function aboveOwn(counted: Counted, count: number): Promise<readonly number[]> {
  const leaves = numbered('leaf', count);
  for (const part of [leaves.slice(0, 100), leaves.slice(100)].filter(({ length }) => length > 0)) {
    await counted.send(
      'registerResources',
      part.map((name) => ({ name, treePath: 'top' })),
    );
    await counted.send(
      'reserve',
      part.map((resource) => ({ requester: 'a', resource })),
    );
  }
  return counted.roundsOf('a', ['top']);
}

const shapes: Readonly<Record<string, (counted: Counted, count: number) => Promise<readonly number[]>>> = {
  'items of a request': (counted, count) => counted.roundsOf('a', numbered('plain', count)),
  'blockers, and names above them': async (counted, count) => {
    const blocks = numbered('blocker', count);
    await counted.send(
      'registerResources',
      blocks.map((name, index) => ({ name, treePath: `above${index}` })),
    );
    await counted.send('registerResources', [{ name: 'root', blocks }]);
    return counted.roundsOf('a', ['root']);
  },
  'blockers that are pools': async (counted, count) => {
    const blocks = numbered('pool', count);
    await counted.send(
      'registerResources',
      blocks.map((name) => ({ name, capacity: 2 })),
    );
    await counted.send('registerResources', [{ name: 'root', blocks }]);
    return counted.roundsOf('a', ['root']);
  },
  'names above in a tree': async (counted, count) => {
    await counted.send('registerResources', [{ name: 'leaf', treePath: numbered('n', count).join('>') }]);
    return counted.roundsOf('a', ['leaf']);
  },
  'own names below in a tree': (counted, count) => aboveOwn(counted, count / 2),
  'more own names below in a tree than are looked at': (counted, count) => aboveOwn(counted, 100 + count),
  'own claims on one blocker': async (counted, count) => {
    const roots = numbered('root', count);
    await counted.send(
      'registerResources',
      roots.map((name) => ({ name, blocks: ['shared'] })),
    );
    await counted.send(
      'reserve',
      roots.slice(1).map((resource) => ({ requester: 'a', resource })),
    );
    return counted.roundsOf('a', ['root0']);
  },
  pools: async (counted, count) => {
    const pools = numbered('pool', count);
    await counted.send(
      'registerResources',
      pools.map((name) => ({ name, capacity: 1_000 })),
    );
    return counted.roundsOf('a', pools);
  },
  'lapsed claims on what is claimed': async (counted, count) => {
    const blocks = numbered('blocker', count);
    await counted.send('registerResources', [
      { name: 'root', blocks },
      { name: 'other', blocks },
    ]);
    await counted.send('reserve', [{ requester: 'b', resource: 'other', ttlSeconds: 10 }]);
    counted.environment.nowMs += 10_000;
    return counted.roundsOf('a', ['root']);
  },
};

test.each(Object.entries(shapes))('%s cost no more rounds when there are many', async (_shape, play) => {
  const few = await play(new Counted(), 2);
  expect(await play(new Counted(), 100)).toEqual(few);
  expect(Math.max(...few)).toBeLessThanOrEqual(9);
});

test('a transaction that takes the first of its items costs no more rounds when there are many', async () => {
  const play = async (count: number) => {
    const counted = new Counted();
    const pools = numbered('pool', count);
    await counted.send(
      'registerResources',
      pools.map((name) => ({ name, capacity: 2 })),
    );
    for (const requester of ['b', 'c']) {
      await counted.send(
        'reserve',
        pools.slice(1).map((resource) => ({ requester, resource })),
      );
    }
    const items = pools.toReversed().map((resource) => ({ resource }));
    return (await counted.send('reserveTransaction', { requester: 'a', items, method: 'FIRST' })).rounds;
  };
  expect(await play(100)).toBe(await play(2));
});

test('taking a name from its holder costs no more rounds when it was taken along with many', async () => {
  const play = async (count: number) => {
    const counted = new Counted();
    const roots = numbered('root', count);
    const definitions = roots.map((name) => ({ name, blocks: ['shared', `own-${name}`] }));
    await counted.send('registerResources', definitions);
    const items = roots.map((resource) => ({ requester: 'a', resource }));
    await counted.send('reserve', items);
    const { rounds, value } = await counted.call<{ released: string[] }>('forceRelease', {
      body: { resource: 'shared' },
    });
    expect(value.released).toHaveLength(2 * count + 1);
    return rounds;
  };
  const few = await play(3);
  expect(await play(100)).toBe(few);
  expect(few).toBeLessThanOrEqual(9);
});

test('counting locks costs no round, also where their limit is reached', async () => {
  const play = async (counted: Counted) => {
    await counted.roundsOf('a', numbered('first', 1)); // From then on the outbox is known.
    return counted.roundsOf('a', numbered('plain', 10));
  };
  expect(await play(new Counted())).toEqual([1, 1, 1]);
  expect(await play(new Counted({ concurrentLocks: 10 }))).toEqual([1, 1, 1]);
});
