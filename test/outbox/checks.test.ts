import type {
  ApiKey,
  CapacityReservation,
  CreditEvent,
  HoldSummary,
  ReservationEvent,
  Transaction,
} from '@holdfast/contract';
import { describe, expect, test } from 'vitest';

import { checkBookings } from './check-bookings.ts';
import { checkClaims } from './check-claims.ts';
import { checkKeys } from './check-keys.ts';
import { checkLedger } from './check-ledger.ts';
import type { Ledger } from './check-ledger.ts';
import { checkNumbers, checkTail } from './check-numbers.ts';
import type { OutboxEvent } from './outbox-event.ts';

const numbered = (number: number): OutboxEvent => ({ id: String(number), number, type: 'RESERVED' }) as OutboxEvent;
const log = [1, 2, 3, 4].map(numbered);

describe('of numbers', () => {
  test('1, 2, 3 … are right', () => {
    expect(checkNumbers(log)).toEqual([]);
  });

  test.each([
    { what: 'a gap', events: [1, 2, 4].map(numbered) },
    { what: 'a number that two have', events: [1, 2, 2, 3].map(numbered) },
    { what: 'a start in the middle', events: [2, 3].map(numbered) },
    { what: 'an id that is none of them', events: [{ ...numbered(1), id: '01' }] },
  ])('$what is seen', ({ events }) => {
    expect(checkNumbers(events)).toHaveLength(1);
  });
});

describe('of what was read meanwhile', () => {
  const tailOf = (events: readonly OutboxEvent[]) => ({ name: 'it', events, shows: () => true });

  test('all up to the last that was there is right', () => {
    expect(checkTail(log, tailOf(log.slice(0, 3)))).toEqual([]);
  });

  test('what it is not shown may come behind it', () => {
    const shows = ({ number }: OutboxEvent) => number !== 2;
    expect(checkTail(log, { ...tailOf([1, 3].map(numbered)), shows })).toEqual([]);
  });

  test.each([
    { what: 'what came behind it later', events: [1, 3].map(numbered) },
    { what: 'what is gone', events: [1, 2, 3, 4, 5].map(numbered) },
    { what: 'what was another', events: [{ ...numbered(1), type: 'RENEWED' } as OutboxEvent] },
    { what: 'what came in another order', events: [2, 1].map(numbered) },
  ])('$what is seen', ({ events }) => {
    expect(checkTail(log, tailOf(events))).toHaveLength(1);
  });
});

describe('of claims', () => {
  const on = (type: ReservationEvent['type'], requester: string, fencingToken: number, resource = 'job') => {
    return { type, requester, fencingToken, resource } as ReservationEvent;
  };
  const story = [
    on('RESERVED', 'a', 1),
    on('RESERVED', 'x', 2, 'other'),
    on('RENEWED', 'a', 1),
    on('RESERVATION_EXPIRED', 'a', 1),
    on('RESERVED', 'b', 3),
    on('FORCE_RELEASED', 'b', 3),
    on('RESERVED', 'a', 4),
  ];
  const held = [on('RESERVED', 'a', 4), on('RESERVED', 'x', 2, 'other')];
  const without = (...indexes: readonly number[]) => story.filter((_, index) => !indexes.includes(index));

  test('a story that ends with what is held, and has what was answered, is right', () => {
    const answered = [on('RESERVED', 'a', 1), on('RENEWED', 'a', 1), on('RESERVED', 'b', 3)];
    expect(checkClaims(story, { held, answered })).toEqual([]);
  });

  test.each([
    { what: 'a claim of what is held', events: without(3) },
    { what: 'an end before its beginning', events: [story[3]!, ...without(3)] },
    { what: 'an end of what nobody had', events: without(0, 2) },
    { what: 'a token that doesn’t rise', events: [...story.slice(0, 6), on('RESERVED', 'a', 3)] },
    { what: 'an end that nobody was told of', events: [...story, on('RESERVED', 'y', 5, 'third')] },
    { what: 'what is held without an event', events: without(1) },
    { what: 'an event that is there twice', events: [...story, story[6]!] },
  ])('$what is seen', ({ events }) => {
    expect(checkClaims(events, { held })).not.toEqual([]);
  });

  test('what was answered and not announced is seen, however often it was', () => {
    const claimed = on('RESERVED', 'c', 9, 'third');
    const renewed = on('RENEWED', 'a', 1);
    expect(checkClaims(story, { held, answered: [claimed] })).toHaveLength(1);
    expect(checkClaims(story, { held, answered: [renewed, renewed] })).toHaveLength(1);
  });
});

