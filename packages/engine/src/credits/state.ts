import type { Changes, Records } from '../kernel/record-access.ts';
import { customerPartition, placeOf } from '../partitions.ts';
import type { CustomerPlace } from '../partitions.ts';
import { compareCodePoints } from '../shared/code-points.ts';
import { eventId, eventIdBound } from '../shared/event-id.ts';
import { announceTenantEvent } from '../shared/events.ts';
import type { TenantEvent } from '../shared/events.ts';
import { uuidOf } from '../shared/numbered-ids.ts';
import { readCreditSettings } from './accounts/tenant-settings.ts';
import type { Actor } from './actor.ts';
import { isFall, toEntryEvent, toLowEvents } from './entry-events.ts';
import {
  accountId,
  accountKind,
  blockKind,
  creditSettingsKind,
  customerRowKind,
  entryKind,
  holdKind,
  metricKind,
  paymentKind,
  settingsId,
  usageEventKind,
} from './records.ts';
import type {
  Account,
  Block,
  CreditSettings,
  Entry,
  EntryType,
  Hold,
  Metric,
  Payment,
  Slice,
  UsageEvent,
} from './records.ts';

/** A ledger entry to write; what it leaves out is 0 or null. */
export interface Posting {
  readonly type: EntryType;
  readonly delta: number;
  readonly balanceDelta?: number;
  readonly reservedDelta?: number;
  readonly blocks: readonly Slice[];
  readonly referenceId?: string;
  readonly metricKey?: string;
  readonly units?: number;
  readonly reason?: string | null;
  readonly metadataJson?: string | null;
  readonly occurredAtMs?: number | null;
  readonly atMs: number;
}

/**
 * One customer's credits, to read and to change. What the tenant's customers share is read without stating its version:
 * it only grows, or applies from now on.
 */
export class CreditState {
  readonly customer: CustomerPlace;
  readonly partition: string;
  readonly #changes: Changes;
  readonly #actor: Actor;

  constructor(changes: Changes, customer: CustomerPlace, actor: Actor) {
    this.#changes = changes;
    this.#actor = actor;
    this.customer = customer;
    this.partition = customerPartition(customer);
  }

