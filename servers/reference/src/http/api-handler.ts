import type { IncomingMessage, ServerResponse } from 'node:http';

import { Rations } from '@holdfast/engine';
import type { Environment } from '@holdfast/engine';
import { headerValuesIn, internalError } from '@holdfast/gateway';
import type { Gateway, GatewayAnswer, WireAnswer, WireRequest } from '@holdfast/gateway';

import type { Metrics } from '../health/metrics.ts';
import type { Logger } from '../log/logger.ts';
import type { Disagreement, SecondOpinion } from '../second-opinion/second-opinion.ts';
import { dropBody, readBody } from './read-body.ts';
import { splitTarget } from './request-target.ts';
import { sendAnswer } from './send-answer.ts';
import { streamAnswer } from './stream-answer.ts';

/** Bytes of bodies handled in one turn of the event loop: a few milliseconds of parsing and validating. */
const bytesPerTurn = 131_072;

export interface ApiHandlerOptions {
  readonly gateway: Gateway;
  readonly environment: Pick<Environment, 'newToken' | 'schedule'>;
  readonly maxBodyBytes: number;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly secondOpinion: SecondOpinion | undefined;
  /** Whether the answer is the last on its connection, because the server stops. */
  isLast(request: IncomingMessage): boolean;
}

interface Ending {
  readonly response: ServerResponse;
  readonly startedAtMs: number;
  /** Whether the connection has to end, since the rest of the body may be long. */
  readonly isBodyLeft: boolean;
}

/** Serves the contract: from Node's request to the gateway, and from its answer to Node's response. */
export class ApiHandler {
  readonly #options: ApiHandlerOptions;
  readonly #rations: Rations;
  #openStreams = 0;

  constructor(options: ApiHandlerOptions) {
    this.#options = options;
    this.#rations = new Rations(options.environment.schedule, bytesPerTurn);
  }

  /** Answers that stream and haven't ended. */
  get openStreams(): number {
    return this.#openStreams;
  }

  /**
   * Answers a request whose key can't be one, before anything else looks at it, so that a flood of guesses costs little.
   * Returns undefined if it is for others to answer.
   */
  refuseAtOnce(request: IncomingMessage, response: ServerResponse): Promise<void> | undefined {
    const { gateway, secondOpinion } = this.#options;
    const apiKey = request.headers['x-api-key'];
    if (typeof apiKey !== 'string' || secondOpinion !== undefined || !gateway.cannotBeKey(apiKey)) return undefined;
    const startedAtMs = performance.now();
    const head = headOf(request);
    const refusal = gateway.refuseEarly(gateway.resolve(head));
    if (refusal === undefined) return undefined;
    return this.#finish(head, refusal, { response, startedAtMs, isBodyLeft: dropBody(request) });
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { gateway, logger, maxBodyBytes } = this.#options;
    const startedAtMs = performance.now();
    const head = headOf(request);
    const { method, path } = head;
    const resolved = gateway.resolve(head);
    const refusal = gateway.refuseEarly(resolved);
    const body = refusal === undefined ? await readBody(response, maxBodyBytes, this.#rations) : '';
    if (body === undefined) return logger.debug({ method, path }, 'the client went away before its body was complete');
    const whole = { ...head, body };
    const answer = await this.#check(whole, refusal ?? (await gateway.carryOut({ ...resolved, request: whole })));
    await this.#finish(whole, answer, {
      response,
      startedAtMs,
      isBodyLeft: refusal !== undefined && dropBody(request),
    });
  }

  /** Sends an answer and counts it. Resolves when nothing is left to be done for it. */
  #finish(
    { method, path }: WireRequest,
    answer: GatewayAnswer,
    { response, startedAtMs, isBodyLeft }: Ending,
  ): Promise<void> {
    const { logger, metrics, isLast } = this.#options;
    const sent = this.#send(response, answer, isBodyLeft || isLast(response.req));
    const durationMs = performance.now() - startedAtMs;
    metrics.observeRequest(answer.operationId ?? 'none', answer.status, durationMs / 1_000);
    if (logger.isLevelEnabled('debug')) this.#logRequest(method, path, answer, durationMs);
    return sent;
  }

  /** Resolves when nothing is left to be done for it. */
  async #send(response: ServerResponse, { status, headers, body }: WireAnswer, isLast: boolean): Promise<void> {
    if (typeof body === 'string') return sendAnswer(response, { status, headers, body }, { isLast });
    this.#openStreams += 1;
    try {
      await streamAnswer(response, { status, headers, body }, { isLast });
    } finally {
      this.#openStreams -= 1;
    }
  }

  /** The answer, or another one in its place if somebody objects. */
  async #check(request: WireRequest, answer: GatewayAnswer): Promise<GatewayAnswer> {
    const { secondOpinion } = this.#options;
    if (secondOpinion === undefined) return answer;
    const disagreement = await secondOpinion.check(request, answer);
    return disagreement === undefined ? answer : this.#report(disagreement, request, answer);
  }

  /** The answer in place of one on which the two validators disagree. */
  #report(disagreement: Disagreement, { path }: WireRequest, answer: GatewayAnswer): GatewayAnswer {
    const requestId = answer.headers['X-Request-Id'] ?? this.#options.environment.newToken();
    this.#options.metrics.countDisagreement(disagreement.operationId);
    this.#options.logger.error({ requestId, ...disagreement }, 'the two validators of the contract disagree');
    return { ...answer, ...this.#options.gateway.answerProblem(internalError(requestId), { path, requestId }) };
  }

  #logRequest(method: string, path: string, { status, headers }: WireAnswer, durationMs: number): void {
    const requestId = headers['X-Request-Id'];
    this.#options.logger.debug(
      { requestId, method, path, status, durationMs: Math.round(durationMs * 100) / 100 },
      'request',
    );
  }
}

/** A request without its body. */
function headOf(request: IncomingMessage): WireRequest {
  const { method = 'GET', url = '/' } = request;
  return { method, ...splitTarget(url), ...headersOf(request), address: addressOf(request), body: '' };
}

/** Express knows which proxies to believe, if it is Express's. */
function addressOf(request: IncomingMessage & { readonly ip?: string | undefined }): string | undefined {
  return request.ip ?? request.socket.remoteAddress;
}

/** Node drops or joins repeated headers. */
function headersOf({ headers, rawHeaders }: IncomingMessage): Pick<WireRequest, 'header' | 'headerValues'> {
  return {
    header(name) {
      const value = headers[name.toLowerCase()];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    headerValues: (name) => headerValuesIn(rawHeaders, name),
  };
}
