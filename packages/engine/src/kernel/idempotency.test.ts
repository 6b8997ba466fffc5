import { createMemoryStore } from '@holdfast/store-memory';
import { beforeEach, describe, expect, test } from 'vitest';

import { createCaller } from '../caller.ts';
import { idempotencyPartition } from '../partitions.ts';
import { accepted, refused } from '../shared/outcomes.ts';
import type { Outcome } from '../shared/outcomes.ts';
import type { Store } from '../store.ts';
import { add, counterKind, look } from '../testing/counters.ts';
import { TestEnvironment } from '../testing/test-environment.ts';
import type { Command } from './command.ts';
import { Executor } from './executor.ts';
import { idempotencyKind, once } from './idempotency.ts';

const timeoutMs = 1_000;

let environment: TestEnvironment;
let store: Store;
let executor: Executor;

beforeEach(() => {
  environment = new TestEnvironment();
  store = createMemoryStore({ kinds: [counterKind, idempotencyKind] });
  executor = new Executor(store, environment);
});

describe('an idempotency key', () => {
  const caller = createCaller({ tenantId: 't', environment: 'live', apiKeyLabel: 'k' });
  const request = { operationId: 'add', key: 'key', fingerprint: 'same' };

  function addOnce(partition: string, more: Partial<typeof request> = {}) {
    const command: Command<Outcome<number>> = {
      partitions: [partition],
      reads: [],
      run: (changes) => accepted(add(changes, partition, 'counter', 1)),
    };
    return once(command, caller, { ...request, ...more });
  }

  test('gives the first answer again, also to a request that came at the same time', async () => {
    const answers = await Promise.all([1, 2].map(() => executor.execute(addOnce('p'), timeoutMs)));
    expect(answers.map((answer) => [answer.outcome, answer.isReplayed])).toEqual([
      [accepted(1), false],
      [accepted(1), true],
    ]);
  });

  test('takes effect once, in two processes and in two partitions', async () => {
    const other = new Executor(store, environment);
    const answers = await Promise.all([
      executor.execute(addOnce('p'), timeoutMs),
      other.execute(addOnce('q'), timeoutMs),
    ]);
    expect(answers.map((answer) => answer.outcome)).toEqual([accepted(1), accepted(1)]);
    const counts = [await executor.query(look('p'), timeoutMs), await executor.query(look('q'), timeoutMs)];
    expect(counts.filter((count) => count !== undefined)).toEqual([1]);
  });

  test('keeps what was decided on no partition', async () => {
    const refusal = once({ partitions: [], reads: [], run: () => accepted('all refused') }, caller, request);
    expect((await executor.execute(refusal, timeoutMs)).isReplayed).toBe(false);
    expect((await executor.execute(refusal, timeoutMs)).isReplayed).toBe(true);
  });

  test.each([
    ['same', 'other'],
    ['0'.repeat(64), `${'0'.repeat(32)}1${'0'.repeat(31)}`],
  ])('is refused for another request', async (fingerprint, other) => {
    await executor.execute(addOnce('p', { fingerprint }), timeoutMs);
    expect((await executor.execute(addOnce('p', { fingerprint }), timeoutMs)).isReplayed).toBe(true);
    const { outcome } = await executor.execute(addOnce('p', { fingerprint: other }), timeoutMs);
    expect(outcome).toMatchObject({ ok: false, code: 'idempotency_key_conflict' });
  });

  test('is known by what an earlier version wrote', async () => {
    const [operationId, key] = ['add', 'old'];
    const fingerprint = 'c0ffee'.repeat(11).slice(0, 64);
    const old = { fingerprint, outcomeJson: JSON.stringify(accepted(7)), purgeAtMs: environment.nowMs + 1 };
    const address = {
      kind: idempotencyKind,
      partition: idempotencyPartition(caller),
      id: `${operationId}\u001f${key}`,
    };
    await store.commit({ heads: [], writes: [{ type: 'insert', key: address, value: old }], nowMs: 0 }, timeoutMs);
    expect(await executor.execute(addOnce('p', { key, fingerprint }), timeoutMs)).toEqual({
      outcome: accepted(7),
      isReplayed: true,
    });
    const { outcome } = await executor.execute(
      addOnce('p', { key, fingerprint: fingerprint.replace('c0', 'c1') }),
      timeoutMs,
    );
    expect(outcome).toMatchObject({ code: 'idempotency_key_conflict' });
  });

  test('is free again after 24 hours', async () => {
    await executor.execute(addOnce('p'), timeoutMs);
    environment.nowMs += 24 * 3_600_000 - 1;
    expect((await executor.execute(addOnce('p'), timeoutMs)).isReplayed).toBe(true);
    environment.nowMs += 1;
    expect(await executor.execute(addOnce('p', { fingerprint: 'other' }), timeoutMs)).toEqual({
      outcome: accepted(2),
      isReplayed: false,
    });
  });

  test('keeps a refusal of the rules, and not that of a malformed request', async () => {
    const refuse = (code: 'not_found' | 'invalid_request') => {
      const outcome =
        code === 'not_found' ? refused({ code, message: '' }) : refused({ code, message: '', details: [] });
      return executor.execute(
        once({ partitions: ['p'], reads: [], run: () => outcome }, caller, { ...request, key: code }),
        timeoutMs,
      );
    };
    const answers = [
      await refuse('not_found'),
      await refuse('not_found'),
      await refuse('invalid_request'),
      await refuse('invalid_request'),
    ];
    expect(answers.map((answer) => answer.isReplayed)).toEqual([false, true, false, false]);
  });
});
