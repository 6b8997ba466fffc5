import type { Answer, Command, Result } from './commands.ts';
import { targetOf } from './objects.ts';

export interface OwnHold {
  /** As it was named when it was claimed: a slot's pool, perhaps. */
  readonly resource: string;
  readonly releaseToken: string;
}

/** When a hold ends, whoever's it is. */
export interface HoldEnd {
  readonly resource: string;
  readonly expiresAtMs: number;
}

/** What a client has learnt of holds. What became of them since, it doesn't know. */
export class KnownHolds {
  /** Of holds that are over, and one that never was any. */
  readonly oldTokens: string[] = ['wrong'];
  readonly #own = new Map<string, OwnHold>();
  readonly #ends = new Map<string, HoldEnd>();

  learn({ items }: Command, { results }: Answer): void {
    for (const [index, result] of results.entries()) this.#learnOne(items[index]?.resource ?? '', result);
  }

  own(): readonly OwnHold[] {
    return [...this.#own.values()];
  }

  ownOn(resource: string): OwnHold | undefined {
    return this.#own.get(placeOf(resource));
  }

  endsBetween(fromMs: number, toMs: number): readonly HoldEnd[] {
    return [...this.#ends.values()].filter(({ expiresAtMs }) => expiresAtMs > fromMs && expiresAtMs < toMs);
  }

  #learnOne(resource: string, result: Result): void {
    const expiresAt = expiryIn(result);
    if (expiresAt !== null) this.#ends.set(resource, { resource, expiresAtMs: Date.parse(expiresAt) });
    const releaseToken = 'releaseToken' in result ? result.releaseToken : null;
    if (releaseToken !== null) this.#own.set(placeOf(resource), { resource, releaseToken });
    if (result.status === 'RELINQUISHED' || result.status === 'NOT_RESERVED') this.#forget(resource);
  }

  #forget(resource: string): void {
    const hold = this.ownOn(resource);
    if (hold === undefined) return;
    this.oldTokens.push(hold.releaseToken);
    this.#own.delete(placeOf(resource));
  }
}

/** Where a requester has one hold at most. */
function placeOf(resource: string): string {
  return targetOf(resource).pool ?? resource;
}

function expiryIn(result: Result): string | null {
  if ('heldBy' in result && result.heldBy !== null) return result.heldBy.expiresAt;
  return 'expiresAt' in result ? result.expiresAt : null;
}
