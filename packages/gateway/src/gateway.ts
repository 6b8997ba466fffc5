import type { OperationDescription, OperationId } from '@holdfast/contract';
import { canonicalJson, StoreUnavailable } from '@holdfast/engine';
import type { Answer, Caller, Environment, Refusal, Service } from '@holdfast/engine';

import { headersOf, statusOf, toErrorBody } from './problems.ts';
import type { Problem } from './problems.ts';
import { readInput } from './request-input.ts';
import type { RequestInput } from './request-input.ts';
import { chooseRequestId } from './request-id.ts';
import { findRoute } from './routes.ts';
import type { WireAnswer, WireRequest } from './wire.ts';

export interface GatewayOptions {
  readonly service: Pick<Service, 'call'>;
  readonly environment: Pick<Environment, 'sha256' | 'newToken'>;
  /** Who an API key belongs to; undefined for a key that nobody gave out. */
  authenticate(apiKey: string): Promise<Caller | undefined>;
  /** Told of what nobody foresaw; the client only learns the request's id. */
  onError(error: unknown, requestId: string): void;
}

/** How long a client is told to wait when the store is out of reach. */
const retryAfterSeconds = 1;

/**
 * One request in, one answer out: all of HTTP but the transport. The server and the mocks put their requests through
 * this very code, so that they can't answer differently.
 */
export class Gateway {
  readonly #options: GatewayOptions;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  async answer(request: WireRequest): Promise<WireAnswer> {
    const requestId = chooseRequestId(request.header('X-Request-Id'), () => this.#options.environment.newToken());
    try {
      return await this.#answer(request, requestId);
    } catch (error) {
      return this.#answerFailure(error, requestId);
    }
  }

  async #answer(request: WireRequest, requestId: string): Promise<WireAnswer> {
    const route = findRoute(request.method, request.path);
    if ('code' in route) return answerProblem(route, requestId);
    const caller = await this.#authenticate(request);
    if (caller === undefined) return answerProblem(unauthorized, requestId);
    const input = readInput(request, route);
    if ('code' in input) return answerProblem(input, requestId);
    const answer = await this.#options.service.call({
      operationId: route.operation.operationId as OperationId,
      caller,
      input,
      idempotency: this.#idempotencyOf(input),
    });
    return toWireAnswer(route.operation, answer, requestId);
  }

  async #authenticate(request: WireRequest): Promise<Caller | undefined> {
    const bearer = /^Bearer +(\S+)$/iu.exec(request.header('Authorization') ?? '')?.[1];
    const apiKey = request.header('X-API-Key') ?? bearer;
    return apiKey === undefined || apiKey === '' ? undefined : this.#options.authenticate(apiKey);
  }

  /** "The same request" means the same JSON, however it is written, and the same path parameters. */
  #idempotencyOf({ idempotencyKey, body, path }: RequestInput) {
    if (idempotencyKey === undefined) return undefined;
    return { key: idempotencyKey, fingerprint: this.#options.environment.sha256(canonicalJson({ body, path })) };
  }

  #answerFailure(error: unknown, requestId: string): WireAnswer {
    this.#options.onError(error, requestId);
    if (error instanceof StoreUnavailable) {
      const message = 'The server is too busy, or its store is out of reach. Try again, with the same idempotency key.';
      return answerProblem({ code: 'unavailable', message, retryAfterSeconds }, requestId);
    }
    const message = `Something went wrong that nobody foresaw; the log of the server has it under ${requestId}.`;
    return answerProblem({ code: 'internal_error', message }, requestId);
  }
}

const unauthorized: Problem = {
  code: 'unauthorized',
  message: 'header.X-API-Key must hold a valid API key, or header.Authorization must be Bearer and the key.',
};

function toWireAnswer(operation: OperationDescription, answer: Answer<unknown>, requestId: string): WireAnswer {
  const replayed = answer.isReplayed ? { 'Idempotent-Replayed': 'true' } : {};
  const { outcome } = answer;
  if (!outcome.ok) return answerRefusal(outcome, requestId, replayed);
  const status = operation.statuses.find((candidate) => candidate < 300) ?? 200;
  if (status === 204) return { status, headers: { ...commonHeaders(requestId), ...replayed }, body: '' };
  return answerJson(status, outcome.value, requestId, replayed);
}

/** What the rules refused is the same to the letter when its idempotency key asks again, so its body names no request. */
function answerRefusal(refusal: Refusal, requestId: string, replayed: Readonly<Record<string, string>>): WireAnswer {
  if (refusal.code === 'invalid_request') return answerProblem(refusal, requestId);
  return answerJson(statusOf[refusal.code], toErrorBody(refusal), requestId, replayed);
}

function answerProblem(problem: Problem, requestId: string): WireAnswer {
  return answerJson(statusOf[problem.code], toErrorBody(problem, requestId), requestId, headersOf(problem));
}

function answerJson(status: number, value: unknown, requestId: string, headers: Readonly<Record<string, string>>): WireAnswer {
  const contentType = { 'Content-Type': 'application/json; charset=utf-8' };
  return { status, headers: { ...commonHeaders(requestId), ...contentType, ...headers }, body: JSON.stringify(value) };
}

function commonHeaders(requestId: string): Readonly<Record<string, string>> {
  return { 'X-Request-Id': requestId, 'Cache-Control': 'no-store' };
}
