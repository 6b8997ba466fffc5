import type { Turn } from '@holdfast/engine/store';

import type { Owner, Scheduler } from '../world/scheduler.ts';

/** A holder that takes longer is presumed dead, as on MongoDB. */
const longestTurnMs = 250;

interface Asking {
  readonly owner: Owner;
  grant(isOneOfSeveral: boolean): void;
}

interface Queue {
  holder: Asking | undefined;
  readonly waiting: Asking[];
}

/** Whose turn it is to write to a partition: first come, first served. */
export class TurnQueues {
  readonly #scheduler: Scheduler;
  readonly #disk: Owner;
  readonly #queues = new Map<string, Queue>();

  constructor(scheduler: Scheduler, disk: Owner) {
    this.#scheduler = scheduler;
    this.#disk = disk;
  }

  /** Calls `give` when the turn has come, or, with none, when it didn't come in time. */
  ask(partition: string, timeoutMs: number, owner: Owner, give: (turn: Turn | undefined) => void): void {
    const queue = this.#queueOf(partition);
    const isOneOfSeveral = queue.holder !== undefined || queue.waiting.length > 0;
    let isOver = false;
    const asking: Asking = {
      owner,
      grant: (areOthers) => {
        isOver = true;
        const end = async () => this.#end(queue, asking);
        give({ isOneOfSeveral: areOthers || isOneOfSeveral, end });
      },
    };
    queue.waiting.push(asking);
    this.#scheduler.after(timeoutMs, this.#disk, 'turn times out', () => {
      if (isOver) return;
      queue.waiting.splice(queue.waiting.indexOf(asking), 1);
      give(undefined);
    });
    this.#grantNext(queue);
  }

  #end(queue: Queue, asking: Asking): void {
    if (queue.holder !== asking) return;
    queue.holder = undefined;
    this.#grantNext(queue);
  }

  #grantNext(queue: Queue): void {
    if (queue.holder !== undefined) return;
    const next = queue.waiting.shift();
    if (next === undefined) return;
    queue.holder = next;
    this.#scheduler.after(longestTurnMs, this.#disk, 'turn ends by itself', () => this.#end(queue, next));
    next.grant(queue.waiting.length > 0);
  }

  #queueOf(partition: string): Queue {
    let queue = this.#queues.get(partition);
    if (queue === undefined) this.#queues.set(partition, (queue = { holder: undefined, waiting: [] }));
    return queue;
  }
}
