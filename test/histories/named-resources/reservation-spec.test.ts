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
  originMs,
  prolong,
  refused,
  relinquished,
  renewed,
  status,
  wire,
} from './testing/spec-calls.ts';

/** r1 takes the lock for a second, at 10, and nobody was told anything else of it. */
const taken = call(claim('r1', 'lock', 1), [acquired(1, 1_010)], 10);

describe('a lock', () => {
  test('is taken, refused, released and taken again', () => {
    const release = call(giveUp('r1', 't1'), relinquished(), 30);
    const next = call(claim('r2'), [acquired(2)], 40);
    expect(explains('lock', taken, call(claim('r2'), [refused('r1', 10, 1_010, 1)], 20), release, next)).toBe(true);
  });

  test('is never held by two', () => {
    expect(explains('lock', taken, call(claim('r2'), [acquired(2)], 20))).toBe(false);
    expect(explains('lock', call(claim('r1'), [acquired(1)], 10, 20), call(claim('r2'), [acquired(2)], 10, 20))).toBe(
      false,
    );
  });

  test('is free from the very millisecond of its expiry, and not before', () => {
    expect(explains('lock', taken, call(claim('r2', 'lock', 1), [acquired(2, 2_010)], 1_008, 1_012))).toBe(true);
    expect(explains('lock', taken, call(claim('r2', 'lock', 1), [acquired(2, 2_009)], 1_008, 1_012))).toBe(false);
    expect(explains('lock', taken, call(prolong('r1', 't1'), renewed(1, 2_009), 1_008, 1_012))).toBe(true);
    expect(explains('lock', taken, call(prolong('r1', 't1'), renewed(1, 2_010), 1_008, 1_012))).toBe(false);
  });

  test('is not refused with no second left', () => {
    expect(explains('lock', taken, call(claim('r2'), [refused('r1', 10, 1_010, 1)], 1_008, 1_012))).toBe(true);
    expect(explains('lock', taken, call(claim('r2'), [refused('r1', 10, 1_010, 0)], 1_008, 1_012))).toBe(false);
  });

  test('is not held for longer than the clocks may differ once it has lapsed', () => {
    expect(explains('lock', taken, call(claim('r2'), [refused('r1', 10, 1_010, 1)], 1_011))).toBe(true);
    expect(explains('lock', taken, call(claim('r2'), [refused('r1', 10, 1_010, 1)], 1_013))).toBe(false);
  });

  test('names its holder, and since when', () => {
    expect(explains('lock', taken, call(claim('r2'), [refused('r3', 10, 1_010, 1)], 20))).toBe(false);
    expect(explains('lock', taken, call(claim('r2'), [refused('r1', 9, 1_010, 1)], 20))).toBe(false);
    expect(explains('lock', taken, call(claim('r2'), [refused('r1', 10, 1_011, 1)], 20))).toBe(false);
  });

  test('gives fencing tokens that rise, also after an expiry', () => {
    const after = (fencingToken: number) => call(claim(`r${fencingToken}`), [acquired(fencingToken)], 2_000);
    expect(explains('lock', taken, after(2))).toBe(true);
    expect(explains('lock', taken, after(1))).toBe(false);
    expect(explains('lock', taken, after(0))).toBe(false);
  });

  test('gives its holder the same tokens again', () => {
    const again = (token: number) => {
      return call(claim('r1'), [{ ...acquired(token, 1_010), requester: 'r1', status: 'ALREADY_HAD' }], 20);
    };
    expect(explains('lock', taken, again(1))).toBe(true);
    expect(explains('lock', taken, again(2))).toBe(false);
  });

  test('is released and renewed with its token and no other', () => {
    expect(explains('lock', taken, call(giveUp('r1', 't0'), status('DOESNT_OWN_RESERVATION'), 20))).toBe(true);
    expect(explains('lock', taken, call(giveUp('r1', 't0'), relinquished(), 20))).toBe(false);
    expect(explains('lock', taken, call(giveUp('r1', 't1'), status('DOESNT_OWN_RESERVATION'), 20))).toBe(false);
    expect(explains('lock', taken, call(prolong('r1', 't0'), renewed(1, 1_020), 20))).toBe(false);
    expect(explains('lock', taken, call(giveUp('r2', 't1'), status('NOT_RESERVED'), 20))).toBe(false);
  });

  test('lapses at its new expiry once it was renewed', () => {
    const renewal = call(prolong('r1', 't1'), renewed(1, 1_500), 500);
    expect(explains('lock', taken, renewal, call(claim('r2', 'lock', 1), [acquired(2, 2_400)], 1_400))).toBe(false);
    expect(explains('lock', taken, renewal, call(claim('r2', 'lock', 1), [acquired(2, 2_500)], 1_500))).toBe(true);
  });

  test('may have been taken by a call without an answer, and then is for as long as that asked for', () => {
    const lost = call(claim('r1', 'lock', 1), undefined, 10);
    expect(explains('lock', lost, call(claim('r2'), [refused('r1', 300, 1_300, 1)], 400))).toBe(true);
    expect(explains('lock', lost, call(claim('r2'), [refused('r1', 300, 1_200, 1)], 400))).toBe(false);
    expect(explains('lock', lost, call(claim('r2'), [refused('r1', 5, 1_005, 1)], 400))).toBe(false);
    expect(explains('lock', lost, call(claim('r2'), [acquired(2)], 400))).toBe(true);
    const seen = call(claim('r2'), [refused('r1', 300, 1_300, 1)], 400);
    const next = (atMs: number) => call(claim('r3', 'lock', 1), [acquired(3, atMs + 1_000)], 1_297, 1_303);
    expect(explains('lock', lost, seen, next(1_300))).toBe(true);
    expect(explains('lock', lost, seen, next(1_299))).toBe(false);
  });

  test('is what a reader sees', () => {
    const seen = (requester: string) => ({
      resource: 'lock',
      status: 'HELD',
      requester,
      metadata: null,
      reservedAt: wire(10),
      expiresAt: wire(1_010),
      fencingToken: 1,
    });
    const free = { resource: 'lock', status: 'FREE', requester: null, reservedAt: null, fencingToken: null };
    const get: Command = { type: 'get', items: [{ resource: 'lock' }] };
    expect(explains('lock', taken, call(get, [seen('r1')], 20))).toBe(true);
    expect(explains('lock', taken, call(get, [seen('r2')], 20))).toBe(false);
    expect(explains('lock', taken, call(get, [free], 20))).toBe(false);
    expect(explains('lock', taken, call(get, [free], 1_020))).toBe(true);
  });
});

