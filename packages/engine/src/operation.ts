import type { Command, Query } from './kernel/executor.ts';
import type { Scan } from './kernel/scan.ts';
import type { Outcome, Refused } from './shared/outcomes.ts';

/** Who asks: everything is decided and kept within one tenant and one environment. */
export interface Caller {
  readonly tenantId: string;
  readonly environment: 'live' | 'test';
  /** The name of the API key that was used, for the event history. */
  readonly apiKeyLabel: string;
  /** Whether the key may change what holds for all tenants. */
  readonly isAdmin: boolean;
}

/** What a caller sends, after it has passed the contract's schemas. */
export interface OperationInput {
  readonly body?: unknown;
  readonly path?: unknown;
  readonly query?: unknown;
}

/** An operation of the contract that changes something. It refuses at once what no state could make right. */
export interface WriteOperation<Input extends OperationInput, Value, Decided = Value> {
  readonly type: 'write';
  prepare(caller: Caller, input: Input): PreparedCommand<Value, Decided> | Refused;
}

/** What is decided or answered from many accounts, which are settled before. */
interface Settling {
  /** How the partitions of these accounts begin. */
  readonly settlesWithin?: string;
}

/** A command, and how what it decides is answered: what is kept for its idempotency key may be shorter than the answer. */
interface PreparedCommand<Value, Decided = Value> extends Command<Outcome<Decided>>, Settling {
  /** Called when what was decided is durable, also for a replay. Absent: it is the answer itself. */
  answer?(decided: Decided): Value;
}

/** An operation of the contract that changes nothing. */
export interface ReadOperation<Input extends OperationInput, Value> {
  readonly type: 'read';
  prepare(caller: Caller, input: Input): (Query<Outcome<Value>> & Settling) | Refused;
}

/** An operation of the contract that adds up all there is; what is due is settled first. */
export interface ScanOperation<Input extends OperationInput, Value> {
  readonly type: 'scan';
  prepare(caller: Caller, input: Input): SettledScan<Outcome<Value>> | Refused;
}

export interface SettledScan<Result> extends Scan<Result> {
  /** Brings what is counted up to date. */
  readonly settle: Command<unknown>;
}

export type Operation<Input extends OperationInput, Value> =
  | WriteOperation<Input, Value, unknown>
  | ReadOperation<Input, Value>
  | ScanOperation<Input, Value>;

export function isRefusal(prepared: object): prepared is Refused {
  return 'ok' in prepared;
}