  /** The same credits, to write down what nobody does. */
  get unattended(): CreditState {
    return new CreditState(this.#changes, this.customer, { ...this.#actor, apiKeyLabel: null });
  }

  /** All records, for lists. */
  get records(): Records {
    return this.#changes;
  }

  get customerId(): string {
    return uuidOf(this.customer.key, 0);
  }

  findAccount(): Account | undefined {
    return this.#changes.get(accountKind, this.partition, accountId);
  }

  /** The account, which must be there. */
  get account(): Account {
    const account = this.findAccount();
    if (account === undefined) throw new Error(`Customer ${this.customerId} has no account.`);
    return account;
  }

  changeAccount(change: Partial<Account>): void {
    this.#changes.put(accountKind, this.partition, accountId, { ...this.account, ...change });
  }

  /** Creates the account, and lists the customer among the tenant's. */
  openAccount(account: Account): void {
    const { tenantPartition } = this.customer;
    this.#changes.put(accountKind, this.partition, accountId, account);
    const rowId = `${eventIdBound(account.createdAtMs)}-${this.customerId}`;
    this.#changes.insert(customerRowKind, tenantPartition, rowId, { customerId: this.customerId });
  }

  hold(id: string): Hold | undefined {
    return this.#changes.get(holdKind, this.partition, id);
  }

  putHold(id: string, hold: Hold): void {
    this.#changes.put(holdKind, this.partition, id, hold);
    this.#expectDue(hold.dueAtMs);
  }

  /** Prefetches these blocks. */
  expectBlocks(ids: Iterable<string>): void {
    this.#changes.readAhead(blockKind, this.partition, ids);
  }

  /** A block, which must exist; `ahead` names those likely to be read next. */
  block(id: string, ahead?: () => Iterable<string>): Block {
    const block = this.#changes.get(blockKind, this.partition, id, ahead);
    if (block === undefined) throw new Error(`Block ${id} is gone.`);
    return block;
  }

  /** Stores a block with its place in burn-down order. */
  putBlock(id: string, block: Omit<Block, 'burnOrder' | 'dueAtMs'>): void {
    const dueAtMs = block.remaining > block.held ? block.expiresAtMs : null;
    this.#changes.put(blockKind, this.partition, id, { ...block, burnOrder: burnOrderOf(block), dueAtMs });
    this.#expectDue(dueAtMs);
  }

  metric(key: string): Metric | undefined {
    return this.#changes.get(metricKind, this.customer.tenantPartition, key);
  }

  get settings(): CreditSettings {
    return readCreditSettings(this.#changes, this.customer.tenantPartition);
  }

  /** Of the effective balance, ascending: the customer's own, or else the tenant's. */
  get thresholds(): readonly number[] {
    return this.account.balanceThresholds ?? this.settings.balanceThresholds;
  }

  usageEvent(id: string): UsageEvent | undefined {
    return this.#changes.get(usageEventKind, this.partition, id);
  }

  putUsageEvent(id: string, event: UsageEvent): void {
    this.#changes.put(usageEventKind, this.partition, id, event);
  }

  payment(id: string): Payment | undefined {
    return this.#changes.get(paymentKind, this.partition, id);
  }

  addPayment(id: string, payment: Payment): void {
    this.#changes.insert(paymentKind, this.partition, id, payment);
  }

  /** A new id, unique among the customer's records. */
  newId(): string {
    return uuidOf(this.customer.key, this.#changes.nextSequence(this.partition));
  }

  /**
   * Writes a ledger entry, and its amounts into the account, and tells the tenant. The ledger is ordered by time.
   * Earlier versions decided before everything due was settled: what they left gets the time of the newest entry.
   */
  post(posting: Posting): Entry {
    const { balanceDelta = 0, reservedDelta = 0, atMs: happenedAtMs, ...rest } = posting;
    const { balance, reserved, version, lastEntryAtMs } = this.account;
    const atMs = Math.max(happenedAtMs, lastEntryAtMs);
    const sequence = this.#changes.nextSequence(this.partition);
    const entry: Entry = {
      referenceId: null,
      metricKey: null,
      units: null,
      reason: null,
      metadataJson: null,
      occurredAtMs: null,
      ...rest,
      id: uuidOf(this.customer.key, sequence),
      balanceDelta,
      reservedDelta,
      balanceAfter: balance + balanceDelta,
      reservedAfter: reserved + reservedDelta,
      createdAtMs: atMs,
    };
    this.#changes.insert(entryKind, this.partition, eventId(atMs, sequence), entry);
    const [after, reservedAfter] = [entry.balanceAfter, entry.reservedAfter];
    this.changeAccount({ balance: after, reserved: reservedAfter, version: version + 1, lastEntryAtMs: atMs });
    this.#tellOf(entry);
    return entry;
  }

  /** Writes an event for the tenant. */
  emit(event: Pick<TenantEvent, 'type' | 'data' | 'atMs'>): void {
    const { apiKeyLabel, eventHistoryMs: keptMs } = this.#actor;
    const { partition, customerId } = this;
    const place = placeOf(this.customer.tenantPartition);
    const whose = { apiKeyLabel, customerId, externalCustomerId: this.account.externalId };
    announceTenantEvent(this.#changes, { partition, place, keptMs }, { ...event, ...whose });
  }

  /** Whether something due may be unsettled. */
  isDue(nowMs: number): boolean {
    const dueAtMs = this.findAccount()?.dueAtMs ?? null;
    return dueAtMs !== null && dueAtMs <= nowMs;
  }

  /** The first holds and blocks that are due, each soonest first. */
  firstDue(limit: number): { readonly holds: readonly HoldRow[]; readonly blocks: readonly BlockRow[] } {
    this.#expectSettings();
    const range = { partition: this.partition, index: 'due', limit };
    return {
      holds: this.#changes.range({ ...range, kind: holdKind }),
      blocks: this.#changes.range({ ...range, kind: blockKind }),
    };
  }

  /** Blocks with a free part, in burn-down order, including lapsed ones until they are settled. */
  *freeBlocks(): Generator<BlockRow> {
    this.#expectSettings();
    const range = { ...this.#burnDown, to: taken };
    let limit = blocksPerPage;
    let page = this.#changes.range({ ...range, limit });
    while (page.length > 0) {
      yield* page;
      const last = page.at(-1);
      if (page.length < limit || last === undefined) return;
      limit *= 4; // Ten thousand blocks take a few round trips.
      page = this.#changes.range({ ...range, limit, after: [last.value.burnOrder ?? '', last.id] });
    }
  }

  /** The first blocks with anything left, free or held, in burn-down order. */
  openBlocks(limit: number): readonly BlockRow[] {
    const rows = this.#changes.range({ ...this.#burnDown, limit });
    const rankOf = ({ value }: BlockRow) => (value.burnOrder ?? '').slice(1);
    return rows.toSorted(
      (left, right) => compareCodePoints(rankOf(left), rankOf(right)) || compareCodePoints(left.id, right.id),
    );
  }

  /** Prefetches what it takes to tell of a balance that falls, and of what lapses. */
  #expectSettings(): void {
    this.#changes.readAhead(creditSettingsKind, this.customer.tenantPartition, [settingsId]);
  }

  #tellOf(entry: Entry): void {
    if (this.#actor.eventHistoryMs === 0) return;
    this.emit(toEntryEvent(entry));
    if (isFall(entry)) for (const event of toLowEvents(entry, this.thresholds)) this.emit(event);
  }

  get #burnDown() {
    return { kind: blockKind, partition: this.partition, index: 'burnOrder' };
  }

  /** The account keeps the earliest due time, by which commands notice that something is due. */
  #expectDue(dueAtMs: number | null): void {
    const known = this.account.dueAtMs;
    if (dueAtMs !== null && (known === null || dueAtMs < known)) this.changeAccount({ dueAtMs });
  }
}

interface HoldRow {
  readonly id: string;
  readonly value: Hold;
}

interface BlockRow {
  readonly id: string;
  readonly value: Block;
}

/** Blocks read at first: few customers have more open ones. */
const blocksPerPage = 16;

/** The first character of a block's place: blocks with a free part come before those taken as a whole. */
const free = '0';
const taken = '1';

const largestPriority = 1_000_000;
const never = '9'.repeat(15);

/** A place in burn-down order, among the blocks with a free part or among the others. */
function burnOrderOf(block: Omit<Block, 'burnOrder' | 'dueAtMs'>): string | null {
  if (block.remaining === 0) return null;
  return `${block.remaining > block.held ? free : taken}${burnRankOf(block)}`;
}

/** Lower priority first, then sooner expiry, then free before paid; the oldest comes first by its id. */
export function burnRankOf({
  priority,
  expiresAtMs,
  pricePaid,
}: Pick<Block, 'priority' | 'expiresAtMs' | 'pricePaid'>): string {
  const rank = String(priority + largestPriority).padStart(7, '0');
  const expiry = expiresAtMs === null ? never : eventIdBound(expiresAtMs);
  const isPaid = pricePaid !== null && pricePaid > 0;
  return `${rank}${expiry}${isPaid ? '1' : '0'}`;
}

/** What a customer can spend: the balance less what holds have taken. */
export function effectiveBalance({ balance, reserved }: Pick<Account, 'balance' | 'reserved'>): number {
  return balance - reserved;
}
