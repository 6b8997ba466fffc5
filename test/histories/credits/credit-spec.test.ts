import { describe, expect, test } from 'vitest';

import type { Command } from './commands.ts';
import {
  accountOf,
  call,
  commit,
  committed,
  debtor,
  explains,
  first,
  held,
  hold,
  id,
  insufficient,
  label,
  look,
  poor,
  problem,
  release,
  released,
  used,
  wire,
} from './spec-calls.ts';

describe('credits', () => {
  test('are held, committed and used, and are what an account shows', () => {
    const rest = call(commit(7), committed(7, 20, accountOf(3_000, 0), { cost: 7_000, released: 1_000 }), 20);
    const use = call({ type: 'use', customer: poor, units: 3 }, used(3, 30, accountOf(0, 0)), 30);
    expect(
      explains(
        first,
        look(poor, 15, 10_000, 8_000, 2),
        rest,
        look(poor, 25, 3_000, 0, 3),
        use,
        look(poor, 35, 0, 0, 4),
      ),
    ).toBe(true);
  });

  test('are never held twice', () => {
    const other = { id: 'id-two', label: 'two' };
    const second = (account: object) => call(hold(8, { label: 'two' }), held(8, 10, account, other), 10, 20);
    expect(explains(first, second(accountOf(10_000, 16_000)))).toBe(false);
    expect(explains(first, second(accountOf(10_000, 8_000)))).toBe(false);
    expect(explains(first, call(hold(8, { label: 'two' }), insufficient, 10, 20))).toBe(true);
  });

  test('are not refused while they are there all the time', () => {
    expect(explains(first, call(hold(2, { label: 'two' }), insufficient, 20))).toBe(false);
    expect(explains(first, call(hold(3, { label: 'two' }), insufficient, 20))).toBe(true);
    expect(explains(first, call(hold(3, { label: 'two' }), insufficient, 1_013))).toBe(false);
  });

  test('come back the moment that their hold lapses, and not before', () => {
    const again = (atMs: number) =>
      call(
        hold(8, { label: 'two' }),
        held(8, atMs, accountOf(10_000, 8_000), { id: 'id-two', label: 'two' }),
        1_000,
        1_020,
      );
    expect(explains(first, again(1_010))).toBe(true);
    expect(explains(first, again(1_009))).toBe(false);
    expect(explains(first, call(release, released(8_000, 1_009, accountOf(10_000, 0)), 1_000, 1_020))).toBe(true);
    expect(explains(first, call(release, released(8_000, 1_010, accountOf(10_000, 0)), 1_000, 1_020))).toBe(false);
    expect(explains(first, call(release, problem('reservation-expired'), 1_009))).toBe(true);
    expect(explains(first, call(release, problem('reservation-expired'), 900))).toBe(false);
  });

  test('are committed once', () => {
    const one = call(commit(7), committed(7, 20, accountOf(3_000, 0), { cost: 7_000, released: 1_000 }), 20);
    expect(explains(first, one, call(commit(3), problem('reservation-not-active'), 30))).toBe(true);
    expect(
      explains(first, one, call(commit(3), committed(3, 30, accountOf(0, 0), { cost: 3_000, released: 0 }), 30)),
    ).toBe(false);
    expect(explains(first, one, look(poor, 40, 0, 0, 4))).toBe(false);
  });

  test('are committed in parts, more than was held as far as they go', () => {
    const part = call(
      commit(3, false),
      committed(3, 20, accountOf(7_000, 5_000), { cost: 3_000, released: 0, status: 'active' }),
      20,
    );
    const rest = (cost: number, uncollected: number) =>
      call(commit(9), committed(9, 30, accountOf(7_000 - cost, 0), { cost, released: 0, uncollected }), 30);
    expect(explains(first, part, rest(7_000, 2_000))).toBe(true);
    expect(explains(first, part, rest(9_000, 0))).toBe(false);
    expect(explains(first, part, rest(5_000, 4_000))).toBe(false);
  });

  test('that a release has given back are there again', () => {
    const back = call(release, released(8_000, 20, accountOf(10_000, 0)), 20);
    expect(explains(first, back, look(poor, 30, 10_000, 0, 3))).toBe(true);
    expect(explains(first, back, look(poor, 30, 10_000, 8_000, 2))).toBe(false);
    expect(explains(first, back, call(hold(10, { label: 'two' }), insufficient, 30))).toBe(false);
  });

  test('are what the ledger and the blocks add up to, too', () => {
    expect(explains(first, look(poor, 20, 10_000, 8_000, 3))).toBe(false);
    const wrong = look(poor, 20, 10_000, 8_000, 2);
    const blocks = [{ remaining_amount: 9_000, held_amount: 8_000, expires_at: null }];
    expect(
      explains(first, { ...wrong, answer: { status: 200, body: { ...(wrong.answer?.body as object), blocks } } }),
    ).toBe(false);
  });

  test('are seen as they were by nobody who asks later', () => {
    expect(explains(first, look(poor, 12, 10_000, 0, 1))).toBe(false);
    expect(explains(call(hold(8), held(8, 10, accountOf(10_000, 8_000)), 10, 20), look(poor, 12, 10_000, 0, 1))).toBe(
      true,
    );
  });

  test('may have been held by a call without an answer, as whoever lists holds finds out', () => {
    const lost = call(hold(8), undefined, 10);
    const seen = { estimated_units: 8, estimated_cost: 8_000, committed_units: 0, committed_cost: 0, status: 'active' };
    const row = { id, ...seen, metadata: { label }, created_at: wire(15), expires_at: wire(1_015) };
    const list = (fromMs: number, data: readonly object[]) =>
      call(
        { type: 'listHolds', customer: poor },
        { status: 200, body: { data, pagination: { has_more: false } } },
        fromMs,
      );
    expect(
      explains(lost, list(20, []), list(30, [row]), call(release, released(8_000, 40, accountOf(10_000, 0)), 40)),
    ).toBe(true);
    expect(explains(lost, list(20, [row]), list(30, []))).toBe(false);
    expect(explains(lost, list(20, [{ ...row, expires_at: wire(2_015) }]))).toBe(false);
  });
});

