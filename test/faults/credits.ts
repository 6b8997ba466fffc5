import type {
  AdjustResult,
  CommitResult,
  GrantResult,
  Hold,
  HoldReceipt,
  ReleaseResult,
  UsageBatchResult,
  UsageResult,
} from '@holdfast/contract';

import { CreditDraws, customers, firstCredits, mayOwe, preparations, unitCost } from './credits-draws.ts';
import { KnownCustomer, mayHaveLapsed } from './credits-known.ts';
import type { KnownHold } from './credits-known.ts';
import { findBrokenCredits } from './credits-promises.ts';
import { describeEntry } from './family.ts';
import type { Account, AnsweredEntry, BrokenPromise, Family } from './family.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { WireClient, Write } from './wire-client.ts';

/** Customers whose credits all workers spend, each with holds of its own, and customers that a top-up creates. */
export const credits: Family = { name: 'credits', open: (random) => new CreditAccount(random) };

const notActive = 'reservation-not-active';
const expired = 'reservation-expired';
const insufficient = 'insufficient-credits';

class CreditAccount implements Account {
  readonly #draws: CreditDraws;
  readonly #customers = new Map<string, KnownCustomer>();
  readonly #holds = new Map<string, KnownHold>();
  readonly #broken: BrokenPromise[] = [];

  constructor(random: SeededRandom) {
    this.#draws = new CreditDraws(random);
    for (const name of customers) {
      const customer = this.#customer(name);
      customer.balance = customer.earned = firstCredits;
    }
  }

  prepare(): readonly Write[] {
    return preparations();
  }

  draw(worker: number): Write {
    return this.#draws.draw([...this.#holds.values()].filter((hold) => hold.worker === worker));
  }

  learn(entry: AnsweredEntry): void {
    const { write, answer } = entry;
    const body: unknown = JSON.parse(answer.body);
    for (const customer of this.#customersIn(write)) customer.entries.push(entry);
    if (answer.status >= 300) return this.#learnRefusal(entry, body as { type?: string });
    switch (write.operationId) {
      case 'createHold':
        return this.#learnHold(entry, body as HoldReceipt);
      case 'extendHold':
        return this.#learnExtension(entry, body as Hold);
      case 'commitHold':
        return this.#learnCommit(entry, body as CommitResult);
      case 'releaseHold':
        return this.#learnRelease(entry, body as ReleaseResult);
      case 'recordUsage':
        return this.#learnUsage(entry, body as UsageResult);
      case 'recordUsageBatch':
        for (const { usage } of (body as UsageBatchResult).results) if (usage !== null) this.#learnUsage(entry, usage);
        return;
      default:
        return this.#learnTransaction(entry, body as GrantResult | AdjustResult);
    }
  }

  async findBrokenPromises(client: WireClient): Promise<readonly BrokenPromise[]> {
    if (this.#broken.length > 0) return this.#broken;
    return findBrokenCredits([...this.#customers.values()], client);
  }

  #learnHold(entry: AnsweredEntry, receipt: HoldReceipt): void {
    const {
      id,
      external_customer_id: name,
      estimated_units: units,
      estimated_cost: cost,
      expires_at: expiresAt,
    } = receipt;
    if (this.#holds.has(id)) return this.#break('A hold has an id of its own.', entry);
    const { worker } = entry;
    const hold = {
      id,
      customer: name,
      worker,
      units,
      cost,
      committedUnits: 0,
      committedCost: 0,
      expiresAt,
      takings: 1,
    };
    this.#holds.set(id, hold);
    this.#customer(name).holds.set(id, hold);
  }

  #learnExtension(
    entry: AnsweredEntry,
    { estimated_units: units, estimated_cost: cost, expires_at: expiresAt }: Hold,
  ): void {
    const hold = this.#holdOf(entry);
    if (hold === undefined) return;
    const body = entry.write.body as { additional_units?: number };
    if (units !== hold.units + (body.additional_units ?? 0)) this.#break('An extension adds what it asks for.', entry);
    Object.assign(hold, {
      units,
      cost,
      expiresAt,
      takings: hold.takings + (body.additional_units === undefined ? 0 : 1),
    });
  }

  #learnCommit(
    entry: AnsweredEntry,
    { status, actual_units: units, actual_cost: cost, uncollected, transaction }: CommitResult,
  ): void {
    const hold = this.#holdOf(entry);
    if (hold === undefined) return;
    if (cost + uncollected !== units * unitCost) this.#break('A commit costs what its units cost.', entry);
    hold.committedUnits += units;
    hold.committedCost += cost;
    if (status === 'committed') hold.end = 'committed';
    this.#customer(hold.customer).add(transaction.id, transaction);
  }

  #learnRelease(entry: AnsweredEntry, { transaction }: ReleaseResult): void {
    const hold = this.#holdOf(entry);
    if (hold === undefined) return;
    hold.end = 'released';
    this.#customer(hold.customer).add(transaction.id, transaction);
  }

  /** In the order in which answers come, that an event was known before may be heard before that it was recorded. */
  #learnUsage(
    entry: AnsweredEntry,
    { external_customer_id: name, event_id: eventId, duplicate, transaction }: UsageResult,
  ): void {
    const customer = this.#customer(name);
    const known = eventId === null ? undefined : customer.events.get(eventId);
    if (known !== undefined && known !== transaction.id) this.#break('An event is recorded once.', entry);
    if (eventId !== null) customer.events.set(eventId, transaction.id);
    const isNew = customer.add(transaction.id, transaction);
    if (!isNew && eventId === null && !duplicate) this.#break('What is answered anew took effect anew.', entry);
  }

