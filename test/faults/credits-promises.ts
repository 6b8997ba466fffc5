import type {
  Account,
  Audit,
  GrantResult,
  HoldSummary,
  OperationId,
  Transaction,
  UsageBatchResult,
} from '@holdfast/contract';

import { toEvent, toPayment } from './credits-draws.ts';
import { mayHaveLapsed, mustHaveLapsed } from './credits-known.ts';
import type { KnownCustomer, KnownHold } from './credits-known.ts';
import { describeEntry } from './family.ts';
import type { BrokenPromise } from './family.ts';
import { inParallel } from './in-parallel.ts';
import type { WireClient } from './wire-client.ts';

/** The last lines of a journal and of a ledger tell what is wrong. */
const mostLines = 12;

const eventsPerBatch = 500;

/** All that the server says about one customer, once nothing is under way. */
interface ServerState {
  /** When it was asked, by the clients' clock. */
  readonly fromMs: number;
  readonly toMs: number;
  /** From the first to the last. */
  readonly ledger: readonly Transaction[];
  readonly holds: readonly HoldSummary[];
  readonly account: Account;
  /** Undefined while the server can't write: an audit first settles what is due. */
  readonly audit: Audit | undefined;
}

/** Holds what was answered against the server's ledger, holds and sums. */
export async function findBrokenCredits(
  customers: readonly KnownCustomer[],
  client: WireClient,
): Promise<readonly BrokenPromise[]> {
  const broken: BrokenPromise[] = [];
  await inParallel(
    customers.filter(({ entries }) => entries.length > 0),
    async (customer) => {
      const state = await readState(client, customer.name);
      broken.push(...new Proof(customer, state).findBroken());
    },
  );
  // To send an event again would put right what is missing: so it comes last.
  if (broken.length > 0 || !(await client.isReady())) return broken;
  return [...(await findForgottenEvents(customers, client)), ...(await findForgottenPayments(customers, client))];
}

/** Has all payments credited once more, under no idempotency key. */
async function findForgottenPayments(
  customers: readonly KnownCustomer[],
  client: WireClient,
): Promise<readonly BrokenPromise[]> {
  const broken: BrokenPromise[] = [];
  for (const { name, payments, entries } of customers) {
    for (const [paymentId, transactionId] of payments) {
      const answer = await client.write(toPayment(name, paymentId));
      const { transaction } = JSON.parse(answer.body) as Partial<GrantResult>;
      if (answer.status === 201 && transaction?.id === transactionId) continue;
      const about = entries.map(describeEntry).filter((line) => line.includes(`"${paymentId}"`));
      const promise = `A payment is credited once. (${name} ${paymentId})`;
      broken.push({ promise, evidence: [...about, `Sent again: ${answer.status} ${answer.body}`] });
    }
  }
  return broken;
}

/** Sends all events once more, under no idempotency key. */
async function findForgottenEvents(
  customers: readonly KnownCustomer[],
  client: WireClient,
): Promise<readonly BrokenPromise[]> {
  const broken: BrokenPromise[] = [];
  for (const { name, events, entries } of customers) {
    const known = [...events];
    for (let first = 0; first < known.length; first += eventsPerBatch) {
      const batch = known.slice(first, first + eventsPerBatch);
      const body = { events: batch.map(([eventId]) => toEvent(name, eventId)) };
      const answer = await client.write({ operationId: 'recordUsageBatch', body });
      const { results } = JSON.parse(answer.body) as UsageBatchResult;
      for (const [index, [eventId, transactionId]] of batch.entries()) {
        const result = results[index];
        if (result?.status === 'duplicate' && result.usage?.transaction.id === transactionId) continue;
        const about = entries.map(describeEntry).filter((line) => line.includes(`"${eventId}"`));
        const promise = `An event that was recorded is known again. (${name} ${eventId})`;
        broken.push({ promise, evidence: [...about, `Sent again: ${JSON.stringify(result)}`] });
      }
    }
  }
  return broken;
}

async function readState(client: WireClient, name: string): Promise<ServerState> {
  const path = { external_id: name };
  const fromMs = Date.now();
  // The newest entry comes first, so that what lapses meanwhile is in none of the pages.
  const ledger = await readPages<Transaction>(client, 'listTransactionsByExternalId', path);
  const holds = await readPages<HoldSummary>(client, 'listHoldsByExternalId', path);
  const account = await client.read<Account>({ operationId: 'getAccountByExternalId', path });
  const isWritable = await client.isReady();
  const audit = isWritable ? await client.read<Audit>({ operationId: 'auditAccountByExternalId', path }) : undefined;
  return { fromMs, toMs: Date.now(), ledger: ledger.toReversed(), holds, account, audit };
}

class Proof {
  readonly #customer: KnownCustomer;
  readonly #state: ServerState;
  readonly #entriesOf: ReadonlyMap<string | null, readonly Transaction[]>;
  readonly #broken: BrokenPromise[] = [];

  constructor(customer: KnownCustomer, state: ServerState) {
    this.#customer = customer;
    this.#state = state;
    this.#entriesOf = Map.groupBy(state.ledger, ({ reference_id: id }) => id);
  }

