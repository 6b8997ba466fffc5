import type { Holdfast, RegisterRequest, ReserveItem, ReserveResult, UnreserveItem } from '@holdfast/sdk';
import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { acquire, reserveOne, statesOf } from './one-item.ts';

/** As much as an item may say of itself. */
const metadata = { note: 'x'.repeat(4_000) };

function numbers(count: number): readonly number[] {
  return [...Array(count).keys()];
}

/** Names `r-0` …, each with as many blockers of its own, or the same ones for all. */
function blocking(prefix: string, count: number, blockers: number, shared = false): RegisterRequest {
  return numbers(count).map((index) => ({
    name: `${prefix}-${index}`,
    blocks: numbers(blockers).map((blocker) => `${prefix}-${shared ? '' : `${index}-`}blocker-${blocker}`),
  }));
}

function claims(requester: string, names: readonly { readonly name: string }[]): ReserveItem[] {
  return names.map(({ name }) => ({ requester, resource: name, ttlSeconds: 60, metadata }));
}

function holders(results: readonly ReserveResult[]): UnreserveItem[] {
  return results.map(({ requester, resource, releaseToken }) => ({ requester, resource, releaseToken: releaseToken! }));
}

async function takeAll(holdfast: Holdfast, names: readonly { readonly name: string }[]): Promise<ReserveResult[]> {
  const results = await holdfast.resources.reserve(claims('alice', names));
  expect(results.filter(({ status }) => status !== 'ACQUIRED')).toEqual([]);
  return results;
}

async function giveBackAll(holdfast: Holdfast, results: readonly ReserveResult[]): Promise<string[]> {
  const released = await holdfast.resources.unreserve(holders(results));
  expect(released.filter(({ status }) => status !== 'RELINQUISHED')).toEqual([]);
  return released.flatMap((result) => result.released ?? []);
}

const tooMany = (count: string) => ({
  status: 400,
  details: [expect.objectContaining({ rule: 'maxNames', message: expect.stringContaining(`touch ${count} names`) })],
});

