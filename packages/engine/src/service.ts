import type { OperationId } from '@holdfast/contract';

import { Access } from './access/process/access.ts';
import { tenantStandings } from './access/tenant-standings.ts';
import type { Caller } from './caller.ts';
import type { Environment } from './environment.ts';
import type { EventStream } from './events/process/event-stream.ts';
import { EventHub } from './events/process/hub.ts';
import { openFamilies } from './families.ts';
import type { FamilySettings } from './families.ts';
import type { Operation, OperationInput } from './family.ts';
import type { Command, Query } from './kernel/command.ts';
import { Executor } from './kernel/executor.ts';
import { findAnswer, once, scopeOf, toAnswer } from './kernel/idempotency.ts';
import type { Answer, IdempotentRequest } from './kernel/idempotency.ts';
import { OneAtATime } from './kernel/one-at-a-time.ts';
import { PendingEventsSweep, Sequencer } from './kernel/sequencer.ts';
import { Settler } from './kernel/settler.ts';
import { Sweep } from './kernel/sweep.ts';
import type { SweepReport } from './kernel/sweep.ts';
import type { PreparedCommand, PreparedProcedure, PreparedQuery, PreparedScan, PreparedStream } from './operation.ts';
import { accessPartition } from './partitions.ts';
import { logRowsAfter } from './shared/event-log.ts';
import { accepted, isRefused } from './shared/outcomes.ts';
import type { Outcome } from './shared/outcomes.ts';
import { StoreUnavailable } from './store.ts';
import type { Store } from './store.ts';
import { WebhookSender } from './webhooks/process/sender.ts';

export interface ServiceOptions extends FamilySettings {
  /** How long a request may try before it fails as unavailable, in milliseconds. */
  readonly requestTimeoutMs: number;
}

export interface ServiceRequest {
  readonly operationId: OperationId;
  readonly caller: Caller;
  /** Checked against the contract's schemas. */
  readonly input: OperationInput;
  readonly idempotency?: { readonly key: string; readonly fingerprint: string } | undefined;
}

/** All that Holdfast does, without HTTP: the operations of every family, on one store. */
export class Service {
  readonly environment: Environment;
  readonly options: ServiceOptions;
  /** Who may ask, and how much. */
  readonly access: Access;
  /** Who waits for events. */
  readonly events: EventHub;
  /** Sends events to endpoints. Undefined without a transport for them. */
  readonly webhooks: WebhookSender | undefined;
  readonly #executor: Executor;
  /** Undefined where events get their numbers in the commit of their effect. */
  readonly #sequencer: Sequencer | undefined;
  readonly #pendingEvents: PendingEventsSweep | undefined;
  readonly #settler: Settler;
  readonly #sweep: Sweep;
  readonly #operations: Readonly<Record<OperationId, Operation>>;
  /** Of equal requests at the same time, the second finds the answer to the first. */
  readonly #procedures = new OneAtATime();