  findBroken(): readonly BrokenPromise[] {
    this.#checkTransactions();
    this.#checkOthers();
    for (const hold of this.#customer.holds.values()) this.#checkHold(hold);
    this.#checkHoldList();
    this.#checkSums();
    return this.#broken;
  }

  /** Every answer has its line in the ledger, once. */
  #checkTransactions(): void {
    const { transactions } = this.#customer;
    const lines = Map.groupBy(this.#state.ledger, ({ id }) => id);
    for (const [id, { type, delta }] of transactions) {
      const [line, ...more] = lines.get(id) ?? [];
      if (line?.type === type && line.delta === delta && more.length === 0) continue;
      this.#break('What was answered is in the ledger, as it was answered, once.', id);
    }
  }

  /** Every line has its answer, but for the holds and what lapsed of them, which are looked at below, and paid debts. */
  #checkOthers(): void {
    const { transactions, holds, mayOwe } = this.#customer;
    for (const { id, type, reference_id: reference, delta, reason } of this.#state.ledger) {
      const isOfHold = (type === 'hold' || type === 'release') && holds.has(reference ?? '');
      const isPayment = mayOwe && type === 'adjustment' && delta === 0 && reason === 'overage paid';
      const isFirst = type === 'grant' && this.#state.ledger[0]?.id === id;
      if (transactions.has(id) || isOfHold || isPayment || isFirst) continue;
      this.#break('What is in the ledger was answered to somebody, once.', id);
    }
  }

  #checkHold(hold: KnownHold): void {
    const { id, end, takings, expiresAt } = hold;
    const lines = this.#entriesOf.get(id) ?? [];
    const lapses = lines.filter((line) => line.type === 'release' && !this.#customer.transactions.has(line.id));
    const reserved = lines.reduce((sum, line) => sum + line.reserved_delta, 0);
    const isEnded = end !== undefined || lapses.length > 0;
    if (lines.filter(({ type }) => type === 'hold').length !== takings)
      this.#break('A hold takes credits as often as was answered.', id);
    if (reserved < 0 || (isEnded && reserved !== 0))
      this.#break('A hold that has ended has given back what it held, once.', id);
    if (lapses.some((line) => line.created_at !== expiresAt)) this.#break('A hold lapses at its end as answered.', id);
    if (lapses.length > 1) this.#break('A hold lapses once.', id);
    const hasEndedOtherwise = end === 'committed' || end === 'released';
    if (lapses.length > 0 && hasEndedOtherwise) this.#break('What was committed or released does not lapse.', id);
    const isDue = end === 'lapsed' || (end === undefined && mustHaveLapsed(hold, this.#state.fromMs));
    if (lapses.length === 0 && isDue) this.#break('A hold that has lapsed gives its credits back.', id);
  }

  #checkHoldList(): void {
    const { holds } = this.#customer;
    const listed = new Map(this.#state.holds.map((row) => [row.id, row]));
    for (const id of listed.keys()) if (!holds.has(id)) this.#break('A hold was answered to somebody.', id);
    for (const hold of holds.values()) {
      const row = listed.get(hold.id);
      const isSame =
        row !== undefined &&
        row.estimated_units === hold.units &&
        row.estimated_cost === hold.cost &&
        row.committed_units === hold.committedUnits &&
        row.committed_cost === hold.committedCost &&
        row.expires_at === hold.expiresAt &&
        this.#statusesOf(hold).includes(row.status);
      if (!isSame) this.#break('A hold is there as answered.', hold.id, JSON.stringify(row));
    }
  }

  #checkSums(): void {
    const { balance, earned } = this.#customer;
    const { account, audit, ledger } = this.#state;
    const sum = ledger.reduce((total, entry) => total + entry.balance_delta, 0);
    const isRight = sum === balance && account.balance === balance && account.lifetime_earned === earned;
    if (!isRight)
      this.#break(
        'The balance is what all answers add up to.',
        '',
        `${balance}, earned ${earned}, but: ${JSON.stringify(account)}, ledger ${sum}`,
      );
    if (audit !== undefined && (!audit.consistent || audit.balance !== balance)) {
      this.#break('An audit finds nothing wrong.', '', JSON.stringify(audit));
    }
  }

  /** How a hold may be listed; one that lapses just then either way. */
  #statusesOf(hold: KnownHold): readonly HoldSummary['status'][] {
    const { fromMs, toMs } = this.#state;
    if (hold.end === 'committed' || hold.end === 'released') return [hold.end];
    if (hold.end === 'lapsed' || mustHaveLapsed(hold, fromMs)) return ['expired'];
    return mayHaveLapsed(hold, toMs) ? ['active', 'expired'] : ['active'];
  }

  #break(promise: string, about: string, ...details: readonly string[]): void {
    const { name, entries } = this.#customer;
    const isAbout = (text: string) => about === '' || text.includes(about);
    const journal = entries.map(describeEntry).filter(isAbout);
    const ledger = this.#state.ledger.map((line) => `ledger: ${JSON.stringify(line)}`).filter(isAbout);
    const evidence = [...details, ...journal.slice(-mostLines), ...ledger.slice(-mostLines)];
    this.#broken.push({ promise: `${promise} (${name} ${about})`, evidence });
  }
}

/** All rows of a list, over all of its pages. */
async function readPages<Row>(
  client: WireClient,
  operationId: OperationId,
  path: { readonly external_id: string },
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = { limit: '200', ...(cursor === '' ? {} : { cursor }) };
    const page: Page<Row> = await client.read({ operationId, path, query });
    rows.push(...page.data);
    cursor = page.pagination.next_cursor;
  }
  return rows;
}

interface Page<Row> {
  readonly data: readonly Row[];
  readonly pagination: { readonly next_cursor: string | null };
}
