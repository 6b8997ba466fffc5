import { readFileSync } from 'node:fs';

/** Linux counts processor time in these, on every platform that Node runs on. */
const ticksPerSecond = 100;

/**
 * The processor time that processes and their children have used by now, in seconds, also what those children used
 * that have ended; undefined where Linux's `/proc` isn't there.
 */
export function processorSecondsOf(pids: readonly number[]): number | undefined {
  try {
    return sumOf(pids.map((pid) => ticksOf(pid) + sumOf(childrenOf(pid).map(ticksOfChild)))) / ticksPerSecond;
  } catch {
    return undefined;
  }
}

/** User and system time, its own and that of children it has seen end: fields 14 to 17, counted behind its name. */
function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name is in brackets, and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return sumOf(fields.slice(11, 15).map(Number));
}

function childrenOf(pid: number): readonly number[] {
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return pids.split(' ').filter(Boolean).map(Number);
}

/** A child may end between being listed and being read. */
function ticksOfChild(pid: number): number {
  try {
    return ticksOf(pid);
  } catch {
    return 0;
  }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
