/** A time as the wire has it: RFC 3339 in UTC with milliseconds and `Z`. */
export function toWireTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

export function toWireTimeOrNull(atMs: number | null): string | null {
  return atMs === null ? null : toWireTime(atMs);
}

/** Epoch milliseconds of a time whose form the contract has checked; undefined for a day that no calendar has. */
export function fromWireTime(time: string): number | undefined {
  const atMs = Date.parse(time);
  return Number.isNaN(atMs) ? undefined : atMs;
}
