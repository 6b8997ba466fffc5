import type { OperationId, OperationTypes } from '@holdfast/contract';

import { createFirstKeyCommand, findApiKeyQuery } from './access/operations.ts';
import { apiKeyKind, tenantKind } from './access/records.ts';
import type { FirstKeyCommand } from './access/rules.ts';
import type { UnsafeSum } from './capacity/amounts.ts';
import { createCapacityOperations } from './capacity/operations.ts';
import { capacityKinds } from './capacity/records.ts';
import { findDifferencesQuery, seedCommand } from './capacity/seeding.ts';
import type { SettingDifference } from './capacity/seeding.ts';
import type { CapacityServiceSettings } from './capacity/settings.ts';
import { createCreditOperations, sweptAccounts } from './credits/operations.ts';
import { creditKinds } from './credits/records.ts';
import type { CreditServiceSettings } from './credits/state.ts';
import type { Environment } from './environment.ts';
import { Executor } from './kernel/executor.ts';
import type { Command } from './kernel/executor.ts';
import { idempotencyKind, once, toAnswer } from './kernel/idempotency.ts';
import type { Answer, IdempotentRequest } from './kernel/idempotency.ts';
import { AccountSettler } from './kernel/settler.ts';
import { Sweep } from './kernel/sweep.ts';
import type { SweepReport } from './kernel/sweep.ts';
import {
  blockerClaimKind,
  definitionKind,
  eventKind,
  heldBelowKind,
  lockKind,
  nameBelowKind,
  slotChunkKind,
  slotHolderKind,
  slotSummaryKind,
} from './named-resources/records.ts';
import type { ResourceSettings } from './named-resources/state.ts';
import { createNamedResourceOperations, sweptNamedResources } from './named-resources/write-operations.ts';
import { isRefusal } from './operation.ts';
import type { Caller, Operation, OperationInput, SettledScan } from './operation.ts';
import { accepted } from './shared/outcomes.ts';
import type { Outcome } from './shared/outcomes.ts';
import { StoreUnavailable } from './store.ts';
import type { RecordKind, Store } from './store.ts';

/** Every kind of record that the engine keeps; a store is made for these. */
export const recordKinds: readonly RecordKind[] = [
  apiKeyKind,
  tenantKind,
  idempotencyKind,
  blockerClaimKind,
  definitionKind,
  eventKind,
  heldBelowKind,
  lockKind,
  nameBelowKind,
  slotChunkKind,
  slotHolderKind,
  slotSummaryKind,
  ...creditKinds,
  ...capacityKinds,
];

/** The operations of the contract, by operationId; the compiler says which one is missing. */
type Operations = {
  readonly [Id in OperationId]: Operation<Omit<OperationTypes[Id], 'result'>, OperationTypes[Id]['result']>;
};

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

/** All that Holdfast does, without HTTP. */
export class Service {
  readonly #executor: Executor;
  readonly #accounts: AccountSettler;
  readonly #environment: Environment;
  readonly #options: ServiceOptions;
  readonly #sweep: Sweep;
  readonly #operations: Operations;

  constructor(store: Store, environment: Environment, options: ServiceOptions) {
    this.#environment = environment;
    this.#options = options;
    this.#executor = new Executor(store, environment);
    this.#accounts = new AccountSettler(store, environment, this.#executor, options);
    const { requestTimeoutMs: timeoutMs } = options;
    const sweepParts = { store, executor: this.#executor, environment, timeoutMs };
    this.#sweep = new Sweep(sweepParts, [...sweptNamedResources(options), ...sweptAccounts(options)]);
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
      if (query.settlesWithin !== undefined) await this.#settleIfWritable(query.settlesWithin);
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

  /** A disk that is full keeps nobody from reading what has been announced: what has lapsed since is announced later. */
  async #settleIfWritable(prefix: string): Promise<void> {
    try {
      await this.#accounts.settleWithin(prefix);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
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
   * may sweep one store: each expiry is announced once.
   */
  sweep(): Promise<SweepReport> {
    return this.#sweep.run();
  }

  /** How long ago the oldest thing lapsed that is still to be announced, in milliseconds. It is free all the same. */
  get sweepLagMs(): number {
    return this.#sweep.lagMs;
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
