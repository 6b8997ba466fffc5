import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

import type { MachineClock } from '@holdfast/engine';

/** Clocks that are further apart than that, in milliseconds, don't tell the same. */
const toleranceMs = 1_000;

/** How often the clock that counts from the machine's start is looked at, in milliseconds; it costs a system call or two. */
const lookEveryMs = 1_000;

/** `/proc` counts in hundredths of a second, whatever the kernel does. */
const ticksPerSecond = 100;

/** Where it counts from, and how it does so; tests put others in their place. */
export interface ClockSources {
  systemMs(): number;
  /** A clock that nobody sets. It may stand still while the machine is suspended. */
  monotonicMs(): number;
  /** Milliseconds since the machine's start, suspended or not; undefined where nobody can tell. */
  uptimeMs(): number | undefined;
  /** The same for this moment, when the process has only begun, by another way. */
  uptimeAtStartMs(): number | undefined;
  bootId(): string | undefined;
}

const isLinux = process.platform === 'linux';

const nodeSources: ClockSources = {
  systemMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  // Elsewhere it is reckoned from the time of day.
  uptimeMs: () => (isLinux ? uptime() * 1_000 : undefined),
  uptimeAtStartMs: processUptimeMs,
  bootId: () => readProc('/proc/sys/kernel/random/boot_id')?.trim(),
};

/**
 * This machine's clocks. The monotonic one is quick to read, and held against the one that also counts while the
 * machine is suspended: when time has passed that it missed, that is made up for.
 */
export function createMachineClock(sources: ClockSources = nodeSources): MachineClock {
  const bootId = sources.bootId();
  const sinceBootMs = bootId === undefined ? undefined : timeSinceBoot(sources);
  const elapsed = new ElapsedTime(sources, sinceBootMs ?? 0);
  return {
    systemMs: () => sources.systemMs(),
    elapsedMs: () => elapsed.now(),
    bootId: sinceBootMs === undefined ? undefined : bootId,
  };
}

class ElapsedTime {
  readonly #sources: ClockSources;
  /** The time that has passed minus the monotonic clock's. */
  #offsetMs: number;
  #uptimeOffsetMs: number | undefined;
  #systemOffsetMs = 0;
  #lookedAtMs = 0;

  constructor(sources: ClockSources, startMs: number) {
    this.#sources = sources;
    this.#offsetMs = startMs - sources.monotonicMs();
    this.#look(sources.monotonicMs());
  }

  now(): number {
    const monotonicMs = this.#sources.monotonicMs();
    // After a suspension the time of day has jumped, so that it needn't be waited for.
    const hasJumped = Math.abs(this.#sources.systemMs() - monotonicMs - this.#systemOffsetMs) > toleranceMs;
    if (hasJumped || monotonicMs - this.#lookedAtMs >= lookEveryMs) this.#look(monotonicMs);
    return monotonicMs + this.#offsetMs;
  }

  #look(monotonicMs: number): void {
    this.#lookedAtMs = monotonicMs;
    this.#systemOffsetMs = this.#sources.systemMs() - monotonicMs;
    const uptimeMs = this.#sources.uptimeMs();
    if (uptimeMs === undefined) return;
    const missedMs = uptimeMs - monotonicMs - (this.#uptimeOffsetMs ??= uptimeMs - monotonicMs);
    if (Math.abs(missedMs) <= toleranceMs) return;
    this.#offsetMs += missedMs;
    this.#uptimeOffsetMs += missedMs;
  }
}

/** In some containers the uptime is the container's; how long after the machine's start this process began is not. */
function timeSinceBoot({ uptimeMs, uptimeAtStartMs }: ClockSources): number | undefined {
  const [own, shown] = [uptimeAtStartMs(), uptimeMs()];
  if (own === undefined || shown === undefined) return undefined;
  return Math.abs(own - shown) <= toleranceMs ? shown : own;
}

function processUptimeMs(): number | undefined {
  const stat = readProc('/proc/self/stat');
  // The command's name, in brackets, may hold anything. After it, field 22 of proc_pid_stat(5) is the 20th.
  const startedAtTicks = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  return startedAtTicks > 0 ? (startedAtTicks / ticksPerSecond + process.uptime()) * 1_000 : undefined;
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
