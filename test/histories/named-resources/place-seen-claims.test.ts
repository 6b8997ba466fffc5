import { expect, test } from 'vitest';

import type { Call } from '../checker/sequential-spec.ts';
import type { Answer, Command, Result } from './commands.ts';
import { placeSeenClaims } from './place-seen-claims.ts';

/** 2026-01-01T00:00:00Z, from which times are counted. */
const originMs = 1_767_225_600_000;
const unknown = Number.POSITIVE_INFINITY;
const since = new Date(originMs + 500).toISOString();
const metadata = { claim: '1.1.0' };

const lost = call({ type: 'reserve', items: [{ requester: 'r1', resource: 'lock', metadata }] }, undefined, 0);
const refusal = { status: 'ALREADY_HELD', heldBy: { requester: 'r1', metadata, since, expiresAt: null } };
const state = { resource: 'lock', status: 'HELD', metadata, reservedAt: since, slots: null };

function call(operation: Command, results: readonly object[] | undefined, calledAtMs: number): Call<Command, Answer> {
  const answer = results === undefined ? undefined : { results: results as Result[] };
  const returnedAtMs = results === undefined ? unknown : originMs + calledAtMs + 1;
  return { client: 1, operation, answer, calledAtMs: originMs + calledAtMs, returnedAtMs };
}

/** What is known of the claim once these results were given to others, each a millisecond after it asked. */
function placed(...results: readonly object[]): readonly [fromMs: number, toMs: number] {
  const looks = results.map((result, index) => {
    return call({ type: 'get', items: [{ resource: 'lock' }] }, [result], 700 - 10 * index);
  });
  const { calledAtMs, returnedAtMs } = placeSeenClaims([lost, ...looks], 5)[0]!;
  return [calledAtMs - originMs, returnedAtMs - originMs];
}

test('a claim without an answer was made after it was decided, and before the first who saw it was answered', () => {
  expect(placed(refusal)).toEqual([495, 701]);
  expect(placed(state)).toEqual([495, 701]);
  expect(placed({ ...state, resource: 'pool', metadata: null, reservedAt: null, slots: [state] })).toEqual([495, 701]);
  expect(placed(refusal, state)).toEqual([495, 691]);
});

test('nobody knows when, or whether, a claim was made that nobody saw', () => {
  expect(placed({ ...refusal, heldBy: { ...refusal.heldBy, metadata: { claim: '2.1.0' } } })).toEqual([0, unknown]);
  expect(placed({ status: 'FREE', metadata: null, reservedAt: null, slots: null })).toEqual([0, unknown]);
});
