import type { SeededRandom } from '../../faults/seeded-random.ts';
import type { Fault } from './faults.ts';
import { randomFor } from './random-streams.ts';
import { worldBeginsMs } from './simulated-clock.ts';

/** All that a seed decides before a world begins. Whatever is left out of it can't have been why something failed. */
export interface WorldPlan {
  readonly seed: number;
  /**
   * Which of many draws of how long everything takes, and what gets lost. Whoever is left out of a world changes the
   * draws of all others; with other draws, what is left may fail again.
   */
  readonly timing: number;
  readonly processCount: number;
  /** How far the processes' clocks are from the true time at most, in milliseconds. */
  readonly clockErrorMs: number;
  /** Whether the store gives turns to write, as MongoDB does. */
  readonly hasTurns: boolean;
  /** How long a process is busy between two looks at its clock at most, in milliseconds. */
  readonly busyMs: number;
  readonly clients: readonly ClientPlan[];
  readonly faults: readonly Fault[];
}

export interface ClientPlan {
  /** Its name in the register. */
  readonly family: string;
  /** Among those of its family. */
  readonly number: number;
  readonly requestCount: number;
}

const clientsPerFamily = 12;
const requestsPerClient = 8;

/** Faults begin while clients are at work. */
const mostFaults = 8;
const workMs = 4_000;

/** Longer than every TTL and deadline. */
const longPauseMs = 65_000;

/** The family whose worlds look up keys and count limits, which takes its time. Others are as they were without it. */
const accessFamily = 'administration';
const accessShare = 0.25;

/** Who looks up keys and counts looks at the clock so often that processes would have no time left for anything. */
const mostBusyWithAccessMs = 0.2;

const dayMs = 86_400_000;

/** Before midnight, in which windows of limits end while clients are at work. */
const untilMidnightMs = 4_000;

/** When a world begins, in epoch milliseconds. */
export function beginningOf({ clients }: Pick<WorldPlan, 'clients'>): number {
  const hasAccess = clients.some(({ family }) => family === accessFamily);
  return worldBeginsMs + (hasAccess ? dayMs - untilMidnightMs : 0);
}

export function drawPlan(seed: number, families: readonly string[]): WorldPlan {
  const random = randomFor(seed, 'plan');
  const processCount = 2 + random.integer(4);
  const clockErrorMs = random.pick([0, 2, 20]);
  const hasTurns = random.chance(0.5);
  const hasAccess = families.includes(accessFamily) && randomFor(seed, accessFamily).chance(accessShare);
  const busyMs = Math.min(random.pick([0, 0, 0.05, 2]), hasAccess ? mostBusyWithAccessMs : Infinity);
  const present = families.filter((family) => family !== accessFamily || hasAccess);
  const clients = present.flatMap((family) =>
    Array.from({ length: clientsPerFamily }, (_, number) => ({ family, number, requestCount: requestsPerClient })),
  );
  const faultCount = random.integer(mostFaults + 1);
  const faults = Array.from({ length: faultCount }, () => drawFault(random, processCount));
  return { seed, timing: 0, processCount, clockErrorMs, hasTurns, busyMs, clients, faults };
}

function drawFault(random: SeededRandom, processCount: number): Fault {
  const fromMs = random.integer(random.pick([20, 200, workMs]));
  const process = random.integer(processCount);
  const lasting = (mostMs: number) => ({ fromMs, toMs: fromMs + 1 + random.integer(mostMs) });
  switch (random.integer(10)) {
    case 0:
    case 1:
      return { type: 'kill', process, losesRequests: random.chance(0.5), ...lasting(2_000) };
    case 2:
      return { type: 'pause', process, ...lasting(random.chance(0.2) ? longPauseMs : 1_500) };
    case 3:
      return { type: 'storeAway', hangs: random.chance(0.5), ...lasting(2_500) };
    case 4:
    case 5:
      return { type: 'lostCommits', process, ...lasting(1_500) };
    case 6:
      return { type: 'slowStore', process, times: random.pick([10, 100]), ...lasting(1_000) };
    case 7:
      return { type: 'lostMessages', ...lasting(1_500) };
    case 8:
      return { type: 'noSweep', ...lasting(4_000) };
    default:
      return { type: 'lostTurns', ...lasting(1_500) };
  }
}
