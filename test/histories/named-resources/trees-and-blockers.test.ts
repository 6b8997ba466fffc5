import { describe, expect, test } from 'vitest';

import type { Command } from './commands.ts';
import {
  acquired,
  call,
  claim,
  explains,
  giveUp,
  naming,
  nothing,
  prolong,
  refused,
  relinquished,
  renewed,
} from './testing/spec-calls.ts';

describe('a tree', () => {
  const [root, left, right, leaf] = ['a-tree-root', 'a-tree-left', 'a-tree-right', 'a-tree-leaf'] as const;
  const paths = {
    [root]: null,
    [left]: `${root}>${left}`,
    [right]: `${root}>${right}`,
    [leaf]: `${root}>${left}>${leaf}`,
  };
  const take = (token: number, name: keyof typeof paths, atMs: number, ttlSeconds?: number) => {
    const expiresAtMs = ttlSeconds === undefined ? undefined : atMs + ttlSeconds * 1_000;
    const result = { ...acquired(token, expiresAtMs), reservedAtPath: paths[name] };
    return call(claim(`r${token}`, name, ttlSeconds), [result], atMs);
  };
  const refusal = (wanted: string, inTheWay: string, holder = 'r1') => {
    return call(claim('r9', wanted), [naming(inTheWay, refused(holder, 10))], 20);
  };

  test('keeps others off what is above and below a hold', () => {
    expect(explains('a-tree', take(1, left, 10), take(2, root, 20))).toBe(false);
    expect(explains('a-tree', take(1, left, 10), take(2, leaf, 20))).toBe(false);
    expect(explains('a-tree', take(1, leaf, 10), take(2, root, 20))).toBe(false);
    expect(explains('a-tree', take(1, root, 10), take(2, leaf, 20))).toBe(false);
  });

  test('keeps nobody off siblings', () => {
    expect(explains('a-tree', take(1, left, 10), take(2, right, 20))).toBe(true);
    expect(explains('a-tree', take(1, leaf, 10), take(2, right, 20))).toBe(true);
    expect(explains('a-tree', take(1, left, 10), refusal(right, left))).toBe(false);
  });

  test('keeps its holder off nothing', () => {
    const below = call(claim('r1', leaf), [{ ...acquired(2), requester: 'r1', reservedAtPath: paths[leaf] }], 20);
    expect(explains('a-tree', take(1, root, 10), below)).toBe(true);
    const had = { ...acquired(1), status: 'ALREADY_HAD', reservedAtPath: paths[leaf] };
    expect(explains('a-tree', take(1, root, 10), call(claim('r1', leaf), [had], 20))).toBe(false);
    const own = [naming(root, refused('r1', 10))];
    expect(explains('a-tree', take(1, root, 10), call(claim('r1', leaf), own, 20))).toBe(false);
  });

  test('refuses with what is in the way', () => {
    expect(explains('a-tree', take(1, left, 10), refusal(root, left))).toBe(true);
    expect(explains('a-tree', take(1, left, 10), refusal(leaf, left))).toBe(true);
    expect(explains('a-tree', take(1, left, 10), refusal(root, root))).toBe(false);
    expect(explains('a-tree', take(1, left, 10), refusal(root, left, 'r2'))).toBe(false);
  });

  test('refuses with any of several that are in the way', () => {
    const both = [take(1, left, 10), take(2, right, 10)];
    expect(explains('a-tree', ...both, refusal(root, left))).toBe(true);
    expect(explains('a-tree', ...both, refusal(root, right, 'r2'))).toBe(true);
    expect(explains('a-tree', ...both, refusal(root, right))).toBe(false);
  });

  test('is free above and below from the end of a hold on', () => {
    const late = (seconds: number | null) => [naming(left, refused('r1', 10, 1_010, seconds))];
    expect(explains('a-tree', take(1, left, 10, 1), call(claim('r9', root), late(1), 20))).toBe(true);
    expect(explains('a-tree', take(1, left, 10, 1), call(claim('r9', root), late(null), 20))).toBe(false);
    expect(explains('a-tree', take(1, left, 10, 1), call(claim('r9', root), late(1), 1_013))).toBe(false);
    expect(explains('a-tree', take(1, left, 10, 1), take(2, root, 1_010, 1))).toBe(true);
    expect(explains('a-tree', take(1, left, 10, 1), take(2, root, 1_009, 1))).toBe(false);
    const release = call(giveUp('r1', 't1', left), relinquished(left), 30);
    expect(explains('a-tree', take(1, left, 10), release, take(2, leaf, 40))).toBe(true);
  });

  test('is renewed for those above and below too', () => {
    const renewal = call(prolong('r1', 't1', leaf), renewed(1, 1_500), 500);
    expect(explains('a-tree', take(1, leaf, 10, 1), renewal, take(2, root, 1_400, 1))).toBe(false);
    expect(explains('a-tree', take(1, leaf, 10, 1), renewal, take(2, root, 1_500, 1))).toBe(true);
  });

  test('says where in it a hold is', () => {
    const claimed = (name: string, reservedAtPath: string | null) => {
      return call(claim('r1', name), [{ ...acquired(1), reservedAtPath }], 10);
    };
    expect(explains('a-tree', claimed(leaf, `${root}>${leaf}`))).toBe(false);
    expect(explains('a-tree', claimed(leaf, null))).toBe(false);
    expect(explains('a-tree', claimed(root, root))).toBe(false);
    expect(explains('a-tree', take(1, root, 10))).toBe(true);
  });

  test('is taken in parts by no transaction that takes all or none', () => {
    const items = [{ resource: right }, { resource: root }];
    const all: Command = { type: 'transaction', requester: 'r9', method: 'ALL_OR_NONE', items };
    const notTaken = { ...nothing, status: 'NOT_TAKEN' };
    const refusedWith = (...results: readonly object[]) => call(all, results, 20, 21, 'REFUSED');
    const obstacle = naming(leaf, refused('r1', 10));
    expect(explains('a-tree', take(1, leaf, 10), refusedWith(notTaken, obstacle))).toBe(true);
    expect(explains('a-tree', take(1, leaf, 10), refusedWith(notTaken, notTaken))).toBe(false);
    expect(explains('a-tree', take(1, leaf, 10), refusedWith(obstacle, obstacle))).toBe(false);
  });
});

