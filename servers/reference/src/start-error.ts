/** The server can't start, for a reason that its operator can fix: the message is for them. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** A system error's code, such as `EADDRINUSE`; undefined for other errors. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