describeTargets('many names', ({ holdfast, clock, sweep, unique }) => {
  test('1,000 in one request are claimed, renewed and given back, with all the metadata there may be', async () => {
    const names = blocking(unique('gate'), 10, 99);
    await holdfast.resources.register(names);
    const results = await takeAll(holdfast, names);
    const renewed = await holdfast.resources.renew(holders(results).map((item) => ({ ...item, ttlSeconds: 90 })));
    expect(renewed.filter(({ status }) => status !== 'RENEWED')).toEqual([]);
    expect(await statesOf(holdfast, names[0]!.blocks![0]!, names[9]!.blocks![98]!)).toEqual(['HELD', 'HELD']);
    expect(await giveBackAll(holdfast, results)).toHaveLength(1_000);
    expect(await statesOf(holdfast, names[0]!.blocks![0]!, names[9]!.blocks![98]!)).toEqual(['FREE', 'FREE']);
  });

  test('one more is refused, with how many it would be, and nothing is claimed', async () => {
    const prefix = unique('gate');
    const names = [...blocking(prefix, 10, 99), { name: `${prefix}-last` }];
    await holdfast.resources.register(names);
    await expect(holdfast.resources.reserve(claims('alice', names))).rejects.toMatchObject(tooMany('1001'));
    const items = names.map(({ name }) => ({ resource: name }));
    const transaction = { requester: 'alice', items, method: 'FIRST' as const };
    await expect(holdfast.resources.transaction(transaction)).rejects.toMatchObject(tooMany('1001'));
    expect(await statesOf(holdfast, ...names.map(({ name }) => name))).toEqual(Array(11).fill('FREE'));
  });

  test('of a hundred sets of a hundred blockers are refused, and each set can be had', async () => {
    const names = blocking(unique('gate'), 100, 100);
    await holdfast.resources.register(names);
    await expect(holdfast.resources.reserve(claims('alice', names))).rejects.toMatchObject(tooMany('at least 10100'));
    const results = (await Promise.all(names.slice(0, 12).map((each) => takeAll(holdfast, [each])))).flat();
    const renewals = holders(results).map((item) => ({ ...item, ttlSeconds: 90 }));
    await expect(holdfast.resources.unreserve(holders(results))).rejects.toMatchObject(tooMany('1212'));
    await expect(holdfast.resources.renew(renewals)).rejects.toMatchObject(tooMany('1212'));
    expect(await giveBackAll(holdfast, results.slice(0, 6))).toHaveLength(606);
    expect(await giveBackAll(holdfast, results.slice(6))).toHaveLength(606);
  });

  test('above them count, each once', async () => {
    const prefix = unique('tree');
    const treePath = numbers(10)
      .map((level) => `${prefix}-${level}`)
      .join('>');
    const names = numbers(100).map((index) => ({ name: `${prefix}-leaf-${index}`, treePath }));
    await holdfast.resources.register(names);
    const results = await takeAll(holdfast, names);
    expect(await reserveOne(holdfast, { requester: 'bob', resource: `${prefix}-4` })).toMatchObject({
      status: 'ALREADY_HELD',
    });
    expect(await reserveOne(holdfast, { requester: 'alice', resource: `${prefix}-4` })).toMatchObject({
      status: 'ACQUIRED',
    });
    expect(await giveBackAll(holdfast, results)).toHaveLength(100);
    const deep = numbers(11).map((index) => ({
      name: `${prefix}-deep-${index}`,
      treePath: numbers(100)
        .map((level) => `${prefix.slice(-4)}${index}.${level}`)
        .join('>'),
    }));
    await holdfast.resources.register(deep);
    await expect(holdfast.resources.reserve(claims('alice', deep))).rejects.toMatchObject(tooMany('1111'));
  });

  test('that a hundred claims share are held until the last of them is given back, and known by each token', async () => {
    const names = blocking(unique('gate'), 100, 100, true);
    const [first, second] = names[0]!.blocks!;
    await holdfast.resources.register(names);
    const results = await takeAll(holdfast, names);
    const held = await holdfast.resources.get(first!);
    expect(held).toMatchObject({ status: 'HELD', requester: 'alice', metadata });
    const byBlocker = { ...holders(results)[40]!, resource: second! };
    expect(await holdfast.resources.unreserve([byBlocker])).toMatchObject([
      { status: 'RELINQUISHED', released: [names[40]!.name] },
    ]);
    const others = results.filter((_, index) => index !== 40);
    const longer = holders(others)[70]!;
    await holdfast.resources.renew([{ ...longer, ttlSeconds: 120 }]);
    await clock.advance({ seconds: 60 });
    const lasting = await holdfast.resources.get(first!);
    expect(lasting).toMatchObject({ status: 'HELD', metadata });
    await sweep();
    expect(await holdfast.resources.unreserve([longer])).toMatchObject([
      { released: [longer.resource, ...names[0]!.blocks!] },
    ]);
    expect(await statesOf(holdfast, first!, second!)).toEqual(['FREE', 'FREE']);
  });

  test('that lapse together are free at once, and announced once each', async () => {
    const prefix = unique('gate');
    const names = blocking(prefix, 5, 100);
    await holdfast.resources.register(names);
    for (const each of names) await takeAll(holdfast, [each]);
    await clock.advance({ seconds: 60 });
    await acquire(holdfast, { requester: 'bob', resource: names[0]!.blocks![7]! });
    await acquire(holdfast, { requester: 'bob', resource: names[1]!.name });
    await sweep();
    const expired: string[] = [];
    for await (const event of holdfast.resources.eventHistory({ type: 'RESERVATION_EXPIRED' })) {
      if (event.resource.startsWith(prefix)) expired.push(event.resource);
    }
    const all = names.flatMap(({ name, blocks = [] }) => [name, ...blocks]);
    expect(expired.toSorted()).toEqual(all.toSorted());
  });
});
