import { operations } from '@holdfast/contract';
import type { OperationId } from '@holdfast/contract';
import { seedApiKeys, seedTenants } from '@holdfast/engine';
import type { Answer, Service, ServiceRequest } from '@holdfast/engine';
import { authenticateJwt, createJwtVerifier } from '@holdfast/gateway';
import type { GatewayAccess } from '@holdfast/gateway';

import type { AccessSettings } from './access-settings.ts';
import { environmentOf, standIns } from './api-keys.ts';
import { fetchJwks } from './fetch-jwks.ts';

type Found = Awaited<ReturnType<GatewayAccess['authenticate']>>;

/** Where an answer has a key or token that is shown only once. */
const secretMembers: Readonly<Partial<Record<OperationId, string>>> = {
  createApiKey: 'api_key',
  rotateApiKey: 'api_key',
  exchangeToken: 'token',
};

/** The engine's access: what it does from time to time on a server, it does here whenever somebody could tell. */
export class MockAccess implements GatewayAccess {
  readonly limits: GatewayAccess['limits'];
  readonly #service: Service;
  readonly #settings: AccessSettings;
  readonly #verifier: ReturnType<typeof createJwtVerifier>;
  /** What was created here: where any key is good, these are still what they are, and end when they end. */
  readonly #issued = new Set<unknown>();

  constructor(service: Service, settings: AccessSettings) {
    const now = () => service.environment.now();
    this.limits = service.access.limits;
    this.#service = service;
    this.#settings = settings;
    this.#verifier = createJwtVerifier({ fetchJwks, now, elapsedMs: now });
  }

  /** Creates what there is at the start. */
  async begin(): Promise<void> {
    const { tiers, tenants, apiKeys } = this.#settings;
    await seedTenants(this.#service, tiers, tenants);
    await seedApiKeys(this.#service, apiKeys);
  }

  cannotBeKey(apiKey: string): boolean {
    return !this.#settings.isAnyKeyValid && this.#service.access.cannotBeKey(apiKey);
  }

  async authenticate(apiKey: string, address: string | undefined): Promise<Found> {
    const { access } = this.#service;
    const found = await access.authenticate(apiKey, address);
    const isOther = found === undefined && this.#settings.isAnyKeyValid && !this.#issued.has(apiKey);
    return isOther ? access.authenticate(standIns[environmentOf(apiKey)], address) : found;
  }

  authenticateJwt(jwt: string): ReturnType<GatewayAccess['authenticateJwt']> {
    return authenticateJwt(jwt, { verifier: this.#verifier, access: this.#service.access });
  }

  /** Runs an operation. Those that count against no limit show what was counted, and when keys were used. */
  async call(request: ServiceRequest): Promise<Answer<unknown>> {
    const { operationId } = request;
    if (operations[operationId].limit === 'none') await this.#service.access.end();
    const answer = await this.#service.call(request);
    const secretMember = secretMembers[operationId];
    if (answer.outcome.ok && secretMember !== undefined) {
      this.#issued.add((answer.outcome.value as Readonly<Record<string, unknown>>)[secretMember]);
    }
    return answer;
  }
}
