/** The parts of an OpenAPI document that the reference page shows. */
export interface Schema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly [keyword: string]: unknown;
}

export interface Example {
  readonly summary?: string;
  readonly value: unknown;
}

export interface Content {
  readonly schema?: Schema;
  readonly examples?: Readonly<Record<string, Example>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
  readonly example?: unknown;
}

export interface Body {
  readonly description?: string;
  readonly headers?: Readonly<Record<string, { readonly description?: string }>>;
  readonly content?: Readonly<Record<string, Content>>;
}

export interface Operation {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly 'x-scope'?: string;
  readonly 'x-limit'?: string;
  readonly summary?: string;
  readonly description?: string;
  /** Empty: it is asked without a key. Absent: as all are. */
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, Body>>;
}

export interface OpenApiDocument {
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly summary?: string;
    readonly description?: string;
  };
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly 'x-tagGroups'?: readonly { readonly name: string; readonly tags: readonly string[] }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  /** What is sent to others: by the type of the event. */
  readonly webhooks?: Readonly<Record<string, { readonly post: Operation }>>;
  readonly components?: {
    readonly parameters?: Readonly<Record<string, Parameter>>;
    readonly responses?: Readonly<Record<string, Body>>;
    readonly schemas?: Readonly<Record<string, Schema>>;
    readonly securitySchemes?: Readonly<Record<string, { readonly description?: string }>>;
  };
}

/** Follows the references of a document. */
export type Resolve = <Node extends object>(node: Node) => Node;

export function resolverOf(document: object): Resolve {
  const resolve: Resolve = (node) => {
    if (!('$ref' in node) || typeof node.$ref !== 'string') return node;
    const path = node.$ref.slice(2).split('/');
    const target = path.reduce<unknown>(
      (parent, key) => (parent as Record<string, unknown>)[unescapePointer(key)],
      document,
    );
    return resolve(target as typeof node);
  };
  return resolve;
}

/** The last part of a reference, which is the name of what it refers to. */
export function referenceName(node: object): string | undefined {
  return '$ref' in node && typeof node.$ref === 'string' ? node.$ref.split('/').at(-1) : undefined;
}

function unescapePointer(key: string): string {
  return decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~');
}
