import type { OperationAt } from './document-outline.ts';
import type { Body, Content, Example, Parameter, Resolve } from './document.ts';
import { html, plainText } from './html.ts';
import type { Html } from './html.ts';
import { addressVariable } from './tried-operation.ts';
import type { TriedOperation } from './tried-operation.ts';

/** How an operation is asked for: with curl, with the SDK, and by the form of the page. */
export class RequestSamples {
  readonly #resolve: Resolve;
  readonly #sdkExamples: Readonly<Record<string, string>>;

  constructor(resolve: Resolve, sdkExamples: Readonly<Record<string, string>>) {
    this.#resolve = resolve;
    this.#sdkExamples = sdkExamples;
  }

  render(at: OperationAt): Html {
    const { operationId } = at.operation;
    const typeScript = this.typeScript(operationId);
    const tried: TriedOperation = {
      operationId,
      method: at.method.toUpperCase(),
      path: at.path,
      isOpen: isOpen(at.operation),
    };
    return html`<div class="samples">${renderSample('curl', this.curl(at))}${typeScript === undefined ? '' : renderSample('TypeScript', typeScript)}</div>
<button type="button" class="try" aria-expanded="false" aria-label="Try it: ${operationId}" data-operation="${JSON.stringify(tried)}">Try it</button>`;
  }

  curl(at: OperationAt): string {
    const { method, path, operation } = at;
    const parameters = (operation.parameters ?? []).map(this.#resolve).filter(({ required }) => required);
    const target = fillPath(path, parameters) + queryOf(parameters);
    const body = this.#bodyOf(at);
    const flags = this.#isStream(at) ? '-sN' : '-s';
    const lines = [
      `curl ${flags}${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} "${addressVariable}${target}"`,
      ...(isOpen(operation) ? [] : [`-H "X-API-Key: $HOLDFAST_API_KEY"`]),
      ...(body === undefined
        ? []
        : [
            `-H 'Content-Type: application/json'`,
            `-d '${JSON.stringify(body.value).replaceAll("'", String.raw`'\''`)}'`,
          ]),
    ];
    return lines.join(' \\\n  ');
  }

  /** Undefined for an operation that the SDK has no method for. */
  typeScript(operationId: string): string | undefined {
    return this.#sdkExamples[operationId];
  }

  #bodyOf({ operation: { requestBody } }: OperationAt): Example | undefined {
    return requestBody && examplesOf(contentOf(this.#resolve(requestBody)))[0];
  }

  /** Whether the answer goes on and on, and is to be shown as it comes. */
  #isStream({ operation: { responses } }: OperationAt): boolean {
    return Object.values(responses).some((answer) => 'text/event-stream' in (this.#resolve(answer).content ?? {}));
  }
}

export function contentOf(body: Body | undefined): Content | undefined {
  return Object.values(body?.content ?? {})[0];
}

export function examplesOf(content: Content | undefined): readonly Example[] {
  return Object.values(content?.examples ?? {});
}

/** Whether an operation is asked without a key. */
function isOpen({ security }: OperationAt['operation']): boolean {
  return security?.length === 0;
}

/** With the contract's examples. */
function fillPath(path: string, parameters: readonly Parameter[]): string {
  return path.replaceAll(/\{(\w+)\}/gu, (gap, name: string) => {
    const parameter = parameters.find((each) => each.name === name);
    return parameter?.example === undefined ? gap : encodeURIComponent(String(parameter.example));
  });
}

function queryOf(parameters: readonly Parameter[]): string {
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  const pairs = inQuery.map(({ name, example = `{${name}}` }) => `${name}=${String(example)}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function renderSample(name: string, code: string): Html {
  return html`<figure class="sample"><figcaption>${name} <button type="button" class="copy" aria-label="Copy the ${name} example">Copy</button></figcaption><pre tabindex="0">${plainText(code)}</pre></figure>`;
}
