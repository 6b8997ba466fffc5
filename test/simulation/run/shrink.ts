import type { ClientPlan, WorldPlan } from '../world/world-plan.ts';

/**
 * Takes away whatever isn't needed for a world to fail: first clients and faults, many at once and then fewer, then
 * each client's last requests.
 *
 * @param fails - Whether a plan still fails.
 * @param mostTries - How many plans are tried.
 */
export async function shrink(
  plan: WorldPlan,
  fails: (plan: WorldPlan) => Promise<boolean>,
  mostTries: number,
): Promise<WorldPlan> {
  let tries = 0;
  const tryPlan = async (candidate: WorldPlan) => (tries += 1) <= mostTries && fails(candidate);
  let least = plan;
  for (let before: WorldPlan | undefined; before !== least;) {
    before = least;
    const { faults, clients } = least;
    const keptClients = await leastOf(clients, (some) => tryPlan({ ...before!, clients: some }));
    least = keptClients === clients ? least : { ...least, clients: keptClients };
    const shrunk = least;
    const keptFaults = await leastOf(faults, (some) => tryPlan({ ...shrunk, faults: some }));
    least = keptFaults === faults ? least : { ...least, faults: keptFaults };
    least = await withFewerRequests(least, tryPlan);
  }
  return least;
}

/** The items without those that aren't needed; the very same array if all are. */
async function leastOf<Item>(
  items: readonly Item[],
  fails: (items: readonly Item[]) => Promise<boolean>,
): Promise<readonly Item[]> {
  let kept = items;
  for (let size = Math.ceil(items.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < kept.length;) {
      const others = kept.filter((_, index) => index < from || index >= from + size);
      if (await fails(others)) kept = others;
      else from += size;
    }
  }
  return kept.length === items.length ? items : kept;
}

async function withFewerRequests(plan: WorldPlan, fails: (plan: WorldPlan) => Promise<boolean>): Promise<WorldPlan> {
  let least = plan;
  for (const index of plan.clients.keys()) {
    for (let requestCount = 1; requestCount < least.clients[index]!.requestCount; requestCount += 1) {
      const fewer = { ...least, clients: withCount(least.clients, index, requestCount) };
      if (!(await fails(fewer))) continue;
      least = fewer;
      break;
    }
  }
  return least;
}

function withCount(clients: readonly ClientPlan[], index: number, requestCount: number): readonly ClientPlan[] {
  return clients.map((client, each) => (each === index ? { ...client, requestCount } : client));
}
