import type { EventFamily, Holdfast, HoldfastEvent } from '@holdfast/sdk';

const families: readonly EventFamily[] = ['resources', 'credits', 'capacity', 'access'];

/** Called with what has come since the last call, in the order of their numbers. */
export type LiveListener = (events: readonly HoldfastEvent[]) => void;

/** However many events come in a second, the page has no more to do than this often. */
const intervalMs = 100;

/** One stream of a place's events, for all of a page. */
export class LiveEvents {
  readonly #holdfast: Holdfast;
  readonly #listeners = new Set<LiveListener>();
  #waiting: HoldfastEvent[] = [];

  constructor(holdfast: Holdfast) {
    this.#holdfast = holdfast;
  }

  /** Follows events until the signal aborts. Rejects with what made it impossible. */
  async follow(signal: AbortSignal): Promise<void> {
    for await (const event of this.#holdfast.events({ families, signal })) {
      if (this.#waiting.length === 0) setTimeout(() => this.#tell(), intervalMs);
      this.#waiting.push(event);
    }
  }

  /** Calls back for events from now on, until what it returns is called. */
  readonly subscribe = (listener: LiveListener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #tell(): void {
    const events = this.#waiting;
    this.#waiting = [];
    for (const listener of this.#listeners) listener(events);
  }
}

/** Which family an event is of. Named resources' types are in capitals; the others' begin with what they are about. */
export function familyOf({ type }: HoldfastEvent): EventFamily {
  if (type === type.toUpperCase()) return 'resources';
  if (type.startsWith('credits.') || type.startsWith('reservation.')) return 'credits';
  return type.startsWith('capacity.') ? 'capacity' : 'access';
}
