/** How many random runs a proof makes. */
export interface RunCount {
  /** In `npm test`, which is to say within minutes whether something is broken. */
  readonly few: number;
  /** In CI, which also sees to it that among so many everything occurs. */
  readonly many: number;
}

/** How many it makes here: so many as the variable asks for, or else the usual number. */
export function countRuns(variable: string, { few, many }: RunCount): number {
  const chosen = process.env[variable];
  if (!chosen) return process.env['CI'] ? many : few;
  const count = Number(chosen);
  if (!Number.isSafeInteger(count) || count < 1) throw new Error(`${variable} must be a whole number of at least 1.`);
  return count;
}
