import { readFileSync } from 'node:fs';

/** Linux counts processor time in these, on every platform that Node runs on. */
const ticksPerSecond = 100;

/** The processor time that processes have used by now, in seconds; undefined where Linux's `/proc` isn't there. */
export function processorSecondsOf(pids: readonly number[]): number | undefined {
  try {
    return pids.map(ticksOf).reduce((sum, ticks) => sum + ticks, 0) / ticksPerSecond;
  } catch {
    return undefined;
  }
}

/** User and system time: fields 14 and 15, counted behind the program's name, which may hold spaces. */
function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
