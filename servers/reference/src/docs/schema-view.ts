import type { Resolve, Schema } from './document.ts';
import { Html, html } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import type { SchemaField, SchemaReader } from './schema-reader.ts';

/** Pairs of keywords with a lower and an upper bound, and what they count. */
const ranges = [
  ['minLength', 'maxLength', 'characters'],
  ['minItems', 'maxItems', 'items'],
  ['minProperties', 'maxProperties', 'members'],
  ['minimum', 'maximum', ''],
] as const;

const longestPattern = 32;

/** A schema as a list of its fields, with the fields of objects and arrays inside one another. */
export class SchemaView {
  readonly #resolve: Resolve;
  readonly #reader: SchemaReader;

  constructor(resolve: Resolve, reader: SchemaReader) {
    this.#resolve = resolve;
    this.#reader = reader;
  }

  /** @param seen - The enclosing schemas, which stop recursion. */
  render(node: Schema, seen: readonly Schema[] = []): Html {
    const parts = this.#reader.partsOf(node, seen);
    return html`${parts.map((part) => ('shared' in part ? renderLink(part.shared) : this.#renderFields(part.fields)))}`;
  }

  /** A schema that others link to. */
  renderShared(name: string, schema: Schema): Html {
    return html`<article id="${sharedId(name)}"><h3><a href="#${sharedId(name)}">${name}</a></h3>
${renderMarkdown(schema.description ?? '')}${this.render(schema)}</article>`;
  }

  typeOf(node: Schema): string {
    return this.#reader.typeOf(node);
  }

  /** What a value must be like besides its type, without what follows from it being one of a few, or from its format. */
  limitsOf(node: Schema): Html {
    const schema = this.#resolve(node);
    const values = schema.const === undefined ? (schema.enum ?? []) : [schema.const];
    const pattern = schema['format'] === undefined ? readable(schema['pattern']) : undefined;
    const limits = [
      ...(values.length > 0
        ? []
        : ranges.map(([least, most, unit]) => describeRange(schema[least], schema[most], unit))),
      schema['format'],
      ...[pattern, ...values].map((value) => value !== undefined && html`<code>${String(value)}</code>`),
      schema.default !== undefined && html`default <code>${JSON.stringify(schema.default)}</code>`,
    ].filter((limit) => limit instanceof Html || typeof limit === 'string');
    if (limits.length === 0) return html``;
    return html`<small class="limits">${limits.map((limit) => html`<span>${limit}</span>`)}</small>`;
  }

  #renderFields(fields: readonly SchemaField[]): Html {
    return html`<dl class="fields">${fields.map((field) => this.#renderField(field))}</dl>`;
  }

  #renderField({ name, schema, description, isRequired, around }: SchemaField): Html {
    return html`<dt><code>${name}</code> <span class="type">${this.typeOf(schema)}</span>${isRequired ? html` <b>required</b>` : ''}</dt>
<dd>${renderMarkdown(description)}${this.limitsOf(schema)}${this.#renderNested(name, schema, around)}</dd>`;
  }

  /** What is inside is folded away, but for what is only links. */
  #renderNested(name: string, schema: Schema, around: readonly Schema[]): Html {
    const hasFields = this.#reader.partsOf(schema, around).some((part) => 'fields' in part);
    const inner = this.render(schema, around);
    return hasFields ? html`<details><summary>fields of ${name}</summary>${inner}</details>` : inner;
  }
}

function sharedId(name: string): string {
  return `schema-${name}`;
}

function renderLink(name: string): Html {
  return html`<p class="schema">See <a href="#${sharedId(name)}">${name}</a></p>`;
}

/** What a long pattern means, the description says better. */
function readable(pattern: unknown): unknown {
  return typeof pattern === 'string' && pattern.length > longestPattern ? undefined : pattern;
}

function describeRange(least: unknown, most: unknown, unit: string): string | undefined {
  const from = typeof least === 'number' ? least : 0;
  // That no integer is larger than this, the introduction says.
  if (typeof most === 'number' && most < Number.MAX_SAFE_INTEGER)
    return `${from.toLocaleString('en')} to ${most.toLocaleString('en')} ${unit}`;
  // That a name isn't empty goes without saying.
  return from > (unit === '' ? 0 : 1) ? `at least ${from.toLocaleString('en')} ${unit}` : undefined;
}
