import { hash } from 'node:crypto';

import { toKeyText } from '@holdfast/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createJwtIssuer } from '../../jwt-issuer.ts';
import { createFreshStore } from '../../targets/create-fresh-store.ts';
import { startServerTarget } from '../../targets/server-target.ts';
import type { ServerTarget } from '../../targets/server-target.ts';
import { apiKeys } from '../../targets/target.ts';
import { WatchedStore } from '../../targets/watched-store.ts';
import type { IssuedApiKey } from './access-client.ts';

// What servers ask of a store, and give it to keep, is the same for each store.
describe('a server on a store that is watched', () => {
  let watched: WatchedStore;
  let server: ServerTarget;
  beforeAll(async () => {
    const { store, dispose } = await createFreshStore('memory');
    watched = new WatchedStore(store);
    server = await startServerTarget({ store: watched.store, dispose });
  });
  afterAll(() => server.dispose());

  async function ask(method: string, path: string, body?: unknown, apiKey: string = apiKeys.live): Promise<Response> {
    const headers = { 'X-API-Key': apiKey, 'Content-Type': 'application/json', 'Idempotency-Key': `${method} ${path}` };
    return server.fetch(path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  }

  test('keeps the value of no key, token or JWT, but for its hash', async () => {
    const create = await ask('POST', '/v1/admin/api-keys', { environment: 'live', label: 'Worker' });
    const created = (await create.json()) as IssuedApiKey;
    const rotate = await ask('POST', `/v1/admin/api-keys/${created.id}/rotate`, { overlap_seconds: 60 });
    const rotated = (await rotate.json()) as IssuedApiKey;
    const issuer = createJwtIssuer('issuer');
    await ask('PUT', '/v1/admin/jwt-issuer', issuer.entry);
    const jwt = issuer.issue(server.clock.now());
    const { token } = (await (await ask('POST', '/api/v1/auth/token', { jwt })).json()) as { token: string };
    for (const secret of [apiKeys.live, created.api_key ?? '', rotated.api_key ?? '', token]) {
      expect(secret).toMatch(/^hf_/u);
      expect(watched.written).toContain(hash('sha256', secret));
      expect(watched.written).not.toContain(secret.slice('hf_live_'.length + 4, -5));
    }
    expect(watched.written).not.toContain(jwt.split('.')[2]);
  });

  test.each([
    ['with a wrong checksum', `${toKeyText('hf_live_', '12'.repeat(32)).slice(0, -6)}000000`, 0],
    ['that is a token with a wrong checksum', `${toKeyText('hf_token_', '12'.repeat(32)).slice(0, -6)}000000`, 0],
    ['of no known form', 'hf_live_nothing-of-the-kind', 0],
    ['of 8,000 characters', 'k'.repeat(8_000), 0],
    ['that only the store can tell is unknown', toKeyText('hf_live_', '34'.repeat(32)), 1],
  ])('looks up a key %s so often', async (_form, apiKey, lookups) => {
    const before = watched.keyLookups;
    expect(await ask('GET', '/v1/limits', undefined, apiKey)).toMatchObject({ status: 401 });
    expect(watched.keyLookups - before).toBe(lookups);
  });
});
