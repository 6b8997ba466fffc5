import type { Fact } from '../model/command.ts';
import { replay } from '../model/replay.ts';
import type { World } from '../model/state.ts';
import { findBreaches } from './add-up.ts';
import { compareBooks, readBooks } from './books.ts';
import type { Books } from './books.ts';
import { checkAudit, checkHolds } from './check-reads.ts';
import type { Explanation } from './explain.ts';
import { Versions } from './versions.ts';
import type { Stage } from './world.ts';

/** Holds what the service shows against the model. */
export class Examiner {
  readonly #stage: Stage;
  readonly #versions = new Versions();
  #latest: { readonly facts: readonly Fact[]; readonly world: World } | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** The world at the present. The last one is remembered, because the same is looked at several times in a row. */
  worldAfter(facts: readonly Fact[]): World {
    const { nowMs } = this.#stage;
    if (this.#latest?.facts !== facts || this.#latest.world.nowMs !== nowMs) {
      this.#latest = { facts, world: replay(facts, nowMs) };
    }
    return this.#latest.world;
  }

  readAll(customers: readonly string[]): Promise<readonly Books[]> {
    return Promise.all(customers.map((customer) => readBooks(this.#stage, customer)));
  }

  /** Where these books aren't what would follow. */
  compare(books: readonly Books[], { facts, names }: Explanation): readonly string[] {
    const world = this.worldAfter(facts);
    return books.flatMap((one) => compareBooks(one, world, names));
  }

  /** Throws where these books don't add up by themselves, or the holds that belong to them aren't what would follow. */
  async examine(books: readonly Books[], { facts, names }: Explanation): Promise<void> {
    const world = this.worldAfter(facts);
    for (const one of books) {
      const faults = [...findBreaches(one), ...this.#versions.findFaults(one)];
      expectNone([...faults, ...(await checkHolds(this.#stage, one.customer, world, names))]);
    }
  }

  /** Throws where anything at all isn't what follows. */
  async examineAll(known: Explanation): Promise<void> {
    const books = await this.readAll(this.#customersAfter(known));
    expectNone(this.compare(books, known));
    await this.examine(books, known);
  }

  async audit(known: Explanation): Promise<void> {
    const world = this.worldAfter(known.facts);
    for (const customer of this.#customersAfter(known)) {
      expectNone(await checkAudit(this.#stage, customer, world, known.names));
    }
  }

  #customersAfter({ facts }: Explanation): readonly string[] {
    return this.worldAfter(facts).customers.map(({ externalId }) => externalId);
  }
}

export function expectNone(faults: readonly string[]): void {
  if (faults.length > 0) throw new Error(faults.join('\n'));
}
