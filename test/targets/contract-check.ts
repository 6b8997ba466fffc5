import { openapi, operations } from '@holdfast/contract';
import type { OperationDescription, OperationId } from '@holdfast/contract';
import { eventValidator, responseValidator } from '@holdfast/contract/responses';

import { isEventStream } from './event-stream.ts';
import type { StreamedEvent } from './event-stream.ts';

/** What an answer is judged by. */
export interface Exchange {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly response: Response;
  readonly text: string;
}

/** Statuses that the gateway gives by what a request says, its key or its form, whatever is stored. */
const gatewayStatuses: readonly number[] = [400, 401, 403, 405, 413, 415];

/** Whether the gateway could refuse this by itself. */
export function isGatewayRefusal({ method, path, response: { status } }: Exchange): boolean {
  return gatewayStatuses.includes(status) || (status === 404 && findOperation(method, path) === undefined);
}

/** Everything about an answer that the contract doesn't allow, a sentence each. */
export function findBreaches(exchange: Exchange): readonly string[] {
  const { method, path, response } = exchange;
  const faults = [...findHeaderFaults(exchange), ...findBodyFaults(exchange)];
  return faults.map((fault) => `${method} ${path} answered ${response.status}: ${fault}`);
}

/** Everything about an event of a stream that the contract doesn't allow, a sentence each. */
export function findEventBreaches({ id, event, data, json }: StreamedEvent): readonly string[] {
  const validate = eventValidator();
  const faults = validate(json) ? [] : (validate.errors ?? []).map(describeFault);
  if (id !== json.id || id !== String(json.number)) faults.push(`its id is ${id}`);
  if (event !== json.type) faults.push(`it is called ${event}`);
  return faults.map((fault) => `The stream's event ${data}: ${fault}`);
}

function findHeaderFaults({ method, path, response, text }: Exchange): readonly string[] {
  const { status, headers } = response;
  const mediaType = headers.get('Content-Type')?.split(';')[0] ?? 'none';
  const faults: string[] = [];
  if (!headers.get('X-Request-Id')) faults.push('X-Request-Id is missing');
  if (![null, 'true'].includes(headers.get('Idempotent-Replayed'))) faults.push('Idempotent-Replayed is not "true"');
  if (text !== '' && !findMediaTypes(method, path, status).includes(mediaType)) faults.push(`the body is ${mediaType}`);
  if (status === 405 && headers.get('Allow') === null) faults.push('Allow is missing');
  if (status === 503 && headers.get('Retry-After') === null) faults.push('Retry-After is missing');
  return faults;
}

function findBodyFaults({ method, path, response, text }: Exchange): readonly string[] {
  const { status, headers } = response;
  const operation = findOperation(method, path);
  const promised: readonly number[] = operation?.statuses ?? [404, 405];
  if (!promised.includes(status)) return [`the contract promises ${promised.join(', ')}`];
  if (status === 500) return [`nothing in the scenarios is worth a 500: ${text}`];
  // It has no end: whoever reads it looks at each event.
  if (isEventStream(response)) return operation?.streams === true ? [] : ['it never ends'];
  if (status === 204 || method === 'HEAD') return text === '' ? [] : ['there is a body'];
  const value: unknown = isJson(response) ? JSON.parse(text) : text;
  const requestId = isProblem(value) ? value.requestId : undefined;
  if (requestId !== undefined && requestId !== headers.get('X-Request-Id')) return ['requestId is not X-Request-Id'];
  if (operation === undefined) return isProblemOf(path, value) ? [] : ['the body is no problem'];
  return findSchemaFaults(operation, status, value);
}

function findSchemaFaults({ operationId }: OperationDescription, status: number, value: unknown): readonly string[] {
  const validate = responseValidator(operationId as OperationId, status);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(describeFault);
}

function describeFault({
  instancePath,
  message,
}: {
  readonly instancePath: string;
  readonly message?: string;
}): string {
  return `${instancePath} ${message}`;
}

/** One family's 400 is plain text. */
export function isJson({ headers }: Response): boolean {
  return /^application\/(?:\w+\+)?json(?:;|$)/u.test(headers.get('Content-Type') ?? '');
}

function isProblem(value: unknown): value is { error: string; message: string; requestId?: string } {
  return typeof value === 'object' && value !== null && 'error' in value && 'message' in value;
}

/** A problem as a path has it that leads to no operation. */
function isProblemOf(path: string, value: unknown): boolean {
  if (!isBelowV1(path)) return isProblem(value);
  return typeof value === 'object' && value !== null && Object.keys(value).join() === 'type,title,status,detail';
}

function isBelowV1(path: string): boolean {
  return /^\/v1(?:\/|$)/u.test(path);
}

/** What the contract says that an answer may be written in. */
function findMediaTypes(method: string, path: string, status: number): readonly string[] {
  const operation = findOperation(method, path);
  if (operation === undefined) return [isBelowV1(path) ? 'application/problem+json' : 'application/json'];
  const answer = paths[operation.path]?.[operation.method.toLowerCase()]?.responses[status];
  const { content = {} } = answer?.$ref === undefined ? (answer ?? {}) : (responses[nameIn(answer.$ref)] ?? {});
  return Object.keys(content);
}

interface DocumentAnswer {
  readonly $ref?: string;
  readonly content?: object;
}

type DocumentOperation = { readonly responses: Readonly<Record<number, DocumentAnswer>> };

const { paths, components } = openapi as unknown as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentOperation>>>>;
  readonly components: { readonly responses: Readonly<Record<string, DocumentAnswer>> };
};
const { responses } = components;

function nameIn(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

/** With their segments: each answer looks for its operation several times. */
const templates = Object.values<OperationDescription>(operations).map((operation) => {
  return { operation, segments: operation.path.split('/') };
});

/** Undefined where the contract has no such path, or the path has no such method: the path decides first. */
function findOperation(asked: string, path: string): OperationDescription | undefined {
  const method = asked === 'HEAD' ? 'GET' : asked;
  const segments = path.split('/');
  const matching = templates.flatMap((template) => (matches(template.segments, segments) ? template.operation : []));
  // Fixed segments win over parameters.
  const fewestParameters = Math.min(...matching.map(({ pathParameters }) => pathParameters.length));
  return matching.find(
    (operation) => operation.pathParameters.length === fewestParameters && operation.method === method,
  );
}

function matches(expected: readonly string[], segments: readonly string[]): boolean {
  if (segments.length !== expected.length) return false;
  return expected.every((part, index) => (part.startsWith('{') ? segments[index] !== '' : part === segments[index]));
}
