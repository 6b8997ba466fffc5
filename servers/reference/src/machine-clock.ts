import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

import type { MachineClock } from '@holdfast/engine';

/** Clocks further apart than this, in milliseconds, disagree. */
const toleranceMs = 1_000;

/** How often the uptime is read, in milliseconds; it costs a system call or two. */
const lookEveryMs = 1_000;

/** `/proc` counts in hundredths of a second, whatever the kernel does. */
const ticksPerSecond = 100;

/** The machine's clocks; tests inject others. */
export interface ClockSources {
  systemMs(): number;
  /** A monotonic clock. It may stop while the machine is suspended. */
  monotonicMs(): number;
  /** Milliseconds since boot, suspended or not; undefined if unknown. */
  uptimeMs(): number | undefined;
  /** The same at the start of the process, from another source. */
  uptimeAtStartMs(): number | undefined;
  bootId(): string | undefined;
}

const isLinux = process.platform === 'linux';

const nodeSources: ClockSources = {
  systemMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  // Elsewhere Node derives it from the wall clock.
  uptimeMs: () => (isLinux ? uptime() * 1_000 : undefined),
  uptimeAtStartMs: processUptimeMs,
  bootId: () => readProc('/proc/sys/kernel/random/boot_id')?.trim(),
};

/**
 * This machine's clocks. The monotonic clock is fast to read; it is compared with the uptime, which also counts while
 * the machine is suspended, and corrected by what it missed.
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
  /** Time passed, less the monotonic clock's. */
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
    // After a suspension the wall clock has jumped: check at once.
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

/** In some containers the uptime is the container's; the process's start time is relative to the machine's boot. */
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
