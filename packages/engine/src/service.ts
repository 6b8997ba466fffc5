import type { OperationId, OperationTypes } from '@holdfast/contract';

import { AccountSettler } from './account-settler.ts';
import { createFirstKeyCommand, findApiKeyQuery } from './access/operations.ts';
import { apiKeyKind, tenantKind } from './access/records.ts';
import type { FirstKeyCommand } from './access/rules.ts';
import { createCapacityOperations } from './capacity/operations.ts';
import type { UnsafeSum } from './capacity/amounts.ts';
import { capacityKinds } from './capacity/records.ts';
import { findDifferencesQuery, seedCommand } from './capacity/seeding.ts';
import type { SettingDifference } from './capacity/seeding.ts';
import type { CapacityServiceSettings } from './capacity/settings.ts';
import { createCreditOperations, settleCommand } from './credits/operations.ts';
import { accountKind, creditKinds } from './credits/records.ts';
import type { CreditServiceSettings } from './credits/state.ts';
import type { Environment } from './environment.ts';
import { Executor } from './executor.ts';
import type { Command } from './executor.ts';
import { createNamedResourceOperations, expireCommand } from './named-resources/operations.ts';
import {
  definitionKind,
  eventKind,
  heldBelowKind,
  lockKind,
  slotChunkKind,
  slotHolderKind,
  slotSummaryKind,
} from './named-resources/records.ts';
import type { ResourceSettings } from './named-resources/state.ts';
import { isRefusal } from './operation.ts';
import type { Caller, Operation, OperationInput, SettledScan } from './operation.ts';
import { idempotencyKind, once, toAnswer } from './shared/idempotency.ts';
import type { Answer, IdempotentRequest } from './shared/idempotency.ts';
import { accepted } from './shared/outcomes.ts';
import type { Outcome } from './shared/outcomes.ts';
import type { DueRecord, RecordKind, Store } from './store.ts';

/** Every kind of record that the engine keeps; a store is made for these. */
export const recordKinds: readonly RecordKind[] = [
  apiKeyKind,
  tenantKind,
  idempotencyKind,
  definitionKind,
  eventKind,
  heldBelowKind,
  lockKind,
  slotChunkKind,
  slotHolderKind,
  slotSummaryKind,
  ...creditKinds,
  ...capacityKinds,
];

/** The operations of the contract, by operationId; the compiler says which one is missing. */
type Operations = { readonly [Id in OperationId]: Operation<Omit<OperationTypes[Id], 'result'>, OperationTypes[Id]['result']> };

export interface ServiceOptions extends ResourceSettings, CreditServiceSettings, CapacityServiceSettings {
  /** How long a request may try before it is refused as `unavailable`, in milliseconds. */
  readonly requestTimeoutMs: number;
}

export interface ServiceRequest {
  readonly operationId: OperationId;
  readonly caller: Caller;
  /** Checked against the contract's schemas. */
  readonly input: OperationInput;
  readonly idempotency?: { readonly key: string; readonly fingerprint: string } | undefined;
}

/** How many locks one command of the sweeper ends at most, so that it doesn't keep live requests waiting. */
const locksPerSweep = 100;
const locksFoundPerSweep = 2_000;
const recordsPerPurge = 1_000;

/** How many accounts one round of the sweeper settles, and how much of each. */
const accountsPerSweep = 32;
const settledPerAccount = 250;

/** All that Holdfast does, without HTTP. */
export class Service {
  readonly #executor: Executor;
  readonly #accounts: AccountSettler;
  readonly #store: Store;
  readonly #environment: Environment;
  readonly #options: ServiceOptions;
  readonly #operations: Operations;

