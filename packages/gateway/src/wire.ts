/** A request as every transport can state it. */
export interface WireRequest {
  /** In upper case. */
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  /** Without the question mark; empty for none. */
  readonly query: string;
  /** A header's value, whatever the case of its name. */
  header(name: string): string | undefined;
  /** The body as text; `tooLarge` if the transport stopped reading it. */
  readonly body: string | { readonly tooLarge: true };
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for none. */
  readonly body: string;
}
