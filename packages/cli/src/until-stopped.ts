/** Runs what has no end of its own until Ctrl-C or a SIGTERM: then it is done, and hasn't failed. */
export async function untilStopped(task: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  // Once: a second Ctrl-C ends the process, whatever it is at.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, stop);
  try {
    await task(stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop);
  }
}
