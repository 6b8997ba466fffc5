import type { HeldLock, Holdfast, Reservation, WithLockOptions } from '@holdfast/sdk';

import { findLeft } from './left-behind.ts';
import type { LossyProxy } from './lossy-proxy.ts';
import type { LossyServer } from './lossy-server.ts';
import { Sections } from './sections.ts';

/** How one call of `withLock` went. */
export interface LockUse {
  readonly requester: string;
  /** Undefined if it never ran. */
  readonly lock: HeldLock | undefined;
  /** From the section's beginning to its end. */
  readonly ranForMs: number;
  readonly error: unknown;
}

/** A claim of unknown outcome is looked into for 15 s at most, and given back within another 15 s. */
const longestGiveBackMs = 30_000;

type Section = (lock: HeldLock, write: () => void) => Promise<void>;

/** Calls `withLock` on a lossy network and looks, on a good one, at what each call leaves behind. */
export class LockUsers {
  readonly proxy: LossyProxy;
  readonly uses: LockUse[] = [];
  readonly sections = new Sections();
  /** The requesters of locks of which a hook was told that they could not be given back. */
  readonly unreleased = new Set<string>();
  /** What calls left behind without saying so, with what was sent. */
  readonly leftBehind: string[] = [];
  readonly #resources = new Set<string>();
  readonly #server: LossyServer;

  constructor(server: LossyServer, proxy: LossyProxy) {
    this.#server = server;
    this.proxy = proxy;
  }

  /** A program of its own, as far as locks are concerned. */
  newClient(): Holdfast {
    return this.#server.clientOn(this.proxy, { onReleaseFailed: ({ requester }) => this.unreleased.add(requester) });
  }

  async use(client: Holdfast, options: WithLockOptions & { requester: string }, section: Section): Promise<LockUse> {
    this.#resources.add(options.resource);
    let lock: HeldLock | undefined;
    let ranForMs = 0;
    const call = client.withLock(options, async (held) => {
      lock = held;
      const startedAtMs = performance.now();
      await this.sections.run(held, (write) => section(held, write));
      ranForMs = performance.now() - startedAtMs;
    });
    const error = await call.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (lock !== undefined) await this.#expectReleased(lock);
    const use = { requester: options.requester, lock, ranForMs, error };
    this.uses.push(use);
    return use;
  }

  /** What is held when all is over, background work included, but for the locks that a hook was told of. */
  async findLeftBehind(): Promise<readonly string[]> {
    const held = await findLeft(this.proxy, longestGiveBackMs, () => this.#findHeld());
    for (const { resource, requester } of held) this.#report(resource, requester);
    return this.leftBehind;
  }

  async #findHeld(): Promise<readonly Reservation[]> {
    const held: Reservation[] = [];
    for await (const each of this.#server.direct.resources.list({ limit: 1_000 })) held.push(each);
    return held.filter(({ resource, requester }) => this.#resources.has(resource) && !this.unreleased.has(requester));
  }

  async #expectReleased({ resource, requester }: HeldLock): Promise<void> {
    const state = await this.#server.direct.resources.get(resource);
    if (state.requester === requester && !this.unreleased.has(requester)) this.#report(resource, requester);
  }

  #report(resource: string, requester: string): void {
    this.leftBehind.push(`${resource} is still held by ${requester}:\n${this.proxy.historyOf(requester)}`);
  }
}
