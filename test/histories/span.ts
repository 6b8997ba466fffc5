/** Milliseconds since the epoch, both ends included: a time that is only known so well. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The times that are in both; undefined if there are none. */
export function meet(one: Span, other: Span): Span | undefined {
  const fromMs = Math.max(one.fromMs, other.fromMs);
  const toMs = Math.min(one.toMs, other.toMs);
  return fromMs > toMs ? undefined : { fromMs, toMs };
}

export function exactly(ms: number): Span {
  return { fromMs: ms, toMs: ms };
}

export function later({ fromMs, toMs }: Span, ms: number): Span {
  return { fromMs: fromMs + ms, toMs: toMs + ms };
}

export function from(ms: number): Span {
  return { fromMs: ms, toMs: Number.POSITIVE_INFINITY };
}

export function upTo(ms: number): Span {
  return { fromMs: Number.NEGATIVE_INFINITY, toMs: ms };
}
