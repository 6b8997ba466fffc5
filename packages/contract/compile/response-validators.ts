import { openapi } from '../src/index.ts';
import type { OperationId, Validator } from '../src/index.ts';
import type { ContractDocument, JsonSchema } from './contract-document.ts';
import { createAjv, pointToSchemas } from './create-ajv.ts';
import { readOperations } from './operations.ts';

/**
 * The validator of a body that an operation answers with: JSON parsed, text as it is. It is compiled when it is first
 * asked for, since only tests need it.
 *
 * @throws If the contract has no body for that answer.
 */
export function responseValidator(operationId: OperationId, status: number): Validator<unknown> {
  const name = `${operationId} ${status}`;
  const schema = schemas.get(name);
  if (schema === undefined) throw new Error(`The contract has no body for ${name}.`);
  const validator = validators.get(name) ?? (compile(schema) as Validator<unknown>);
  validators.set(name, validator);
  return validator;
}

/** The validator of an event, parsed, as streams and webhooks have it. */
export function eventValidator(): Validator<unknown> {
  const validator =
    validators.get('event') ?? (compile(document.components.schemas['HoldfastEvent']!) as Validator<unknown>);
  validators.set('event', validator);
  return validator;
}

type Schemas = Readonly<Record<string, JsonSchema>>;

const document = openapi as unknown as ContractDocument;

/** The schemas of all bodies, undefined where there is none, by operationId and status. */
const schemas: ReadonlyMap<string, JsonSchema | undefined> = new Map(
  readOperations(document).flatMap(({ operationId, responses }) =>
    [...responses].map(([status, schema]) => [`${operationId} ${status}`, schema]),
  ),
);

const validators = new Map<string, Validator<unknown>>();
let ajv: ReturnType<typeof createAjv> | undefined;

function compile(schema: JsonSchema) {
  // Whether these are schemas at all was seen when the validators of requests were generated.
  ajv ??= createAjv(close(document.components.schemas) as Schemas, { validateSchema: false });
  return ajv.compile(pointToSchemas(close(schema)));
}

/** Answers may gain members, so the contract leaves them open. What we send is held to the documented ones. */
function close(schema: JsonSchema): JsonSchema {
  const entries = Object.entries(schema).map(([key, value]) => [key, closeAny(value)] as const);
  const isOpen = typeof schema['properties'] === 'object' && !('additionalProperties' in schema);
  return Object.fromEntries(isOpen ? [...entries, ['additionalProperties', false]] : entries);
}

function closeAny(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closeAny);
  return typeof value === 'object' && value !== null ? close(value as JsonSchema) : value;
}
