import type { Body, Content, Example, Operation, Parameter, Resolve } from './document.ts';
import { referenceName } from './document.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { renderInline, renderMarkdown } from './markdown.ts';
import { SchemaView } from './schema-view.ts';

/** A placeholder for the server's address until the page is requested. */
export const originPlaceholder = 'http://holdfast.invalid';

export interface OperationAt {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** One operation of the contract in full. */
export class OperationView {
  readonly #resolve: Resolve;
  readonly #schemas: SchemaView;

  constructor(resolve: Resolve) {
    this.#resolve = resolve;
    this.#schemas = new SchemaView(resolve);
  }

  render({ method, path, operation }: OperationAt): Html {
    const { operationId, summary = '', description = '', responses } = operation;
    const parameters = (operation.parameters ?? []).map(this.#resolve);
    const requestBody = operation.requestBody && this.#resolve(operation.requestBody);
    const answers = Object.entries(responses).map(([status, answer]) => this.#renderAnswer(status, answer));
    return html`<article id="${operationId}">
<h3>${summary}</h3>
<p class="route"><span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code> <small>${operationId}</small></p>
${renderMarkdown(description)}
${this.#renderCurl({ method, path: path + requiredQuery(parameters), operation }, requestBody)}
${this.#renderParameters(parameters)}
${requestBody && html`<h4>Body</h4>${this.#renderBody(requestBody)}`}
<h4>Answers</h4>${answers}
</article>`;
  }

  /** The headers and the answers of what is sent, which are the same for every type of event. */
  renderDelivery({ parameters = [], responses }: Operation): Html {
    const byStatus = Object.entries(responses).toSorted(([left], [right]) => left.localeCompare(right));
    const answers = byStatus.map(([status, answer]) => this.#renderAnswer(status, answer));
    return html`${this.#renderParameters(parameters.map(this.#resolve))}<h4>Answers</h4>${answers}`;
  }

  /** One type of event that is sent. */
  renderEvent(type: string, { operationId, summary = '', requestBody }: Operation): Html {
    return html`<article id="${operationId}">
<h3>${summary}</h3>
<p class="route"><code>${type}</code></p>
${requestBody && this.#renderBody(this.#resolve(requestBody))}
</article>`;
  }

  #renderCurl({ method, path, operation }: OperationAt, body: Body | undefined): Html {
    const [example] = examplesOf(contentOf(body));
    const json = example && JSON.stringify(example.value).replaceAll("'", String.raw`'\''`);
    const flags = this.#isStream(operation) ? '-sN' : '-s';
    const lines = [
      `curl ${flags}${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} '${originPlaceholder}${path}'`,
      `-H "X-API-Key: $HOLDFAST_API_KEY"`,
      ...(json === undefined ? [] : [`-H 'Content-Type: application/json'`, `-d '${json}'`]),
    ];
    return html`<pre class="curl">${lines.join(' \\\n  ')}</pre>`;
  }

  /** Whether the answer goes on and on, and is to be shown as it comes. */
  #isStream({ responses }: Operation): boolean {
    return Object.values(responses).some((answer) => 'text/event-stream' in (this.#resolve(answer).content ?? {}));
  }

  #renderParameters(parameters: readonly Parameter[]): Html {
    if (parameters.length === 0) return html``;
    const rows = parameters.map(({ name, in: place, required = false, description = '', schema = {} }) => {
      const type = html`<span class="type">${place}, ${this.#schemas.typeOf(schema)}</span>`;
      return html`<dt><code>${name}</code> ${type}${required ? html` <b>required</b>` : ''}</dt>
<dd>${renderMarkdown(description)}${this.#schemas.limitsOf(schema)}</dd>`;
    });
    return html`<h4>Parameters</h4><dl class="fields">${rows}</dl>`;
  }

  /** An answer shared by many operations, which link to it: the page would be twice as long otherwise. */
  renderShared(name: string, answer: Body): Html {
    const { description = '' } = answer;
    return html`<details class="answer" id="${sharedId(name)}" open><summary>${renderInline(description)}</summary>
${this.#renderContent(answer)}</details>`;
  }

  #renderAnswer(status: string, node: Body): Html {
    const answer = this.#resolve(node);
    const title = html`<b class="status s${status.slice(0, 1)}">${status}</b> ${renderInline(answer.description ?? '')}`;
    const name = referenceName(node);
    if (name !== undefined) return html`<p class="answer">${title} <a href="#${sharedId(name)}">More</a></p>`;
    const isOpen = status.startsWith('2') ? html` open` : html``;
    return html`<details class="answer"${isOpen}><summary>${title}</summary>
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

function sharedId(name: string): string {
  return `answer-${name}`;
}

function contentOf(body: Body | undefined): Content | undefined {
  return Object.values(body?.content ?? {})[0];
}

function examplesOf(content: Content | undefined): readonly Example[] {
  return Object.values(content?.examples ?? {});
}

/** With the contract's examples, or with gaps to fill in, as a path has them. */
function requiredQuery(parameters: readonly Parameter[]): string {
  const required = parameters.filter((parameter) => parameter.in === 'query' && parameter.required === true);
  const pairs = required.map(({ name, example = `{${name}}` }) => `${name}=${String(example)}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function renderExample({ summary = 'Example', value }: Example): Html {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return html`<details class="example"><summary>${summary}</summary><pre>${text}</pre></details>`;
}
