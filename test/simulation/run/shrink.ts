import type { ClientPlan, WorldPlan } from '../world/world-plan.ts';

/** What a world costs besides its requests, as if it were so many: it is prepared, and looked at in the end. */
const requestsBesides = 40;

/** How many requests a plan is tried with: the smaller it is, the more timings. */
const requestsPerPlan = 4_000;

export interface ShrinkOptions {
  /** How many requests all plans that are tried may make together. */
  readonly mostRequests: number;
  /** Smaller plans that may well fail, to be tried first. */
  readonly hint?: readonly WorldPlan[];
}

/**
 * Takes away whatever isn't needed for a world to fail: first clients and faults, many at once and then fewer, then
 * each client's last requests. Whatever is taken away moves all that is left, so what is left is tried with several
 * timings.
 *
 * @param fails - Whether a plan still fails.
 */
export async function shrink(
  plan: WorldPlan,
  fails: (plan: WorldPlan) => Promise<boolean>,
  { mostRequests, hint = [] }: ShrinkOptions,
): Promise<WorldPlan> {
  const shrinking = new Shrinking(plan, fails, mostRequests);
  for (const smaller of hint) await shrinking.attempt(smaller);
  for (let before: WorldPlan | undefined; before !== shrinking.least;) {
    before = shrinking.least;
    await shrinking.leaveOut('clients');
    await shrinking.leaveOut('faults');
    await shrinking.leaveOutRequests();
  }
  return shrinking.least;
}

class Shrinking {
  /** The smallest plan that fails. */
  least: WorldPlan;
  readonly #fails: (plan: WorldPlan) => Promise<boolean>;
  #requestsLeft: number;

  constructor(plan: WorldPlan, fails: (plan: WorldPlan) => Promise<boolean>, mostRequests: number) {
    this.least = plan;
    this.#fails = fails;
    this.#requestsLeft = mostRequests;
  }

  async leaveOut(what: 'clients' | 'faults'): Promise<void> {
    const { length } = this.least[what];
    for (let size = Math.ceil(length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let from = 0; from < this.least[what].length;) {
        const others = (this.least[what] as readonly unknown[]).filter(
          (_, index) => index < from || index >= from + size,
        );
        if (!(await this.attempt({ ...this.least, [what]: others }))) from += size;
      }
    }
  }

  async leaveOutRequests(): Promise<void> {
    for (const index of this.least.clients.keys()) {
      const { requestCount: most } = this.least.clients[index]!;
      for (let requestCount = 1; requestCount < most; requestCount += 1) {
        if (await this.attempt({ ...this.least, clients: withCount(this.least.clients, index, requestCount) })) break;
      }
    }
  }

  /** Whether a plan fails at the timing of the least one, or at another. */
  async attempt(plan: WorldPlan): Promise<boolean> {
    const requests = requestsBesides + plan.clients.reduce((sum, { requestCount }) => sum + requestCount, 0);
    const tries = Math.ceil(requestsPerPlan / requests);
    for (let timing = plan.timing; timing < plan.timing + tries; timing += 1) {
      this.#requestsLeft -= requests;
      if (this.#requestsLeft < 0) return false;
      const timed = { ...plan, timing };
      if (!(await this.#fails(timed))) continue;
      this.least = timed;
      return true;
    }
    return false;
  }
}

function withCount(clients: readonly ClientPlan[], index: number, requestCount: number): readonly ClientPlan[] {
  return clients.map((client, each) => (each === index ? { ...client, requestCount } : client));
}
