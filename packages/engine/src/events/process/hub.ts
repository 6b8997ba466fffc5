import type { Environment } from '../../environment.ts';
import { eventLogKind } from '../../kernel/outbox.ts';
import type { EventLogRow } from '../../kernel/outbox.ts';
import type { Store, Watch } from '../../store.ts';
import type { EndOfStream, EventStream, StreamOptions } from './event-stream.ts';
import { Tail } from './tail.ts';

export interface EventHubParts {
  readonly environment: Pick<Environment, 'elapsedMs' | 'schedule'>;
  readonly store: Pick<Store, 'read' | 'watch' | 'takeTurn'>;
  /** Up to `limit` rows of an outbox's log after a number, oldest first. Rejects with StoreUnavailable. */
  readRows(outbox: string, after: number, limit: number): Promise<readonly EventLogRow[]>;
}

/** Outboxes whose heads are read at once. */
const headsPerRead = 512;

/** How often all outboxes are looked at where something tells of other processes, in milliseconds: it may miss some. */
const pollIntervalMs = 1_000;

/** Tells whoever waits for events that there are some: of this process at once, and of others soon. */
export class EventHub {
  readonly #parts: EventHubParts;
  readonly #tails = new Map<string, Tail>();
  readonly #listeners = new Map<string, Set<() => void>>();
  /** The last numbers that were seen of outboxes which only listeners wait for. */
  readonly #heard = new Map<string, number>();
  #watch: Watch | undefined;
  #polledAtMs = Number.NEGATIVE_INFINITY;
  #polling: Promise<void> | undefined;
  #ended: EndOfStream | undefined;

  constructor(parts: EventHubParts) {
    this.#parts = parts;
  }

  get streamCount(): number {
    let count = 0;
    for (const { streams } of this.#tails.values()) count += streams.size;
    return count;
  }

  /**
   * Opens a stream of an outbox's events, which begins after a number.
   *
   * @param last - The number of the outbox's last event.
   */
  open(outbox: string, { last, ...options }: StreamOptions & { readonly last: number }): EventStream {
    this.#beginWatch();
    let tail = this.#tails.get(outbox);
    if (tail === undefined) {
      const { environment, readRows } = this.#parts;
      tail = new Tail({ environment, readRows: (after, limit) => readRows(outbox, after, limit) }, last);
      this.#tails.set(outbox, tail);
    }
    const stream = tail.open(options);
    if (this.#ended !== undefined) stream.end(this.#ended);
    // What was written while it was opened has rung for nobody.
    else this.#ring(tail);
    return stream;
  }

  /** Calls back whenever an outbox may have new events, until the function that it returns is called. */
  watch(outbox: string, listener: () => void): () => void {
    this.#beginWatch();
    const listeners = this.#listeners.get(outbox) ?? new Set();
    this.#listeners.set(outbox, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      this.#listeners.delete(outbox);
      this.#heard.delete(outbox);
    };
  }

  /** Outboxes have new events. */
  bell(outboxes: readonly string[]): void {
    for (const outbox of outboxes) {
      const tail = this.#tails.get(outbox);
      if (tail !== undefined) this.#ring(tail);
      for (const listener of this.#listeners.get(outbox) ?? []) listener();
    }
  }

  /** Looks whether other processes have written, and forgets outboxes that nobody reads. Call it every 50 to 250 ms. */
  tend(): Promise<void> {
    const { store, environment } = this.#parts;
    const isTold = store.takeTurn === undefined || store.watch !== undefined;
    if (isTold && environment.elapsedMs() - this.#polledAtMs < pollIntervalMs) return Promise.resolve();
    this.#polledAtMs = environment.elapsedMs();
    this.#polling ??= this.#poll().finally(() => {
      this.#polling = undefined;
    });
    return this.#polling;
  }

  /** Ends all streams, and those that are opened from now on. */
  async end(reason: EndOfStream): Promise<void> {
    this.#ended = reason;
    for (const { streams } of this.#tails.values()) for (const stream of streams) stream.end(reason);
    await this.#watch?.close();
    this.#watch = undefined;
  }

  async #poll(): Promise<void> {
    for (const [outbox, { streams }] of this.#tails) if (streams.size === 0) this.#tails.delete(outbox);
    const outboxes = [...new Set([...this.#tails.keys(), ...this.#listeners.keys()])];
    for (let start = 0; start < outboxes.length; start += headsPerRead) {
      const asked = outboxes.slice(start, start + headsPerRead);
      const { heads } = await this.#parts.store.read({ heads: asked });
      const lastOf = new Map(asked.map((outbox, index) => [outbox, heads[index]?.sequence ?? 0]));
      this.bell(asked.filter((outbox) => this.#isNews(outbox, lastOf.get(outbox) ?? 0)));
    }
  }

  #isNews(outbox: string, last: number): boolean {
    const tail = this.#tails.get(outbox);
    const isNewToListeners = this.#listeners.has(outbox) && last > (this.#heard.get(outbox) ?? 0);
    if (isNewToListeners) this.#heard.set(outbox, last);
    return isNewToListeners || (tail !== undefined && last > tail.last);
  }

  #ring(tail: Tail): void {
    // What can't be read now is read at the next poll.
    tail.ring().catch(() => undefined);
  }

  #beginWatch(): void {
    if (this.#ended !== undefined) return;
    this.#watch ??= this.#parts.store.watch?.(eventLogKind, (outbox) => this.bell([outbox]));
  }
}
