import { standardError, standardOutput } from './log/standard-output.ts';

const outputs = [standardOutput, standardError];

/** How long a process waits at its end for its last lines to be read, in milliseconds. */
const flushTimeoutMs = 500;

/** How long a single write may take on a busy machine, in milliseconds. */
const writeTimeoutMs = 2_000;

/** Ends the process after its last lines are written, if somebody reads them. */
export async function endProcess(exitCode: number): Promise<never> {
  await Promise.all(outputs.map((output) => output.flush(flushTimeoutMs)));
  const haveEnded = await Promise.all(outputs.map((output) => output.end(writeTimeoutMs)));
  // Node would wait forever for a stuck write.
  if (haveEnded.includes(false)) process.kill(process.pid, 'SIGKILL');
  process.exit(exitCode);
}