describe('a blocker', () => {
  const [shared, first, second] = ['a-kit-shared', 'a-kit-first', 'a-kit-second'] as const;
  const result = (requester: string, token: number, name: string, expiresAtMs?: number) => {
    const acquiredBlockers = name === shared ? null : [shared];
    return { ...acquired(token, expiresAtMs), requester, releaseToken: `t${token}`, acquiredBlockers };
  };
  const take = (requester: string, token: number, name: string, atMs: number, ttlSeconds?: number) => {
    const expiresAtMs = ttlSeconds === undefined ? undefined : atMs + ttlSeconds * 1_000;
    return call(claim(requester, name, ttlSeconds), [result(requester, token, name, expiresAtMs)], atMs);
  };
  const refusal = (wanted: string, inTheWay: string, sinceMs = 10, expiresAtMs?: number, seconds?: number) => {
    return call(claim('r9', wanted), [naming(inTheWay, refused('r1', sinceMs, expiresAtMs, seconds))], 30);
  };
  const had = (token: number, fencingToken: number, atMs = 30) => {
    const same = { ...acquired(fencingToken), requester: 'r1', releaseToken: `t${token}`, status: 'ALREADY_HAD' };
    return call(claim('r1', shared), [same], atMs);
  };

  test('is taken together with the resource', () => {
    expect(explains('a-kit', take('r1', 1, first, 10), refusal(shared, shared))).toBe(true);
    expect(explains('a-kit', take('r1', 1, first, 10), refusal(second, shared))).toBe(true);
    expect(explains('a-kit', take('r1', 1, first, 10), take('r2', 3, shared, 20))).toBe(false);
    expect(explains('a-kit', take('r1', 1, first, 10), take('r2', 3, second, 20))).toBe(false);
    expect(explains('a-kit', take('r1', 1, first, 10), take('r1', 3, second, 20))).toBe(true);
  });

  test('is named by whoever takes it along', () => {
    const without = { ...result('r1', 1, first), acquiredBlockers: null };
    expect(explains('a-kit', call(claim('r1', first), [without], 10))).toBe(false);
    const withItself = { ...result('r1', 1, shared), acquiredBlockers: [shared] };
    expect(explains('a-kit', call(claim('r1', shared), [withItself], 10))).toBe(false);
  });

  test('keeps others off the resource', () => {
    expect(explains('a-kit', take('r1', 1, shared, 10), refusal(first, shared))).toBe(true);
    expect(explains('a-kit', take('r1', 1, shared, 10), refusal(first, first))).toBe(false);
    expect(explains('a-kit', take('r1', 1, shared, 10), take('r2', 2, first, 20))).toBe(false);
    expect(explains('a-kit', take('r1', 1, shared, 10), take('r1', 2, first, 20))).toBe(true);
  });

  test('is given up with the resource, by either name', () => {
    const taken = take('r1', 1, first, 10);
    const release = (name: string, ...released: readonly string[]) => {
      return call(giveUp('r1', 't1', name), relinquished(...released), 20);
    };
    expect(explains('a-kit', taken, release(first, first, shared), take('r2', 3, shared, 40))).toBe(true);
    expect(explains('a-kit', taken, release(shared, first, shared), take('r2', 3, first, 40))).toBe(true);
    expect(explains('a-kit', taken, release(first, first))).toBe(false);
    expect(explains('a-kit', taken, release(shared, shared))).toBe(false);
    expect(explains('a-kit', taken, release(first, first, shared), refusal(shared, shared))).toBe(false);
  });

  test('lapses with the resource', () => {
    const taken = take('r1', 1, first, 10, 1);
    expect(explains('a-kit', taken, take('r2', 3, shared, 1_010, 1))).toBe(true);
    expect(explains('a-kit', taken, take('r2', 3, shared, 1_009, 1))).toBe(false);
    const stuck = call(claim('r9', shared), [naming(shared, refused('r1', 10, 1_010, 1))], 1_013);
    expect(explains('a-kit', taken, stuck)).toBe(false);
  });

  test('is renewed with the resource', () => {
    const renewal = call(prolong('r1', 't1', first), renewed(1, 1_500), 500);
    expect(explains('a-kit', take('r1', 1, first, 10, 1), renewal, take('r2', 3, shared, 1_400, 1))).toBe(false);
    expect(explains('a-kit', take('r1', 1, first, 10, 1), renewal, take('r2', 3, shared, 1_500, 1))).toBe(true);
  });

  test('stays held until the last hold on it ends', () => {
    const both = [take('r1', 1, shared, 10), take('r1', 2, first, 20)];
    const release = (token: string, name: string, released: readonly string[] | null) => {
      return call(giveUp('r1', token, name), [{ status: 'RELINQUISHED', released }], 30);
    };
    expect(explains('a-kit', ...both, release('t2', first, [first]))).toBe(true);
    expect(explains('a-kit', ...both, release('t2', first, [first, shared]))).toBe(false);
    expect(explains('a-kit', ...both, release('t2', first, [first]), take('r2', 4, shared, 40))).toBe(false);
    expect(explains('a-kit', ...both, release('t1', shared, null))).toBe(true);
    expect(explains('a-kit', ...both, release('t1', shared, [shared]))).toBe(false);
    expect(explains('a-kit', ...both, release('t1', shared, null), take('r2', 4, first, 40))).toBe(false);
  });

  test('is told of by the hold that keeps it longest', () => {
    const both = [take('r1', 1, shared, 10, 1), take('r1', 2, first, 20, 60)];
    expect(explains('a-kit', ...both, refusal(shared, shared, 20, 60_020, 60))).toBe(true);
    expect(explains('a-kit', ...both, refusal(shared, shared, 10, 1_010, 1))).toBe(false);
  });

  test('has fencing tokens of its own, which rise whatever it is taken along with', () => {
    const before = [
      take('r2', 5, shared, 1),
      call(giveUp('r2', 't5', shared), relinquished(shared), 5),
      take('r1', 6, first, 10),
    ];
    expect(explains('a-kit', ...before, had(6, 7))).toBe(true);
    expect(explains('a-kit', ...before, had(6, 5))).toBe(false);
    expect(explains('a-kit', ...before, had(6, 7), had(6, 8, 40))).toBe(false);
    const released = call(giveUp('r1', 't6', first), relinquished(first, shared), 40);
    expect(explains('a-kit', ...before, had(6, 7), released, take('r3', 8, second, 50))).toBe(true);
    expect(explains('a-kit', ...before, had(6, 7), released, take('r3', 7, shared, 50))).toBe(false);
  });

  test('may have been taken along by a call without an answer', () => {
    const lost = call(claim('r1', first), undefined, 5);
    expect(explains('a-kit', lost, refusal(shared, shared, 12), refusal(first, first, 12))).toBe(true);
    expect(explains('a-kit', lost, refusal(shared, shared, 12), take('r2', 3, second, 40))).toBe(false);
    expect(explains('a-kit', lost, take('r2', 3, shared, 40))).toBe(true);
  });
});
