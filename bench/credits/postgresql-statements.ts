/** With a name, so that each connection has them parsed and planned once. */
export const statements = {
  takeKey: {
    name: 'take_key',
    text: 'INSERT INTO idempotency_keys (operation, key, hold_id) VALUES ($1, $2, $3)',
  },
  lockAccount: {
    name: 'lock_account',
    text: 'SELECT balance, reserved FROM accounts WHERE id = $1 FOR UPDATE',
  },
  lockHold: {
    name: 'lock_hold',
    text: 'SELECT account_id, cost, status, expires_at > now() AS is_live FROM holds WHERE id = $1 FOR UPDATE',
  },
  setBalances: {
    name: 'set_balances',
    text: 'UPDATE accounts SET balance = $2, reserved = $3 WHERE id = $1',
  },
  addHold: {
    name: 'add_hold',
    text: `INSERT INTO holds (id, account_id, metric, units, cost, status, expires_at)
      VALUES ($1, $2, $3, $4, $5, 'active', now() + $6 * interval '1 second')`,
  },
  endHold: {
    name: 'end_hold',
    text: `UPDATE holds SET status = 'committed', committed_cost = $2 WHERE id = $1`,
  },
  addEntry: {
    name: 'add_entry',
    text: `INSERT INTO entries
      (account_id, hold_id, type, balance_delta, reserved_delta, balance_after, reserved_after)
      VALUES ($1, $2, $3, $4, $5, $6, $7)`,
  },
} as const;
