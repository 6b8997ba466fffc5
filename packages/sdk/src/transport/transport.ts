import type { OperationId, OperationTypes } from '@holdfast/contract';

import { toApiError } from '../errors/api-errors.ts';
import { ConnectionError, HoldfastError, TimeoutError } from '../errors/holdfast-error.ts';
import { bodyOf, headersOf, pathOf } from './call.ts';
import type { Call, OperationInput, TimedOptions } from './call.ts';
import { parseExactly } from './exact-integers.ts';
import { HoldfastPromise } from './holdfast-promise.ts';
import type { WithResponse } from './holdfast-promise.ts';
import { notify } from './hooks.ts';
import type { Hooks, RequestEvent } from './hooks.ts';
import { PagePromise } from './pages.ts';
import type { Page } from './pages.ts';
import { RateLimiter } from './rate-limiter.ts';
import { mayHaveTakenEffect, retryDelayMs } from './retries.ts';
import { routeOf } from './route.ts';
import type { Route } from './route.ts';
import { runWithin, sleep } from './timers.ts';

/** How a client reaches its server. */
export interface HoldfastOptions {
  /** Where the server is, such as `https://holdfast.example.com`. A path in it is kept. */
  readonly baseUrl: string;
  /** Sent as `X-API-Key`. */
  readonly apiKey: string;
  /** Milliseconds that each attempt may take, its answer's body included. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** Retries after the first attempt, at most 10. Default 3. */
  readonly maxRetries?: number | undefined;
  /** Instead of the global `fetch`, which is otherwise looked up anew for each request. */
  readonly fetch?: typeof fetch | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly hooks?: Hooks | undefined;
  /**
   * Whether to hold requests back while the `RateLimit` headers of earlier answers leave none, rather than to let the
   * server refuse them. The wait isn't part of `timeoutMs`; a `signal` ends it. A limit that begins anew only in more
   * than a minute isn't waited for: that is a {@link RateLimitError}. Default false.
   */
  readonly waitForLimits?: boolean | undefined;
  /**
   * Whether concurrent calls of `resources.reserve`, `unreserve` and `renew`, and those of `withLock()`, go out together:
   * what is called within one turn of the event loop, with the same `timeoutMs` and `maxRetries`, is one request for each
   * operation. Each call has its own result, error and signal nevertheless. Alone goes what has an `idempotencyKey` or
   * `headers` of its own, and an `unreserve` or `renew` of several items.
   *
   * Default: only what `withLock()` calls without anything else in between, such as after one answer. False: not even
   * that. A turn ends by `setImmediate`; where there is none, nothing else may be in between either.
   */
  readonly autoBatch?: boolean | AutoBatchOptions | undefined;
}

/** See {@link HoldfastOptions.autoBatch}. */
export interface AutoBatchOptions {
  /** Items of one request at most, 1 to 100. Default 64. */
  readonly maxItems?: number | undefined;
}

/** As above; without a key for what needs none. */
export type TransportOptions = Omit<HoldfastOptions, 'apiKey' | 'autoBatch'> & Partial<Pick<HoldfastOptions, 'apiKey'>>;

/** The operations that answer with a page. */
type ListId = { [Id in OperationId]: OperationTypes[Id]['result'] extends Page ? Id : never }[OperationId];

/** The operations that answer with a stream. */
type StreamId = { [Id in OperationId]: OperationTypes[Id]['result'] extends ReadableStream ? Id : never }[OperationId];

/** Makes of an answer what was asked for. */
type ReadAnswer<Data> = (response: Response) => Data | Promise<Data>;

/** A request that is ready to be sent, as often as it takes. */
interface Outgoing extends Pick<Route, 'limit' | 'write'> {
  readonly about: Omit<RequestEvent, 'attempt'>;
  readonly body: () => string | null;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly signal: AbortSignal | undefined;
  readonly deadlineMs: number;
  readonly onSend: TimedOptions['onSend'];
  readonly isFinal: TimedOptions['isFinal'];
}

/** Even `maxRetries: Infinity` ends. */
const mostRetries = 10;

/** Makes calls: sends a request until there is an answer worth having, and reads that. */
export class Transport {
  readonly timeoutMs: number;
  readonly hooks: Hooks;
  readonly #options: TransportOptions;
  readonly #baseUrl: string;
  readonly #limiter: RateLimiter | undefined;

  constructor(options: TransportOptions) {
    this.timeoutMs = options.timeoutMs ?? 10_000;
    this.hooks = options.hooks ?? {};
    this.#options = options;
    this.#baseUrl = new URL(options.baseUrl).href.replace(/\/+$/, '');
    this.#limiter = options.waitForLimits ? new RateLimiter() : undefined;
  }

