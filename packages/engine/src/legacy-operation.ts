import type { Caller } from './caller.ts';
import type { Operation, OperationInput } from './family.ts';
import type { PreparedCommand, PreparedQuery, PreparedScan } from './operation.ts';
import { isRefused } from './shared/outcomes.ts';
import type { Refused } from './shared/outcomes.ts';

export interface WriteOperation<Input extends OperationInput, Value, Decided = Value> {
  readonly type: 'write';
  prepare(caller: Caller, input: Input): PreparedCommand<Value, Decided> | Refused;
}

export interface ReadOperation<Input extends OperationInput, Value> {
  readonly type: 'read';
  prepare(caller: Caller, input: Input): PreparedQuery<Value> | Refused;
}

export interface ScanOperation<Input extends OperationInput, Value> {
  readonly type: 'scan';
  prepare(caller: Caller, input: Input): PreparedScan<Value> | Refused;
}

type Legacy = WriteOperation<never, unknown> | ReadOperation<never, unknown> | ScanOperation<never, unknown>;

export function fromLegacy<Operations extends Readonly<Record<string, Legacy>>>(
  operations: Operations,
): Readonly<Record<keyof Operations, Operation>> {
  const tags = { write: 'command', read: 'query', scan: 'scan' };
  const entries = Object.entries(operations).map(([id, { type, prepare }]) => [
    id,
    (caller: Caller, input: OperationInput) => {
      const made = prepare(caller, input as never);
      return isRefused(made) ? made : { type, [tags[type]]: made };
    },
  ]);
  return Object.fromEntries(entries);
}