  constructor(store: Store, environment: Environment, options: ServiceOptions) {
    this.environment = environment;
    this.options = options;
    this.events = new EventHub({
      environment,
      store,
      readRows: (outbox, after, limit) =>
        this.query({
          partitions: [],
          reads: [],
          run: (records) => logRowsAfter(records, outbox, after, limit).map(({ value }) => value),
        }),
    });
    // Where several processes write, an outbox's head in each commit would have all of a tenant's customers contend.
    const isShared = store.takeTurn !== undefined;
    const onNumbered = (outboxes: readonly string[]) => this.events.bell(outboxes);
    const sequencer = new Sequencer({ store, environment, timeoutMs: options.requestTimeoutMs, onNumbered });
    this.#sequencer = isShared ? sequencer : undefined;
    this.#executor = new Executor(store, environment, {
      numbering: isShared ? 'afterwards' : 'inCommit',
      onAnnounced: isShared ? (outboxes) => outboxes.forEach((outbox) => void sequencer.number(outbox)) : onNumbered,
    });
    this.access = new Access({
      environment,
      store,
      execute: (command) => this.execute(command),
      query: (query) => this.query(query),
      eventHistoryMs: options.eventHistoryMs,
    });
    const { webhooks: transport } = options;
    this.webhooks =
      transport &&
      new WebhookSender({
        environment,
        store,
        transport,
        tenants: tenantStandings,
        execute: (command) => this.execute(command),
        watch: (outbox, listener) => this.events.watch(outbox, listener),
      });
    const { operations, sweeps, settles } = openFamilies({
      environment,
      settings: options,
      limits: this.access.limits,
    });
    const parts = { store, executor: this.#executor, environment, timeoutMs: options.requestTimeoutMs };
    this.#operations = operations;
    this.#settler = new Settler(parts, settles);
    this.#pendingEvents = isShared ? new PendingEventsSweep({ store, sequencer }) : undefined;
    this.#sweep = new Sweep(parts, sweeps, this.#pendingEvents === undefined ? [] : [this.#pendingEvents]);
  }

  /** Runs one operation. Rejects with StoreUnavailable if the store can't serve it now. */
  async call({ operationId, caller, input, idempotency }: ServiceRequest): Promise<Answer<unknown>> {
    const prepared = this.#operations[operationId](caller, input);
    if (isRefused(prepared)) return { outcome: prepared, isReplayed: false };
    switch (prepared.type) {
      case 'read':
        return { outcome: await this.#read(prepared.query), isReplayed: false };
      case 'scan':
        return { outcome: await this.#scan(prepared.scan), isReplayed: false };
      case 'stream':
        return { outcome: await this.#openStream(prepared.stream), isReplayed: false };
      case 'write':
        return this.#write(prepared.command, caller, idempotency && { operationId, ...idempotency });
      case 'procedure':
        return this.#proceed(prepared.procedure, caller, idempotency && { operationId, ...idempotency });
    }
  }

  /** Runs a command of the server's own. */
  async execute<Result>(command: Command<Result>, caller?: Caller): Promise<Result> {
    const result = await this.#executor.execute(command, this.options.requestTimeoutMs);
    if (command.partitions.includes(accessPartition)) this.access.forgetCallers(reachOf(caller));
    return result;
  }

  /** Runs a query of the server's own. */
  query<Result>(query: Query<Result>): Promise<Result> {
    return this.#executor.query(query, this.options.requestTimeoutMs);
  }

  /**
   * Writes an event or ledger entry for whatever has lapsed, and purges what no rule needs any more. Several processes
   * may sweep one store: each expiry is announced once.
   */
  sweep(): Promise<SweepReport> {
    return this.#sweep.run();
  }

  /** Age of the oldest lapse that isn't announced yet, in milliseconds. What has lapsed is free all the same. */
  get sweepLagMs(): number {
    return this.#sweep.lagMs;
  }

  /** For how long events have waited for their numbers, beyond the moment that it usually takes, in milliseconds. */
  get outboxLagMs(): number {
    const nowMs = this.environment.now();
    return Math.max(0, nowMs - (this.#pendingEvents?.doneUntilMs ?? nowMs));
  }

  /** Resolves when every call so far has been answered. */
  async idle(): Promise<void> {
    await this.#executor.idle();
    await this.#sequencer?.idle();
  }

  async #write(
    command: PreparedCommand<unknown>,
    caller: Caller,
    request: IdempotentRequest | undefined,
  ): Promise<Answer<unknown>> {
    const { settles, numbersFirst } = command;
    if (settles !== undefined) await this.#settler.settleWithin(settles.kind, settles.partitionPrefix);
    if (numbersFirst !== undefined) await this.#sequencer?.number(numbersFirst);
    const answer = await this.#settler.settledFor(async () =>
      request === undefined
        ? toAnswer(await this.execute(command, caller))
        : await this.execute(once(command, caller, request), caller),
    );
    if (!answer.outcome.ok || command.answer === undefined) return answer;
    return { ...answer, outcome: accepted(command.answer(answer.outcome.value)) };
  }

  async #read(query: PreparedQuery<unknown>): Promise<Outcome<unknown>> {
    const { settles, numbersFirst } = query;
    if (settles !== undefined) await this.#settler.settleIfWritable(settles.kind, settles.partitionPrefix);
    if (numbersFirst !== undefined) await this.#sequencer?.number(numbersFirst);
    return this.#settler.settledFor(() => this.query(query));
  }

  async #openStream({ outbox, begin, accepts }: PreparedStream): Promise<Outcome<EventStream>> {
    await this.#numberIfPossible(outbox);
    const begun = await this.query(begin);
    return begun.ok ? accepted(this.events.open(outbox, { ...begun.value, accepts })) : begun;
  }

  /** For streams, which get what is numbered later all the same. */
  async #numberIfPossible(outbox: string): Promise<void> {
    try {
      await this.#sequencer?.number(outbox);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }

  async #proceed(
    procedure: PreparedProcedure<unknown>,
    caller: Caller,
    request: IdempotentRequest | undefined,
  ): Promise<Answer<unknown>> {
    if (request === undefined) return toAnswer(await this.#carryOut(procedure, caller));
    return this.#procedures.run(scopeOf(caller, request), async () => {
      const earlier = await this.query(findAnswer(caller, request));
      if (earlier !== undefined) return earlier;
      const outcome = await this.#carryOut(procedure, caller);
      return this.execute(once({ partitions: [], reads: [], run: () => outcome }, caller, request), caller);
    });
  }

  async #carryOut(procedure: PreparedProcedure<unknown>, caller: Caller): Promise<Outcome<unknown>> {
    if (procedure.numbersFirst !== undefined) await this.#sequencer?.number(procedure.numbersFirst);
    return procedure.carryOut({
      execute: (command) => this.execute(command, caller),
      query: (query) => this.query(query),
    });
  }

  async #scan({ settle, ...scan }: PreparedScan<unknown>): Promise<Outcome<unknown>> {
    await this.#settler.settledFor(() => this.execute(settle));
    return this.#executor.scan(scan, this.options.requestTimeoutMs);
  }
}

/** The tenant whose keys a caller can change; undefined: all tenants'. */
function reachOf(caller: Caller | undefined): string | undefined {
  return caller === undefined || caller.scopes.has('platform:admin') ? undefined : caller.tenantId;
}
