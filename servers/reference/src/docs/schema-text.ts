import type { Schema } from './document.ts';
import type { SchemaReader } from './schema-reader.ts';

interface FieldText {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
}

/** A schema as a Markdown list of its fields, with those of objects and arrays inside one another. */
export class SchemaText {
  readonly #reader: SchemaReader;

  constructor(reader: SchemaReader) {
    this.#reader = reader;
  }

  typeOf(schema: Schema): string {
    return this.#reader.typeOf(schema);
  }

  fieldsOf(schema: Schema): string {
    return this.#linesOf(schema, []).join('\n');
  }

  line({ name, type, isRequired, description }: FieldText): string {
    const text = description.replaceAll(/\s+/gu, ' ').trim();
    return `- \`${name}\` (${type}${isRequired ? ', required' : ''})${text === '' ? '' : `: ${text}`}`;
  }

  #linesOf(node: Schema, seen: readonly Schema[]): readonly string[] {
    return this.#reader.partsOf(node, seen).flatMap((part) => {
      if ('shared' in part) return [`- See schema "${part.shared}" below.`];
      return part.fields.flatMap(({ schema, around, ...field }) => [
        this.line({ ...field, type: this.#reader.typeOf(schema) }),
        ...this.#linesOf(schema, around).map((line) => `  ${line}`),
      ]);
    });
  }
}
