import type { Resolve, Schema } from './document.ts';
import { referenceName } from './document.ts';
import { firstSentenceOf } from './markdown.ts';

export interface SchemaField {
  readonly name: string;
  readonly schema: Schema;
  readonly description: string;
  readonly isRequired: boolean;
  /** The enclosing schemas, which stop recursion. */
  readonly around: readonly Schema[];
}

/** Fields, or the name of a schema that is described elsewhere. */
export type SchemaPart = { readonly fields: readonly SchemaField[] } | { readonly shared: string };

/** What schemas hold, for whoever shows it. */
export class SchemaReader {
  readonly #resolve: Resolve;
  readonly #shared: ReadonlySet<string>;

  /** @param shared - The names of schemas that are described by themselves, since several others have them. */
  constructor(resolve: Resolve, shared: ReadonlySet<string>) {
    this.#resolve = resolve;
    this.#shared = shared;
  }

  /** What an object holds, or the objects of an array: its own fields, and those of each schema it is made of or may be. */
  partsOf(node: Schema, seen: readonly Schema[] = []): readonly SchemaPart[] {
    const name = referenceName(node);
    if (name !== undefined && this.#shared.has(name)) return [{ shared: name }];
    const schema = this.#withoutNull(this.#resolve(node));
    if (seen.includes(schema)) return [];
    const around = [...seen, schema];
    if (schema.items !== undefined) return this.partsOf(schema.items, around);
    const fields = this.#ownFieldsOf(schema, around);
    const others = [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
    return [...(fields.length > 0 ? [{ fields }] : []), ...others.flatMap((other) => this.partsOf(other, around))];
  }

  /** A type in words: `array of ReserveItem`, `string or null`. */
  typeOf(node: Schema): string {
    const schema = this.#resolve(node);
    const choices = schema.oneOf ?? schema.anyOf;
    if (choices !== undefined) return choices.map((choice) => this.typeOf(choice)).join(' or ');
    const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['any']);
    return types
      .map((type) => (type === 'array' && schema.items ? `array of ${this.#nameOf(schema.items)}` : type))
      .join(' or ');
  }

  #ownFieldsOf({ properties = {}, required = [] }: Schema, around: readonly Schema[]): readonly SchemaField[] {
    return Object.entries(properties).map(([name, schema]) => ({
      name,
      schema,
      description: schema.description ?? this.#describe(schema),
      isRequired: required.includes(name),
      around,
    }));
  }

  /** Of what is described elsewhere no more than a sentence. */
  #describe(node: Schema): string {
    const { description = '' } = this.#resolve(node);
    return this.#isShared(node) ? firstSentenceOf(description) : description;
  }

  #isShared(node: Schema): boolean {
    const name = referenceName(node);
    return name !== undefined && this.#shared.has(name);
  }

  #nameOf(node: Schema): string {
    return referenceName(node) ?? this.typeOf(node);
  }

  /** `oneOf` a schema and null is that schema: the type says already that it may be null. */
  #withoutNull(schema: Schema): Schema {
    const choices = (schema.oneOf ?? []).filter((choice) => this.#resolve(choice).type !== 'null');
    const [only] = choices;
    return choices.length === 1 && only !== undefined ? this.#resolve(only) : schema;
  }
}
