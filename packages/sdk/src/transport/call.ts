import type { OperationId, OperationTypes } from '@holdfast/contract';

import { HoldfastError } from '../errors/holdfast-error.ts';
import { checkIntegers, toExactJson } from './exact-integers.ts';
import type { Route } from './route.ts';
import type { Sendable } from './time.ts';
import { uuidV7 } from './uuid-v7.ts';

/** What every method takes last. */
export interface CallOptions {
  /** Ends the call at once, also between attempts. Its promise then rejects with the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for each attempt, instead of the client's. */
  readonly timeoutMs?: number | undefined;
  /** Retries after the first attempt, at most 10, instead of the client's. 0: a single attempt. */
  readonly maxRetries?: number | undefined;
  /**
   * For writes: calls with the same key and the same content take effect once, also when a program makes the call
   * again after a restart. 1 to 255 printable ASCII characters, kept for 24 hours. Default: a new UUIDv7 for each call.
   */
  readonly idempotencyKey?: string | undefined;
  /** Sent besides the client's, and instead of those of the same name. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What only calls of this library's own take besides. */
export interface TimedOptions extends CallOptions {
  /** If the server asks to come back later than so many milliseconds after the call, it fails at once. */
  readonly withinMs?: number | undefined;
  /** Called before each attempt until one may have taken effect: what is granted, is granted after the last call. */
  readonly onSend?: (() => void) | undefined;
  /** Whether to make no further attempt after a failure. */
  readonly isFinal?: ((error: HoldfastError) => boolean) | undefined;
}

/** The parts of a request that an operation has. */
type PartOf<Id extends OperationId> = {
  [Part in 'body' | 'path' | 'query']: OperationTypes[Id][Part] extends undefined ? never : Part;
}['body' | 'path' | 'query'];

/** What an operation takes: a body, path parameters, a query, as far as it has them. */
export type OperationInput<Id extends OperationId> = {
  readonly [Part in PartOf<Id>]: Part extends 'path' ? OperationTypes[Id][Part] : Sendable<OperationTypes[Id][Part]>;
};

/** What a method asks of the server. */
export interface Call {
  readonly operationId: OperationId;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: object;
  /** A function gives it as JSON, anew for each attempt. */
  readonly body?: unknown;
  readonly options: TimedOptions;
}

/** The call's path and query, to be put after the base URL. */
export function pathOf(route: Route, { path = {}, query = {} }: Call): string {
  const filledIn = route.path.replace(/\{(\w+)\}/g, (_, name) => encodeSegment(path[name]!));
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const parameters = given.map(([name, value]): [string, string] => [name, toText(value)]);
  return parameters.length === 0 ? filledIn : `${filledIn}?${new URLSearchParams(parameters)}`;
}

/** A time as JSON would have it, without its quotes. */
function toText(value: unknown): string {
  return String(value instanceof Date ? value.toJSON() : value);
}

/**
 * URLs drop a segment of one or two dots, percent-encoded or not, and would so ask for something else; and so would the
 * word `undefined`, which JavaScript without types may bring here.
 */
function encodeSegment(value: string): string {
  const isUsable = typeof value === 'string' && !/^\.{0,2}$/.test(value);
  if (!isUsable) throw new HoldfastError(`A URL cannot hold the name '${value}'.`);
  return encodeURIComponent(value);
}

/**
 * Gives the call's body as JSON, or null without one.
 *
 * @throws RangeError when an amount is none, or a number anywhere has no JSON: rounded or as `null` on the wire, it might
 * pass for another one.
 */
export function bodyOf({ path }: Route, { query, body }: Call): () => string | null {
  if (typeof body === 'function') return body as () => string;
  // But for named resources, every number that isn't in `metadata` counts something: millicredits, units, GB, minutes.
  if (!path.startsWith('/api/v1/')) checkIntegers({ ...query, ...(body as object) });
  const json = body === undefined ? null : toExactJson(body);
  return () => json;
}

/** The call's headers. Those that the client and the caller give come last and win. */
export function headersOf(
  { write }: Route,
  call: Call,
  apiKey: string | undefined,
  given: Readonly<Record<string, string>> = {},
): Headers {
  const headers = new Headers({ accept: 'application/json, application/problem+json' });
  if (apiKey !== undefined) headers.set('x-api-key', apiKey);
  if (call.body !== undefined) headers.set('content-type', 'application/json');
  const { idempotencyKey = uuidV7(), headers: own } = call.options;
  if (write) headers.set('idempotency-key', idempotencyKey);
  for (const [name, value] of Object.entries({ ...given, ...own })) headers.set(name, value);
  return headers;
}