  #learnTransaction(
    entry: AnsweredEntry,
    { external_customer_id: name, transaction }: GrantResult | AdjustResult,
  ): void {
    const customer = this.#customer(name);
    const isNew = customer.add(transaction.id, transaction);
    const { external_payment_id: paymentId } = (entry.write.body ?? {}) as { external_payment_id?: string };
    if (paymentId === undefined) {
      if (!isNew) this.#break('What is answered anew took effect anew.', entry);
      return;
    }
    const known = customer.payments.get(paymentId);
    if (known !== undefined && known !== transaction.id) this.#break('A payment is credited once.', entry);
    customer.payments.set(paymentId, transaction.id);
  }

  #learnRefusal(entry: AnsweredEntry, { type = '' }: { readonly type?: string }): void {
    const problem = type.split('/').at(-1);
    if (problem === insufficient && entry.write.operationId !== 'commitHold') return;
    const hold = this.#holds.get(entry.write.path?.['id'] ?? '');
    const hasEnded = hold?.end === 'committed' || hold?.end === 'released';
    if (hasEnded && problem === notActive) return;
    if (hasEnded || hold === undefined || problem !== expired || !mayHaveLapsed(hold, Date.now())) {
      return this.#break('Nothing is refused but for lack of credits, or because a hold has ended.', entry);
    }
    hold.end = 'lapsed';
  }

  /** The hold that a successful write was about: its worker has not ended it before. */
  #holdOf(entry: AnsweredEntry): KnownHold | undefined {
    const hold = this.#holds.get(entry.write.path?.['id'] ?? '');
    if (hold === undefined || hold.end !== undefined) this.#break('What has ended stays so.', entry);
    return hold;
  }

  #customer(name: string): KnownCustomer {
    const known = this.#customers.get(name) ?? new KnownCustomer(name, mayOwe(name));
    this.#customers.set(name, known);
    return known;
  }

  #customersIn({ path, body }: Write): readonly KnownCustomer[] {
    const { external_customer_id: name, events = [] } = (body ?? {}) as {
      external_customer_id?: string;
      events?: { external_customer_id: string }[];
    };
    const ofHold = this.#holds.get(path?.['id'] ?? '')?.customer;
    const names = [path?.['external_id'], name, ofHold, ...events.map((event) => event.external_customer_id)];
    return [...new Set(names)].flatMap((each) => (each === undefined ? [] : this.#customer(each)));
  }

  #break(promise: string, entry: AnsweredEntry): void {
    const id = entry.write.path?.['id'];
    const [customer] = this.#customersIn(entry.write);
    const about = customer?.entries.filter(
      (each) => id !== undefined && (each.write.path?.['id'] === id || each.answer.body.includes(id)),
    );
    this.#broken.push({ promise, evidence: (about?.length ? about : [entry]).map(describeEntry) });
  }
}
