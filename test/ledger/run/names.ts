/** Which id the service has given to what the model calls by a name: one each, both ways. */
export class Names {
  readonly #ids: Map<string, string>;
  readonly #names: Map<string, string>;

  constructor(ids: Iterable<readonly [string, string]> = []) {
    this.#ids = new Map(ids);
    this.#names = new Map([...this.#ids].map(([name, id]) => [id, name]));
  }

  copy(): Names {
    return new Names(this.#ids);
  }

  idOf(name: string): string | undefined {
    return this.#ids.get(name);
  }

  nameOf(id: string): string | undefined {
    return this.#names.get(id);
  }

  /** Whether the id can be that of the name. The first time it is learnt. */
  isIdOf(name: string, id: string): boolean {
    const known = this.#ids.get(name);
    if (known !== undefined || this.#names.has(id)) return known === id;
    this.#ids.set(name, id);
    this.#names.set(id, name);
    return true;
  }
}
