import type { RenewItem, ReserveItem, UnreserveItem } from '@holdfast/sdk';

import type { SeededRandom } from '../../faults/seeded-random.ts';
import { DrawsNearEnds } from '../draws-near-ends.ts';
import type { Client, ClientOptions, Draw } from '../family.ts';
import type { Answer, Command } from './commands.ts';
import { KnownHolds } from './known-holds.ts';
import type { HoldEnd, OwnHold } from './known-holds.ts';
import { poolCapacity, objectsOf } from './objects.ts';
import type { Objects } from './objects.ts';

/** Fewer requesters than clients, so that two clients sometimes claim under one name. */
const requesterCount = 10;

const [shortTtlSeconds, longTtlSeconds] = [1, 60];

/**
 * Claims, renews and gives up names at random, mostly as a sensible client would, and sometimes with an old token, a
 * wrong one or none. Some requests are sent close to the end of a hold.
 */
export class ReservationClient implements Client<Command, Answer> {
  readonly #random: SeededRandom;
  readonly #objects: Objects;
  readonly #requester: string;
  readonly #number: number;
  readonly #known = new KnownHolds();
  readonly #draws: DrawsNearEnds<HoldEnd, Command>;

  constructor({ random, scope, number, requestCount }: ClientOptions) {
    this.#random = random;
    this.#objects = objectsOf(scope);
    this.#number = number;
    this.#requester = `r${number % requesterCount}`;
    this.#draws = new DrawsNearEnds({
      random,
      requestCount,
      shortTtlMs: 1_000 * shortTtlSeconds,
      endsBetween: (fromMs, toMs) => this.#known.endsBetween(fromMs, toMs),
      drawForEnd: ({ resource }) => this.#drawForEnd(resource),
      draw: () => this.#draw(),
    });
  }

  draw(nowMs: number): Draw<Command> {
    return this.#draws.next(nowMs);
  }

  learn(command: Command, answer: Answer): void {
    this.#known.learn(command, answer);
  }

  /** Takes the name, or brings the own hold over the end, or not. */
  #drawForEnd(resource: string): Command {
    const kind = this.#random.fraction();
    const hold = this.#known.ownOn(resource);
    if (hold !== undefined && kind < 0.5) return { type: 'renew', items: [this.#toRenewal(hold)] };
    if (hold !== undefined && kind < 0.65) return { type: 'unreserve', items: [this.#toItem(hold)] };
    if (kind > 0.9) return { type: 'get', items: [{ resource }] };
    return this.#drawReserve(resource);
  }

  #draw(): Command {
    if (this.#known.own().length > 0 && this.#random.chance(0.45)) return this.#drawForHolds(0.7);
    const kind = this.#random.fraction();
    if (kind < 0.14) return { type: 'get', items: [{ resource: this.#drawName() }] };
    if (kind < 0.24) return this.#drawTransaction();
    if (kind < 0.3) return this.#drawForHolds(0.5);
    return this.#drawReserve(this.#drawName());
  }

  #drawReserve(first: string): Command {
    const more = this.#random.chance(0.75) ? 0 : 1 + this.#random.integer(2);
    const names = [first, ...Array.from({ length: more }, () => this.#drawName())];
    return { type: 'reserve', items: names.map((name, index) => this.#toClaim(name, index)) };
  }

  /** Gives up, or renews, what it believes to hold: or what it doesn't hold, if that is nothing. */
  #drawForHolds(probabilityOfUnreserve: number): Command {
    const some = this.#random.sample(this.#known.own(), this.#random.chance(0.75) ? 1 : 2);
    const holds = some.length > 0 ? some : [{ resource: this.#drawName(), releaseToken: this.#drawOldToken() }];
    return this.#random.chance(probabilityOfUnreserve)
      ? { type: 'unreserve', items: holds.map((hold) => this.#toItem(hold)) }
      : { type: 'renew', items: holds.map((hold) => this.#toRenewal(hold)) };
  }

  #drawTransaction(): Command {
    const { pair, tree, kit } = this.#objects;
    const names = this.#random.sample(this.#random.pick([pair, pair, tree, kit]), 2);
    const items = names.map((name, index) => {
      const { requester: _, ...item } = this.#toClaim(name, index);
      return item;
    });
    const method = this.#random.pick(['ALL_OR_NONE', 'ALL_OR_NONE', 'AS_MANY_AS_POSSIBLE', 'FIRST'] as const);
    return { type: 'transaction', requester: this.#requester, method, items };
  }

  /** The metadata tells one claim from every other. */
  #toClaim(resource: string, index: number): ReserveItem {
    const claim = `${this.#number}.${this.#draws.count}.${index}`;
    const item = { requester: this.#requester, resource, metadata: { claim } };
    return this.#random.chance(0.15) ? item : { ...item, ttlSeconds: this.#drawTtl() };
  }

  #toRenewal(hold: OwnHold): RenewItem {
    return { ...this.#toItem(hold), ttlSeconds: this.#drawTtl() };
  }

  #toItem({ resource, releaseToken }: OwnHold): UnreserveItem {
    const kind = this.#random.fraction();
    const item = { requester: this.#requester, resource };
    if (kind < 0.04) return item;
    return { ...item, releaseToken: kind < 0.14 ? this.#drawOldToken() : releaseToken };
  }

  #drawTtl(): number {
    return this.#random.chance(0.55) ? shortTtlSeconds : longTtlSeconds;
  }

  #drawOldToken(): string {
    return this.#random.pick(this.#known.oldTokens);
  }

  #drawName(): string {
    const { locks, pool, pair, tree, kit } = this.#objects;
    const kind = this.#random.fraction();
    if (kind < 0.4) return this.#random.pick(locks);
    if (kind < 0.6) return pool;
    if (kind < 0.68) return `${pool}_${this.#random.integer(poolCapacity)}`;
    if (kind < 0.76) return this.#random.pick(pair);
    return this.#random.pick(kind < 0.89 ? tree : kit);
  }
}
