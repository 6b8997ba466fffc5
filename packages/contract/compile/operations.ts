import { resolve } from './contract-document.ts';
import type { ContractDocument, DocumentOperation, JsonSchema, MediaTypes, Parameter } from './contract-document.ts';
import { problemCodes } from './problem-codes.ts';

/** What the generators know about one operation. */
export interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly family: string;
  /** What an API key must be allowed to do. */
  readonly scope: string;
  /** Which limit a request counts against. */
  readonly limit: string;
  /** Whether it takes an `Idempotency-Key`, which every write does and no read. */
  readonly write: boolean;
  /** Whether it answers with server-sent events. */
  readonly streams: boolean;
  readonly body: JsonSchema | undefined;
  readonly parameters: readonly Parameter[];
  /** Status → schema of the body, parsed if it is JSON and a string if it is text; undefined where there is none. */
  readonly responses: ReadonlyMap<number, JsonSchema | undefined>;
  /** The codes of everything that it may refuse with; the first one of a status is the usual one. */
  readonly problems: readonly string[];
}

const methods = ['get', 'put', 'post', 'delete', 'patch'];

/** All operations of the document, in its order. */
export function readOperations(document: ContractDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => methods.includes(method))
      .map(([method, operation]) => readOperation(document, path, method, operation)),
  );
}

/** Everything that an API key can be allowed to do, in the order of the schema. */
export function readScopes({ components }: ContractDocument): readonly string[] {
  return components.schemas['Scope']?.['enum'] as readonly string[];
}

export function parametersIn(operation: Operation, place: Parameter['in']): Parameter[] {
  return operation.parameters.filter((parameter) => parameter.in === place);
}

/** `reserve` → `Reserve`, as the wire types are named. */
export function typeName(operationId: string): string {
  return operationId.charAt(0).toUpperCase() + operationId.slice(1);
}

function readOperation(
  document: ContractDocument,
  path: string,
  method: string,
  operation: DocumentOperation,
): Operation {
  const parameters = (operation.parameters ?? []).map((parameter) => resolve<Parameter>(document, parameter));
  const answers = Object.entries(operation.responses).map(
    ([status, response]) => [Number(status), resolve<MediaTypes>(document, response)] as const,
  );
  const responses = answers.map(([status, answer]) => [status, schemaOf(answer)] as const);
  return {
    operationId: operation.operationId,
    method: method.toUpperCase(),
    path,
    family: familyOf(document, operation),
    scope: operation['x-scope'],
    limit: operation['x-limit'],
    write: parameters.some((parameter) => parameter.in === 'header' && parameter.name === 'Idempotency-Key'),
    streams: answers.some(([, { content = {} }]) => eventStream in content),
    body: operation.requestBody && schemaOf(resolve<MediaTypes>(document, operation.requestBody)),
    parameters: parameters.map((parameter) => ({ ...parameter, schema: resolve(document, parameter.schema) })),
    responses: new Map(responses),
    problems: responses.flatMap(([status, schema]) => (status < 400 || !schema ? [] : problemCodes(document, schema))),
  };
}

const eventStream = 'text/event-stream';

/** Problems are JSON too, but for some that are a sentence in plain text. */
const bodyTypes = ['application/json', 'application/problem+json', 'text/plain', eventStream];

function schemaOf({ content = {} }: MediaTypes): JsonSchema | undefined {
  return bodyTypes.map((type) => content[type]?.schema).find((schema) => schema !== undefined);
}

/** The tag group that the operation's tag is in, in camel case: `Named resources` → `namedResources`. */
function familyOf(document: ContractDocument, operation: DocumentOperation): string {
  const group = document['x-tagGroups'].find(({ tags }) => operation.tags.some((tag) => tags.includes(tag)));
  if (group === undefined) throw new Error(`${operation.operationId} has no tag of a tag group`);
  return group.name.toLowerCase().replace(/[^a-z]+(?<initial>[a-z])/gu, (_, initial: string) => initial.toUpperCase());
}
