import { limitPartition } from '../../../partitions.ts';
import type { LimitedCaller } from '../caller-limits.ts';
import type { Policy } from '../policies.ts';
import { Lease } from './lease.ts';
import type { LeaseParts } from './lease.ts';

/** What a tenant's environment has leased. */
class Account {
  readonly byPolicy = new Map<string, Lease>();
  /** Leases of the keys' own limits, by key id. */
  readonly byKey = new Map<string, Lease>();
  readonly #partition: string;
  readonly #parts: LeaseParts;

  constructor(partition: string, parts: LeaseParts) {
    this.#partition = partition;
    this.#parts = parts;
  }

  get leaseCount(): number {
    return this.byPolicy.size + this.byKey.size;
  }

  find(policy: Policy, keyId: string | null): Lease | undefined {
    return policy.name === 'key' ? this.byKey.get(keyId ?? '') : this.byPolicy.get(policy.name);
  }

  open(policy: Policy, keyId: string | null, nowMs: number): Lease {
    const found = this.find(policy, keyId);
    if (found !== undefined) return found;
    const isOfKey = policy.name === 'key';
    const owner = { policy, partition: this.#partition, keyId: isOfKey ? keyId : null };
    const lease = new Lease(owner, this.#parts, nowMs);
    if (isOfKey) this.byKey.set(keyId ?? '', lease);
    else this.byPolicy.set(policy.name, lease);
    return lease;
  }
}

/** All leases of a process. Looking one up builds no key, since each request does. */
export class Accounts {
  readonly #parts: LeaseParts;
  readonly #accounts = { live: new Map<string, Account>(), test: new Map<string, Account>() };

  constructor(parts: LeaseParts) {
    this.#parts = parts;
  }

  get size(): { readonly accounts: number; readonly leases: number } {
    const accounts = [...this.#accounts.live.values(), ...this.#accounts.test.values()];
    return { accounts: accounts.length, leases: accounts.reduce((sum, { leaseCount }) => sum + leaseCount, 0) };
  }

  find({ tenantId, environment }: LimitedCaller): Account | undefined {
    return this.#accounts[environment].get(tenantId);
  }

  open(caller: LimitedCaller): Account {
    const found = this.find(caller);
    if (found !== undefined) return found;
    const account = new Account(limitPartition(caller), this.#parts);
    this.#accounts[caller.environment].set(caller.tenantId, account);
    return account;
  }

  /** It may forget the one that it has just yielded. */
  *all(): Generator<{ readonly lease: Lease; forget(): void }> {
    for (const accounts of [this.#accounts.live, this.#accounts.test]) {
      for (const [tenantId, account] of accounts) {
        for (const leases of [account.byPolicy, account.byKey]) {
          for (const [name, lease] of leases) yield { lease, forget: () => void leases.delete(name) };
        }
        if (account.leaseCount === 0) accounts.delete(tenantId);
      }
    }
  }
}
