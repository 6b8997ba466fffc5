import type { OperationTypes } from '@holdfast/contract';
import { expect } from 'vitest';

import { createJwtIssuer } from '../../jwt-issuer.ts';
import type { JwtIssuer } from '../../jwt-issuer.ts';
import type { Scenario, WireAnswer } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { pathWith } from '../capacity/capacity-client.ts';

/** What an operation answers with when it succeeds. */
type Result<Id extends keyof OperationTypes> = OperationTypes[Id]['result'];

export type Tenant = Result<'createTenant'>;
export type ApiKey = Result<'getApiKey'>;
export type IssuedApiKey = Result<'createApiKey'>;
export type Person = Result<'invitePerson'>;

export const paths = {
  tenants: '/v1/admin/tenants',
  tiers: '/v1/admin/tiers',
  apiKeys: '/v1/admin/api-keys',
  jwtIssuer: '/v1/admin/jwt-issuer',
  people: '/v1/admin/people',
} as const;

/** All figures of a tier, which limit nothing. */
export const noLimits = {
  ops_per_minute: null,
  ops_per_day: null,
  concurrent_locks: null,
  api_keys: null,
  event_history_hours: null,
};

/** An environment of a tenant, as a query names it. */
export interface Place extends Readonly<Record<string, string>> {
  readonly tenant_id: string;
  readonly environment: 'live' | 'test';
}

/** Tenants, tiers and API keys on the wire itself. What isn't named `ask…` must be answered with success. */
export class AccessClient {
  readonly #scenario: Scenario;
  readonly #apiKey: string;

  /** @param apiKey - An administrator's. */
  constructor(scenario: Scenario, apiKey: string = apiKeys.live) {
    this.#scenario = scenario;
    this.#apiKey = apiKey;
  }

  ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<WireAnswer> {
    return this.#scenario.send(method, path, { body, headers, apiKey: this.#apiKey });
  }

  /** A new tenant, which nothing limits unless told. */
  async createTenant(members: object = {}): Promise<Tenant> {
    const body = { name: this.#scenario.unique('tenant'), tier: 'unlimited', ...members };
    return successOf<'createTenant'>(await this.ask('POST', paths.tenants, body));
  }

  async getTenant(id: string): Promise<Tenant> {
    return successOf<'getTenant'>(await this.ask('GET', `${paths.tenants}/${id}`));
  }

  async updateTenant(id: string, members: object): Promise<Tenant> {
    return successOf<'updateTenant'>(await this.ask('PATCH', `${paths.tenants}/${id}`, members));
  }

  async putTier(name: string, members: object = {}): Promise<Result<'putTier'>> {
    return successOf<'putTier'>(await this.ask('PUT', `${paths.tiers}/${name}`, { ...noLimits, ...members }));
  }

  /** A new tier, which limits nothing unless told; resolves to its name. */
  async createTier(members: object = {}): Promise<string> {
    return (await this.putTier(this.#scenario.unique('tier'), members)).name;
  }

  async createApiKey(members: object = {}): Promise<IssuedApiKey> {
    const body = { environment: 'live', label: this.#scenario.unique('key'), ...members };
    return successOf<'createApiKey'>(await this.ask('POST', paths.apiKeys, body));
  }

  /** The value of a new key. */
  async newKey(members: object = {}): Promise<string> {
    return valueOf(await this.createApiKey(members));
  }

  async getApiKey(id: string): Promise<ApiKey> {
    return successOf<'getApiKey'>(await this.ask('GET', `${paths.apiKeys}/${id}`));
  }

  async updateApiKey(id: string, members: object): Promise<ApiKey> {
    return successOf<'updateApiKey'>(await this.ask('PATCH', `${paths.apiKeys}/${id}`, members));
  }

  async rotateApiKey(id: string, members: object = {}): Promise<IssuedApiKey> {
    return successOf<'rotateApiKey'>(await this.ask('POST', `${paths.apiKeys}/${id}/rotate`, members));
  }

  async revokeApiKey(id: string): Promise<ApiKey> {
    return successOf<'revokeApiKey'>(await this.ask('POST', `${paths.apiKeys}/${id}/revoke`));
  }

  /** An invitation of somebody new, to the tenant of whoever asks unless told. */
  async invitePerson(members: object = {}, query: Readonly<Record<string, string>> = {}): Promise<Person> {
    const body = { email: `${this.#scenario.unique('guest')}@example.com`, role: 'member', ...members };
    return successOf<'invitePerson'>(await this.ask('POST', pathWith(paths.people, query), body));
  }

  /** An issuer that the place trusts from now on. */
  async trustIssuer(place: Place): Promise<JwtIssuer> {
    const issuer = createJwtIssuer(this.#scenario.unique('issuer'));
    successOf<'putJwtIssuer'>(await this.ask('PUT', pathWith(paths.jwtIssuer, place), issuer.entry));
    return issuer;
  }

  /** What the newest event of this type says, and who did it, as whoever asks sees it. */
  async lastDeed(type: string): Promise<unknown> {
    const { data } = successOf<'listCreditEvents'>(await this.ask('GET', `/v1/events?type=${type}&limit=1`));
    return data[0] && { api_key_label: data[0].api_key_label, ...data[0].data };
  }

  async list<Id extends 'listTenants' | 'listTiers' | 'listApiKeys' | 'listPeople'>(
    path: string,
    query: Readonly<Record<string, string | number>> = { limit: 200 },
  ): Promise<Result<Id>> {
    return successOf<Id>(await this.ask('GET', pathWith(path, query)));
  }

  /** All that an administrator can see, but for when keys were last used: by whoever asks, too. */
  async everything(): Promise<unknown> {
    const [tenants, tiers] = await Promise.all([
      this.list<'listTenants'>(paths.tenants),
      this.list<'listTiers'>(paths.tiers),
    ]);
    const places = tenants.data.flatMap(({ id }) => placesOf(id));
    const people = tenants.data.map(({ id }) => this.list<'listPeople'>(paths.people, { tenant_id: id, limit: 200 }));
    return [
      tenants,
      tiers,
      await Promise.all(people),
      await Promise.all(places.map((place) => this.#everythingIn(place))),
    ];
  }

  async #everythingIn(place: Place): Promise<unknown> {
    const [keys, issuer] = await Promise.all([
      this.list<'listApiKeys'>(paths.apiKeys, { ...place, limit: 200 }),
      this.ask('GET', pathWith(paths.jwtIssuer, place)),
    ]);
    return [keys.data.map((key) => ({ ...key, last_used_at: null })), issuer.status === 200 ? issuer.json : null];
  }
}

function placesOf(tenantId: string): readonly Place[] {
  return (['live', 'test'] as const).map((environment) => ({ tenant_id: tenantId, environment }));
}

function successOf<Id extends keyof OperationTypes>({ status, text, json }: WireAnswer): Result<Id> {
  expect(status, text.slice(0, 1_000)).toBeLessThan(300);
  return json as Result<Id>;
}

export function valueOf({ api_key: value }: IssuedApiKey): string {
  return value ?? expect.fail('A key that has just been created, or rotated, is shown.');
}

/** What a key is worth: the status of what each key may ask. */
export async function statusWith({ send }: Pick<Scenario, 'send'>, apiKey: string): Promise<number> {
  return (await send('GET', '/v1/limits', { apiKey })).status;
}
