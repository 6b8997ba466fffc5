import { requestValidators } from '@holdfast/contract';
import type { OperationDescription, OperationId, Validator } from '@holdfast/contract';
import type { FieldFault, OperationInput } from '@holdfast/engine';

import { invalidRequestProblem } from './problems.ts';
import type { Problem } from './problems.ts';
import type { Route } from './routes.ts';
import { bodyCompressed, bodyTooLarge, notJson } from './standard-problems.ts';
import { toFieldFaults } from './validator-faults.ts';
import type { Part } from './validator-faults.ts';
import type { UnreadBody, WireRequest } from './wire.ts';

/** What a request says, once its form has been found right. */
export interface RequestInput extends OperationInput {
  readonly idempotencyKey: string | undefined;
}

type Validators = Readonly<Partial<Record<Part, Validator<unknown>>>>;

/** How many arrays and objects a body may hold inside one another; code that walks it could run out of stack. */
const deepestNesting = 64;

/** Reads a request's parts and checks them against the contract; tells everything that is wrong at once. */
export function readInput(request: WireRequest, { operation, pathValues }: Route): RequestInput | Problem {
  const body = operation.requestBody ? readBody(request) : undefined;
  if (isProblem(body)) return body;
  const faults: FieldFault[] = [];
  const path = readPath(pathValues, faults);
  const query = readQuery(request.query, operation, faults);
  const idempotencyKey = operation.write ? request.header('Idempotency-Key') : undefined;
  const headers = idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey };
  const found = faults.length > 0 ? faults : validate(operation, { body: body?.value, path, query, headers });
  if (found.length > 0) return invalidRequestProblem(found);
  return { body: body?.value, path, query, idempotencyKey };
}

function isProblem(value: object | undefined): value is Problem {
  return value !== undefined && 'code' in value;
}

function readBody(request: WireRequest): { readonly value: unknown } | Problem {
  const mediaType = request.header('Content-Type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') return notJson(mediaType);
  if (typeof request.body !== 'string') return explainUnread(request.body);
  if (isNestedTooDeep(request.body)) {
    return wrongBody('maxDepth', `must not nest deeper than ${deepestNesting} arrays and objects`);
  }
  try {
    return { value: JSON.parse(request.body) as unknown };
  } catch (error) {
    return wrongBody('json', `must be JSON: ${error instanceof Error ? error.message : 'it is malformed'}`);
  }
}

function explainUnread({ unread }: UnreadBody): Problem {
  switch (unread) {
    case 'tooLarge':
      return bodyTooLarge;
    case 'compressed':
      return bodyCompressed;
    case 'notUtf8':
      return wrongBody('encoding', 'must be UTF-8');
  }
}

function wrongBody(rule: string, message: string): Problem {
  return invalidRequestProblem([{ field: 'body', rule, message }]);
}

/** Counts brackets outside of strings, each character once: in a body that is all quotation marks, a search would go back. */
function isNestedTooDeep(text: string): boolean {
  if (text.length <= deepestNesting) return false;
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length && depth <= deepestNesting; index += 1) {
    const character = text[index];
    if (character === '"') isInString = !isInString;
    else if (isInString) index += character === '\\' ? 1 : 0;
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
  }
  return depth > deepestNesting;
}

function readPath(pathValues: Route['pathValues'], faults: FieldFault[]): Record<string, string> {
  const path: Record<string, string> = {};
  for (const [name, encoded] of Object.entries(pathValues)) {
    const value = decode(encoded);
    if (value === undefined) {
      faults.push({ field: `path.${name}`, rule: 'percentEncoding', message: 'must be UTF-8 in percent-encoding' });
    } else {
      path[name] = value;
    }
  }
  return path;
}

function readQuery(text: string, operation: OperationDescription, faults: FieldFault[]): Record<string, unknown> {
  const query: Record<string, unknown> = {};
  for (const pair of text.split('&').filter((part) => part !== '')) {
    const [encodedName = '', ...rest] = pair.split('=');
    const name = decode(encodedName.replaceAll('+', ' '));
    const value = decode(rest.join('=').replaceAll('+', ' '));
    const description = operation.queryParameters.find((parameter) => parameter.name === name);
    const field = `query.${name ?? encodedName}`;
    if (value === undefined || name === undefined) {
      faults.push({ field, rule: 'percentEncoding', message: 'must be UTF-8 in percent-encoding' });
    } else if (description === undefined) {
      faults.push({ field, rule: 'additionalProperties', message: 'is not a parameter of this operation' });
    } else if (Object.hasOwn(query, name)) {
      faults.push({ field, rule: 'uniqueItems', message: 'must be given once' });
    } else {
      query[name] = convert(value, description.type);
    }
  }
  return query;
}

/** What doesn't look like its type stays text, for the validator to say so. */
function convert(text: string, type: 'string' | 'integer' | 'boolean'): unknown {
  if (type === 'integer' && /^-?\d+$/u.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function decode(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

function validate(operation: OperationDescription, parts: Readonly<Record<Part, unknown>>): readonly FieldFault[] {
  const validators: Validators = requestValidators[operation.operationId as OperationId];
  return (Object.entries(validators) as [Part, Validator<unknown>][]).flatMap(([part, validator]) => {
    return validator(parts[part]) ? [] : toFieldFaults(part, parts[part], validator.errors ?? []);
  });
}
