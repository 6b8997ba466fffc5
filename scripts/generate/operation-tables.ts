import { parametersIn, typeName } from '../../packages/contract/compile/operations.ts';
import type { Operation } from '../../packages/contract/compile/operations.ts';

const descriptionTypes = `/** A query parameter, and what its text is to be converted to before it is validated. */
export interface QueryParameter {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean';
}

export type Family = FAMILIES;

/** Everything that an API key may be allowed to do. */
export const scopes = SCOPES as const satisfies readonly wire.Scope[];

/** Tells a problem apart from all others. */
export type ProblemCode = PROBLEMS;

/** One operation of the contract. */
export interface OperationDescription {
  readonly operationId: string;
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'PATCH';
  /** With parameters in braces: \`/api/v1/Reservation/{resource}\`. */
  readonly path: string;
  readonly family: Family;
  /** What an API key must be allowed to do; \`any\`: nothing in particular; \`none\`: there need be no key. */
  readonly scope: wire.Scope | 'any' | 'none';
  /** Which limit a request counts against: that of operations, that of reads, or none. */
  readonly limit: 'operation' | 'read' | 'none';
  /** Whether it changes anything, and so takes an \`Idempotency-Key\`. */
  readonly write: boolean;
  /** Whether it answers with server-sent events. */
  readonly streams: boolean;
  /** Whether it needs a JSON body. */
  readonly requestBody: boolean;
  readonly pathParameters: readonly string[];
  readonly queryParameters: readonly QueryParameter[];
  /** Headers that it reads, that of an idempotency key included. */
  readonly headerParameters: readonly string[];
  /** Every status that it can answer. */
  readonly statuses: readonly number[];
  /** Everything that it refuses with. Of those that have the same status, the usual one comes first. */
  readonly problems: readonly ProblemCode[];
}
`;

/** The table that the gateway routes by, and the types that belong to it. */
export function contractOperations(operations: readonly Operation[], scopes: readonly string[]): string {
  const problems = operations.flatMap((operation) => operation.problems);
  return [
    "import type * as wire from './types.gen.ts';\n",
    descriptionTypes
      .replace('FAMILIES', union(operations.map(({ family }) => family)))
      .replace('SCOPES', `[${scopes.map((scope) => `'${scope}'`).join(', ')}]`)
      .replace('PROBLEMS', union(problems)),
    table(operations, 'OperationDescription', contractEntry),
    operationTypes(operations),
  ].join('\n');
}

/** As little as the SDK needs to send a request, in as few words: it is in every bundle that uses the SDK. */
export function sdkOperations(operations: readonly Operation[]): string {
  const rows = operations.map((operation) => {
    const { operationId, method, path } = operation;
    return `  ${operationId}: '${requestKind(operation)} ${method} ${path}',\n`;
  });
  return `import type { OperationDescription, OperationId } from '@holdfast/contract';

/** What a request counts against, and whether it writes: an \`unlimited\` one does, and counts against nothing. */
type Kind = 'operation' | 'read' | 'unlimited' | 'none';

/** How each operation is sent. */
export const operations = {
${rows.join('')}} as const satisfies Readonly<Record<OperationId, \`\${Kind} \${OperationDescription['method']} \${string}\`>>;
`;
}

function requestKind({ operationId, write, limit }: Operation): string {
  if (write === (limit === 'operation')) return limit;
  if (write && limit === 'none') return 'unlimited';
  throw new Error(`The SDK has no word for ${operationId}, which counts as ${limit}.`);
}

function union(texts: readonly string[]): string {
  return [...new Set(texts)].map((text) => `'${text}'`).join(' | ');
}

function table(operations: readonly Operation[], type: string, entry: (operation: Operation) => object): string {
  const rows = operations.map((operation) => `  ${operation.operationId}: ${literal(entry(operation), '  ')},\n`);
  return `/** Every operation of the contract by its operationId. */
export const operations = {
${rows.join('')}} as const satisfies Readonly<Record<string, ${type}>>;

export type OperationId = keyof typeof operations;
`;
}

function contractEntry(operation: Operation): object {
  return {
    operationId: operation.operationId,
    method: operation.method,
    path: operation.path,
    family: operation.family,
    scope: operation.scope,
    limit: operation.limit,
    write: operation.write,
    streams: operation.streams,
    requestBody: operation.body !== undefined,
    pathParameters: parametersIn(operation, 'path').map(({ name }) => name),
    queryParameters: parametersIn(operation, 'query').map(({ name, schema }) => ({ name, type: queryType(schema) })),
    headerParameters: parametersIn(operation, 'header').map(({ name }) => name),
    statuses: [...operation.responses.keys()],
    problems: operation.problems,
  };
}

function queryType(schema: Readonly<Record<string, unknown>>): string {
  const { type } = schema;
  if (type === 'string' || type === 'integer' || type === 'boolean') return type;
  throw new Error(`A query parameter can't be of type ${JSON.stringify(type)}`);
}

function operationTypes(operations: readonly Operation[]): string {
  const rows = operations.map((operation) => {
    const name = `wire.${typeName(operation.operationId)}`;
    const has = (place: 'path' | 'query') => parametersIn(operation, place).length > 0;
    const members = [
      `body: ${operation.body ? `${name}Data['body']` : 'undefined'}`,
      `path: ${has('path') ? `${name}Data['path']` : 'undefined'}`,
      `query: ${has('query') ? `NonNullable<${name}Data['query']>` : 'undefined'}`,
      `result: ${operation.streams ? 'ReadableStream<Uint8Array>' : `${name}Response`}`,
    ];
    return `  ${operation.operationId}: { ${members.join('; ')} };\n`;
  });
  return `/** What each operation takes and answers; undefined where it takes nothing. */
export interface OperationTypes {
${rows.join('')}}
`;
}

/** A TypeScript literal with single quotes, an array on one line, and an object on a line a member. */
function literal(value: unknown, indent: string): string {
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  if (Array.isArray(value)) {
    const items = value.map((item) => (typeof item === 'object' ? inline(item as object) : literal(item, indent)));
    const line = `[${items.join(', ')}]`;
    return line.length <= 200 ? line : `[\n${items.map((item) => `${indent}    ${item},\n`).join('')}${indent}  ]`;
  }
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).map(([key, member]) => `${indent}  ${key}: ${literal(member, indent)},\n`);
  return `{\n${members.join('')}${indent}}`;
}

function inline(value: object): string {
  const members = Object.entries(value).map(([key, member]) => `${key}: ${literal(member, '')}`);
  return `{ ${members.join(', ')} }`;
}
