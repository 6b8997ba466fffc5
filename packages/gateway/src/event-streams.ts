import type { EndOfStream, EventStream, SequencedEvent } from '@holdfast/engine';
import { toWireEvent } from '@holdfast/engine';

interface OpenStream {
  readonly events: EventStream;
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  /** Whether whoever reads it still may. */
  isAllowed(): Promise<boolean>;
  /** The number of the event that was written last. */
  written: number;
  /** Whether something was written since it was tended last. */
  hasWritten: boolean;
  /** Since when nothing was written, and when its reader was looked at last, by the clock of whoever tends it. */
  silentSinceMs: number;
  checkedAtMs: number;
}

/** So often a silent line gets a comment, and a reader's key is looked at, in milliseconds. */
const commentIntervalMs = 15_000;
const checkIntervalMs = 1_000;

const endComments: Readonly<Record<EndOfStream, string>> = {
  stopping: 'the server stops',
  unauthorized: 'the key is no longer valid',
  behind: 'too far behind',
  closed: 'closed',
};

const encoder = new TextEncoder();

/** Serialized once for all readers. */
const serialized = new WeakMap<SequencedEvent, string>();

/** Writes events as server-sent events, for as long as their readers may read them. */
export class EventStreams {
  readonly #open = new Set<OpenStream>();
  #writtenCount = 0;

  /** How many events have been written, to all readers together. */
  get writtenCount(): number {
    return this.#writtenCount;
  }

  open(events: EventStream, isAllowed: () => Promise<boolean>): ReadableStream<Uint8Array> {
    let stream: OpenStream | undefined;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        const never = Number.NEGATIVE_INFINITY;
        const written = events.passed;
        stream = { events, controller, isAllowed, written, hasWritten: true, silentSinceMs: never, checkedAtMs: never };
        this.#open.add(stream);
        this.#write(stream, comment('connected', written));
      },
      pull: () => stream && this.#pull(stream),
      cancel: () => {
        if (stream !== undefined) this.#open.delete(stream);
        events.end('closed');
      },
    });
  }

  /** See `Gateway.tendStreams`. */
  async tend(elapsedMs: number): Promise<void> {
    for (const stream of this.#open) {
      if (stream.hasWritten) stream.silentSinceMs = elapsedMs;
      stream.hasWritten = false;
      const isSilent = elapsedMs - stream.silentSinceMs >= commentIntervalMs;
      if (isSilent && (stream.controller.desiredSize ?? 0) > 0) {
        this.#write(stream, comment('still here', Math.max(stream.written, stream.events.passed)));
      }
      if (elapsedMs - stream.checkedAtMs < checkIntervalMs) continue;
      stream.checkedAtMs = elapsedMs;
      if (!(await stream.isAllowed())) stream.events.end('unauthorized');
    }
  }

  async #pull(stream: OpenStream): Promise<void> {
    const { events, controller } = stream;
    try {
      const next = await events.next();
      if (next !== undefined) {
        stream.written = next.at(-1)?.number ?? stream.written;
        this.#writtenCount += next.length;
        return this.#write(stream, next.map(serialize).join(''));
      }
    } catch (error) {
      this.#open.delete(stream);
      events.end('closed');
      throw error;
    }
    if (!this.#open.delete(stream)) return;
    this.#write(stream, `: ${endComments[events.ended ?? 'closed']}\n\n`);
    controller.close();
  }

  #write(stream: OpenStream, text: string): void {
    stream.hasWritten = true;
    stream.controller.enqueue(encoder.encode(text));
  }
}

/** With an id, where a reader goes on who connects again: it may not have seen an event for long, or none at all. */
function comment(text: string, id: number): string {
  return `: ${text}\nid: ${id}\n\n`;
}

function serialize(event: SequencedEvent): string {
  const known = serialized.get(event);
  if (known !== undefined) return known;
  const text = `id: ${event.number}\nevent: ${event.type}\ndata: ${JSON.stringify(toWireEvent(event))}\n\n`;
  serialized.set(event, text);
  return text;
}
