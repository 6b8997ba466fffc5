import type { EventFamily, Holdfast, HoldfastEvent } from '@holdfast/sdk';

const families: readonly EventFamily[] = ['resources', 'credits', 'capacity', 'access'];

/** One stream of a place's events, for all of a page. */
export class LiveEvents {
  readonly #holdfast: Holdfast;
  readonly #listeners = new Set<(event: HoldfastEvent) => void>();

  constructor(holdfast: Holdfast) {
    this.#holdfast = holdfast;
  }

  /** Follows events until the signal aborts. Rejects with what made it impossible. */
  async follow(signal: AbortSignal): Promise<void> {
    for await (const event of this.#holdfast.events({ families, signal })) {
      for (const listener of this.#listeners) listener(event);
    }
  }

  /** Calls back for each event from now on, in the order of their numbers, until what it returns is called. */
  readonly subscribe = (listener: (event: HoldfastEvent) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

/** Which family an event is of. Named resources' types are in capitals; the others' begin with what they are about. */
export function familyOf({ type }: HoldfastEvent): EventFamily {
  if (type === type.toUpperCase()) return 'resources';
  if (type.startsWith('credits.') || type.startsWith('reservation.')) return 'credits';
  return type.startsWith('capacity.') ? 'capacity' : 'access';
}