describe('of a ledger', () => {
  const line = (
    id: string,
    type: Transaction['type'],
    balanceDelta: number,
    reservedDelta: number,
    after: number[],
  ) => {
    const [balance = 0, reserved = 0] = after;
    const line = { id, type, delta: balanceDelta - reservedDelta, balance_delta: balanceDelta };
    return { ...line, reserved_delta: reservedDelta, balance_after: balance, reserved_after: reserved } as Transaction;
  };
  const lines = [
    line('1', 'grant', 100, 0, [100, 0]),
    line('2', 'hold', 0, 60, [100, 60]),
    line('3', 'release', 0, -60, [100, 0]),
    line('4', 'consumption', -150, 0, [-50, 0]),
  ];
  const ledger: Ledger = {
    customerId: 'acme',
    lines,
    holds: [{ id: 'h', status: 'expired' } as HoldSummary],
    isOverageAnnounced: true,
    isLapseAnnounced: true,
    thresholds: [0, 50, 200],
  };
  const event = (type: string, data: object) => ({ type, customer_id: 'acme', data }) as object as CreditEvent;
  const ofLine = (type: string, { id, delta, balance_after: balance, reserved_after: reserved }: Transaction) =>
    event(type, {
      transaction_id: id,
      delta,
      balance,
      reserved_balance: reserved,
      effective_balance: balance - reserved,
    });
  const [granted, held, released, consumed] = ['granted', 'held', 'released', 'consumed'].map((word, index) =>
    ofLine(`credits.${word}`, lines[index]!),
  );
  const low = (threshold: number, id: string) => event('credits.balance_low', { threshold, transaction_id: id });
  const events = [
    granted!,
    held!,
    low(50, '2'),
    released!,
    event('reservation.expired', { reservation_id: 'h' }),
    consumed!,
    event('credits.overage', { transaction_id: '4' }),
    low(50, '4'),
    low(0, '4'),
  ];

  test('each line, and what follows from it, in order is right', () => {
    expect(checkLedger([event('credits.held', {}), ...events].slice(1), ledger)).toEqual([]);
    expect(checkLedger([], { ...ledger, customerId: 'other', lines: [], holds: [] })).toEqual([]);
  });

  test.each(events.map((missing) => ({ type: missing.type, missing })))(
    '$type that is missing, or there twice, is seen',
    ({ missing }) => {
      const rest = events.filter((each) => each !== missing);
      expect(checkLedger(rest, ledger)).toHaveLength(1);
      expect(checkLedger([...events, missing], ledger)).toHaveLength(1);
    },
  );

  test('lines in another order, and other amounts, are seen', () => {
    expect(checkLedger([held!, granted!, ...events.slice(2)], ledger)).toHaveLength(1);
    const changed = { ...granted!, data: { ...granted!.data, balance: 99 } } as CreditEvent;
    expect(checkLedger([changed, ...events.slice(1)], ledger)).toHaveLength(1);
  });
});

describe('of bookings', () => {
  const [startsAt, endsAt, later] = ['2026-11-21T22:00:00Z', '2026-11-21T22:15:00Z', '2026-11-21T22:30:00Z'];
  const intervals = [
    { startsAt: endsAt, endsAt: later, capacityGb: 32 },
    { startsAt, endsAt, capacityGb: 64 },
  ];
  const reservation = { reservationId: 'r', createdAt: startsAt, intervals } as CapacityReservation;
  const data = { reservation_id: 'r', from: startsAt, to: '2026-11-21T22:30:00.000Z', gb: 64 };
  const event = { type: 'capacity.reserved', data } as object as CreditEvent;

  test('each has its event once, which says what it is of', () => {
    expect(checkBookings([event], [reservation])).toEqual([]);
    expect(checkBookings([event, event], [reservation])).toHaveLength(1);
    expect(checkBookings([], [reservation])).toHaveLength(1);
    expect(checkBookings([event], [])).toHaveLength(1);
    const smaller = { type: 'capacity.reserved', data: { ...data, gb: 32 } } as CreditEvent;
    expect(checkBookings([smaller], [reservation])).toHaveLength(2);
  });
});

describe('of API keys', () => {
  const event = (type: string) => ({ type, data: { api_key_id: 'k' } }) as object as CreditEvent;
  const key = { id: 'k', display: 'hf_live_A…', revoked_at: null } as ApiKey;

  test('each was created once, and revoked if it is', () => {
    const [created, updated, revoked] = ['key.created', 'key.updated', 'key.revoked'].map(event);
    expect(checkKeys([created!, updated!], [key])).toEqual([]);
    expect(checkKeys([created!, revoked!], [{ ...key, revoked_at: '2026-11-21T22:00:00Z' }])).toEqual([]);
    expect(checkKeys([], [key])).toHaveLength(1);
    expect(checkKeys([created!, created!], [key])).toHaveLength(1);
    expect(checkKeys([updated!, created!], [key])).toHaveLength(1);
    expect(checkKeys([created!, revoked!], [key])).toHaveLength(1);
    expect(checkKeys([created!], [{ ...key, revoked_at: '2026-11-21T22:00:00Z' }])).toHaveLength(1);
  });
});
