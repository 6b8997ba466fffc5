import type { ApiKey, IssuedApiKey, Tenant, Tier } from '@holdfast/contract';

import { AccessDraws, preparations } from './administration-draws.ts';
import { KnownAccess } from './administration-known.ts';
import { findBrokenAccess, keyRow } from './administration-promises.ts';
import { describeEntry } from './family.ts';
import type { Account, AnsweredEntry, BrokenPromise, Family } from './family.ts';
import { LimitedTenant } from './limited-tenant.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { WireClient, Write } from './wire-client.ts';

/** Tenants, tiers and API keys, each of which one worker has to itself; and a tenant that is held to its limit. */
export const administration: Family = { name: 'administration', open: (random) => new AccessAccount(random) };

class AccessAccount implements Account {
  readonly #draws: AccessDraws;
  readonly #known = new KnownAccess();
  readonly #limited = new LimitedTenant();
  readonly #broken: BrokenPromise[] = [];

  constructor(random: SeededRandom) {
    this.#draws = new AccessDraws(random);
  }

  prepare(): readonly Write[] {
    return preparations();
  }

  draw(worker: number): Write {
    return this.#draws.draw(worker, this.#known);
  }

  learn(entry: AnsweredEntry): void {
    const { write, answer } = entry;
    this.#known.note(entry);
    const expected = this.#expectedStatus(write);
    if (answer.status !== expected) return this.#break(`This is answered with ${expected}.`, entry);
    if (answer.status >= 400) return;
    const body: unknown = answer.body === '' ? undefined : JSON.parse(answer.body);
    const { name = '' } = write.path ?? {};
    if (write.operationId === 'putTier') this.#known.tiers.set(name, body as Tier);
    else if (write.operationId === 'deleteTier') this.#known.tiers.delete(name);
    else if (write.operationId.endsWith('Tenant')) this.#learnTenant(entry, body as Tenant);
    else this.#learnKey(entry, body as ApiKey & Partial<IssuedApiKey>);
  }

  async findBrokenPromises(client: WireClient): Promise<readonly BrokenPromise[]> {
    if (this.#broken.length > 0) return this.#broken;
    const broken = await findBrokenAccess(this.#known, client);
    return [...broken, ...(await this.#limited.findExcess(client))];
  }

  /** Nobody else changes what a worker has. */
  #expectedStatus({ operationId, path = {} }: Write): number {
    const known = this.#known;
    const { name = '', api_key_id: keyId = '' } = path;
    if (operationId === 'createTenant' || operationId === 'createApiKey') return 201;
    if (operationId === 'deleteTier' && known.isInUse(name)) return 409;
    if (operationId === 'deleteTier') return known.tiers.has(name) ? 204 : 404;
    const isRevoked = (known.keys.get(keyId)?.row.revoked_at ?? null) !== null;
    return isRevoked && operationId !== 'revokeApiKey' ? 409 : 200;
  }

  #learnTenant(entry: AnsweredEntry, row: Tenant): void {
    const { tenants, changed } = this.#known;
    const isNew = entry.write.operationId === 'createTenant';
    if (isNew === tenants.has(row.id)) this.#break('A tenant has an id of its own, and keeps it.', entry);
    tenants.set(row.id, { worker: entry.worker, row });
    changed.add(row.id);
  }

  #learnKey(entry: AnsweredEntry, body: ApiKey & Partial<IssuedApiKey>): void {
    const { keys, changed } = this.#known;
    const { operationId, body: asked } = entry.write;
    const before = keys.get(body.id);
    const isNew = operationId === 'createApiKey';
    if (isNew === (before !== undefined)) this.#break('A key has an id of its own, and keeps it.', entry);
    const isRotated = operationId === 'rotateApiKey';
    const ends = operationId === 'revokeApiKey' || (isRotated && Object.keys(asked ?? {}).length === 0);
    const ended = [...(before?.ended ?? []), ...(ends && before?.value !== undefined ? [before.value] : [])];
    // A replay doesn't have it.
    const issued = isNew || isRotated ? (body.api_key ?? undefined) : before?.value;
    const value = body.revoked_at === null ? issued : undefined;
    keys.set(body.id, { worker: entry.worker, row: keyRow(body), value, ended });
    changed.add(body.id).add(body.tenant_id);
  }

  #break(promise: string, entry: AnsweredEntry): void {
    const about = Object.values(entry.write.path ?? {})[0];
    const journal = about === undefined ? [] : this.#known.journalOf(about);
    this.#broken.push({ promise, evidence: [describeEntry(entry), ...journal] });
  }
}
