import { pickLatest } from './choices.ts';
import type { Exchange, Family } from './family.ts';
import { textsIn } from './json-members.ts';
import type { Round, Script } from './programs.ts';
import { TenantRun } from './tenant-run.ts';
import type { Scene } from './world.ts';

/**
 * - `atEveryDeadline`: the clock stops wherever something lapses and everything is swept there, so that the servers
 *   announce each expiry at its very moment, as the mocks do, and even the times of events must be equal.
 * - `atRandom`: only the script sweeps, so that most of what lapses is met before anybody has tidied it up. Mocks sweep
 *   whenever their clock moves, so they take part only in a family whose answers don't show when that was done.
 */
export type Sweeping = 'atEveryDeadline' | 'atRandom';

export interface ScriptRunParts {
  readonly scene: Scene;
  readonly family: Family;
  readonly sweeping: Sweeping;
}

/**
 * Plays a script on all targets, and resolves to what they were asked and answered.
 *
 * @throws Error at the first answer in which they differ, with the whole story.
 */
export async function runScript(script: Script, parts: ScriptRunParts): Promise<readonly Exchange[]> {
  const run = new ScriptRun(script, parts);
  try {
    for (const round of script.rounds) await run.play(round);
    return await run.end();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error([...run.story, reason].join('\n'), { cause: error });
  }
}

class ScriptRun {
  readonly story: string[] = [];
  readonly #parts: ScriptRunParts;
  readonly #tenants: readonly TenantRun[];

  constructor({ playing }: Script, parts: ScriptRunParts) {
    const { scene, family } = parts;
    this.#parts = parts;
    this.#tenants = scene.tenants.map((tenant, number) => {
      const tell = (line: string) => this.story.push(`tenant ${number}: ${line}`);
      return new TenantRun({ scene, family, tenant, isPlaying: playing[number] === true, tell });
    });
  }

  async play(round: Round | null): Promise<void> {
    switch (round?.type) {
      case 'acts':
        return allOf(this.#tenants.map((tenant, index) => tenant.act(round.acts[index] ?? null, false)));
      case 'oneByOne':
        for (const { tenant, act } of round.turns) await this.#tenants[tenant]?.act(act, true);
        return;
      case 'passTime':
        return this.#moveClock(this.#parts.scene.now() + round.milliseconds);
      case 'meetDeadline':
        return this.#moveClock(pickLatest(this.#deadlinesAhead().toReversed(), round.pick), round.offsetMs);
      case 'meetWindow':
        return this.#moveClock(pickLatest(this.#windowEnds(round.window), round.pick), round.offsetMs);
      case 'sweep':
        this.story.push('sweep');
        return this.#sweep();
    }
  }

  async end(): Promise<readonly Exchange[]> {
    this.story.push('at the end');
    await this.#sweep();
    await allOf(this.#tenants.map((tenant) => tenant.overlook()));
    return this.#exchanges;
  }

  async #moveClock(wantedMs = 0, offsetMs = 0): Promise<void> {
    const { scene, sweeping } = this.#parts;
    const toMs = wantedMs + offsetMs;
    if (toMs <= scene.now()) return;
    this.story.push(`the clock moves to ${new Date(toMs).toISOString()}`);
    const stops = sweeping === 'atRandom' ? [] : [...this.#deadlinesAhead().filter((each) => each < toMs), toMs];
    for (const stopMs of stops) {
      scene.setClock(stopMs);
      await this.#sweep();
    }
    scene.setClock(toMs);
    await Promise.all(scene.players.map((player) => player.arrive(toMs)));
  }

  async #sweep(): Promise<void> {
    await Promise.all(this.#parts.scene.players.map((player) => player.sweep()));
  }

  /** The times to come at which something may lapse, soonest first. */
  #deadlinesAhead(): readonly number[] {
    const { family, scene } = this.#parts;
    const times = this.#exchanges.flatMap(({ json }) => textsIn(json, family.deadlineMembers).map(Date.parse));
    const ahead = new Set(times.filter((time) => time > scene.now()));
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
