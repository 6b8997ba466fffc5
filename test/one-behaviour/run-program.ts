import { withTrace } from '../programs/check-programs.ts';
import { pickLatest } from './choices.ts';
import type { Exchange, Family } from './family.ts';
import { textsIn } from './json-members.ts';
import type { Round, Program } from './program.ts';
import { TenantRun } from './tenant-run.ts';
import type { World } from './world.ts';

/**
 * - `atEveryDeadline`: the clock stops wherever something lapses and everything is swept there, so that the servers
 *   announce each expiry at its very moment, as the mocks do, and even the times of events must be equal.
 * - `atRandom`: only the program sweeps, so that most of what lapses is met before anybody has tidied it up. Mocks sweep
 *   whenever their clock moves, which the numbers of events show, so they take no part.
 */
export type Sweeping = 'atEveryDeadline' | 'atRandom';

export interface ProgramRunParts {
  readonly world: World;
  readonly family: Family;
  readonly sweeping: Sweeping;
}

/**
 * Runs a program on all targets, and resolves to what they were asked and answered.
 *
 * @throws Error at the first answer in which they differ, with the trace so far.
 */
export async function runProgram(program: Program, parts: ProgramRunParts): Promise<readonly Exchange[]> {
  const run = new ProgramRun(program, parts);
  try {
    for (const round of program.rounds) await run.take(round);
    return await run.end();
  } catch (error) {
    throw withTrace(run.trace, error);
  }
}

class ProgramRun {
  readonly trace: string[] = [];
  readonly #parts: ProgramRunParts;
  readonly #tenants: readonly TenantRun[];

  constructor({ active }: Program, parts: ProgramRunParts) {
    const { world, family } = parts;
    this.#parts = parts;
    this.#tenants = world.tenants.map((tenant, number) => {
      const note = (line: string) => this.trace.push(`tenant ${number}: ${line}`);
      return new TenantRun({ world, family, tenant, isActive: active[number] === true, note });
    });
  }

  async take(round: Round | null): Promise<void> {
    switch (round?.type) {
      case 'actions':
        await allOf(this.#tenants.map((tenant, index) => tenant.take(round.actions[index] ?? null, false)));
        return this.#idle();
      case 'oneByOne':
        for (const { tenant, action } of round.actions) {
          await this.#tenants[tenant]?.take(action, true);
          await this.#idle();
        }
        return;
      case 'passTime':
        return this.#moveClock(this.#parts.world.now() + round.milliseconds);
      case 'meetDeadline':
        return this.#moveClock(pickLatest(this.#deadlinesAhead().toReversed(), round.pick), round.offsetMs);
      case 'meetWindow':
        return this.#moveClock(pickLatest(this.#windowEnds(round.window), round.pick), round.offsetMs);
      case 'sweep':
        this.trace.push('sweep');
        return this.#sweep();
    }
  }

  async end(): Promise<readonly Exchange[]> {
    this.trace.push('at the end');
    await this.#sweep();
    await allOf(this.#tenants.map((tenant) => tenant.readEverything()));
    return this.#exchanges;
  }

  async #moveClock(wantedMs = 0, offsetMs = 0): Promise<void> {
    const { world, sweeping } = this.#parts;
    const toMs = wantedMs + offsetMs;
    if (toMs <= world.now()) return;
    this.trace.push(`the clock moves to ${new Date(toMs).toISOString()}`);
    const stops = sweeping === 'atRandom' ? [] : [...this.#deadlinesAhead().filter((each) => each < toMs), toMs];
    for (const stopMs of stops) {
      world.setClock(stopMs);
      await this.#sweep();
    }
    world.setClock(toMs);
    await Promise.all(world.targets.map((target) => target.arrive(toMs)));
  }

  async #sweep(): Promise<void> {
    await Promise.all(this.#parts.world.targets.map((target) => target.sweep()));
  }

  /** Events of one time are numbered together in another order than they came: on a clock at a stand, all of them. */
  async #idle(): Promise<void> {
    await Promise.all(this.#parts.world.targets.map((target) => target.idle()));
  }

  /** The times to come at which something may lapse, soonest first. */
  #deadlinesAhead(): readonly number[] {
    const { family, world } = this.#parts;
    const times = this.#exchanges.flatMap(({ json }) => textsIn(json, family.deadlineMembers).map(Date.parse));
    const ahead = new Set(times.filter((time) => time > world.now()));
    return [...ahead].sort((left, right) => left - right);
  }

  #windowEnds(window: number): readonly number[] {
    const lengthMs = this.#parts.family.windowsMs[window] ?? 0;
    return this.#exchanges.map(({ atMs }) => atMs + lengthMs);
  }

  get #exchanges(): readonly Exchange[] {
    return this.#tenants.flatMap(({ exchanges }) => exchanges);
  }
}

/** Waits for all of them, so that nothing is under way any more, and then fails if one of them did. */
async function allOf(tasks: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(tasks);
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}
