/** What the exit code says; the README and `holdfast --help` have the same table. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  misused: 2,
  notReached: 3,
  notAllowed: 4,
  notFound: 5,
  conflict: 6,
  rateLimited: 7,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The command line or an environment variable is wrong: running it again won't help. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command can't do what it should; the message says why, and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
