import type { HttpHandler } from 'msw';

import { parseBaseUrl } from './base-address.ts';
import type { BaseAddress } from './base-address.ts';
import type { FailNextOptions } from './failures.ts';
import { toWireRequest, toResponse } from './fetch-exchange.ts';
import type { LatencyMs } from './latency.ts';
import { MockBackend } from './mock-backend.ts';
import type { BackendOptions } from './mock-backend.ts';
import type { MockClock } from './mock-clock.ts';
import { createHandlers } from './msw-handlers.ts';
import type { Seed, SeedResult } from './seed.ts';
import type { MockWebhooks } from './webhook-receivers.ts';

/** The mock's address and behaviour. */
export interface HoldfastMockOptions extends BackendOptions {
  /** The address that clients are given. A path in it is kept. Default `http://localhost:4010`. */
  readonly baseUrl?: string | undefined;
}

/** A mock Holdfast server. It answers as the real one does, because it runs the same engine. */
export interface HoldfastMock {
  /** For MSW's `setupServer` or `setupWorker`. Requests to other paths are left to other handlers. */
  readonly handlers: HttpHandler[];
  /**
   * The same without MSW, to be given to a client in place of the global `fetch`.
   *
   * @throws TypeError when the connection fails because of {@link HoldfastMock.failNext}, or the URL isn't the mock's.
   */
  readonly fetch: typeof globalThis.fetch;
  readonly clock: MockClock;
  /** Who answers when events are delivered to webhook endpoints. */
  readonly webhooks: MockWebhooks;
  /**
   * Adds definitions and reservations, and resolves to what they have become, release tokens included.
   *
   * @throws Error when the server would refuse one; what comes before it stays.
   * @example
   * ```ts
   * const { reservations } = await mock.seed({
   *   definitions: [{ name: 'Printer', capacity: 2 }],
   *   reservations: [{ requester: 'alice', resource: 'Printer', ttlSeconds: 60 }],
   * });
   * console.log(reservations[0]?.releaseToken);
   * ```
   */
  seed(seed: Seed): Promise<SeedResult>;
  /**
   * Back to the beginning: the seed of the options and nothing else, the first token, the time of the start; failures
   * to come and receivers of webhooks are forgotten, streams end, and latency is what the options say.
   */
  reset(): Promise<void>;
  /**
   * Makes the next call fail; calls in a row queue up.
   *
   * @throws TypeError when the contract has no such failure.
   * @example
   * ```ts
   * mock.failNext({ operationId: 'reserve', status: 503, retryAfterSeconds: 0 });
   * mock.failNext({ status: 'network', after: true }); // it takes effect, but the answer is lost
   * ```
   */
  failNext(options: FailNextOptions): void;
  /**
   * Has answers come late from now on, by real timers. Requests take effect at once all the same, also those whose
   * sender doesn't wait for the answer.
   *
   * @param latencyMs - Milliseconds, or bounds between which it varies, the same way in every run.
   */
  latency(latencyMs: LatencyMs): void;
}

/**
 * Makes a Holdfast for tests: offline, with state, as strict as the server, and the same in every run.
 *
 * @throws TypeError when the options make no sense.
 * @example
 * ```ts
 * import { createHoldfastMock } from '@holdfast/mocks';
 * import { setupServer } from 'msw/node';
 *
 * const mock = createHoldfastMock({ baseUrl: 'http://holdfast.test' });
 * const server = setupServer(...mock.handlers);
 * server.listen();
 *
 * const answer = await fetch('http://holdfast.test/api/v1/Reservation/reserve', {
 *   method: 'POST',
 *   headers: { 'Content-Type': 'application/json', 'X-API-Key': 'any' },
 *   body: JSON.stringify([{ requester: 'alice', resource: 'room', ttlSeconds: 60 }]),
 * });
 * console.log(await answer.json()); // [{ status: 'ACQUIRED', … }]
 * await mock.clock.advance({ seconds: 60 }); // the room is free again
 * ```
 */
export function createHoldfastMock(options: HoldfastMockOptions = {}): HoldfastMock {
  const { baseUrl = 'http://localhost:4010' } = options;
  const base = parseBaseUrl(baseUrl);
  const backend = new MockBackend(options);
  return {
    handlers: createHandlers(base, (request) => answerOrFail(backend, base, request)),
    fetch: createFetch(backend, base),
    clock: backend.clock,
    webhooks: backend.webhooks,
    seed: (seed) => backend.seed(seed),
    reset: () => backend.reset(),
    failNext: (failure) => backend.failNext(failure),
    latency: (latencyMs) => backend.latency(latencyMs),
  };
}

/** `Response.error()`: the connection failed. */
async function answerOrFail(backend: MockBackend, base: BaseAddress, request: Request): Promise<Response> {
  const wireRequest = await toWireRequest(request, base);
  try {
    const answer = await backend.answer(wireRequest, request.signal);
    return answer === 'networkError' ? Response.error() : toResponse(answer, request);
  } catch (error) {
    // The caller no longer waits.
    if (request.signal.aborted) return Response.error();
    throw error;
  }
}

function createFetch(backend: MockBackend, base: BaseAddress): HoldfastMock['fetch'] {
  return async (input, init) => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    if (!request.url.startsWith(`${base.origin}${base.path}/`)) {
      throw new TypeError(`The mock is at ${base.origin}${base.path} and has no answer for ${request.url}.`);
    }
    const response = await answerOrFail(backend, base, request);
    request.signal.throwIfAborted();
    if (response.type === 'error') throw new TypeError('Failed to fetch', { cause: new Error('See failNext.') });
    return response;
  };
}
