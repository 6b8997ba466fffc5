import type { Trace } from './trace.ts';

/** Whom a task belongs to. The tasks of the dead are dropped, and those of whoever is busy or paused wait. */
export interface Owner {
  readonly name: string;
  isDead: boolean;
  /** In milliseconds of the world's time. */
  busyUntilMs: number;
}

/** Somebody who never dies and never pauses: the network, the disk of the store. */
export function createOwner(name: string): Owner {
  return { name, isDead: false, busyUntilMs: 0 };
}

interface Task {
  atMs: number;
  /** Breaks ties, so that the order is the same each time. */
  readonly number: number;
  readonly owner: Owner;
  readonly what: string;
  run: (() => void) | undefined;
}

/** Every step takes so long, so that no two things happen at the same time. */
const leastStepMs = 1 / 1_024;

/**
 * The world's time, and what is to happen in it: one task after the other, each with all promises that it settles. What
 * happens next depends on the delays that were drawn, and on nothing else.
 */
export class Scheduler {
  readonly #trace: Trace;
  readonly #tasks: Task[] = [];
  #nowMs = 0;
  #count = 0;

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Has something happen after so many milliseconds. Returns what makes it not happen. */
  after(delayMs: number, owner: Owner, what: string, run: () => void): () => void {
    const task: Task = { atMs: this.#nowMs + delayMs, number: (this.#count += 1), owner, what, run };
    this.#push(task);
    return () => (task.run = undefined);
  }

  /** Resolves after so many milliseconds, and never if the owner dies before. */
  sleep(delayMs: number, owner: Owner, what: string): Promise<void> {
    return new Promise((resolve) => void this.after(delayMs, owner, what, resolve));
  }

  /** Lets things happen until it is done, or nothing would happen any more before `latestMs`; returns whether it is. */
  runUntil(isDone: () => boolean, latestMs: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const step = () => {
        try {
          while (!isDone()) {
            const next = this.#tasks[0];
            if (next === undefined || next.atMs > latestMs) return resolve(false);
            this.#pop();
            if (this.#take(next)) return afterAllPromises(step);
          }
          resolve(true);
        } catch (error) {
          reject(error);
        }
      };
      afterAllPromises(step);
    });
  }

  /** Whether anything happened. */
  #take(task: Task): boolean {
    const { owner, what, run } = task;
    if (run === undefined || owner.isDead) return false;
    if (owner.busyUntilMs > task.atMs) {
      task.atMs = owner.busyUntilMs;
      this.#push(task);
      return false;
    }
    this.#nowMs = Math.max(task.atMs, this.#nowMs + leastStepMs);
    this.#trace.add(this.#nowMs, owner.name, what);
    run();
    return true;
  }

  #push(task: Task): void {
    const tasks = this.#tasks;
    let index = tasks.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (isSooner(tasks[parent]!, task)) break;
      tasks[index] = tasks[parent]!;
      index = parent;
    }
    tasks[index] = task;
  }

  #pop(): void {
    const tasks = this.#tasks;
    const last = tasks.pop()!;
    if (tasks.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= tasks.length) break;
      if (child + 1 < tasks.length && isSooner(tasks[child + 1]!, tasks[child]!)) child += 1;
      if (isSooner(last, tasks[child]!)) break;
      tasks[index] = tasks[child]!;
      index = child;
    }
    tasks[index] = last;
  }
}

function isSooner(one: Task, other: Task): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.number < other.number);
}

/** Node runs a tick that a promise asked for when no promise has anything left to do. */
function afterAllPromises(step: () => void): void {
  queueMicrotask(() => process.nextTick(step));
}
