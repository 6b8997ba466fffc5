import { create } from './elements.ts';

/** The headers that say something about an answer. */
const shownHeaders = [
  'Content-Type',
  'X-Request-Id',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'Idempotent-Replayed',
  'WWW-Authenticate',
  'Allow',
  'ETag',
];
/** A stream goes on for as long as it likes: what it said at first is dropped. */
const mostCharacters = 100_000;

/** What the server answered: status, time, some headers, and the body as it comes. */
export class AnswerView {
  readonly element: HTMLElement;
  readonly #status = create('p', { className: 'outcome' });
  readonly #details = create('div');
  #reading: AbortController | undefined;

  constructor() {
    this.#status.setAttribute('role', 'status');
    this.element = create('div', {}, this.#status, this.#details);
  }

  stop(): void {
    this.#reading?.abort();
  }

  async show(send: (signal: AbortSignal) => Promise<Response>): Promise<void> {
    this.stop();
    const reading = new AbortController();
    this.#reading = reading;
    this.#status.replaceChildren('Waiting for the answer…');
    this.#details.replaceChildren();
    const begunAtMs = performance.now();
    try {
      const answer = await send(reading.signal);
      await this.#read(answer, Math.round(performance.now() - begunAtMs), reading);
    } catch (error) {
      if (!reading.signal.aborted) this.#status.replaceChildren(`No answer came: ${String(error)}`);
    }
  }

  async #read(
    { status, statusText, headers, body }: Response,
    tookMs: number,
    reading: AbortController,
  ): Promise<void> {
    this.#status.replaceChildren(statusBadge(status), ` ${statusText} `, create('small', {}, `${tookMs} ms`));
    const shown = shownHeaders.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [create('dt', {}, name), create('dd', {}, value)];
    });
    this.#details.replaceChildren(create('dl', { className: 'headers' }, ...shown));
    this.element.scrollIntoView({ block: 'nearest' });
    if (body === null || status === 204) return;
    const type = headers.get('Content-Type') ?? '';
    if (type.startsWith('text/event-stream')) this.#details.append(stopButton(reading));
    const text = create('pre', { tabIndex: 0 });
    this.#details.append(text);
    for await (const part of readText(body)) text.textContent = (text.textContent + part).slice(-mostCharacters);
    if (/[/+]json/u.test(type)) text.textContent = indent(text.textContent);
  }
}

async function* readText(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield decoder.decode(value, { stream: true });
  }
}

function statusBadge(status: number): HTMLElement {
  return create('b', { className: `status s${String(status).slice(0, 1)}` }, String(status));
}

function stopButton(reading: AbortController): HTMLButtonElement {
  const button = create('button', { type: 'button' }, 'Stop');
  button.addEventListener('click', () => {
    reading.abort();
    button.remove();
  });
  return button;
}

/** JSON on a line a member. The server sends no number that a double doesn't keep. */
function indent(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
