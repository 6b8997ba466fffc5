import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { acquire, reserveOne, statesOf, unreserveOne } from './one-item.ts';

describeTargets('races', ({ holdfast, clock, sweep, unique }) => {
  test('64 parallel claims on one name give exactly one ACQUIRED', async () => {
    const resource = unique('job');
    const results = await Promise.all(
      numbers(64).map((number) => reserveOne(holdfast, { requester: `worker-${number}`, resource })),
    );
    const winners = results.filter(({ status }) => status === 'ACQUIRED');
    const losers = results.filter(({ status }) => status === 'ALREADY_HELD');
    expect([winners.length, losers.length]).toEqual([1, 63]);
    expect(new Set(losers.map(({ heldBy }) => heldBy?.requester))).toEqual(new Set([winners[0]!.requester]));
  });

  test('64 parallel claims on a name that has just lapsed give exactly one ACQUIRED', async () => {
    const resource = unique('job');
    await acquire(holdfast, { requester: 'earlier', resource, ttlSeconds: 60 });
    await clock.advance({ seconds: 60 });
    const claims = numbers(64).map((number) => reserveOne(holdfast, { requester: `worker-${number}`, resource }));
    const [results] = await Promise.all([Promise.all(claims), sweep()]);
    expect(results.filter(({ status }) => status === 'ACQUIRED')).toHaveLength(1);
  });

  test('100 parallel claims on a pool of 10 give ten distinct slots', async () => {
    const pool = unique('Printer');
    await holdfast.resources.register([{ name: pool, capacity: 10 }]);
    const results = await Promise.all(
      numbers(100).map((number) => reserveOne(holdfast, { requester: `worker-${number}`, resource: pool })),
    );
    const slots = results.flatMap(({ acquiredSlots }) => (acquiredSlots === null ? [] : [acquiredSlots[pool]]));
    expect(slots.toSorted()).toEqual(numbers(10).map((number) => `${pool}_${number}`));
    expect(results.filter(({ status }) => status === 'NOT_AVAILABLE')).toHaveLength(90);
  });

  test('parallel claims of one requester on a pool give it one slot', async () => {
    const pool = unique('Printer');
    await holdfast.resources.register([{ name: pool, capacity: 10 }]);
    const results = await Promise.all(
      numbers(20).map(() => reserveOne(holdfast, { requester: 'worker-1', resource: pool })),
    );
    expect(results.filter(({ status }) => status === 'ACQUIRED')).toHaveLength(1);
    expect(new Set(results.map(({ releaseToken }) => releaseToken)).size).toBe(1);
    expect(await holdfast.resources.get(pool)).toMatchObject({ free: 9 });
  });

  test('transactions over two names in opposite orders always finish, and each takes both names or none', async () => {
    const [one, two] = [unique('account'), unique('account')];
    const finished = await Promise.all(
      numbers(32).map(async (number) => {
        const items = (number % 2 === 0 ? [one, two] : [two, one]).map((resource) => ({ resource }));
        const { outcome, results } = await holdfast.resources.transaction({ requester: `transfer-${number}`, items });
        const held = results.flatMap(({ resource, requester, releaseToken }) =>
          releaseToken === null ? [] : [{ resource, requester, releaseToken }],
        );
        expect(held).toHaveLength(outcome === 'COMMITTED' ? 2 : 0);
        if (held.length > 0) await holdfast.resources.unreserve(held);
        return outcome;
      }),
    );
    expect(finished).toContain('COMMITTED');
    expect(await statesOf(holdfast, one, two)).toEqual(['FREE', 'FREE']);
  });

  test('transactions over overlapping names never share one', async () => {
    const word = unique('account');
    const results = await Promise.all(
      numbers(24).map((number) => {
        const items = [number % 6, (number + 1) % 6, (number + 3) % 6].map((account) => ({
          resource: `${word}/${account}`,
        }));
        return holdfast.resources.transaction({ requester: `transfer-${number}`, items });
      }),
    );
    const committed = results.filter(({ outcome }) => outcome === 'COMMITTED').flatMap((result) => result.results);
    expect(committed.length).toBeGreaterThan(0);
    expect(new Set(committed.map(({ resource }) => resource)).size).toBe(committed.length);
    const { reservations } = await holdfast.resources.list({ resourcePrefix: word });
    expect(reservations.map(({ resource }) => resource)).toEqual(committed.map(({ resource }) => resource).sort());
  });

  test('a name that goes back and forth is never held twice, and its fencing tokens only rise', async () => {
    const resource = unique('ball');
    const tokens: number[] = [];
    let holders = 0;
    const play = async (player: string) => {
      for (let hits = 0; hits < 10;) {
        const claim = await reserveOne(holdfast, { requester: player, resource });
        if (claim.status !== 'ACQUIRED') continue;
        holders += 1;
        expect(await holdfast.resources.get(resource)).toMatchObject({ requester: player });
        expect(holders).toBe(1);
        tokens.push(claim.fencingToken!);
        hits += 1;
        holders -= 1;
        await unreserveOne(holdfast, { requester: player, resource, releaseToken: claim.releaseToken! });
      }
    };
    await Promise.all([play('ping'), play('pong')]);
    expect(tokens).toHaveLength(20);
    expect(tokens).toEqual([...new Set(tokens)].sort((one, other) => one - other));
  });

  test('claims above, below and beside one another in a tree leave at most what may be held together', async () => {
    const [root, aisle] = [unique('Warehouse'), unique('Aisle')];
    const shelves = numbers(4).map((number) => `${aisle}/${number}`);
    await holdfast.resources.register([
      { name: aisle, treePath: root },
      ...shelves.map((name) => ({ name, treePath: `${root}>${aisle}` })),
    ]);
    const names = [root, aisle, ...shelves];
    const results = await Promise.all(
      names.map((resource) => reserveOne(holdfast, { requester: `for ${resource}`, resource })),
    );
    const taken = results.filter(({ status }) => status === 'ACQUIRED').map(({ resource }) => resource);
    expect([[root], [aisle], shelves]).toContainEqual(taken);
  });

  test('parallel requests with one idempotency key take effect once', async () => {
    const pool = unique('Printer');
    await holdfast.resources.register([{ name: pool, capacity: 10 }]);
    const idempotencyKey = unique('key');
    const items = numbers(3).map((number) => ({ requester: `worker-${number}`, resource: pool }));
    const answers = await Promise.all(
      numbers(16).map(() => holdfast.resources.reserve(items, { idempotencyKey }).withResponse()),
    );
    expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1);
    expect(answers[0]!.data.map(({ status }) => status)).toEqual(['ACQUIRED', 'ACQUIRED', 'ACQUIRED']);
    expect(answers.filter(({ response }) => response.headers.get('Idempotent-Replayed') === null)).toHaveLength(1);
    expect(await holdfast.resources.get(pool)).toMatchObject({ free: 7 });
  });

  test('parallel requests with one idempotency key and different content: one takes effect, the others are refused', async () => {
    const word = unique('job');
    const idempotencyKey = unique('key');
    const calls = numbers(8).map((number) =>
      holdfast.resources.reserve([{ requester: 'a', resource: `${word}/${number}` }], { idempotencyKey }),
    );
    const settled = await Promise.allSettled(calls);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refusals = settled.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(refusals).toMatchObject(Array(7).fill({ status: 409, code: 'idempotency_key_conflict' }));
    expect(await holdfast.resources.list({ resourcePrefix: word })).toMatchObject({ reservations: { length: 1 } });
  });

  test('a definition that is deleted while its slots are claimed leaves no slot without a pool', async () => {
    const pool = unique('Printer');
    await holdfast.resources.register([{ name: pool, capacity: 5 }]);
    const deleted = holdfast.resources.deleteDefinition(pool).then(
      () => true,
      () => false,
    );
    const claims = numbers(10).map((number) => reserveOne(holdfast, { requester: `worker-${number}`, resource: pool }));
    const [isDeleted, results] = await Promise.all([deleted, Promise.all(claims)]);
    const slots = results.filter(({ acquiredSlots }) => acquiredSlots !== null);
    expect(slots).toHaveLength(isDeleted ? 0 : 5);
    expect(results.filter(({ status }) => status === 'ACQUIRED')).toHaveLength(isDeleted ? 1 : 5);
  });
});

function numbers(count: number): readonly number[] {
  return [...Array(count).keys()];
}
