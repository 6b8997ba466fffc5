import { limitPartition } from '../../partitions.ts';
import type { LimitedCaller } from './caller-limits.ts';
import { Lease } from './lease.ts';
import type { LeaseParts } from './lease.ts';
import type { Policy } from './policies.ts';

/** What a tenant's environment has leased. */
interface Account {
  readonly partition: string;
  readonly byPolicy: Map<string, Lease>;
  /** Leases of the keys' own limits, by key id. */
  readonly byKey: Map<string, Lease>;
}

/** All leases of a process. Looking one up builds no key, since each request does. */
export class Accounts {
  readonly #parts: LeaseParts;
  readonly #accounts = { live: new Map<string, Account>(), test: new Map<string, Account>() };

  constructor(parts: LeaseParts) {
    this.#parts = parts;
  }

  find({ tenantId, environment, keyId }: LimitedCaller, policy: Policy): Lease | undefined {
    const account = this.#accounts[environment].get(tenantId);
    return policy.name === 'key' ? account?.byKey.get(keyId ?? '') : account?.byPolicy.get(policy.name);
  }

  open(caller: LimitedCaller, policy: Policy, nowMs: number): Lease {
    const found = this.find(caller, policy);
    if (found !== undefined) return found;
    const { partition, byPolicy, byKey } = this.#accountOf(caller);
    const keyId = policy.name === 'key' ? caller.keyId : null;
    const lease = new Lease({ policy, partition, keyId }, this.#parts, nowMs);
    if (keyId === null) byPolicy.set(policy.name, lease);
    else byKey.set(keyId, lease);
    return lease;
  }

  get size(): { readonly accounts: number; readonly leases: number } {
    const accounts = [...this.#accounts.live.values(), ...this.#accounts.test.values()];
    return {
      accounts: accounts.length,
      leases: accounts.reduce((sum, { byPolicy, byKey }) => sum + byPolicy.size + byKey.size, 0),
    };
  }

  /** It may forget the one that it has just yielded. */
  *all(): Generator<{ readonly lease: Lease; forget(): void }> {
    for (const accounts of [this.#accounts.live, this.#accounts.test]) {
      for (const [tenantId, account] of accounts) {
        for (const leases of [account.byPolicy, account.byKey]) {
          for (const [name, lease] of leases) yield { lease, forget: () => void leases.delete(name) };
        }
        if (account.byPolicy.size + account.byKey.size === 0) accounts.delete(tenantId);
      }
    }
  }

  #accountOf(caller: LimitedCaller): Account {
    const accounts = this.#accounts[caller.environment];
    let account = accounts.get(caller.tenantId);
    if (account === undefined) {
      account = { partition: limitPartition(caller), byPolicy: new Map(), byKey: new Map() };
      accounts.set(caller.tenantId, account);
    }
    return account;
  }
}
