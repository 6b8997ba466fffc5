import type { Resolve, Schema } from './document.ts';
import { referenceName } from './document.ts';
import { Html, html } from './html.ts';
import { renderMarkdown } from './markdown.ts';

/** Pairs of keywords with a lower and an upper bound, and what they count. */
const ranges = [
  ['minLength', 'maxLength', 'characters'],
  ['minItems', 'maxItems', 'items'],
  ['minProperties', 'maxProperties', 'members'],
  ['minimum', 'maximum', ''],
] as const;

/** A schema as a list of its fields, with the fields of objects and arrays inside one another. */
export class SchemaView {
  readonly #resolve: Resolve;

  constructor(resolve: Resolve) {
    this.#resolve = resolve;
  }

  /** @param seen - The enclosing schemas, which stop recursion. */
  render(node: Schema, seen: readonly Schema[] = []): Html {
    const schema = this.#withoutNull(this.#resolve(node));
    if (seen.includes(schema)) return html``;
    const around = [...seen, schema];
    if (schema.items !== undefined) return this.render(schema.items, around);
    const parts = [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
    const fields = Object.entries(schema.properties ?? {}).map(([name, field]) =>
      this.#renderField(name, field, schema.required?.includes(name) === true, around),
    );
    const own = fields.length > 0 ? html`<dl class="fields">${fields}</dl>` : html``;
    return html`${own}${parts.map((part) => this.render(part, around))}`;
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

  /** What a value must be like besides its type. */
  limitsOf(node: Schema): Html {
    const schema = this.#resolve(node);
    const values = schema.const === undefined ? (schema.enum ?? []) : [schema.const];
    const limits = [
      ...ranges.map(([least, most, unit]) => describeRange(schema[least], schema[most], unit)),
      schema['format'],
      ...[schema['pattern'], ...values].map((value) => value !== undefined && html`<code>${String(value)}</code>`),
      schema.default !== undefined && html`default <code>${JSON.stringify(schema.default)}</code>`,
    ].filter((limit) => limit instanceof Html || typeof limit === 'string');
    return html`<small class="limits">${limits.map((limit) => html`<span>${limit}</span>`)}</small>`;
  }

  #renderField(name: string, node: Schema, isRequired: boolean, around: readonly Schema[]): Html {
    const description = node.description ?? this.#resolve(node).description ?? '';
    const inner = this.render(node, around);
    const nested = inner.text === '' ? html`` : html`<details><summary>fields of ${name}</summary>${inner}</details>`;
    return html`<dt><code>${name}</code> <span class="type">${this.typeOf(node)}</span>${isRequired ? html` <b>required</b>` : ''}</dt>
<dd>${renderMarkdown(description)}${this.limitsOf(node)}${nested}</dd>`;
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

function describeRange(least: unknown, most: unknown, unit: string): string | undefined {
  const from = typeof least === 'number' ? least : 0;
  if (typeof most === 'number') return `${from.toLocaleString('en')} to ${most.toLocaleString('en')} ${unit}`;
  return from > 0 ? `at least ${from.toLocaleString('en')} ${unit}` : undefined;
}
