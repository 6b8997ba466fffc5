import type { ExchangeTokenRequest, OperationDescription, OperationId } from '@holdfast/contract';
import { canonicalJson, StoreUnavailable } from '@holdfast/engine';
import type { Answer, Caller, Environment, EventStream, Refusal, Service } from '@holdfast/engine';

import { answerProblem, answerSuccess } from './answers.ts';
import { enter, isRefusedByForm, isStillAllowed } from './entrance.ts';
import type { Entered, GatewayAccess } from './entrance.ts';
import { EventStreams } from './event-streams.ts';
import { readBody } from './input/body-input.ts';
import { readInput } from './input/request-input.ts';
import type { RequestInput } from './input/request-input.ts';
import { defaultProblemTypeBase } from './problems/problem-json.ts';
import { shortenInvalidRequest } from './problems/problems.ts';
import type { Problem } from './problems/problems.ts';
import { internalError, unauthorized, unavailable } from './problems/standard-problems.ts';
import { chooseRequestId } from './request-id.ts';
import { findRoute } from './routes.ts';
import type { Route } from './routes.ts';
import type { TextAnswer, WireAnswer, WireRequest } from './wire.ts';

export interface GatewayOptions {
  readonly service: Pick<Service, 'call'>;
  readonly environment: Pick<Environment, 'sha256' | 'newToken'>;
  readonly access: GatewayAccess;
  /** Called with unexpected errors; the client learns only the request's id. */
  onError(error: unknown, requestId: string): void;
  /** Yields to the event loop between the steps of a large request. Absent: nobody else waits. */
  nextTurn?(): Promise<unknown>;
  /** The prefix of problem types, in the families that have them. */
  readonly problemTypeBase?: string;
}

/** What an answer depends on even if nothing else of the request could be read. */
export interface Asked {
  readonly path: string;
  readonly requestId: string;
}

/** Answers a request with a problem, in the error shape of its family. */
export type AnswerProblem = (problem: Problem, asked: Asked) => TextAnswer;

/** A request, and what it asks for. */
export interface ResolvedRequest {
  readonly request: WireRequest;
  readonly route: Route | Problem;
  /** Undefined where no operation has the request's path and method. */
  readonly operationId: OperationId | undefined;
  readonly asked: Asked;
}

/** An answer, and what it is an answer to. */
export interface GatewayAnswer extends WireAnswer, Pick<ResolvedRequest, 'operationId'> {
  /** Whether the request passed validation and was decided by its operation. */
  readonly isDecided: boolean;
}

/** From this length on, in UTF-16 code units, a body is handled in several turns of the event loop. */
const largeBody = 65_536;

