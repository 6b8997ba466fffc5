import type { OperationDescription, OperationId } from '@holdfast/contract';
import { canonicalJson, StoreUnavailable } from '@holdfast/engine';
import type { Caller, Environment, Refusal, Service } from '@holdfast/engine';

import { answerJson, answerProblem } from './answers.ts';
import { readApiKey } from './input/api-key.ts';
import { readBody } from './input/body-input.ts';
import { readInput } from './input/request-input.ts';
import type { RequestInput } from './input/request-input.ts';
import { defaultProblemTypeBase } from './problems/problem-json.ts';
import { shortenInvalidRequest } from './problems/problems.ts';
import type { Problem } from './problems/problems.ts';
import { internalError, unauthorized, unavailable } from './problems/standard-problems.ts';
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
  /** Lets all others have a turn, between the steps of a request that is much work. Absent: there are no others. */
  nextTurn?(): Promise<unknown>;
  /** What the types of problems begin with, in the families that give them types. */
  readonly problemTypeBase?: string;
}

/** Of a request, what the answer to it depends on even if nothing else of it could be read. */
export interface Asked {
  readonly path: string;
  readonly requestId: string;
}

/** The answer to a request that comes to nothing because of this problem, in the error shape of its family. */
export type AnswerProblem = (problem: Problem, asked: Asked) => WireAnswer;

/** From how long a body on, in UTF-16 code units, what is done with it is done in several turns. */
const largeBody = 65_536;

/**
 * One request in, one answer out: all of HTTP but the transport. The server and the mocks put their requests through
 * this very code, so that they can't answer differently.
 */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #problemTypeBase: string;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#problemTypeBase = options.problemTypeBase ?? defaultProblemTypeBase;
  }

  async answer(request: WireRequest): Promise<WireAnswer> {
    const requestId = chooseRequestId(request.header('X-Request-Id'), () => this.#options.environment.newToken());
    const asked = { path: request.path, requestId };
    try {
      return await this.#answer(request, asked);
    } catch (error) {
      this.#options.onError(error, requestId);
      return this.answerProblem(error instanceof StoreUnavailable ? unavailable : internalError(requestId), asked);
    }
  }

  /** Also for transports: they see what never becomes a request that could be answered here. */
  readonly answerProblem: AnswerProblem = (problem, { path, requestId }) => {
    return answerProblem(problem, path, this.#contextOf(requestId), commonHeaders(requestId));
  };

  /** What rules refused is the same to the letter when its idempotency key asks again: its body names no request. */
  answerRefusal(refusal: Refusal, asked: Asked, replayed: Headers = {}): WireAnswer {
    if (refusal.code === 'invalid_request') return this.answerProblem(shortenInvalidRequest(refusal), asked);
    const headers = { ...commonHeaders(asked.requestId), ...replayed };
    return answerProblem(refusal, asked.path, this.#contextOf(undefined), headers);
  }

  #contextOf(requestId: string | undefined) {
    return { requestId, problemTypeBase: this.#problemTypeBase };
  }

  async #answer(request: WireRequest, asked: Asked): Promise<WireAnswer> {
    const route = findRoute(request.method, request.path);
    if ('code' in route) return this.answerProblem(route, asked);
    const key = readApiKey(request);
    if ('code' in key) return this.answerProblem(key, asked);
    const caller = key.apiKey === undefined ? undefined : await this.#options.authenticate(key.apiKey);
    if (caller === undefined) return this.answerProblem(unauthorized, asked);
    const pause = () => this.#pauseIfLarge(request);
    const body = route.operation.requestBody ? await readBody(request, pause) : undefined;
    if (body !== undefined && 'code' in body) return this.answerProblem(body, asked);
    await pause();
    const input = readInput(request, route, body);
    if ('code' in input) return this.answerProblem(input, asked);
    await pause();
    const { outcome, isReplayed } = await this.#options.service.call({
      operationId: route.operation.operationId as OperationId,
      caller,
      input,
      idempotency: this.#idempotencyOf(input),
    });
    const replayed: Headers = isReplayed ? replayedHeaders : {};
    if (!outcome.ok) return this.answerRefusal(outcome, asked, replayed);
    return answerSuccess(route.operation, outcome.value, { ...commonHeaders(asked.requestId), ...replayed });
  }

  /** After a step that takes long if the body is large. */
  async #pauseIfLarge({ body }: WireRequest): Promise<void> {
    if (typeof body === 'string' && body.length > largeBody) await this.#options.nextTurn?.();
  }

  /**
   * "The same request" means the same JSON, however it is written, and the same path parameters. The fingerprint is
   * made when it is asked for: of a request that the operation finds wrong, nobody needs it.
   */
  #idempotencyOf({ idempotencyKey, body, path }: RequestInput) {
    if (idempotencyKey === undefined) return undefined;
    const { sha256 } = this.#options.environment;
    return {
      key: idempotencyKey,
      get fingerprint() {
        return sha256(canonicalJson({ body, path }));
      },
    };
  }
}

type Headers = Readonly<Record<string, string>>;

/** Two of the published texts call it differently. */
const replayedHeaders: Headers = { 'Idempotent-Replayed': 'true', 'X-Idempotent-Replayed': 'true' };

function answerSuccess({ statuses }: OperationDescription, value: unknown, headers: Headers): WireAnswer {
  const status = statuses.find((candidate) => candidate < 300) ?? 200;
  return status === 204 ? { status, headers, body: '' } : answerJson(status, value, headers);
}

function commonHeaders(requestId: string): Headers {
  return { 'X-Request-Id': requestId, 'Cache-Control': 'no-store' };
}
