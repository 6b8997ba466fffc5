import type { TriedOperation } from '../tried-operation.ts';
import { AnswerView } from './answer-view.ts';
import { create } from './elements.ts';
import type { OperationInputs, TriedParameter } from './operation-inputs.ts';
import { complaintAbout } from './test-key.ts';

interface Field {
  readonly parameter: TriedParameter;
  readonly input: HTMLInputElement;
}

/** A form that sends one operation to the server, with a key of the test environment. */
export class TryPanel {
  readonly element: HTMLFormElement;
  readonly #operation: TriedOperation;
  readonly #fields: readonly Field[];
  readonly #body: HTMLTextAreaElement | undefined;
  readonly #keyInput: HTMLInputElement;
  readonly #complaint = create('p', { className: 'complaint' });
  readonly #answer = new AnswerView();

  /** @param key - Holds the key for all forms, as long as the page is there. */
  constructor(operation: TriedOperation, { parameters, body }: OperationInputs, key: { value: string }) {
    this.#operation = operation;
    this.#fields = parameters.map((parameter) => ({ parameter, input: createInput(parameter) }));
    this.#body = body === undefined ? undefined : createBodyInput(body);
    this.#keyInput = create('input', {
      type: 'text',
      autocomplete: 'off',
      spellcheck: false,
      placeholder: 'hf_test_…',
    });
    this.#keyInput.value = key.value;
    this.#keyInput.addEventListener('input', () => {
      const complaint = this.#complain();
      key.value = complaint === undefined ? this.#keyInput.value.trim() : '';
    });
    this.#complaint.setAttribute('role', 'alert');
    this.element = create(
      'form',
      { className: 'panel', noValidate: true },
      ...(operation.isOpen ? [] : [label('Key of the test environment', 'kept in this page only', this.#keyInput)]),
      ...this.#fields.map(({ parameter, input }) => label(parameter.name, describe(parameter), input)),
      ...(this.#body ? [label('Body', 'JSON', this.#body)] : []),
      this.#complaint,
      create('button', { type: 'submit' }, `Send ${operation.method}`),
      this.#answer.element,
    );
    this.element.setAttribute('aria-label', `Try ${operation.operationId}`);
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#complain() === undefined) void this.#send();
    });
  }

  focus(): void {
    const isKeyMissing = !this.#operation.isOpen && this.#keyInput.value === '';
    const first = this.#fields[0]?.input ?? this.#body ?? this.#keyInput;
    (isKeyMissing ? this.#keyInput : first).focus();
  }

  /** Takes the form away, and breaks off what it still reads. */
  remove(): void {
    this.#answer.stop();
    this.element.remove();
  }

  #complain(): string | undefined {
    const complaint = this.#operation.isOpen ? undefined : complaintAbout(this.#keyInput.value.trim());
    this.#complaint.textContent = complaint ?? '';
    return complaint;
  }

  async #send(): Promise<void> {
    const { method, isOpen } = this.#operation;
    const headers = new Headers(this.#valuesIn('header'));
    if (!isOpen) headers.set('X-API-Key', this.#keyInput.value.trim());
    if (this.#body) headers.set('Content-Type', 'application/json');
    const body = this.#body ? { body: this.#body.value } : {};
    await this.#answer.show((signal) => fetch(this.#target(), { method, headers, ...body, signal, cache: 'no-store' }));
  }

  #target(): string {
    const path = new Map(this.#valuesIn('path'));
    const query = new URLSearchParams(this.#valuesIn('query')).toString();
    const filled = this.#operation.path.replaceAll(/\{(\w+)\}/gu, (_, name: string) =>
      encodeURIComponent(path.get(name) ?? ''),
    );
    return query === '' ? filled : `${filled}?${query}`;
  }

  /** What is given, of the path, the query or the headers: an empty field is none. */
  #valuesIn(place: string): [name: string, value: string][] {
    return this.#fields
      .filter(({ parameter, input }) => parameter.in === place && input.value !== '')
      .map(({ parameter, input }) => [parameter.name, input.value]);
  }
}

/** What must be given has the contract's example to begin with. */
function createInput({ example }: TriedParameter): HTMLInputElement {
  return create('input', { type: 'text', autocomplete: 'off', spellcheck: false, value: example });
}

function createBodyInput(example: string): HTMLTextAreaElement {
  const rows = Math.min(example.split('\n').length, 16);
  return create('textarea', { value: example, rows, spellcheck: false });
}

function describe({ in: place, required }: TriedParameter): string {
  return required ? `${place}, required` : place;
}

function label(name: string, hint: string, input: HTMLElement): HTMLLabelElement {
  return create('label', {}, create('span', {}, name, ' ', create('small', {}, hint)), input);
}
