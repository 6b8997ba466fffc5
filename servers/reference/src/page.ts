/** A page of the server itself, outside of the contract. */
export interface Page {
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes are UTF-8. */
  readonly body: string | Buffer;
}

/** A long page with gaps that a request fills. It is encoded once: everybody may ask for it, and pipeline it, too. */
export class PageTemplate {
  readonly #parts: readonly Buffer[];

  constructor(text: string, gap: string) {
    this.#parts = text.split(gap).map((part) => Buffer.from(part));
  }

  fill(value: string): Buffer {
    const bytes = Buffer.from(value);
    return Buffer.concat(this.#parts.flatMap((part, index) => (index === 0 ? [part] : [bytes, part])));
  }
}
