import { expect, test } from 'vitest';

import { commit, hold } from './postgresql-holds.ts';
import type { SqlClient } from './postgresql-holds.ts';

const account = { balance: '10000', reserved: '4000' };
const liveHold = { account_id: 'customer-0', cost: '4000', status: 'active', is_live: true };
const order = { customer: 'customer-0', metric: 'm', units: 6, cost: 6_000, ttlSeconds: 60, idempotencyKey: 'k' };

/** A client whose tables hold one account and one hold, and that writes down what is asked of it. */
function createClient(rows: Readonly<Record<string, unknown>> = { lock_account: account, lock_hold: liveHold }) {
  const asked: string[] = [];
  const changes: Record<string, unknown> = {};
  const client: SqlClient = {
    query: async (statement) => {
      const name = typeof statement === 'string' ? statement : statement.name;
      asked.push(name);
      if (typeof statement !== 'string') changes[name] = statement.values;
      return { rows: name in rows ? [rows[name]] : [] };
    },
  };
  return { client, asked, changes };
}

test('holds credits in one transaction that locks the account', async () => {
  const { client, asked, changes } = createClient();
  const holdId = await hold(client, order);
  expect(asked).toEqual(['BEGIN', 'take_key', 'lock_account', 'add_hold', 'set_balances', 'add_entry', 'COMMIT']);
  expect(changes).toMatchObject({
    set_balances: ['customer-0', 10_000, 10_000],
    add_entry: ['customer-0', holdId, 'hold', 0, 6_000, 10_000, 10_000],
  });
});

test('commits in one transaction that locks the hold and the account', async () => {
  const { client, asked, changes } = createClient();
  await commit(client, { holdId: 'h', cost: 3_000, idempotencyKey: 'k' });
  const statements = ['take_key', 'lock_hold', 'lock_account', 'end_hold', 'set_balances', 'add_entry'];
  expect(asked).toEqual(['BEGIN', ...statements, 'COMMIT']);
  expect(changes).toMatchObject({
    set_balances: ['customer-0', 7_000, 0],
    add_entry: ['customer-0', 'h', 'consumption', -3_000, -4_000, 7_000, 0],
  });
});

test('keeps no key where there is none', async () => {
  const { client, asked } = createClient();
  await hold(client, { ...order, idempotencyKey: undefined });
  expect(asked).not.toContain('take_key');
});

test('rolls back what there aren’t enough credits for', async () => {
  const { client, asked } = createClient();
  await expect(hold(client, { ...order, cost: 6_001 })).rejects.toThrow('customer-0 has not got 6001 credits');
  expect(asked).toEqual(['BEGIN', 'take_key', 'lock_account', 'ROLLBACK']);
});

test.each([
  ['has ended', { ...liveHold, status: 'committed' }],
  ['has lapsed', { ...liveHold, is_live: false }],
])('commits no hold that %s', async (_what, found) => {
  const { client, asked } = createClient({ lock_account: account, lock_hold: found });
  await expect(commit(client, { holdId: 'h', cost: 1, idempotencyKey: 'k' })).rejects.toThrow('not active');
  expect(asked.at(-1)).toBe('ROLLBACK');
});