describe('a pool of three', () => {
  const slot = (number: number) => `a-pool_${number}`;
  const take = (token: number, number: number, atMs: number, ttlSeconds?: number) => {
    const expiresAtMs = ttlSeconds === undefined ? undefined : atMs + ttlSeconds * 1_000;
    return call(claim(`r${token}`, 'a-pool', ttlSeconds), [acquired(token, expiresAtMs, slot(number))], atMs);
  };
  const noneFree = (retryAfterSeconds: number | null) => [{ ...nothing, status: 'NOT_AVAILABLE', retryAfterSeconds }];
  const full = [take(1, 0, 10), take(2, 1, 20), take(3, 2, 30, 1)];

  test('hands out its slots, lowest first, and then no more', () => {
    expect(explains('a-pool', ...full, call(claim('r4', 'a-pool'), noneFree(1), 40))).toBe(true);
    expect(explains('a-pool', take(1, 1, 10))).toBe(false);
    expect(explains('a-pool', take(1, 0, 10), call(claim('r4', 'a-pool'), status('NOT_AVAILABLE'), 40))).toBe(false);
  });

  test('says when the first slot lapses', () => {
    const refusal = (seconds: number | null, atMs: number) => call(claim('r4', 'a-pool'), noneFree(seconds), atMs);
    expect(explains('a-pool', ...full, refusal(1, 1_027))).toBe(true);
    expect(explains('a-pool', ...full, refusal(2, 40))).toBe(false);
    expect(explains('a-pool', ...full, refusal(null, 40))).toBe(false);
    expect(explains('a-pool', take(1, 0, 10), take(2, 1, 20), take(3, 2, 30), refusal(null, 40))).toBe(true);
  });

  test('never hands out one slot twice', () => {
    expect(explains('a-pool', take(1, 0, 10), take(2, 0, 20))).toBe(false);
  });

  test('gives one requester one slot', () => {
    const again = { ...acquired(1, undefined, slot(0)), status: 'ALREADY_HAD' };
    expect(explains('a-pool', take(1, 0, 10), call(claim('r1', slot(2)), [again], 20))).toBe(true);
    const another = { ...acquired(2, undefined, slot(1)), requester: 'r1' };
    expect(explains('a-pool', take(1, 0, 10), call(claim('r1', 'a-pool'), [another], 20))).toBe(false);
  });

  test('hands out the slot that was given up or has lapsed', () => {
    const release = call(giveUp('r2', 't2', 'a-pool'), relinquished(slot(1)), 40);
    expect(explains('a-pool', ...full, release, take(4, 1, 50))).toBe(true);
    expect(explains('a-pool', ...full, take(4, 2, 1_030))).toBe(true);
    expect(explains('a-pool', ...full, take(4, 2, 1_020))).toBe(false);
  });

  test('may have lost a slot to a call without an answer', () => {
    const lost = call(claim('r9', 'a-pool', 60), undefined, 5);
    expect(explains('a-pool', lost, take(1, 1, 10), take(2, 2, 20))).toBe(true);
    expect(explains('a-pool', lost, take(1, 1, 10), take(2, 0, 20))).toBe(false);
  });
});

