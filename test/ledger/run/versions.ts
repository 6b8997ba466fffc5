import type { Books } from './books.ts';

/** What the version of each customer's account was last, and how long the ledger. */
export class Versions {
  readonly #last = new Map<string, { readonly version: number; readonly entryCount: number }>();

  /** It never falls, and rises with the ledger. */
  findFaults({ customer, account: { version }, ledger }: Books): readonly string[] {
    const last = this.#last.get(customer) ?? { version: -1, entryCount: 0 };
    const entryCount = ledger.length;
    this.#last.set(customer, { version, entryCount });
    const isRight = entryCount > last.entryCount ? version > last.version : version >= last.version;
    return isRight ? [] : [`The version of ${customer}'s account went from ${last.version} to ${version}.`];
  }
}
