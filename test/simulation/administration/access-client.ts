import type { ReserveResult } from '@holdfast/contract';

import type { SeededRandom } from '../../faults/seeded-random.ts';
import type { Client, ClientOptions, Draw } from '../../histories/family.ts';
import type { Answer, Command, IssuedKey } from './commands.ts';
import { fixedKeys } from './objects.ts';
import type { TenantId } from './objects.ts';

/** A key that the client has created. */
interface OwnKey {
  readonly id: string;
  /** All values that it has had, as far as anybody was told. */
  readonly values: string[];
  readonly tenant: TenantId;
}

/** The clients from this one on do nothing but take locks of the tenant whose locks are counted. */
const firstLocker = 8;
const lockNames = Array.from({ length: 8 }, (_, number) => `lock-${number}`);

const tenants = ['byMinute', 'byDay', 'halted'] as const;
const fixedTenants = ['byMinute', 'halted'] as const;

/** Creates keys, uses them, and changes and ends them. The first client suspends a tenant and lets it go on, too. */
export class AccessClient implements Client<Command, Answer> {
  readonly #random: SeededRandom;
  readonly #name: string;
  readonly #suspends: boolean;
  readonly #scope: string;
  readonly #locks: boolean;
  readonly #held: { readonly name: string; readonly releaseToken: string }[] = [];
  readonly #keys: OwnKey[] = [];
  #isSuspended = false;
  #drawn = 0;

  constructor({ random, scope, number }: ClientOptions) {
    this.#random = random;
    this.#name = `${scope}-${number}`;
    this.#suspends = number === 0;
    this.#scope = scope;
    this.#locks = number >= firstLocker;
  }

  draw(nowMs: number): Draw<Command> {
    this.#drawn += 1;
    return { command: this.#draw(), sendAtMs: nowMs + (this.#random.chance(0.5) ? this.#random.integer(1_500) : 0) };
  }

  learn(command: Command, { status, body }: Answer): void {
    if (command.type === 'hold' && status === 200) this.#learnHolds(body as readonly ReserveResult[]);
    if (status >= 300 || (command.type !== 'create' && command.type !== 'rotate')) return;
    const { id, api_key: value } = body as IssuedKey;
    let own = this.#keys.find((key) => key.id === id);
    if (own === undefined) this.#keys.push((own = { id, values: [], tenant: tenantOf(command) }));
    if (value !== null) own.values.push(value);
  }

  #learnHolds(results: readonly ReserveResult[]): void {
    for (const { status, resource: name, releaseToken } of results) {
      if (status === 'ACQUIRED' && releaseToken !== null) this.#held.push({ name, releaseToken });
    }
  }

  #drawLocking(): Command {
    const random = this.#random;
    const locker = { apiKey: fixedKeys.byLocks, requester: this.#name };
    const held = random.chance(0.4) ? this.#held.shift() : undefined;
    if (held !== undefined) return { type: 'release', ...locker, ...held };
    const names = random.sample(lockNames, random.pick([1, 1, 2, 3])).map((name) => `${this.#scope}-${name}`);
    return { type: 'hold', ...locker, names, ttlSeconds: random.pick([1, 1, 2]) };
  }

  #draw(): Command {
    if (this.#locks) return this.#drawLocking();
    const random = this.#random;
    const [own] = random.sample(this.#keys, 1);
    const kind = random.fraction();
    if (this.#suspends && kind < 0.5) {
      this.#isSuspended = !this.#isSuspended;
      return { type: 'suspend', tenant: 'halted', suspended: this.#isSuspended };
    }
    if (own === undefined || kind < 0.1) return this.#drawCreation();
    const { id } = own;
    if (kind < 0.22) return { type: 'rotate', id, overlapSeconds: random.pick([0, 1, 2]) };
    if (kind < 0.3) return { type: 'narrow', id, mayOnlyRead: random.chance(0.5) };
    if (kind < 0.42) return { type: 'revoke', id };
    return this.#drawUse(own);
  }

  #drawUse(own: OwnKey): Command {
    const random = this.#random;
    const values = own.values.map((apiKey) => ({ apiKey, tenant: own.tenant }));
    const fixed = fixedTenants.map((tenant) => ({ apiKey: fixedKeys[tenant], tenant }));
    const shown = random.pick([...values, ...values, ...fixed]);
    return { type: random.chance(0.6) ? 'reserve' : 'look', ...shown, name: `${this.#name}-${this.#drawn}` };
  }

  #drawCreation(): Command {
    const label = `${this.#name}-${this.#drawn}`;
    return { type: 'create', tenant: this.#random.pick(tenants), label, mayOnlyRead: this.#random.chance(0.2) };
  }
}

/** A key that is rotated is one that was created before. */
function tenantOf(command: Command): TenantId {
  if (command.type !== 'create') throw new Error('Nobody has created this key.');
  return command.tenant;
}