describe('a pair of names', () => {
  const both = (requester: string): Command => ({
    type: 'transaction',
    requester,
    method: 'ALL_OR_NONE',
    items: [{ resource: 'a-pair-0' }, { resource: 'a-pair-1' }],
  });
  const committed = (token: number, atMs: number) => {
    const second = { ...acquired(token + 1), requester: `r${token}` };
    return call(both(`r${token}`), [acquired(token), second], atMs, atMs + 1, 'COMMITTED');
  };
  const notTaken = { ...nothing, status: 'NOT_TAKEN' };

  test('is taken as a whole or not at all', () => {
    const one = call(claim('r1', 'a-pair-1'), [acquired(1)], 10);
    const held = naming('a-pair-1', refused('r1', 10));
    const refusal = call(both('r2'), [notTaken, held], 20, 21, 'REFUSED');
    expect(explains('a-pair', one, refusal, call(claim('r3', 'a-pair-0'), [acquired(3)], 30))).toBe(true);
    expect(explains('a-pair', one, call(both('r2'), [acquired(2), held], 20, 21, 'REFUSED'))).toBe(false);
    expect(explains('a-pair', one, call(both('r2'), [acquired(2), held], 20, 21, 'COMMITTED'))).toBe(false);
    expect(explains('a-pair', call(both('r2'), [notTaken, notTaken], 20, 21, 'REFUSED'))).toBe(true);
  });

  test('is not seen half taken', () => {
    const under = { ...committed(1, 10), returnedAtMs: originMs + 100 };
    const second = call(claim('r5', 'a-pair-1'), [naming('a-pair-1', refused('r1', 11))], 20);
    const first = call(claim('r6', 'a-pair-0'), [naming('a-pair-0', refused('r1', 11))], 30);
    expect(explains('a-pair', under, second, first)).toBe(true);
    expect(explains('a-pair', under, second, call(claim('r6', 'a-pair-0'), [acquired(6)], 30))).toBe(false);
  });

  test('may have been taken as a whole by a call without an answer', () => {
    const lost = call(both('r1'), undefined, 10);
    const second = call(claim('r5', 'a-pair-1'), [naming('a-pair-1', refused('r1', 12))], 20);
    const first = call(claim('r6', 'a-pair-0'), [naming('a-pair-0', refused('r1', 12))], 30);
    expect(explains('a-pair', lost, second, first)).toBe(true);
    expect(explains('a-pair', lost, second, call(claim('r6', 'a-pair-0'), [acquired(6)], 30))).toBe(false);
  });
});
