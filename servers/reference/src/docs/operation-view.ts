import type { OperationAt } from './document-outline.ts';
import type { Body, Example, Operation, Parameter, Resolve } from './document.ts';
import { referenceName } from './document.ts';
import { html, plainText } from './html.ts';
import type { Html } from './html.ts';
import { firstSentenceOf, renderInline, renderMarkdown } from './markdown.ts';
import { contentOf, examplesOf } from './request-samples.ts';
import type { RequestSamples } from './request-samples.ts';
import type { SchemaView } from './schema-view.ts';

/** What a request counts as, in words. */
const countedAs: Readonly<Record<string, string>> = { operation: 'counts as an operation', read: 'counts as a read' };

export interface OperationViewOptions {
  readonly resolve: Resolve;
  readonly schemas: SchemaView;
  readonly sharedParameters: ReadonlyMap<string, Parameter>;
  readonly samples: RequestSamples;
}

/** One operation of the contract in full. */
export class OperationView {
  readonly #resolve: Resolve;
  readonly #schemas: SchemaView;
  readonly #sharedParameters: ReadonlyMap<string, Parameter>;
  readonly #samples: RequestSamples;

  constructor({ resolve, schemas, sharedParameters, samples }: OperationViewOptions) {
    this.#resolve = resolve;
    this.#schemas = schemas;
    this.#sharedParameters = sharedParameters;
    this.#samples = samples;
  }

  render(at: OperationAt): Html {
    const { method, path, operation } = at;
    const { operationId, summary = '', description = '', responses } = operation;
    const requestBody = operation.requestBody && this.#resolve(operation.requestBody);
    const answers = Object.entries(responses).map(([status, answer]) => this.#renderAnswer(status, answer));
    return html`<article id="${operationId}">
${renderTitle(operationId, summary)}
<p class="route"><span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code> <small>${operationId}</small></p>
${renderFacts(operation)}${renderMarkdown(description)}
${this.#samples.render(at)}
${this.#renderParameters(operation)}
${requestBody && html`<h4>Body</h4><div class="body">${this.#renderBody(requestBody)}</div>`}
<h4>Answers</h4>${answers}
</article>`;
  }

  /** The headers and the answers of what is sent, which are the same for every type of event. */
  renderDelivery(operation: Operation): Html {
    const byStatus = Object.entries(operation.responses).toSorted(([left], [right]) => left.localeCompare(right));
    const answers = byStatus.map(([status, answer]) => this.#renderAnswer(status, answer));
    return html`${this.#renderParameters(operation)}<h4>Answers</h4>${answers}`;
  }

  /** One type of event that is sent. */
  renderEvent(type: string, { operationId, summary = '', requestBody }: Operation): Html {
    return html`<article id="${operationId}">
${renderTitle(operationId, summary)}
<p class="route"><code>${type}</code></p>
${requestBody && this.#renderBody(this.#resolve(requestBody))}
</article>`;
  }

  #renderParameters({ parameters = [] }: Operation): Html {
    if (parameters.length === 0) return html``;
    const rows = parameters.map((node) => {
      const name = referenceName(node);
      const parameter = this.#resolve(node);
      const isShared = name !== undefined && this.#sharedParameters.has(name);
      return isShared ? this.#renderReference(name, parameter) : this.#renderParameter(parameter);
    });
    return html`<h4>Parameters</h4><dl class="fields">${rows}</dl>`;
  }

  /** Parameters that many operations have, which link to them. */
  renderSharedParameters(): Html {
    const rows = [...this.#sharedParameters].map(([name, parameter]) =>
      this.#renderParameter(parameter, parameterId(name)),
    );
    return html`<dl class="fields">${rows}</dl>`;
  }

  /** What is said of a shared parameter wherever it is used: its first sentence. */
  #renderReference(name: string, parameter: Parameter): Html {
    const sentence = firstSentenceOf(parameter.description ?? '');
    return html`${this.#renderTerm(parameter)}<dd><p>${renderInline(sentence)} <a href="#${parameterId(name)}" aria-label="More on ${parameter.name}">More</a></p></dd>`;
  }

  #renderParameter(parameter: Parameter, id?: string): Html {
    const { description = '', schema = {} } = parameter;
    return html`${this.#renderTerm(parameter, id)}<dd>${renderMarkdown(description)}${this.#schemas.limitsOf(schema)}</dd>`;
  }