  constructor(store: Store, environment: Environment, options: ServiceOptions) {
    this.#store = store;
    this.#environment = environment;
    this.#options = options;
    this.#executor = new Executor(store, environment);
    this.#accounts = new AccountSettler(store, environment, this.#executor, options);
    this.#operations = {
      ...createNamedResourceOperations(environment, options),
      ...createCreditOperations(environment, options),
      ...createCapacityOperations(environment, options),
    };
  }

  /** Carries out one operation. Rejects with StoreUnavailable if that isn't possible now. */
  async call({ operationId, caller, input, idempotency }: ServiceRequest): Promise<Answer<unknown>> {
    const operation = this.#operations[operationId] as Operation<OperationInput, unknown>;
    const { requestTimeoutMs } = this.#options;
    if (operation.type === 'read') {
      const query = operation.prepare(caller, input);
      if (isRefusal(query)) return { outcome: query, isReplayed: false };
      if (query.settlesWithin !== undefined) await this.#accounts.settleWithin(query.settlesWithin);
      const outcome = await this.#accounts.settledFor(() => this.#executor.query(query, requestTimeoutMs));
      return { outcome, isReplayed: false };
    }
    if (operation.type === 'scan') {
      const scan = operation.prepare(caller, input);
      return { outcome: isRefusal(scan) ? scan : await this.#scan(scan), isReplayed: false };
    }
    const command = operation.prepare(caller, input);
    if (isRefusal(command)) return { outcome: command, isReplayed: false };
    if (command.settlesWithin !== undefined) await this.#accounts.settleWithin(command.settlesWithin);
    const decided = await this.#execute(command, caller, idempotency && { operationId, ...idempotency });
    if (!decided.outcome.ok || command.answer === undefined) return decided;
    return { ...decided, outcome: accepted(command.answer(decided.outcome.value)) };
  }

  /** Who an API key belongs to; undefined for a key that nobody gave out. */
  async authenticate(apiKey: string): Promise<Caller | undefined> {
    const query = findApiKeyQuery(this.#environment.sha256(apiKey));
    const found = await this.#executor.query(query, this.#options.requestTimeoutMs);
    if (found === undefined) return undefined;
    const { tenantId, environment, label, isAdmin = true } = found;
    return { tenantId, environment, apiKeyLabel: label, isAdmin };
  }

  /** Creates the first tenant with this API key, unless the store has one already. Returns whether it did. */
  createFirstKey(apiKey: string, key: Omit<FirstKeyCommand, 'keyHash'>): Promise<boolean> {
    const command = createFirstKeyCommand({ ...key, keyHash: this.#environment.sha256(apiKey) });
    return this.#executor.execute(command, this.#options.requestTimeoutMs);
  }

  /**
   * Seeds a store that has no settings of capacity with those of the options: from then on the store's count, whichever
   * process is asked. Returns what they could cost if no answer could say it exactly; then nothing was done.
   */
  seedCapacity(): Promise<UnsafeSum | undefined> {
    return this.#executor.execute(seedCommand(this.#options), this.#options.requestTimeoutMs);
  }

  /** Where the options have other settings of capacity than the store, which counts. */
  findCapacityDifferences(): Promise<readonly SettingDifference[]> {
    return this.#executor.query(findDifferencesQuery(this.#options), this.#options.requestTimeoutMs);
  }

  /**
   * Turns what has lapsed into events and ledger entries, and deletes what no rule needs any more. Several processes
   * may sweep one store: each expiry is announced once. Returns whether there may be more to do at once.
   */
  async sweep(): Promise<boolean> {
    const nowMs = this.#environment.now();
    const isMoreLapsed = await this.#sweepLocks(nowMs);
    const isMoreDue = await this.#sweepAccounts(nowMs);
    const purged = await this.#store.purge(nowMs, recordsPerPurge);
    return isMoreLapsed || isMoreDue || purged === recordsPerPurge;
  }

  async #sweepLocks(nowMs: number): Promise<boolean> {
    const due = await this.#store.due(lockKind, nowMs, locksFoundPerSweep);
    await this.#executeAll(
      [...groupByPartition(due)].flatMap(([partition, resources]) =>
        chunk(resources, locksPerSweep).map((names) => expireCommand(partition, names, this.#options)),
      ),
    );
    return due.length === locksFoundPerSweep;
  }

  async #sweepAccounts(nowMs: number): Promise<boolean> {
    const due = await this.#store.due(accountKind, nowMs, accountsPerSweep);
    await this.#executeAll(due.map(({ partition }) => settleCommand(partition, this.#options, settledPerAccount)));
    return due.length > 0; // There may be more of the same account.
  }

  async #execute<Value>(
    command: Command<Outcome<Value>>,
    caller: Caller,
    request: IdempotentRequest | undefined,
  ): Promise<Answer<Value>> {
    const { requestTimeoutMs } = this.#options;
    return this.#accounts.settledFor(async () => {
      if (request !== undefined) return this.#executor.execute(once(command, caller, request), requestTimeoutMs);
      return toAnswer(await this.#executor.execute(command, requestTimeoutMs));
    });
  }

  async #executeAll(commands: readonly Command<void>[]): Promise<void> {
    await Promise.all(commands.map((command) => this.#executor.execute(command, this.#options.requestTimeoutMs)));
  }

  async #scan<Value>({ settle, ...scan }: SettledScan<Value>): Promise<Value> {
    const { requestTimeoutMs } = this.#options;
    await this.#accounts.settledFor(() => this.#executor.execute(settle, requestTimeoutMs));
    return this.#executor.scan(scan, requestTimeoutMs);
  }

  /** Resolves when every call so far has been answered. */
  idle(): Promise<void> {
    return this.#executor.idle();
  }
}

function groupByPartition(due: readonly DueRecord[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { partition, id } of due) {
    const group = groups.get(partition);
    if (group === undefined) groups.set(partition, [id]);
    else group.push(id);
  }
  return groups;
}

function chunk<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
