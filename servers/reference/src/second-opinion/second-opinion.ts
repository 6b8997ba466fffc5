import { openapi, operations, requestValidators } from '@holdfast/contract';
import type { OperationDescription, OperationId, Validator } from '@holdfast/contract';
import type { GatewayAnswer, WireAnswer, WireRequest } from '@holdfast/gateway';
import type { middleware as Middleware } from 'express-openapi-validator';

import { resolverOf } from '../docs/document.ts';
import type { OpenApiDocument } from '../docs/document.ts';
import { DryExpress } from './dry-run.ts';
import type { DryRun } from './dry-run.ts';
import { documentOf } from './partial-document.ts';

export interface Disagreement {
  readonly operationId: string;
  readonly status: number;
  /** What express-openapi-validator says, in its own words. */
  readonly reason: string;
}

type Json = Readonly<Record<string, unknown>>;
type Options = Parameters<typeof Middleware>[0];

/** The validators of one operation, which others may share, and the media types of its answers. */
interface Opinion {
  readonly operation: OperationDescription;
  readonly requests: DryExpress;
  readonly answers: DryExpress;
  readonly mediaTypes: (status: number) => readonly string[];
}

/**
 * express-openapi-validator next to the gateway, for development and tests: it reads the same document, but shares no
 * code with the compiled validators that the gateway uses.
 */
export class SecondOpinion {
  readonly #opinions: ReadonlyMap<OperationId, Opinion>;
  static #shared: Promise<SecondOpinion> | undefined;

  /** One for all servers of the process: it takes seconds to compile, and depends on none of them. */
  static get(): Promise<SecondOpinion> {
    return (this.#shared ??= this.create());
  }

  /** @throws if the document can't be compiled: a server must not start with it. */
  static async create(document: Json = openapi): Promise<SecondOpinion> {
    const { middleware } = await import('express-openapi-validator');
    const build = (part: Json, options: Partial<Options>) => {
      const apiSpec = allowReserved(part) as unknown as Exclude<Options['apiSpec'], string>;
      const ajvFormats = { mode: 'full' } as const;
      return new DryExpress(
        middleware({ ...options, apiSpec, ajvFormats, validateSecurity: false, fileUploader: false }),
      );
    };
    const opinions = new Map<OperationId, Opinion>();
    const all: readonly OperationDescription[] = Object.values(operations);
    // The library walks the whole document for each schema it compiles.
    for (const family of Map.groupBy(all, (operation) => operation.family).values()) {
      const part = documentOf(family, document);
      const requests = build(part, { validateRequests: { allErrors: true } });
      const answers = build(part, { validateRequests: false, validateResponses: true });
      for (const operation of family) {
        const opinion: Opinion = { operation, requests, answers, mediaTypes: mediaTypesOf(operation, document) };
        await compile(opinion);
        opinions.set(operation.operationId as OperationId, opinion);
      }
    }
    return new SecondOpinion(opinions);
  }

  private constructor(opinions: ReadonlyMap<OperationId, Opinion>) {
    this.#opinions = opinions;
  }

  /** What the two disagree on; undefined if they agree, or if the request reached no operation. */
  async check(request: WireRequest, answer: GatewayAnswer): Promise<Disagreement | undefined> {
    const { operationId, status } = answer;
    const opinion = operationId && this.#opinions.get(operationId);
    if (opinion === undefined) return undefined;
    const reason =
      (await checkRequest(opinion, request, answer)) ??
      checkMediaType(opinion, answer) ??
      (await checkBody(opinion, answer));
    return reason === undefined ? undefined : { operationId: opinion.operation.operationId, status, reason };
  }
}

/** The library compiles schemas lazily; a fault in one would turn every answer into a 500. */
async function compile({ operation, requests, answers }: Opinion): Promise<void> {
  const empty = toEmptyRun(operation);
  const objections = [
    await requests.run({ ...empty, headers: jsonHeaders(operation.requestBody) }),
    await answers.run({ ...empty, answer: { status: 200, body: {} } }),
  ];
  const fault = objections.find((objection) => objection?.isJudgement === false);
  if (fault === undefined) return;
  throw new Error(`The contract of ${empty.method} ${operation.path} can't be compiled: ${fault.reason}`);
}

async function checkRequest(
  { operation, requests }: Opinion,
  request: WireRequest,
  { status, isDecided }: GatewayAnswer,
): Promise<string | undefined> {
  if (isDecided) {
    const objection = await requests.run(toDryRun(request, operation));
    return objection && `The gateway let the request pass, but: ${objection.reason}`;
  }
  if (status !== 400 || !isBodyRefused(request, operation)) return undefined;
  const objection = await requests.run(toDryRun(request, operation));
  return objection === undefined
    ? 'The gateway refused the body, but express-openapi-validator accepts it.'
    : undefined;
}

/** The library takes the first media type of the contract for one that it doesn't find there. */
function checkMediaType({ mediaTypes }: Opinion, { status, headers, body }: WireAnswer): string | undefined {
  const promised = mediaTypes(status);
  const given = headers['Content-Type']?.split(';')[0] ?? 'none';
  if (body === '' || promised.length === 0 || promised.includes(given)) return undefined;
  return `The answer is not one of the contract: its media type is ${given} instead of ${promised.join(' or ')}`;
}

async function checkBody(
  { operation, answers }: Opinion,
  { status, headers, body }: WireAnswer,
): Promise<string | undefined> {
  // Of plain text and of a stream, the media type is all that the library could judge.
  if (typeof body !== 'string' || body === '' || headers['Content-Type']?.startsWith('text/plain')) return undefined;
  const answer = { status, body: JSON.parse(body) as unknown };
  const objection = await answers.run({ ...toEmptyRun(operation), answer });
  return objection && `The answer is not one of the contract: ${objection.reason}`;
}

/** What media types an answer may have; none where the contract has no such answer, or one without a body. */
function mediaTypesOf({ method, path }: OperationDescription, document: Json): Opinion['mediaTypes'] {
  const resolve = resolverOf(document);
  const responses = (document as unknown as OpenApiDocument).paths[path]?.[method.toLowerCase()]?.responses;
  return (status) => {
    const answer = responses?.[status];
    return Object.keys((answer && resolve(answer).content) ?? {});
  };
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
