/** A page of the server's own, outside the contract. */
export interface Page {
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Values of `Set-Cookie`. */
  readonly cookies?: readonly string[];
  /** Bytes are UTF-8. */
  readonly body: string | Buffer;
}

/**
 * A long page with placeholders that a request fills. It is encoded once, since anybody may request it, even pipelined.
 */
export class PageTemplate {
  readonly #parts: readonly Buffer[];
  /** Nearly all clients use the same address and share these bytes, however slowly they read. */
  #last: { readonly value: string; readonly page: Buffer } | undefined;

  constructor(text: string, gap: string) {
    this.#parts = text.split(gap).map((part) => Buffer.from(part));
  }

  fill(value: string): Buffer {
    if (this.#last?.value !== value) this.#last = { value, page: this.#fill(Buffer.from(value)) };
    return this.#last.page;
  }

  #fill(bytes: Buffer): Buffer {
    return Buffer.concat(this.#parts.flatMap((part, index) => (index === 0 ? [part] : [bytes, part])));
  }
}
