import type { Admission, Caller, LimitWindow } from '@holdfast/engine';

import type { Owner } from '../world/scheduler.ts';

/** What processes admitted in one window of one limit. */
interface Tally {
  readonly what: string;
  readonly policy: LimitWindow['policy'];
  readonly limit: number;
  admitted: number;
  /** How many processes were in it. */
  readonly processes: Set<Owner>;
}

/** Counts what each process admits, by the window that the process was in. */
export class Admissions {
  readonly #tallies = new Map<string, Tally>();

  /** @param nowMs - Holdfast's time, as the process has it just after it has decided. */
  note(process: Owner, caller: Caller, { refusal, windows }: Admission, nowMs: number): void {
    if (refusal !== undefined) return;
    for (const window of windows) this.#noteIn(process, caller, window, nowMs);
  }

  /** Windows with more than their limit. */
  findBroken(): readonly string[] {
    return [...this.#tallies.values()].flatMap(({ what, admitted, limit, processes }) => {
      return admitted > limit ? `${admitted} were admitted by ${processes.size} processes to ${what}.` : [];
    });
  }

  /** Windows of which nothing was left, and in which several processes had a part. */
  get full(): readonly LimitWindow['policy'][] {
    const tallies = [...this.#tallies.values()];
    const full = tallies.filter(({ admitted, limit, processes }) => admitted === limit && processes.size > 1);
    return full.map(({ policy }) => policy);
  }

  /** How many were admitted in the window that a tenant's limit has at this time. */
  admittedIn(tenantId: string, policy: LimitWindow['policy'], windowMs: number, nowMs: number): number {
    const endMs = (Math.floor(nowMs / windowMs) + 1) * windowMs;
    const ofTenant = [...this.#tallies].filter(([name]) => name.startsWith(nameOf(policy, tenantId, endMs)));
    return ofTenant.reduce((sum, [, { admitted }]) => sum + admitted, 0);
  }

  #noteIn(process: Owner, caller: Caller, window: LimitWindow, nowMs: number): void {
    const { policy, limit, windowSeconds, resetSeconds } = window;
    const windowMs = windowSeconds * 1_000;
    // The seconds are rounded up, so this is at most a second after the end, and never before it.
    const endMs = Math.floor((nowMs + resetSeconds * 1_000) / windowMs) * windowMs;
    const name = `${nameOf(policy, caller.tenantId, endMs)} ${policy === 'key' ? caller.keyId : ''}`;
    let tally = this.#tallies.get(name);
    if (tally === undefined) {
      const what = `${policy} of ${caller.tenantId} until ${new Date(endMs).toISOString()}, ${limit} at most`;
      tally = { what, policy, limit, admitted: 0, processes: new Set() };
      this.#tallies.set(name, tally);
    }
    tally.admitted += 1;
    tally.processes.add(process);
  }
}

function nameOf(policy: LimitWindow['policy'], tenantId: string, endMs: number): string {
  return `${policy} ${tenantId} ${endMs}`;
}
