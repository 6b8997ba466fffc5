import type { OperationId } from '@holdfast/contract';

import type { Caller } from './caller.ts';
import type { SweptKind } from './kernel/kind-sweep.ts';
import type { SettledKind } from './kernel/settler.ts';
import type {
  OperationContext,
  PreparedCommand,
  PreparedProcedure,
  PreparedQuery,
  PreparedScan,
  PreparedStream,
  ProcedureOperation,
  ReadOperation,
  ScanOperation,
  StreamOperation,
  WriteOperation,
} from './operation.ts';
import { isRefused } from './shared/outcomes.ts';
import type { Refused } from './shared/outcomes.ts';
import type { RecordKind } from './store.ts';

/** What a caller sends to any operation. */
export interface OperationInput {
  readonly body?: unknown;
  readonly path?: unknown;
  readonly query?: unknown;
  /** Those that the operation reads. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What an operation turns a request into. */
type Prepared =
  | { readonly type: 'write'; readonly command: PreparedCommand<unknown> }
  | { readonly type: 'read'; readonly query: PreparedQuery<unknown> }
  | { readonly type: 'scan'; readonly scan: PreparedScan<unknown> }
  | { readonly type: 'stream'; readonly stream: PreparedStream }
  | { readonly type: 'procedure'; readonly procedure: PreparedProcedure<unknown> };

/** An operation of the contract, bound to its context. */
export type Operation = (caller: Caller, input: OperationInput) => Prepared | Refused;

/** By operationId. */
type Writes<Context> = { readonly [Id in OperationId]?: WriteOperation<Id, Context, unknown> };
type Reads<Context> = { readonly [Id in OperationId]?: ReadOperation<Id, Context> };
type Scans<Context> = { readonly [Id in OperationId]?: ScanOperation<Id, Context> };
type Streams<Context> = { readonly streamEvents?: StreamOperation<Context> };
type Procedures<Context> = { readonly [Id in OperationId]?: ProcedureOperation<Id, Context> };

/** A family: the records it keeps, its operations, and what lapses in it. */
interface FamilyDefinition<Settings, Context, Written, Read, Scanned, Streamed, Proceeded> {
  /** Every kind of record that it keeps. */
  readonly kinds: readonly RecordKind[];
  /** Creates what its operations share, once for each service. */
  createContext(parts: OperationContext<Settings>): Context;
  /** The same for one caller: what its tenant has set goes first. Absent: tenants can't set anything. */
  contextFor?(context: Context, caller: Caller): Context;
  readonly writes: Written;
  readonly reads: Read;
  readonly scans: Scanned;
  /** Absent: none of its operations streams. */
  readonly streams?: Streamed;
  /** Absent: none of its operations has several steps. */
  readonly procedures?: Proceeded;
  /** What lapses, and the command that ends it. */
  sweeps(context: Context): readonly SweptKind[];
  /** What may have to be settled before a request can be decided. */
  settles(context: Context): readonly SettledKind[];
}

/** A family, to be opened by a service. */
export interface Family<Settings, Id extends OperationId> {
  readonly kinds: readonly RecordKind[];
  open(parts: OperationContext<Settings>): OpenFamily<Id>;
}

/** A family in one service. */
export interface OpenFamily<Id extends OperationId = OperationId> {
  readonly operations: Readonly<Record<Id, Operation>>;
  readonly sweeps: readonly SweptKind[];
  readonly settles: readonly SettledKind[];
}

/** Declares a family; the compiler checks its operations against the contract. */
export function defineFamily<
  Settings,
  Context,
  Written extends Writes<Context>,
  Read extends Reads<Context>,
  Scanned extends Scans<Context>,
  Streamed extends Streams<Context> = {},
  Proceeded extends Procedures<Context> = {},
>({
  kinds,
  createContext,
  contextFor = (context) => context,
  writes,
  reads,
  scans,
  streams,
  procedures,
  sweeps,
  settles,
}: FamilyDefinition<Settings, Context, Written, Read, Scanned, Streamed, Proceeded>): Family<
  Settings,
  OperationId & (keyof Written | keyof Read | keyof Scanned | keyof Streamed | keyof Proceeded)
> {
  return {
    kinds,
    open(parts) {
      const context = createContext(parts);
      const bind = <Made extends object>(operations: object, tag: (made: Made) => Prepared) =>
        Object.entries(operations as Record<string, Unbound<Context, Made>>).map(([id, operation]) => {
          const bound: Operation = (caller, input) => {
            const made = operation(caller, input, contextFor(context, caller));
            return isRefused(made) ? made : tag(made);
          };
          return [id, bound] as const;
        });
      const operations = Object.fromEntries([
        ...bind<PreparedCommand<unknown>>(writes, (command) => ({ type: 'write', command })),
        ...bind<PreparedQuery<unknown>>(reads, (query) => ({ type: 'read', query })),
        ...bind<PreparedScan<unknown>>(scans, (scan) => ({ type: 'scan', scan })),
        ...bind<PreparedStream>(streams ?? {}, (stream) => ({ type: 'stream', stream })),
        ...bind<PreparedProcedure<unknown>>(procedures ?? {}, (procedure) => ({ type: 'procedure', procedure })),
      ]) as OpenFamily['operations'];
      return { operations, sweeps: sweeps(context), settles: settles(context) };
    },
  };
}

type Unbound<Context, Made> = (caller: Caller, input: OperationInput, context: Context) => Made | Refused;