describe('a hold that is extended', () => {
  const extend = (units: number, expiresAtMs: number, reserved: number, fromMs: number) => {
    const body = {
      id,
      status: 'active',
      estimated_units: 8 + units,
      estimated_cost: 1_000 * (8 + units),
      account: accountOf(10_000, reserved),
    };
    const command: Command = { type: 'extend', customer: poor, id, label, units, ttlSeconds: 1 };
    return call(command, { status: 200, body: { ...body, expires_at: wire(expiresAtMs) } }, fromMs);
  };

  test('lapses later and holds more', () => {
    expect(explains(first, extend(1, 1_500, 9_000, 500), call(release, problem('reservation-expired'), 1_100))).toBe(
      false,
    );
    expect(explains(first, extend(1, 1_500, 9_000, 500), call(release, problem('reservation-expired'), 1_500))).toBe(
      true,
    );
    expect(explains(first, extend(3, 1_500, 11_000, 500))).toBe(false);
  });

  test('never lapses sooner than it would have', () => {
    const long = call(hold(8, { ttlSeconds: 60 }), held(8, 10, accountOf(10_000, 8_000), { ttlSeconds: 60 }), 10);
    expect(explains(long, extend(1, 60_010, 9_000, 500))).toBe(true);
    expect(explains(long, extend(1, 1_500, 9_000, 500))).toBe(false);
  });
});

