import { setTimeout as delay } from 'node:timers/promises';

import type {
  ApiKey,
  CapacityReservation,
  CreditSettings,
  Customer,
  HoldSummary,
  Reservation,
  Transaction,
} from '@holdfast/contract';

import { checkBookings } from './check-bookings.ts';
import { checkClaims } from './check-claims.ts';
import type { AnsweredClaim } from './check-claims.ts';
import { checkKeys } from './check-keys.ts';
import { checkLedger } from './check-ledger.ts';
import type { Ledger } from './check-ledger.ts';
import { checkNumbers, checkTail } from './check-numbers.ts';
import { isResourceEvent, isTenantEvent } from './outbox-event.ts';
import { readLog } from './read-log.ts';
import { readPages } from './reads.ts';
import type { Reads } from './reads.ts';
import type { Tail } from './tail.ts';

/** What is known of an outbox besides what it says itself. */
export interface KnownOfOutbox {
  /** What was read of it while everything happened. */
  readonly tails: readonly Tail[];
  /** What was answered of claims. */
  readonly answered?: readonly AnsweredClaim[];
}

/**
 * Compares an outbox with everything that it should tell of: locks, ledgers, holds, bookings and API keys. To be asked
 * when nothing is under way any more. Returns what is wrong.
 */
export async function findBrokenOutbox(reads: Reads, known: KnownOfOutbox): Promise<readonly string[]> {
  // Events come last: whatever is in what they are compared with has been announced by then.
  const [held, ledgers, bookings, keys] = [
    await readHeld(reads),
    await readLedgers(reads),
    await readBookings(reads),
    await readPages<ApiKey>(reads, { operationId: 'listApiKeys' }),
  ];
  const log = await readLog(reads);
  const [ofResources, ofTenant] = [log.filter(isResourceEvent), log.filter(isTenantEvent)];
  return [
    ...checkNumbers(log),
    ...known.tails.flatMap((tail) => checkTail(log, tail)),
    ...checkClaims(ofResources, { held, answered: known.answered ?? [] }),
    ...ledgers.flatMap((ledger) => checkLedger(ofTenant, ledger)),
    ...checkBookings(ofTenant, bookings),
    ...checkKeys(ofTenant, keys),
  ];
}

/** Far longer than it takes until what has lapsed is swept. */
const patienceMs = 60_000;

/** Reading it all takes long, and others have to get their turn meanwhile. */
const pauseMs = 1_000;

/**
 * The same on a server by whose clock holds lapse meanwhile: what is wrong is so only if it stays so. The last look
 * begins when the patience is over, since what lapses during a look is in one part of it and not in another.
 */
export async function findLastingFaults(reads: Reads, known: KnownOfOutbox): Promise<readonly string[]> {
  for (const endsAtMs = performance.now() + patienceMs; ; await delay(pauseMs)) {
    const isLast = performance.now() > endsAtMs;
    const broken = await findBrokenOutbox(reads, known);
    if (broken.length === 0 || isLast) return broken;
  }
}

async function readHeld(reads: Reads): Promise<readonly Reservation[]> {
  const query = { limit: '1000' };
  const { reservations } = await reads.read<{ readonly reservations: readonly Reservation[] }>({
    operationId: 'listReservations',
    query,
  });
  return reservations;
}

async function readLedgers(reads: Reads): Promise<readonly Ledger[]> {
  const settings = await reads.read<CreditSettings>({ operationId: 'getCreditSettings' });
  const customers = await readPages<Customer>(reads, { operationId: 'listCustomers' });
  return Promise.all(
    customers.map(async ({ id, overage_policy: ownPolicy }) => {
      const path = { customer_id: id };
      const lines = await readPages<Transaction>(reads, { operationId: 'listTransactions', path });
      return {
        customerId: id,
        lines: lines.toReversed(),
        holds: await readPages<HoldSummary>(reads, { operationId: 'listHolds', path }),
        isOverageAnnounced: (ownPolicy ?? settings.overage_policy) === 'notify',
        isLapseAnnounced: settings.emit_reservation_expired,
        thresholds: settings.balance_thresholds,
      };
    }),
  );
}

/** Reservations are listed by when they were made. */
const always = { from: '2000-01-01T00:00:00Z', to: '2200-01-01T00:00:00Z' };

async function readBookings(reads: Reads): Promise<readonly CapacityReservation[]> {
  const bookings: CapacityReservation[] = [];
  let cursor: string | null = null;
  do {
    const query = { ...always, limit: '100', ...(cursor !== null && { cursor }) };
    const page: { readonly reservations: readonly CapacityReservation[]; readonly nextCursor: string | null } =
      await reads.read({ operationId: 'listCapacityReservations', query });
    bookings.push(...page.reservations);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return bookings;
}
