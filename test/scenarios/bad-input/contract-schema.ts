import { openapi } from '@holdfast/contract';
import type { OperationDescription } from '@holdfast/contract';

/** As much of JSON Schema as requests are described with. */
export interface Schema {
  /** Several, where null is as good. */
  readonly type: string | readonly string[];
  readonly const?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly enum?: readonly (string | null)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  /** What the names of further members must be. */
  readonly propertyNames?: Schema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  /** Choices that a constant member tells apart. */
  readonly oneOf?: readonly Schema[];
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface DocumentedOperation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
}

type Paths = Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;

/**
 * The schema of an operation's body, without references; undefined if it takes none.
 *
 * @param choice - Where it is one of several: the constant that tells it apart.
 */
export function bodySchemaOf(operation: OperationDescription, choice?: string): Schema | undefined {
  const schema = documentedOf(operation).requestBody?.content['application/json'].schema;
  if (schema?.oneOf === undefined) return schema;
  return schema.oneOf.find(({ properties = {} }) =>
    Object.values(properties).some((member) => member.const === choice),
  );
}

export function parametersOf(operation: OperationDescription): readonly Parameter[] {
  return documentedOf(operation).parameters ?? [];
}

const paths = resolveReferences(openapi['paths']) as Paths;

function documentedOf({ path, method, operationId }: OperationDescription): DocumentedOperation {
  const documented = paths[path]?.[method.toLowerCase()];
  if (documented === undefined) throw new Error(`The contract's document has no ${operationId}.`);
  return documented;
}

function resolveReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolveReferences);
  if (typeof value !== 'object' || value === null) return value;
  if ('$ref' in value && typeof value.$ref === 'string') return resolveReferences(lookUp(value.$ref));
  return mergeNull(
    Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolveReferences(member)])),
  );
}

/** A choice between something and null is the same as that with null among its types. */
function mergeNull(value: Readonly<Record<string, unknown>>): unknown {
  const { oneOf, ...others } = value as { readonly oneOf?: readonly Schema[] };
  const [one, nothing] = oneOf ?? [];
  if (oneOf?.length !== 2 || nothing?.type !== 'null') return value;
  return { ...one, ...others, type: [one?.type, 'null'].flat() };
}

function lookUp(reference: string): unknown {
  const names = reference.replace(/^#\//u, '').split('/');
  return names.reduce<unknown>((value, name) => (value as Readonly<Record<string, unknown>>)[name], openapi);
}