  /** The page's form reads the attributes. */
  #renderTerm({ name, in: place, required = false, schema = {}, example = '' }: Parameter, id?: string): Html {
    const anchor = id === undefined ? html`` : html` id="${id}"`;
    const sample = required ? html` data-example="${String(example)}"` : html``;
    return html`<dt${anchor} data-in="${place}"${sample}><code>${name}</code> <span class="type">${place}, ${this.#schemas.typeOf(schema)}</span>${required ? html` <b>required</b>` : ''}</dt>
`;
  }

  /** An answer shared by many operations, which link to it: the page would be twice as long otherwise. */
  renderShared(name: string, answer: Body): Html {
    const { description = '' } = answer;
    return html`<details class="answer shared" id="${sharedId(name)}" open><summary>${renderInline(description)}</summary>
${this.#renderContent(answer)}</details>`;
  }

  #renderAnswer(status: string, node: Body): Html {
    const answer = this.#resolve(node);
    const { description = '' } = answer;
    const badge = html`<b class="status s${status.slice(0, 1)}">${status}</b>`;
    const name = referenceName(node);
    if (name !== undefined) {
      return html`<p class="answer">${badge} <a href="#${sharedId(name)}">${renderInline(firstSentenceOf(description))}</a></p>`;
    }
    const isOpen = status.startsWith('2') ? html` open` : html``;
    return html`<details class="answer"${isOpen}><summary>${badge} ${renderInline(description)}</summary>
${this.#renderContent(answer)}</details>`;
  }

  #renderContent(answer: Body): Html {
    const headerNames = Object.keys(answer.headers ?? {}).map((name) => html`<code>${name}</code> `);
    return html`${headerNames.length > 0 ? html`<p><small>Headers: ${headerNames}</small></p>` : ''}${this.#renderBody(answer)}`;
  }

  #renderBody(body: Body): Html {
    const content = contentOf(body);
    if (content?.schema === undefined) return html``;
    const [mediaType = ''] = Object.keys(body.content ?? {});
    return html`<p><span class="type">${mediaType}, ${this.#schemas.typeOf(content.schema)}</span>${this.#schemas.limitsOf(content.schema)}</p>
${this.#schemas.render(content.schema)}${examplesOf(content).map(renderExample)}`;
  }
}

function parameterId(name: string): string {
  return `parameter-${name}`;
}

function sharedId(name: string): string {
  return `answer-${name}`;
}

function renderTitle(id: string, summary: string): Html {
  return html`<h3><a href="#${id}">${summary}</a></h3>`;
}

/** What a key needs for it, and what it costs of its tier. */
function renderFacts({ 'x-scope': scope = 'any', 'x-limit': limit = 'none' }: Operation): Html {
  const facts = [
    ...(scope === 'none' ? ['Needs no API key'] : []),
    ...(scope === 'any' || scope === 'none' ? [] : [html`Scope <code>${scope}</code>`]),
    ...(countedAs[limit] === undefined ? [] : [countedAs[limit]]),
  ];
  return facts.length === 0
    ? html``
    : html`<p class="facts">${facts.flatMap((fact, index) => (index === 0 ? [fact] : [', ', fact]))}</p>`;
}

function renderExample({ summary = 'Example', value }: Example): Html {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return html`<details class="example"><summary>${summary}</summary><pre tabindex="0">${plainText(text)}</pre></details>`;
}
