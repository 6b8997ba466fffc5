import type { Caller } from '../../caller.ts';
import type { Environment } from '../../environment.ts';
import type { Command, Query } from '../../kernel/command.ts';
import { recordKey } from '../../kernel/record-access.ts';
import { accessPartition, accessTokenPartition } from '../../partitions.ts';
import type { Refused } from '../../shared/outcomes.ts';
import type { Store } from '../../store.ts';
import { isWithin } from '../addresses.ts';
import { findCaller, findSubject, findTokenBearer } from '../find-caller.ts';
import type { KnownCaller } from '../find-caller.ts';
import { checkKeyForm } from '../key-form.ts';
import { Limiter } from '../limits/process/limiter.ts';
import { accessTokenKind, apiKeyValueKind } from '../records.ts';
import type { JwtIssuer, Trust } from '../records.ts';
import { tenantSuspended, wrongAddress } from '../refusals.ts';
import { AccessView } from '../state.ts';
import { CallerCache } from './caller-cache.ts';
import { KeyUses } from './key-uses.ts';

/** What it takes from the service that it belongs to. */
export interface AccessParts {
  readonly environment: Environment;
  readonly store: Pick<Store, 'read' | 'takeTurn'>;
  execute<Result>(command: Command<Result>): Promise<Result>;
  query<Result>(query: Query<Result>): Promise<Result>;
  /** How long events are kept, in milliseconds, unless a tier says so. */
  readonly eventHistoryMs: number;
}

/** How many keys without a checksum are known by heart: there was no way to create more than a few. */
const mostUncheckedKeys = 1_000;

/** Who asks, and how much of it he may. */
export class Access {
  /** How much callers may ask. */
  readonly limits: Limiter;
  readonly #parts: AccessParts;
  readonly #callers: CallerCache;
  readonly #uses = new KeyUses();
  /** Hashes of the valid keys without a checksum; undefined: not read yet. */
  #uncheckedHashes: ReadonlySet<string> | undefined;

  constructor(parts: AccessParts) {
    const { environment, store, eventHistoryMs } = parts;
    this.#parts = parts;
    this.#callers = new CallerCache({
      elapsedMs: environment.elapsedMs,
      readGeneration: async () => (await store.read({ heads: [accessPartition] })).heads[0]?.version ?? 0,
    });
    this.limits = new Limiter({
      execute: parts.execute,
      now: environment.now,
      elapsedMs: environment.elapsedMs,
      isShared: store.takeTurn !== undefined,
      eventHistoryMs,
    });
  }

  /** Reads which keys have no checksum. Until then each of these is looked for in the store. */
  async begin(): Promise<void> {
    const range = { kind: apiKeyValueKind, partition: accessPartition, index: 'unchecked', equals: [1] };
    const values = await this.#parts.query({
      partitions: [],
      reads: [],
      run: (records) => records.range({ ...range, limit: mostUncheckedKeys }),
    });
    this.#uncheckedHashes = new Set(values.map(({ id }) => id));
  }

  /** Whether a text can't be a key, which its form alone shows, without a read of the store. */
  cannotBeKey(apiKey: string): boolean {
    const form = checkKeyForm(apiKey);
    if (form === 'right') return false;
    const hashes = this.#uncheckedHashes;
    if (hashes === undefined) return form === 'wrong';
    return hashes.size === 0 || !hashes.has(this.#parts.environment.sha256(apiKey));
  }

  /**
   * Who shows this key or token; undefined if it is unknown, revoked or expired.
   *
   * @param address - Where he asks from; undefined if the transport has none.
   */
  authenticate(
    apiKey: string,
    address: string | undefined,
  ): Caller | Refused | undefined | Promise<Caller | Refused | undefined> {
    const keyHash = this.#parts.environment.sha256(apiKey);
    const known = this.#callers.get(keyHash);
    if (known !== undefined) return this.#admit(known, address);
    if (this.cannotBeKey(apiKey)) return undefined;
    const isToken = apiKey.startsWith('hf_token_');
    return this.#callers
      .load(keyHash, () => this.#parts.query(isToken ? tokenQuery(keyHash) : keyQuery(keyHash)))
      .then((loaded) => loaded && this.#admit(loaded, address));
  }

  /** Somebody whom the issuer of a tenant's environment vouches for. */
  async authenticateSubject(trust: Trust, subject: string, expiresAtMs: number): Promise<Caller | Refused | undefined> {
    const known = await this.#parts.query({
      partitions: [],
      reads: [],
      run: (records) => findSubject(records, trust, subject, expiresAtMs),
    });
    return known && this.#admit(known, undefined);
  }

  /** The entry of whoever trusts an issuer for an audience. */
  findTrust(issuer: string, audience: string): Promise<JwtIssuer | undefined> {
    return this.#parts.query({
      partitions: [],
      reads: [],
      run: (records) => new AccessView(records).trustedBy(issuer, audience),
    });
  }

  /** Call it after a commit that changed what keys may do, of a tenant or of all: it holds from the next request on. */
  forgetCallers(tenantId?: string): void {
    this.#callers.forget(tenantId);
  }

  /** What has to be done from time to time, several times a second. What fails is done the next time. */
  async tend(): Promise<void> {
    const { environment, execute } = this.#parts;
    await Promise.all([this.#callers.refresh(), this.limits.tend(), this.#uses.flush(execute, environment.now())]);
  }

  /** Gives back what this process has leased, and writes down which keys were used. */
  async end(): Promise<void> {
    const { environment, execute } = this.#parts;
    await Promise.all([this.limits.release(), this.#uses.flush(execute, environment.now(), { isNow: true })]);
  }

  #admit(
    { caller, isSuspended, allowedCidrs }: KnownCaller,
    address: string | undefined,
  ): Caller | Refused | undefined {
    const nowMs = this.#parts.environment.now();
    if (caller.expiresAtMs !== null && caller.expiresAtMs <= nowMs) return undefined;
    if (isSuspended) return tenantSuspended;
    if (allowedCidrs !== null && !isWithin(address, allowedCidrs)) return wrongAddress;
    if (caller.keyId !== null) this.#uses.note(caller.keyId, nowMs);
    return caller;
  }
}

function keyQuery(keyHash: string): Query<KnownCaller | undefined> {
  return {
    partitions: [],
    reads: [recordKey(apiKeyValueKind, accessPartition, keyHash)],
    run: (records, nowMs) => findCaller(records, keyHash, nowMs),
  };
}

function tokenQuery(tokenHash: string): Query<KnownCaller | undefined> {
  return {
    partitions: [],
    reads: [recordKey(accessTokenKind, accessTokenPartition, tokenHash)],
    run: (records, nowMs) => findTokenBearer(records, tokenHash, nowMs),
  };
}
