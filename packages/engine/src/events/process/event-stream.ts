import type { SequencedEvent } from '../../shared/event-log.ts';

/** Why a stream ends. */
export type EndOfStream = 'stopping' | 'unauthorized' | 'behind' | 'closed';

/** The events of an outbox after a number, oldest first, as fast as they are asked for and no faster. */
export interface EventStream {
  /** Those that come next, at least one; undefined when the stream has ended. Rejects with StoreUnavailable. */
  next(): Promise<readonly SequencedEvent[] | undefined>;
  /** Ends it, if it hasn't ended yet. */
  end(reason: EndOfStream): void;
  /** The last number that nothing has to be read of any more: all up to it was given, or isn't wanted. */
  readonly passed: number;
  /** Undefined while it hasn't ended. */
  readonly ended: EndOfStream | undefined;
}

/** Where a stream reads. */
export interface StreamSource {
  /** What lies in memory after a number; undefined if that is too far back. */
  recentAfter(number: number): { readonly events: readonly SequencedEvent[]; readonly last: number } | undefined;
  /** What the log has after a number: some of it, oldest first. */
  readAfter(number: number): Promise<readonly SequencedEvent[]>;
  leave(stream: OpenStream): void;
}

export interface StreamOptions {
  readonly after: number;
  accepts(event: SequencedEvent): boolean;
}

/** A reader who doesn't take this much of what has come meanwhile is too slow, in UTF-16 code units. */
const mostBehind = 262_144;

/**
 * One reader's position in an outbox. It keeps no events: who is slow reads from the log, and who stands still is given
 * up. Nothing is lost by that: a reader goes on after the last event that it has.
 */
export class OpenStream implements EventStream {
  readonly #source: StreamSource;
  readonly #accepts: StreamOptions['accepts'];
  #position: number;
  #passed: number;
  #ended: EndOfStream | undefined;
  #wake: (() => void) | undefined;
  #missed = 0;

  constructor(source: StreamSource, { after, accepts }: StreamOptions) {
    this.#source = source;
    this.#accepts = accepts;
    this.#position = after;
    this.#passed = after;
  }

  get passed(): number {
    return this.#passed;
  }

  get ended(): EndOfStream | undefined {
    return this.#ended;
  }

  async next(): Promise<readonly SequencedEvent[] | undefined> {
    while (this.#ended === undefined) {
      // Who looks through the log for what he accepts takes what comes meanwhile, too.
      this.#missed = 0;
      this.#passed = this.#position;
      const events = (await this.#read()).filter((event) => this.#accepts(event));
      if (events.length > 0) return events;
    }
    return undefined;
  }

  end(reason: EndOfStream): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    this.#source.leave(this);
    this.#wake?.();
  }

  /** There are new events: so many code units of them. */
  ring(length: number): void {
    if (this.#wake !== undefined) return this.#wake();
    this.#missed += length;
    if (this.#missed > mostBehind) this.end('behind');
  }

  async #read(): Promise<readonly SequencedEvent[]> {
    const recent = this.#source.recentAfter(this.#position);
    if (recent === undefined) {
      const events = await this.#source.readAfter(this.#position);
      const last = events.at(-1);
      // There were some: their history has ended.
      if (last === undefined) this.end('behind');
      else this.#position = last.number;
      return events;
    }
    this.#position = recent.last;
    if (recent.events.length === 0) await this.#news();
    return recent.events;
  }

  async #news(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }
}
