/** The parts of the bundled OpenAPI document that the generators read. */

export type JsonSchema = { readonly [keyword: string]: unknown };

export interface Reference {
  readonly $ref: string;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly required?: boolean;
  readonly schema: JsonSchema;
}

export interface MediaTypes {
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

export interface DocumentOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly 'x-scope': string;
  readonly 'x-limit': string;
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: MediaTypes | Reference;
  readonly responses: Readonly<Record<string, MediaTypes | Reference>>;
}

export interface ContractDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly [section: string]: Readonly<Record<string, unknown>>;
  };
  readonly 'x-tagGroups': readonly { readonly name: string; readonly tags: readonly string[] }[];
}

/** Follows `#/…` references until it meets something that isn't one. */
export function resolve<Value>(document: ContractDocument, value: Value | Reference): Value {
  if (!isReference(value)) return value;
  const target = value.$ref
    .replace(/^#\//u, '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((node, part) => (node as Record<string, unknown> | undefined)?.[part], document);
  if (target === undefined) throw new Error(`${value.$ref} points nowhere`);
  return resolve(document, target as Value | Reference);
}

function isReference(value: unknown): value is Reference {
  return typeof value === 'object' && value !== null && '$ref' in value;
}
