import type { Fact } from '../model/command.ts';
import { replay } from '../model/replay.ts';
import type { State } from '../model/state.ts';
import { findBreaches } from './add-up.ts';
import { compareBooks, readBooks } from './books.ts';
import type { Books } from './books.ts';
import { checkAudit, checkHolds } from './check-reads.ts';
import { compareEvents, readEvents } from './events.ts';
import type { TenantEvent } from './events.ts';
import type { Explanation } from './explain.ts';
import { Versions } from './versions.ts';
import type { World } from './world.ts';

/** Holds what the service shows against the model. */
export class Examiner {
  readonly #world: World;
  readonly #versions = new Versions();
  #latest: { readonly facts: readonly Fact[]; readonly state: State } | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** The state at the present. The last one is remembered, because the same is looked at several times in a row. */
  stateAfter(facts: readonly Fact[]): State {
    const { nowMs } = this.#world;
    if (this.#latest?.facts !== facts || this.#latest.state.nowMs !== nowMs) {
      this.#latest = { facts, state: replay(facts, nowMs) };
    }
    return this.#latest.state;
  }

  readAll(customers: readonly string[]): Promise<readonly Books[]> {
    return Promise.all(customers.map((customer) => readBooks(this.#world, customer)));
  }

  /** Where these books aren't what would follow. */
  compare(books: readonly Books[], { facts, names }: Explanation): readonly string[] {
    const state = this.stateAfter(facts);
    return books.flatMap((one) => compareBooks(one, state, names));
  }

  readEvents(): Promise<readonly TenantEvent[]> {
    return readEvents(this.#world);
  }

  /** Where these events aren't what would follow. */
  compareEvents(events: readonly TenantEvent[], { facts, names }: Explanation): readonly string[] {
    return compareEvents(events, this.stateAfter(facts), names);
  }

  /** Throws where these books don't add up by themselves, or the holds that belong to them aren't what would follow. */
  async examine(books: readonly Books[], { facts, names }: Explanation): Promise<void> {
    const state = this.stateAfter(facts);
    for (const one of books) {
      const faults = [...findBreaches(one), ...this.#versions.findFaults(one)];
      expectNone([...faults, ...(await checkHolds(this.#world, one.customer, state, names))]);
    }
  }

  /** Throws where anything at all isn't what follows. */
  async examineAll(known: Explanation): Promise<void> {
    const books = await this.readAll(this.#customersAfter(known));
    expectNone(this.compare(books, known));
    await this.examine(books, known);
  }

  async audit(known: Explanation): Promise<void> {
    const state = this.stateAfter(known.facts);
    for (const customer of this.#customersAfter(known)) {
      expectNone(await checkAudit(this.#world, customer, state, known.names));
    }
    expectNone(this.compareEvents(await this.readEvents(), known));
  }

  #customersAfter({ facts }: Explanation): readonly string[] {
    return this.stateAfter(facts).customers.map(({ externalId }) => externalId);
  }
}

export function expectNone(faults: readonly string[]): void {
  if (faults.length > 0) throw new Error(faults.join('\n'));
}
