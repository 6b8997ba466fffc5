import type { Answer } from './fake-fetch.ts';

/** A stream of events that a test writes, as the server would send it. */
export class FakeEventStream {
  isClosed = false;
  /** How many pieces were asked for. */
  pulls = 0;
  readonly #body: ReadableStream<Uint8Array>;
  #controller!: ReadableStreamDefaultController<Uint8Array>;

  constructor() {
    this.#body = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#controller = controller),
      pull: () => void (this.pulls += 1),
      cancel: () => void (this.isClosed = true),
    });
  }

  readonly answer: Answer = () =>
    new Response(this.#body, { headers: { 'Content-Type': 'text/event-stream; charset=utf-8' } });

  send(text: string): this {
    return this.sendBytes(...new TextEncoder().encode(text));
  }

  sendBytes(...bytes: number[]): this {
    this.#controller.enqueue(Uint8Array.from(bytes));
    return this;
  }

  /** Sends an event of a resource for each of the numbers. */
  sendNumbers(...numbers: number[]): this {
    return this.send(numbers.map(writeEvent).join(''));
  }

  end(): this {
    this.#controller.close();
    return this;
  }

  breakOff(): this {
    this.#controller.error(new TypeError('terminated'));
    return this;
  }
}

function writeEvent(number: number): string {
  return `id: ${number}\nevent: RESERVED\ndata: {"id":"${number}","number":${number},"type":"RESERVED"}\n\n`;
}
