import { testStore } from '@holdfast/store-conformance';
import { createMemoryStore } from '@holdfast/store-memory';

import { SimulatedStore } from './store/simulated-store.ts';
import type { SharedStore } from './store/simulated-store.ts';
import { TurnQueues } from './store/turn-queues.ts';
import { Faults } from './world/faults.ts';
import { randomFor } from './world/random-streams.ts';
import { createOwner, Scheduler } from './world/scheduler.ts';
import { Trace } from './world/trace.ts';

/** Whoever is asked is answered: time goes on while anybody waits. */
class DrivenScheduler extends Scheduler {
  #isRunning = false;

  override after(...parameters: Parameters<Scheduler['after']>): () => void {
    if (!this.#isRunning) {
      this.#isRunning = true;
      setImmediate(() => void this.#run());
    }
    return super.after(...parameters);
  }

  async #run(): Promise<void> {
    await this.runUntil(() => false, Number.POSITIVE_INFINITY);
    this.#isRunning = false;
  }
}

testStore(
  'simulated',
  async (kinds) => {
    const trace = new Trace(false);
    const scheduler = new DrivenScheduler(trace);
    const disk = createOwner('store');
    const turns = new TurnQueues(scheduler, disk);
    const shared: SharedStore = { committed: createMemoryStore({ kinds }), turns, disk };
    let count = 0;
    const open = () => {
      count += 1;
      const user = { number: count, owner: createOwner(`p${count}`), hasLostRequests: () => false };
      const random = randomFor(count, 'conformance');
      return new SimulatedStore(shared, user, { scheduler, random, faults: new Faults([]), trace });
    };
    const store = open();
    return { store, openAnother: async () => open(), dispose: () => store.close() };
  },
  { isShared: true },
);
