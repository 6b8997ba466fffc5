import { standardError, standardOutput } from './standard-output.ts';

const outputs = [standardOutput, standardError];

/** How long the end of a process waits for somebody to take its last lines, in milliseconds. */
const flushTimeoutMs = 500;

/** How long a single write may take on a machine that is busy, in milliseconds. */
const writeTimeoutMs = 2_000;

/** Ends the process with its last lines written, if somebody takes them. */
export async function endProcess(exitCode: number): Promise<never> {
  await Promise.all(outputs.map((output) => output.flush(flushTimeoutMs)));
  const haveEnded = await Promise.all(outputs.map((output) => output.end(writeTimeoutMs)));
  // Node would wait for a write that stands still, for ever.
  if (haveEnded.includes(false)) process.kill(process.pid, 'SIGKILL');
  process.exit(exitCode);
}