  /** `Result` is what the contract says, or a narrower type that the caller knows, such as a tuple. */
  call<Id extends OperationId, Result extends OperationTypes[Id]['result']>(
    operationId: Id,
    input: OperationInput<Id>,
    options: TimedOptions = {},
  ): HoldfastPromise<Result> {
    return new HoldfastPromise(this.#send<Result>({ operationId, ...input, options }, readJson));
  }

  /** Opens a stream. The options hold until it is open; then only its reader ends it. */
  async stream<Id extends StreamId>(
    operationId: Id,
    input: OperationInput<Id>,
    options: TimedOptions,
  ): Promise<ReadableStream<Uint8Array>> {
    const { data } = await this.#send({ operationId, ...input, options }, takeStream);
    return data;
  }

  /** Calls an operation that answers with a page: for that page, and for each after it. */
  list<Id extends ListId, Item>(
    operationId: Id,
    input: OperationInput<Id>,
    itemsOf: (page: OperationTypes[Id]['result']) => readonly Item[],
    options?: TimedOptions,
  ): PagePromise<OperationTypes[Id]['result'], Item> {
    const { query }: Pick<Call, 'query'> = input;
    return new PagePromise(
      (from) => this.call(operationId, { ...input, query: { ...query, ...from } }, options),
      itemsOf,
    );
  }

  async #send<Data>(call: Call, read: ReadAnswer<Data>): Promise<WithResponse<Data>> {
    const outgoing = this.#prepare(call);
    let outcomeUnknown = false;
    for (let retry = 0; ; retry++) {
      const event = { ...outgoing.about, attempt: retry + 1 };
      const attempt = () => {
        if (!outcomeUnknown) outgoing.onSend?.();
        return this.#attempt(outgoing, event, read);
      };
      try {
        return await (this.#limiter?.pass(outgoing.limit, outgoing.signal, attempt) ?? attempt());
      } catch (error) {
        if (outgoing.signal?.aborted || !(error instanceof HoldfastError)) throw error;
        outcomeUnknown ||= outgoing.write && mayHaveTakenEffect(error);
        Object.assign(error, { outcomeUnknown });
        const mayRetry = retry < outgoing.maxRetries && !outgoing.isFinal?.(error);
        const delayMs = mayRetry ? retryDelayMs(error, retry, outgoing.deadlineMs) : undefined;
        if (delayMs === undefined) throw error;
        notify(this.hooks.onRetry, { ...event, error, delayMs });
        await sleep(delayMs, outgoing.signal);
      }
    }
  }

  #prepare(call: Call): Outgoing {
    const { operationId, options } = call;
    const route = routeOf(operationId);
    return {
      about: {
        operationId,
        method: route.method,
        url: this.#baseUrl + pathOf(route, call),
        headers: headersOf(route, call, this.#options.apiKey, this.#options.headers),
      },
      ...route,
      body: bodyOf(route, call),
      timeoutMs: options.timeoutMs ?? this.timeoutMs,
      maxRetries: Math.min(options.maxRetries ?? this.#options.maxRetries ?? 3, mostRetries),
      signal: options.signal,
      deadlineMs: performance.now() + (options.withinMs ?? Infinity),
      onSend: options.onSend,
      isFinal: options.isFinal,
    };
  }

  /** One request and its whole answer. Whatever keeps the answer from being read counts as a failed connection. */
  async #attempt<Data>(outgoing: Outgoing, event: RequestEvent, read: ReadAnswer<Data>): Promise<WithResponse<Data>> {
    const { timeoutMs, signal } = outgoing;
    const request = `${event.method} ${event.url}`;
    const onTimeout = () => new TimeoutError(`${request} got no answer within ${timeoutMs} ms`);
    try {
      return await runWithin({ timeoutMs, onTimeout, signal }, async (signal) => {
        const response = await this.#exchange(outgoing, event, signal);
        if (!response.ok) throw failureOf(response, await response.text());
        return { data: await read(response), response, requestId: response.headers.get('x-request-id') };
      });
    } catch (error) {
      if (signal?.aborted || error instanceof HoldfastError) throw error;
      throw new ConnectionError(`${request} got no usable answer: ${error}`, { cause: error });
    }
  }

  async #exchange(outgoing: Outgoing, event: RequestEvent, signal: AbortSignal): Promise<Response> {
    const send = this.#options.fetch ?? fetch;
    const { method, headers } = event;
    notify(this.hooks.onRequest, event);

    const sentAtMs = performance.now();
    // Following a redirect would hand the API key to whatever it names, and turn a POST into a GET.
    const response = await send(event.url, { method, headers, body: outgoing.body(), signal, redirect: 'manual' });
    const { status } = response;
    const requestId = response.headers.get('x-request-id');
    notify(this.hooks.onResponse, { ...event, status, requestId, durationMs: performance.now() - sentAtMs });
    return response;
  }
}

async function readJson<Data>(response: Response): Promise<Data> {
  const text = await response.text();
  return (response.status === 204 ? undefined : parseExactly(text)) as Data;
}

/** Something else comes from a proxy that wants to be asked again, or from a wrong URL. */
function takeStream({ body, headers }: Response): ReadableStream<Uint8Array> {
  const type = headers.get('content-type') ?? 'nothing';
  if (body === null || !type.startsWith('text/event-stream')) throw new TypeError(`${type} is no stream of events`);
  return body;
}

/** A refusal that was cut short is not final: it may be had whole. What is tried again anyway keeps its Retry-After. */
function failureOf({ status, headers }: Response, text: string): HoldfastError {
  const error = toApiError({ status, headers, body: parseOrKeep(text) });
  const isCutShort = error.body === text && text !== '' && /\bjson\b/.test(headers.get('content-type') ?? '');
  return isCutShort && !error.retryable ? new ConnectionError(`The answer was cut short: ${text}`) : error;
}

/** A failure may come from a proxy that knows nothing of JSON. */
function parseOrKeep(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
