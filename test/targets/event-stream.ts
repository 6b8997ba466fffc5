import type { HoldfastEvent } from '@holdfast/contract';
import { createParser } from 'eventsource-parser';
import type { EventSourceMessage } from 'eventsource-parser';

/** An event as a stream has it. */
export interface StreamedEvent extends EventSourceMessage {
  readonly json: HoldfastEvent;
}

/** An answer that goes on until somebody ends it, read event by event. */
export class EventStream {
  /** All that have come so far. */
  readonly comments: string[] = [];
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  readonly #events: StreamedEvent[] = [];
  readonly #parser = createParser({
    onEvent: (message) => {
      this.#events.push({ ...message, json: JSON.parse(message.data) as HoldfastEvent });
    },
    onComment: (comment) => this.comments.push(comment.trim()),
    onError: (error) => {
      throw error;
    },
  });

  /** @param onEvent - Is shown each event before anybody takes it. */
  constructor(body: ReadableStream<Uint8Array>, onEvent: (event: StreamedEvent) => void = () => {}) {
    this.#reader = body.getReader();
    this.#onEvent = onEvent;
  }

  readonly #onEvent: (event: StreamedEvent) => void;

  /** Waits for the next one; undefined once the line is closed. */
  async next(): Promise<StreamedEvent | undefined> {
    while (this.#events.length === 0) {
      if (!(await this.#readMore())) return undefined;
    }
    const event = this.#events.shift()!;
    this.#onEvent(event);
    return event;
  }

  async take(count: number): Promise<readonly StreamedEvent[]> {
    const taken: StreamedEvent[] = [];
    while (taken.length < count) {
      const event = await this.next();
      if (event === undefined) throw new Error(`The line was closed after ${taken.length} events of ${count}.`);
      taken.push(event);
    }
    return taken;
  }

  /** Waits for a comment that nobody has waited for. */
  async untilComment(comment: string): Promise<void> {
    while (!this.comments.includes(comment)) {
      if (!(await this.#readMore())) throw new Error(`The line was closed before the comment ${comment}.`);
    }
  }

  /** All that comes until the line is closed. */
  async rest(): Promise<readonly StreamedEvent[]> {
    const rest: StreamedEvent[] = [];
    for (let event = await this.next(); event !== undefined; event = await this.next()) rest.push(event);
    return rest;
  }

  /** Hangs up. */
  async close(): Promise<void> {
    await this.#reader.cancel();
  }

  async #readMore(): Promise<boolean> {
    const { done, value } = await this.#reader.read();
    if (done) return false;
    this.#parser.feed(this.#decoder.decode(value, { stream: true }));
    return true;
  }
}

export function isEventStream({ headers }: Response): boolean {
  return headers.get('Content-Type')?.split(';')[0] === 'text/event-stream';
}