describe('usage', () => {
  const use = (units: number, eventId?: string): Command => ({
    type: 'use',
    customer: debtor,
    units,
    ...(eventId === undefined ? {} : { eventId }),
  });

  test('takes a customer below zero as far as its limit', () => {
    expect(explains(call(use(14), used(14, 10, accountOf(-6_000, 0)), 10), look(debtor, 20, -6_000, 0, 2, 8_000))).toBe(
      true,
    );
    expect(explains(call(use(15), used(15, 10, accountOf(-7_000, 0)), 10))).toBe(false);
    expect(explains(call(use(15), insufficient, 10))).toBe(true);
  });

  test('of one event is recorded once, and answered alike', () => {
    const event = { event_id: 'e' };
    const one = call(use(2, 'e'), used(2, 10, accountOf(6_000, 0), event), 10);
    const again = (account: object, more: object) => call(use(2, 'e'), used(2, 10, account, { ...event, ...more }), 20);
    expect(explains(one, again(accountOf(6_000, 0), { duplicate: true }), look(debtor, 30, 6_000, 0, 2, 8_000))).toBe(
      true,
    );
    expect(explains(one, again(accountOf(4_000, 0), { duplicate: false }))).toBe(false);
    expect(explains(one, again(accountOf(4_000, 0), { duplicate: true }))).toBe(false);
  });

  test('of one event with other units is refused, and never taken for the same', () => {
    const one = call(use(2, 'e'), used(2, 10, accountOf(6_000, 0), { event_id: 'e' }), 10);
    const conflict = { status: 409, body: { type: 'https://api.quotastack.io/errors/event-id-conflict' } };
    expect(explains(one, call(use(3, 'e'), conflict, 20), look(debtor, 30, 6_000, 0, 2, 8_000))).toBe(true);
    const duplicate = used(2, 10, accountOf(6_000, 0), { event_id: 'e', duplicate: true });
    expect(explains(one, call(use(3, 'e'), duplicate, 20))).toBe(false);
    expect(explains(one, call(use(2, 'e'), conflict, 20))).toBe(false);
  });

  test('on credit is paid by what is granted next', () => {
    const owing = call(use(9), used(9, 10, accountOf(-1_000, 0)), 10);
    const transaction = { id: 'g', delta: 3_000, type: 'grant', created_at: wire(20) };
    const block = { original_amount: 3_000, remaining_amount: 2_000, held_amount: 0 };
    const grant = call(
      { type: 'grant', customer: debtor, credits: 3_000 },
      { status: 201, body: { block, transaction, account: accountOf(2_000, 0) } },
      20,
    );
    expect(explains(owing, grant, look(debtor, 30, 2_000, 0, 4, 11_000))).toBe(true);
    expect(explains(owing, grant, look(debtor, 30, 2_000, 0, 3, 11_000))).toBe(false);
  });
});

describe('a payment', () => {
  const pay = (credits: number, atMs: number, transactionId: string, account: object) =>
    call(
      { type: 'grant', customer: debtor, credits, paymentId: 'p' },
      {
        status: 201,
        body: {
          block: { original_amount: 3_000, remaining_amount: 3_000, held_amount: 0 },
          transaction: { id: transactionId, delta: 3_000, type: 'grant', created_at: wire(10) },
          account,
        },
      },
      atMs,
    );

  test('is credited once, and answered alike', () => {
    const first = pay(3_000, 10, 'g', accountOf(11_000, 0));
    const again = pay(3_000, 20, 'g', accountOf(11_000, 0));
    expect(explains(first, again, look(debtor, 30, 11_000, 0, 2, 11_000))).toBe(true);
    expect(explains(first, again, look(debtor, 30, 14_000, 0, 3, 14_000))).toBe(false);
    expect(explains(first, pay(3_000, 20, 'h', accountOf(14_000, 0)))).toBe(false);
  });

  test('with other credits is refused', () => {
    const first = pay(3_000, 10, 'g', accountOf(11_000, 0));
    const conflict = { status: 409, body: { type: 'https://api.quotastack.io/errors/payment-already-credited' } };
    const other = call({ type: 'grant', customer: debtor, credits: 4_000, paymentId: 'p' }, conflict, 20);
    expect(explains(first, other, look(debtor, 30, 11_000, 0, 2, 11_000))).toBe(true);
    expect(explains(first, pay(4_000, 20, 'g', accountOf(11_000, 0)))).toBe(false);
  });
});
