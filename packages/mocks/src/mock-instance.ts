import { recordKinds, Service } from '@holdfast/engine';
import type { Caller, Store } from '@holdfast/engine';
import { Gateway } from '@holdfast/gateway';
import type { WireAnswer, WireRequest } from '@holdfast/gateway';
import { createMemoryStore } from '@holdfast/store-memory';

import type { Authenticate } from './api-keys.ts';
import { createMockEnvironment } from './mock-environment.ts';
import type { MockRequest } from './mock-request.ts';
import { answerFault } from './refusals.ts';
import { plant } from './seed.ts';
import type { Seed, SeedResult } from './seed.ts';
import { createTokenSource } from './token-source.ts';

export interface InstanceOptions {
  /** Epoch milliseconds. */
  readonly startAtMs: number;
  readonly authenticate: Authenticate;
  readonly seeder: Caller;
  readonly requireRegistration: boolean;
}

/** As on a server that isn't told otherwise. */
const eventHistoryMs = 90 * 24 * 60 * 60 * 1_000;
const requestTimeoutMs = 10_000;

const dueKinds = recordKinds.filter(({ dueField }) => dueField !== undefined);

/** The server's own engine and gateway on a fresh store: what lives from one reset to the next. */
export class MockInstance {
  readonly #options: InstanceOptions;
  readonly #store: Store = createMemoryStore({ kinds: recordKinds });
  readonly #service: Service;
  readonly #gateway: Gateway;
  readonly #environment = createMockEnvironment(() => this.#nowMs, createTokenSource('token'));
  #nowMs: number;

  /** Ids of requests have a source of their own, so that a further read doesn't change the next token. */
  readonly newRequestId = createTokenSource('request');

  constructor(options: InstanceOptions) {
    const { startAtMs, requireRegistration, authenticate } = options;
    this.#options = options;
    this.#nowMs = startAtMs;
    this.#service = new Service(this.#store, this.#environment, {
      requireRegistration,
      eventHistoryMs,
      requestTimeoutMs,
    });
    this.#gateway = this.#createGateway(this.newRequestId, authenticate);
  }

  async answer(request: MockRequest): Promise<WireAnswer> {
    const { body } = request;
    if (typeof body === 'object' && 'notUtf8' in body) return this.#refuseBody(request);
    return (
      this.#refuseEncoding(request) ??
      this.#gateway.answer({ ...request, body, header: (name) => request.header(name) })
    );
  }

  /** Plants a seed, at the present time. */
  seed(seed: Seed): Promise<SeedResult> {
    const gateway = this.#createGateway(createTokenSource('seed'), () => this.#options.seeder);
    return plant(seed, (request: WireRequest) => gateway.answer(request));
  }

  /** Lets time pass until `untilMs`. What lapses on the way is announced at the moment at which it lapses. */
  async settle(untilMs: number): Promise<void> {
    if (untilMs <= this.#nowMs) return;
    let dueMs = await this.#nextDueMs(untilMs);
    while (dueMs !== undefined) {
      this.#nowMs = Math.max(this.#nowMs, dueMs);
      await this.#sweep();
      const nextDueMs = await this.#nextDueMs(untilMs);
      if (nextDueMs !== undefined && nextDueMs <= dueMs) throw new Error('A sweep left something that was due.');
      dueMs = nextDueMs;
    }
    this.#nowMs = untilMs;
    await this.#sweep();
  }

  async #sweep(): Promise<void> {
    let isMoreDue = true;
    while (isMoreDue) isMoreDue = await this.#service.sweep();
  }

  async #nextDueMs(untilMs: number): Promise<number | undefined> {
    const due = await Promise.all(dueKinds.map((kind) => this.#store.due(kind, untilMs, 1)));
    const [first, ...others] = due.flat().map(({ dueAtMs }) => dueAtMs);
    return first === undefined ? undefined : Math.min(first, ...others);
  }

  #createGateway(newToken: () => string, authenticate: Authenticate): Gateway {
    return new Gateway({
      service: this.#service,
      environment: { newToken, sha256: (text) => this.#environment.sha256(text) },
      authenticate: async (apiKey) => authenticate(apiKey),
      onError: (error, requestId) => console.error(`@holdfast/mocks failed at the request ${requestId}:`, error),
    });
  }

  #refuseBody(request: MockRequest): Promise<WireAnswer> {
    const fault = { field: 'body', rule: 'encoding', message: 'must be UTF-8' };
    const message = `${fault.field} ${fault.message}.`;
    return answerFault({ code: 'invalid_request', message, details: [fault] }, request, this.newRequestId);
  }

  #refuseEncoding(request: MockRequest): Promise<WireAnswer> | undefined {
    const encoding = request.header('Content-Encoding') ?? 'identity';
    if (encoding === 'identity') return undefined;
    const type = request.header('Content-Type')?.split(';')[0] ?? 'anything';
    const mediaType = `${type} with the Content-Encoding ${encoding}`;
    return answerFault({ code: 'unsupported_media_type', mediaType }, request, this.newRequestId);
  }
}
