/** A request, independent of the transport. */
export interface WireRequest {
  /** In upper case. */
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  /** Without the question mark; empty for none. */
  readonly query: string;
  /** A header's value, whatever the case of its name. */
  header(name: string): string | undefined;
  /** A header's values, one for each time it was sent. Absent if the transport joins them. */
  headerValues?(name: string): readonly string[];
  /** The IP address that it comes from. Absent: the transport has none. */
  readonly address?: string | undefined;
  /** The body as text; empty for none. */
  readonly body: string | UnreadBody;
}

/** Why the transport has no body text. It is a fault only if the operation needs a body. */
export interface UnreadBody {
  readonly unread: 'tooLarge' | 'compressed' | 'notUtf8';
}

/** An answer as every transport can send it. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for none. A stream goes out as it comes, and is cancelled when nobody reads it any more. */
  readonly body: string | ReadableStream<Uint8Array>;
}

/** An answer whose body doesn't stream. */
export interface TextAnswer extends WireAnswer {
  readonly body: string;
}
