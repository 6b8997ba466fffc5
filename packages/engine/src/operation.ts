import type { OperationId, OperationTypes } from '@holdfast/contract';

import type { Limiter } from './access/limits/process/limiter.ts';
import type { Caller } from './caller.ts';
import type { Environment } from './environment.ts';
import type { Command, Query } from './kernel/command.ts';
import type { Records } from './kernel/record-access.ts';
import type { Scan } from './kernel/scan.ts';
import type { SettledKind } from './kernel/settler.ts';
import type { SequencedEvent } from './shared/event-log.ts';
import type { Outcome, Refused } from './shared/outcomes.ts';
import type { RecordKey } from './store.ts';

/** What a caller sends to an operation, after it has passed the contract's schemas. */
type Input<Id extends OperationId> = Omit<OperationTypes[Id], 'result'>;

/** The body of what a caller sends. */
export type Body<Id extends OperationId> = OperationTypes[Id] extends { readonly body: infer Value } ? Value : never;

/** What an operation answers, if it isn't refused. */
export type Result<Id extends OperationId> = OperationTypes[Id]['result'];

/** What the operations of a family share. */
export interface OperationContext<Settings> {
  readonly environment: Environment;
  readonly settings: Settings;
  /** What this process has in hand of callers' limits. */
  readonly limits: Pick<Limiter, 'usage'>;
  readonly eventHistories: EventHistories;
  readonly tenants: TenantStandings;
}

/** How long tenants' events are kept, for what no caller does. */
export interface EventHistories {
  /** What {@link windowMs} is nearly always going to read. */
  reads(tenantId: string): readonly RecordKey[];
  /** In milliseconds; undefined: as the server's settings say. */
  windowMs(records: Records, tenantId: string): number | undefined;
}

/** What holds for tenants, for what no caller does. */
export interface TenantStandings {
  /** What {@link find} is nearly always going to read. */
  reads(tenantId: string): readonly RecordKey[];
  /** Undefined: there is no such tenant. */
  find(records: Records, tenantId: string): TenantStanding | undefined;
}

export interface TenantStanding {
  readonly isSuspended: boolean;
  readonly hasWebhooks: boolean;
}

/** An operation that writes: makes the command that decides. It refuses at once what no state could make right. */
export type WriteOperation<Id extends OperationId, Context, Decided = Result<Id>> = (
  caller: Caller,
  input: Input<Id>,
  context: Context,
) => PreparedCommand<Result<Id>, Decided> | Refused;

/** An operation that only reads. */
export type ReadOperation<Id extends OperationId, Context> = (
  caller: Caller,
  input: Input<Id>,
  context: Context,
) => PreparedQuery<Result<Id>> | Refused;

/** An operation that adds up all there is, after what is due is settled. */
export type ScanOperation<Id extends OperationId, Context> = (
  caller: Caller,
  input: Input<Id>,
  context: Context,
) => PreparedScan<Result<Id>> | Refused;

/** An operation that answers with events as they happen. */
export type StreamOperation<Context> = (
  caller: Caller,
  input: Input<'streamEvents'> & { readonly headers?: Readonly<Record<string, string>> },
  context: Context,
) => PreparedStream | Refused;

/** An operation of several steps, such as one that asks somebody outside. */
export type ProcedureOperation<Id extends OperationId, Context> = (
  caller: Caller,
  input: Input<Id>,
  context: Context,
) => PreparedProcedure<Result<Id>> | Refused;

/** What decides on many partitions, in which all that is due is settled first. */
interface Settling {
  readonly settles?: { readonly kind: SettledKind['kind']; readonly partitionPrefix: string };
}

/** What goes by the numbers of events. */
interface Numbering {
  /** The outbox whose events must have their numbers first. */
  readonly numbersFirst?: string;
}

/** A command, and how its outcome becomes the answer: what its idempotency key keeps may be shorter. */
export interface PreparedCommand<Value, Decided = Value> extends Command<Outcome<Decided>>, Settling, Numbering {
  /** Called after the commit, and for a replay. Absent: the outcome is the answer. */
  answer?(decided: Decided): Value;
}

export interface PreparedQuery<Value> extends Query<Outcome<Value>>, Settling, Numbering {}

export interface PreparedScan<Value> extends Scan<Outcome<Value>> {
  /** Brings what is counted up to date. */
  readonly settle: Command<unknown>;
}

export interface PreparedStream {
  readonly outbox: string;
  /** The number after which it begins, and that of the last event. */
  readonly begin: Query<Outcome<{ readonly after: number; readonly last: number }>>;
  accepts(event: SequencedEvent): boolean;
}

export interface PreparedProcedure<Value> extends Numbering {
  /**
   * What it does is there before its idempotency key is: if the process dies in between, or the same request comes
   * meanwhile, it is done again.
   */
  carryOut(steps: Steps): Promise<Outcome<Value>>;
}

/** What a procedure does its steps with. */
interface Steps {
  execute<Result>(command: Command<Result>): Promise<Result>;
  query<Result>(query: Query<Result>): Promise<Result>;
}
