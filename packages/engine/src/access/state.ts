import type { Caller } from '../caller.ts';
import type { Changes, Records, Row } from '../kernel/record-access.ts';
import { accessPartition, keyUsePartition } from '../partitions.ts';
import type { Place } from '../place.ts';
import { announceTenantEvent } from '../shared/events.ts';
import type { TenantEventType } from '../shared/events.ts';
import type { AccessSettings } from './context.ts';
import { apiKeyKind, apiKeyValueKind, jwtIssuerKind, keyUseKind, placeId, tenantKind, tierKind } from './records.ts';
import type { ApiKey, ApiKeyValue, JwtIssuer, Tenant, Tier } from './records.ts';

/** What was done. */
export interface Deed {
  readonly type: Extract<TenantEventType, `${'key' | 'tenant' | 'tier' | 'jwt_issuer' | 'person'}.${string}`>;
  /** Whose it is; absent: nobody's. */
  readonly places: readonly Place[];
  readonly data: object;
}

/** Who does it. Without a place: he belongs to no tenant, or to several. */
export type Actor = Pick<Caller, 'apiKeyLabel'> & Partial<Place>;

/** Tenants, tiers, keys and issuers, to read. */
export class AccessView {
  readonly records: Records;

  constructor(records: Records) {
    this.records = records;
  }

  tenant(id: string): Tenant | undefined {
    const tenant = this.records.get(tenantKind, accessPartition, id);
    // One from before tiers has none until the server has started once, which `adoptOldRecords` is for.
    return tenant !== undefined && 'tier' in tenant ? tenant : undefined;
  }

  tier(name: string): Tier | undefined {
    return this.records.get(tierKind, accessPartition, name);
  }

  apiKey(id: string): ApiKey | undefined {
    return this.records.get(apiKeyKind, accessPartition, id);
  }

  /** When a key was used last, to a minute; null: never. */
  lastUseOf(keyId: string): number | null {
    return this.records.get(keyUseKind, keyUsePartition, keyId)?.usedAtMs ?? null;
  }

  jwtIssuer(place: Place): JwtIssuer | undefined {
    return this.records.get(jwtIssuerKind, accessPartition, placeId(place));
  }

  /** Up to `limit` of the keys that count against a tenant's limit. */
  countedApiKeys(tenantId: string, limit: number): readonly Row<ApiKey>[] {
    const range = { kind: apiKeyKind, partition: accessPartition, index: 'counted', equals: [tenantId], limit };
    return this.records.range(range);
  }

  /** How many keys a tenant's environment has had, revoked and expired ones included; of several, two. */
  keysEver({ tenantId, environment }: Place): number {
    const equals = [tenantId, environment];
    return this.records.range({ kind: apiKeyKind, partition: accessPartition, index: 'place', equals, limit: 2 })
      .length;
  }

  isTierInUse(name: string): boolean {
    const range = { kind: tenantKind, partition: accessPartition, index: 'tier', equals: [name], limit: 1 };
    return this.records.range(range).length > 0;
  }

  /** Who trusts this issuer for this audience. */
  trustedBy(issuer: string, audience: string): JwtIssuer | undefined {
    const equals = [issuer, audience];
    const range = { kind: jwtIssuerKind, partition: accessPartition, index: 'trust', equals, limit: 1 };
    return this.records.range(range)[0]?.value;
  }
}

/** The same to read and to change. Each change is written down for the audit. */
export class AccessState extends AccessView {
  readonly #changes: Changes;
  readonly actor: Actor;
  readonly #eventHistoryMs: number;
  readonly nowMs: number;

  constructor(
    changes: Changes,
    actor: Actor,
    { eventHistoryMs }: Pick<AccessSettings, 'eventHistoryMs'>,
    nowMs: number,
  ) {
    super(changes);
    this.#changes = changes;
    this.actor = actor;
    this.#eventHistoryMs = eventHistoryMs;
    this.nowMs = nowMs;
  }

  putTenant(id: string, tenant: Tenant): void {
    this.#changes.put(tenantKind, accessPartition, id, tenant);
  }

  putTier(name: string, tier: Tier): void {
    this.#changes.put(tierKind, accessPartition, name, tier);
  }

  deleteTier(name: string): void {
    this.#changes.delete(tierKind, accessPartition, name);
  }

  putApiKey(id: string, apiKey: ApiKey): void {
    this.#changes.put(apiKeyKind, accessPartition, id, apiKey);
  }

  putApiKeyValue(keyHash: string, value: ApiKeyValue): void {
    this.#changes.put(apiKeyValueKind, accessPartition, keyHash, value);
  }

  deleteApiKeyValue(keyHash: string): void {
    this.#changes.delete(apiKeyValueKind, accessPartition, keyHash);
  }

  putJwtIssuer(issuer: JwtIssuer): void {
    this.#changes.put(jwtIssuerKind, accessPartition, placeId(issuer), issuer);
  }

  deleteJwtIssuer(place: Place): void {
    this.#changes.delete(jwtIssuerKind, accessPartition, placeId(place));
  }

  /** Writes down who did what, among the events of whoever it was done to, and of whoever did it. */
  record({ type, places, data }: Deed): void {
    const { apiKeyLabel, tenantId, environment } = this.actor;
    const own = tenantId === undefined || environment === undefined ? [] : [{ tenantId, environment }];
    const event = { type, atMs: this.nowMs, apiKeyLabel, customerId: null, externalCustomerId: null, data };
    for (const place of new Map([...places, ...own].map((each) => [placeId(each), each])).values()) {
      const destination = { partition: accessPartition, place, keptMs: this.#eventHistoryMs };
      announceTenantEvent(this.#changes, destination, event);
    }
  }
}

/** What holds for a tenant holds in both of its environments. */
export function placesOf(tenantId: string): readonly Place[] {
  return [
    { tenantId, environment: 'live' },
    { tenantId, environment: 'test' },
  ];
}
