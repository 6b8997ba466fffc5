import type { SeededRandom } from '../../faults/seeded-random.ts';
import type { Client, ClientOptions, Draw } from '../family.ts';
import type { Answer, ChosenLimits, Command, Demand } from './commands.ts';
import { groupsOf, intervalCount, orgs } from './objects.ts';
import type { Group, Org } from './objects.ts';

const intervals = Array.from({ length: intervalCount }, (_, interval) => interval);

/**
 * Reserves capacity for one org, reads it, and now and then changes the limits. What is reserved stays so: clients
 * go from group to group together, so that there is always something left to contend for.
 */
export class CapacityClient implements Client<Command, Answer> {
  readonly #random: SeededRandom;
  readonly #groups: readonly Group[];
  readonly #org: Org;
  readonly #requestsPerGroup: number;
  #drawn = 0;

  constructor({ random, scope, number, requestCount }: ClientOptions) {
    this.#random = random;
    this.#groups = groupsOf(scope);
    // Neighbours ask different processes, and so does each org.
    this.#org = orgs[Math.floor(number / 3) % orgs.length]!;
    this.#requestsPerGroup = Math.ceil(requestCount / this.#groups.length);
  }

  draw(nowMs: number): Draw<Command> {
    const { name: group } = this.#groups[Math.floor(this.#drawn / this.#requestsPerGroup)]!;
    this.#drawn += 1;
    return { command: this.#draw(group), sendAtMs: nowMs };
  }

  /** Nobody needs to know of a reservation to do something with it: nothing can be done. */
  learn(): void {}

  #draw(group: string): Command {
    const org = this.#org;
    const kind = this.#random.fraction();
    if (kind < 0.66) return { type: 'reserve', group, org, demands: this.#drawDemands() };
    if (kind < 0.76) return { type: 'quote', group, org, demands: this.#drawDemands() };
    if (kind < 0.93) return { type: 'calendar', group, org };
    return { type: 'limit', group, limits: this.#drawLimits() };
  }

  /** One to four intervals, in any order. */
  #drawDemands(): readonly Demand[] {
    const chosen = this.#random.sample(intervals, 1 + this.#random.integer(intervalCount));
    return chosen.map((interval) => ({ interval, capacityGb: 4 * (1 + this.#random.integer(4)) }));
  }

  #drawLimits(): ChosenLimits {
    return { platformGb: this.#random.pick([null, 24, 56]), orgGb: this.#random.pick([null, 12, 36]) };
  }
}
