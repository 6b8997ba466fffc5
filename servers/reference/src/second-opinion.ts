import { openapi, operations, requestValidators } from '@holdfast/contract';
import type { OperationDescription, OperationId, Validator } from '@holdfast/contract';
import { findRoute } from '@holdfast/gateway';
import type { WireAnswer, WireRequest } from '@holdfast/gateway';

import { DryExpress } from './dry-run.ts';
import type { DryRun } from './dry-run.ts';

export interface Disagreement {
  readonly operationId: string;
  readonly status: number;
  /** What express-openapi-validator says, in its own words. */
  readonly reason: string;
}

type Json = Readonly<Record<string, unknown>>;

/** Statuses of requests whose form the gateway found right: they were carried out, or a rule refused them. */
const statusesAfterValidation: readonly number[] = [200, 201, 204, 403, 404, 409];

/**
 * express-openapi-validator next to the gateway, for development and tests: it reads the same document, but shares no
 * code with the compiled validators that the gateway uses.
 */
export class SecondOpinion {
  readonly #requests: DryExpress;
  readonly #answers: DryExpress;

  /** @throws if the document can't be compiled: a server must not start with it. */
  static async create(document: Json = openapi): Promise<SecondOpinion> {
    const { middleware } = await import('express-openapi-validator');
    const build = (validates: 'requests' | 'answers') =>
      new DryExpress(
        middleware({
          apiSpec: allowReserved(document) as unknown as Exclude<Parameters<typeof middleware>[0]['apiSpec'], string>,
          validateRequests: validates === 'requests' ? { allErrors: true } : false,
          validateResponses: validates === 'answers',
          validateSecurity: false,
          fileUploader: false,
          ajvFormats: { mode: 'full' },
        }),
      );
    const opinion = new SecondOpinion(build('requests'), build('answers'));
    for (const operation of Object.values(operations)) await opinion.#compile(operation);
    return opinion;
  }

  private constructor(requests: DryExpress, answers: DryExpress) {
    this.#requests = requests;
    this.#answers = answers;
  }

  /** What the two disagree on; undefined if they agree, or if the request reached no operation. */
  async check(request: WireRequest, answer: WireAnswer): Promise<Disagreement | undefined> {
    const route = findRoute(request.method, request.path);
    if ('code' in route) return undefined;
    const reason =
      (await this.#checkRequest(request, route.operation, answer.status)) ??
      (await this.#checkAnswer(route.operation, answer));
    return reason === undefined
      ? undefined
      : { operationId: route.operation.operationId, status: answer.status, reason };
  }

  async #checkRequest(
    request: WireRequest,
    operation: OperationDescription,
    status: number,
  ): Promise<string | undefined> {
    if (statusesAfterValidation.includes(status)) {
      const objection = await this.#requests.run(toDryRun(request, operation));
      return objection && `The gateway let the request pass, but: ${objection.reason}`;
    }
    if (status !== 400 || !isBodyRefused(request, operation)) return undefined;
    const objection = await this.#requests.run(toDryRun(request, operation));
    return objection === undefined
      ? 'The gateway refused the body, but express-openapi-validator accepts it.'
      : undefined;
  }

  async #checkAnswer(operation: OperationDescription, { status, body }: WireAnswer): Promise<string | undefined> {
    if (body === '') return undefined;
    const answer = { status, body: JSON.parse(body) as unknown };
    const objection = await this.#answers.run({ ...toEmptyRun(operation), answer });
    return objection && `The answer is not one of the contract: ${objection.reason}`;
  }

  /** The library compiles a schema when it is first needed; a fault in one would turn every answer into a 500. */
  async #compile(operation: OperationDescription): Promise<void> {
    const empty = toEmptyRun(operation);
    const objections = [
      await this.#requests.run({ ...empty, headers: jsonHeaders(operation.requestBody) }),
      await this.#answers.run({ ...empty, answer: { status: 200, body: {} } }),
    ];
    const fault = objections.find((objection) => objection?.isJudgement === false);
    if (fault === undefined) return;
    throw new Error(`The contract of ${empty.method} ${operation.path} can't be compiled: ${fault.reason}`);
  }
}

/**
 * A copy in which query parameters may hold reserved characters as they are: `+` for a space is how browsers write a
 * query, and `*` needs no encoding. The library refuses both unless it is told otherwise.
 */
function allowReserved(document: Json): Json {
  const isQueryParameter = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && 'in' in value && value.in === 'query';
  const text = JSON.stringify(document, (_name, value: unknown) =>
    isQueryParameter(value) ? { ...value, allowReserved: true } : value,
  );
  return JSON.parse(text) as Json;
}

/** Any request of an operation, where only the answer matters. */
function toEmptyRun({ method, path }: OperationDescription): DryRun {
  return { method, url: path.replaceAll(/\{\w+\}/gu, 'any'), headers: {}, body: undefined };
}

/** Whether the body breaks its schema. Many a rule has no schema, and the two validators read a query differently. */
function isBodyRefused({ body }: WireRequest, operation: OperationDescription): boolean {
  const validators: Readonly<Record<string, Validator<unknown>>> =
    requestValidators[operation.operationId as OperationId];
  const value = typeof body === 'string' ? parse(body) : undefined;
  return value !== undefined && validators['body']?.(value) === false;
}

function toDryRun(request: WireRequest, operation: OperationDescription): DryRun {
  const key = operation.write ? request.header('Idempotency-Key') : undefined;
  return {
    method: operation.method,
    url: request.query === '' ? request.path : `${request.path}?${request.query}`,
    headers: { ...jsonHeaders(operation.requestBody), ...(key !== undefined && { 'idempotency-key': key }) },
    body: operation.requestBody && typeof request.body === 'string' ? parse(request.body) : undefined,
  };
}

/** Whether the media type is right is the gateway's judgement: here it only says which schema to take. */
function jsonHeaders(hasBody: boolean): Readonly<Record<string, string>> {
  return hasBody ? { 'content-type': 'application/json' } : {};
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
