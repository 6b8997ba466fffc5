/** What the process that answered says of itself. */
export interface ServerStatus {
  readonly isReady: boolean;
  /** Whether it is ready, and warnings: a line each. */
  readonly lines: readonly string[];
  /** Undefined where this address doesn't show them to everybody. */
  readonly metrics: ReadonlyMap<string, number> | undefined;
}

export async function loadServerStatus(signal: AbortSignal): Promise<ServerStatus> {
  const [ready, metrics] = await Promise.all([fetch('/readyz', { signal }), fetch('/metrics', { signal })]);
  const lines = (await ready.text()).trim().split('\n');
  return { isReady: ready.ok, lines, metrics: metrics.ok ? sumsOf(await metrics.text()) : undefined };
}

/** Each metric's sum over its labels, from the text format of Prometheus. */
function sumsOf(text: string): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const line of text.split('\n')) {
    const { name, value } = /^(?<name>[a-z_]+)(?:\{.*\})? (?<value>\S+)/u.exec(line)?.groups ?? {};
    if (name !== undefined) sums.set(name, (sums.get(name) ?? 0) + Number(value));
  }
  return sums;
}
