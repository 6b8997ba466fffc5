/** One limit as an answer tells of it. */
export interface RateLimit {
  /** How many requests there may be in a window. */
  readonly quota: number;
  readonly windowMs: number;
  /** How many may come in this window after the one that was answered. */
  readonly left: number;
  /** By `performance.now()`: surely not before the window's end by the server's clock. */
  readonly endsAtMs: number;
}

/**
 * Reads `RateLimit-Policy: "minute";q=200;w=60` and `RateLimit: "minute";r=12;t=31`, of which there may be several in a
 * header (draft-ietf-httpapi-ratelimit-headers-11), by name. A limit that only one of them has is left out.
 */
export function readRateLimits(headers: Headers, nowMs: number): Map<string, RateLimit> {
  const policies = readItems(headers.get('ratelimit-policy'));
  const limits = new Map<string, RateLimit>();
  for (const [name, { r: left, t: seconds }] of readItems(headers.get('ratelimit'))) {
    const { q: quota, w: windowSeconds } = policies.get(name) ?? {};
    if (quota === undefined || !windowSeconds || left === undefined || seconds === undefined) continue;
    limits.set(name, { quota, windowMs: windowSeconds * 1_000, left, endsAtMs: nowMs + seconds * 1_000 });
  }
  return limits;
}

/** The names in quotes, each with those of its parameters that are numbers. */
function readItems(header: string | null): Map<string, Readonly<Record<string, number>>> {
  const items = [...(header ?? '').matchAll(/"([^"]*)"([^,]*)/g)].map(([, name, text]) => {
    const parameters = [...text!.matchAll(/;\s*(\w+)=(\d+)/g)].map(([, key, number]) => [key, Number(number)]);
    return [name!, Object.fromEntries(parameters)] as const;
  });
  return new Map(items);
}