/**
 * One request in, one answer out: all of HTTP but the transport. The server and the mocks share this code, so they
 * can't answer differently.
 */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #problemTypeBase: string;
  readonly #streams = new EventStreams();

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#problemTypeBase = options.problemTypeBase ?? defaultProblemTypeBase;
  }

  answer(request: WireRequest): Promise<GatewayAnswer> {
    return this.carryOut(this.resolve(request));
  }

  /** Finds a request's operation, for callers that need it before the answer. */
  resolve(request: WireRequest): ResolvedRequest {
    const route = findRoute(request.method, request.path);
    const operationId = 'code' in route ? undefined : (route.operation.operationId as OperationId);
    const requestId = chooseRequestId(request.header('X-Request-Id'), () => this.#options.environment.newToken());
    return { request, route, operationId, asked: { path: request.path, requestId } };
  }

  /** Whether a text can't be an API key, which its form alone shows. */
  cannotBeKey(apiKey: string): boolean {
    return this.#options.access.cannotBeKey(apiKey);
  }

  /** Refuses a request by its key's form alone, before its body is read; undefined if there is more to look at. */
  refuseEarly({ request, route, operationId, asked }: ResolvedRequest): GatewayAnswer | undefined {
    if ('code' in route || route.operation.scope === 'none') return undefined;
    if (!isRefusedByForm(request, this.#options.access)) return undefined;
    return { ...this.answerProblem(unauthorized, asked), operationId, isDecided: false };
  }

  async carryOut({ request, route, operationId, asked }: ResolvedRequest): Promise<GatewayAnswer> {
    let limits: Headers = {};
    const finish = (answer: WireAnswer, isDecided: boolean): GatewayAnswer => {
      return { ...answer, headers: { ...answer.headers, ...limits }, operationId, isDecided };
    };
    const refuse = (problem: Problem) => finish(this.answerProblem(problem, asked), false);
    if ('code' in route) return refuse(route);
    try {
      const entered = await this.#enter(request, route);
      limits = entered.limits;
      if (entered.found !== undefined && 'code' in entered.found) return refuse(entered.found);
      const decided = await this.#decide(request, route, entered.found);
      if ('code' in decided) return refuse(decided);
      const outcome = route.operation.streams ? this.#openStream(decided, request, route) : decided;
      return finish(this.#answerOutcome(outcome, route.operation, asked), true);
    } catch (error) {
      this.#options.onError(error, asked.requestId);
      return refuse(error instanceof StoreUnavailable ? unavailable : internalError(asked.requestId));
    }
  }

  /** How many events have been written to streams. */
  get streamedEventCount(): number {
    return this.#streams.writtenCount;
  }

  /**
   * Has silent streams of events get a comment, and ends those whose readers may no longer read. Call it several times
   * a second.
   *
   * @param elapsedMs - By a monotonic clock, in milliseconds.
   */
  tendStreams(elapsedMs: number): Promise<void> {
    return this.#streams.tend(elapsedMs);
  }

  /** Also for transports, which see requests too broken to get here. */
  readonly answerProblem: AnswerProblem = (problem, { path, requestId }) => {
    return answerProblem(problem, path, this.#contextOf(requestId), commonHeaders(requestId));
  };

  /** A refusal by a rule is replayed byte for byte, so its body has no request id. */
  answerRefusal(refusal: Refusal, asked: Asked, replayed: Headers = {}): TextAnswer {
    if (refusal.code === 'invalid_request') return this.answerProblem(shortenInvalidRequest(refusal), asked);
    const headers = { ...commonHeaders(asked.requestId), ...replayed };
    return answerProblem(refusal, asked.path, this.#contextOf(undefined), headers);
  }

  #contextOf(requestId: string | undefined) {
    return { requestId, problemTypeBase: this.#problemTypeBase };
  }

  /** Whoever exchanges a JWT shows it in the body, so he is found later. */
  #enter(request: WireRequest, { operation }: Route): Promise<Partial<Entered> & Pick<Entered, 'limits'>> {
    if (operation.scope === 'none') return Promise.resolve({ limits: {} });
    return enter(request, operation, this.#options.access);
  }

  /** Validates a request step by step, up to its first faulty step, and runs the operation. */
  async #decide(request: WireRequest, route: Route, known: Caller | undefined): Promise<Answer<unknown> | Problem> {
    const pause = () => this.#pauseIfLarge(request);
    const body = route.operation.requestBody ? await readBody(request, pause) : undefined;
    if (body !== undefined && 'code' in body) return body;
    await pause();
    const input = readInput(request, route, body);
    if ('code' in input) return input;
    await pause();
    const caller = known ?? (await this.#options.access.authenticateJwt((input.body as ExchangeTokenRequest).jwt));
    if ('code' in caller) return caller;
    return this.#options.service.call({
      operationId: route.operation.operationId as OperationId,
      caller,
      input,
      idempotency: this.#idempotencyOf(input),
    });
  }

  /** Events as they go over the wire, for as long as whoever asked still may. */
  #openStream(answer: Answer<unknown>, request: WireRequest, { operation }: Route): Answer<unknown> {
    const { outcome } = answer;
    if (!outcome.ok) return answer;
    const isAllowed = () => isStillAllowed(request, operation, this.#options.access);
    return { ...answer, outcome: { ok: true, value: this.#streams.open(outcome.value as EventStream, isAllowed) } };
  }

  #answerOutcome({ outcome, isReplayed }: Answer<unknown>, operation: OperationDescription, asked: Asked): WireAnswer {
    const replayed: Headers = isReplayed ? replayedHeaders : {};
    if (!outcome.ok) return this.answerRefusal(outcome, asked, replayed);
    return answerSuccess(operation, outcome.value, { ...commonHeaders(asked.requestId), ...replayed });
  }

  /** Yields after a step that takes long on a large body. */
  async #pauseIfLarge({ body }: WireRequest): Promise<void> {
    if (typeof body === 'string' && body.length > largeBody) await this.#options.nextTurn?.();
  }

  /**
   * "The same request" means the same JSON value, however it is written, and the same parameters. The fingerprint is
   * lazy: a request that its operation refuses needs none. Those of requests without a query are as they always were.
   */
  #idempotencyOf({ idempotencyKey, body, path, query }: RequestInput) {
    if (idempotencyKey === undefined) return undefined;
    const { sha256 } = this.#options.environment;
    return {
      key: idempotencyKey,
      get fingerprint() {
        return sha256(canonicalJson(Object.keys(query).length === 0 ? { body, path } : { body, path, query }));
      },
    };
  }
}

type Headers = Readonly<Record<string, string>>;

/** Two published texts name it differently. */
const replayedHeaders: Headers = { 'Idempotent-Replayed': 'true', 'X-Idempotent-Replayed': 'true' };

function commonHeaders(requestId: string): Headers {
  return { 'X-Request-Id': requestId, 'Cache-Control': 'no-store' };
}
