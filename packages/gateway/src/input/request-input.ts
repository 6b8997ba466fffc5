import { requestValidators } from '@holdfast/contract';
import type { OperationDescription, OperationId, Validator } from '@holdfast/contract';
import type { FieldFault, OperationInput } from '@holdfast/engine';

import { invalidRequestProblem } from '../problems/problems.ts';
import type { Problem } from '../problems/problems.ts';
import type { Route } from '../routes.ts';
import type { WireRequest } from '../wire.ts';
import { addTextFaults } from './body-input.ts';
import type { BodyInput } from './body-input.ts';
import { headerValuesOf } from './header-values.ts';
import { toFieldFaults } from './validator-faults.ts';
import type { Part } from './validator-faults.ts';

/** A request's contents, after validation. */
export interface RequestInput extends OperationInput {
  readonly query: Readonly<Record<string, unknown>>;
  /** Those that the operation reads, by their names in the contract. */
  readonly headers: Headers;
  readonly idempotencyKey: string | undefined;
}

type Headers = Readonly<Record<string, string>>;
type Validators = Readonly<Partial<Record<Part, Validator<unknown>>>>;

/** Reads the rest of a request and validates all of it against the contract; reports all faults at once. */
export function readInput(
  request: WireRequest,
  { operation, pathValues }: Route,
  body: BodyInput | undefined,
): RequestInput | Problem {
  const faults: FieldFault[] = [];
  const path = readPath(pathValues, faults);
  const query = readQuery(request.query, operation, faults);
  const headers = readHeaders(request, operation, faults);
  const inForm = faults.length > 0 ? faults : validate(operation, { body: body?.value, path, query, headers });
  const found = body === undefined ? inForm : addTextFaults(inForm, body);
  if (found.length > 0) return invalidRequestProblem(found);
  return { body: body?.value, path, query, headers, idempotencyKey: headers['Idempotency-Key'] };
}

function readHeaders(request: WireRequest, operation: OperationDescription, faults: FieldFault[]): Headers {
  const headers: Record<string, string> = {};
  for (const name of operation.headerParameters) {
    const [value, ...others] = headerValuesOf(request, name);
    if (others.length > 0) faults.push({ field: `header.${name}`, rule: 'uniqueItems', message: 'must be given once' });
    if (value !== undefined) headers[name] = value;
  }
  return headers;
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

/** What doesn't look like its type stays text, and the validator reports it. */
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
