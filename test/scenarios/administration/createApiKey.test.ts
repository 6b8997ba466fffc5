import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { expectFaults, expectProblem } from '../credits/problems.ts';
import { testIdempotencyKeyConflict } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { AccessClient, paths, statusWith, valueOf } from './access-client.ts';
import type { IssuedApiKey } from './access-client.ts';
import { describeBody } from './any-write.ts';
import { expectForbidden } from './forbidden.ts';
import { expectTooManyKeys } from './too-many-keys.ts';

const path = paths.apiKeys;

describeTargets('createApiKey', (scenario) => {
  const { clock, send, unique } = scenario;
  const access = new AccessClient(scenario);

  describe('201', () => {
    test('creates a key that works at once, and answers with exactly these members', async () => {
      const { id } = await access.createTenant();
      const body = {
        tenant_id: id,
        environment: 'test',
        label: unique('Build server'),
        scopes: ['resources:read', 'resources:write'],
        expires_at: wireTime(clock, 3_600),
        allowed_cidrs: ['127.0.0.0/8', '::1'],
        ops_per_minute: 100,
      };
      const { status, json } = await send('POST', path, { body });
      const { id: keyId, api_key: value } = json as IssuedApiKey;
      expect(status).toBe(201);
      expect(json).toEqual({
        ...body,
        id: keyId,
        display: `${value?.slice(0, 12)}…${value?.slice(-5)}`,
        api_key: expect.stringMatching(/^hf_test_[0-9A-Za-z]{49}$/u),
        created_at: wireTime(clock),
        updated_at: wireTime(clock),
        last_used_at: null,
        revoked_at: null,
        previous_valid_until: null,
      });
      expect(await send('GET', '/api/v1/Reservation', { apiKey: value })).toMatchObject({ status: 200 });
    });

    test('needs no more than an environment and a label: it is of the tenant who asks, and without conditions', async () => {
      const created = await access.createApiKey();
      const none = { scopes: null, expires_at: null, allowed_cidrs: null, ops_per_minute: null };
      expect(created).toMatchObject({ tenant_id: 'default', environment: 'live', ...none });
      expect(created.api_key).toMatch(/^hf_live_[0-9A-Za-z]{49}$/u);
    });

    test('a key without scopes may do everything of its tenant’s, and nothing of the platform’s', async () => {
      const apiKey = await access.newKey();
      expect(await send('GET', path, { apiKey })).toMatchObject({ status: 200 });
      expectForbidden(await send('GET', paths.tiers, { apiKey }));
    });

    test('the value is shown this once: no reading of the key has it', async () => {
      const created = await access.createApiKey();
      const value = valueOf(created);
      const { api_key: _, ...record } = created;
      expect(await access.getApiKey(created.id)).toEqual(record);
      const answers = [await send('GET', `${path}?limit=200`), await send('GET', '/v1/events?limit=200')];
      for (const { text } of answers) expect(text).not.toContain(value);
    });

    test('its label is in the events that it causes', async () => {
      const label = unique('Build server');
      const apiKey = await access.newKey({ label, scopes: ['resources:write', 'events:read'] });
      const resource = unique('job');
      await send('POST', '/api/v1/Reservation/reserve', { apiKey, body: [{ requester: 'worker-1', resource }] });
      const history = await send('GET', `/api/v1/events/history?resource=${resource}`, { apiKey });
      expect(history.json).toMatchObject({ events: [{ type: 'RESERVED', apiKeyLabel: label }] });
    });

    test('is written down, with who did it, and without the value', async () => {
      const label = unique('Operator');
      const operator = new AccessClient(scenario, await access.newKey({ label }));
      const created = await operator.createApiKey({ scopes: ['events:read'] });
      expect(await operator.lastDeed('key.created')).toEqual({
        api_key_label: label,
        api_key_id: created.id,
        tenant_id: 'default',
        label: created.label,
        scopes: ['events:read'],
      });
    });
  });

  describe('400', () => {
    test.each([
      [{ label: undefined }, '/label', 'required'],
      [{ environment: 'staging' }, '/environment', 'enum'],
      [{ scopes: [] }, '/scopes', 'minItems'],
      [{ scopes: ['everything'] }, '/scopes/0', 'enum'],
      [{ scopes: ['events:read', 'events:read'] }, '/scopes', 'uniqueItems'],
      [{ expires_at: '2027-02-30T00:00:00Z' }, '/expires_at', 'format'],
      [{ allowed_cidrs: ['192.0.2.0/24', '203.0.113/24'] }, '/allowed_cidrs/1', 'format'],
      [{ api_key: apiKeys.live }, '/api_key', 'additionalProperties'],
    ])('refuses %j', async (members, pointer, rule) => {
      expectFaults(await send('POST', path, { body: { environment: 'live', label: 'Worker', ...members } }), [
        pointer,
        rule,
      ]);
    });

    test('refuses an expiry that is over, by a millisecond or just now', async () => {
      for (const secondsLater of [-0.001, 0]) {
        const body = { environment: 'live', label: 'Worker', expires_at: wireTime(clock, secondsLater) };
        expectFaults(await send('POST', path, { body }), ['/expires_at', 'future']);
      }
    });
  });

  describe('403', () => {
    const own = { environment: 'live', label: 'Worker' };

    test('is the answer to whoever would give a scope that he lacks, and names it', async () => {
      const apiKey = await access.newKey({ scopes: ['keys:admin', 'resources:write', 'events:read'] });
      const ask = (scopes: readonly string[] | undefined) => send('POST', path, { apiKey, body: { ...own, scopes } });
      expect(await ask(['resources:read', 'resources:write', 'keys:admin'])).toMatchObject({ status: 201 });
      expectForbidden(await ask(['resources:write', 'resources:admin']), 'resources:admin');
      expectForbidden(await ask(['platform:admin']), 'platform:admin');
      // All of the tenant's, of which he lacks some.
      expect(await ask(undefined)).toMatchObject({ status: 403, json: { scope: 'resources:admin' } });
    });

    test('is the answer for another tenant or environment to whoever does not administer the platform', async () => {
      const apiKey = await access.newKey();
      const { id } = await access.createTenant();
      const ask = (members: object) => send('POST', path, { apiKey, body: { ...own, ...members } });
      expect(await ask({ tenant_id: 'default' })).toMatchObject({ status: 201 });
      expectForbidden(await ask({ tenant_id: id }));
      expectForbidden(await ask({ environment: 'test' }));
      // Whether there is such a tenant is none of his business.
      expectForbidden(await ask({ tenant_id: 'nobody' }));
    });

    test('is not kept for the idempotency key: with the scope, the same request is good', async () => {
      const { id, api_key: value } = await access.createApiKey({ scopes: ['keys:admin'] });
      const ask = () =>
        send('POST', path, {
          apiKey: value,
          body: { ...own, scopes: ['credits:read'] },
          headers: { 'Idempotency-Key': 'the-same' },
        });
      expectForbidden(await ask(), 'credits:read');
      await access.updateApiKey(id, { scopes: ['keys:admin', 'credits:write'] });
      expect(await ask()).toMatchObject({ status: 201, json: { scopes: ['credits:read'] } });
    });
  });

  describe('404', () => {
    test('is the answer for a tenant that there is not', async () => {
      const body = { tenant_id: 'nobody', environment: 'live', label: 'Worker' };
      expectProblem(await send('POST', path, { body }), 'not-found');
    });
  });

  describe('429', () => {
    test('is the answer for one key more than the tier allows, of both environments together', async () => {
      const tier = await access.createTier({ api_keys: 2 });
      const { id } = await access.createTenant({ tier });
      const ask = (environment: string) =>
        send('POST', path, { body: { tenant_id: id, environment, label: 'Worker' } });
      expect([await ask('live'), await ask('test')]).toMatchObject([{ status: 201 }, { status: 201 }]);
      expectTooManyKeys(await ask('live'), tier, 2);
      expectTooManyKeys(await ask('test'), tier, 2);
    });

    test('no longer once a key is revoked or has expired', async () => {
      const { id } = await access.createTenant({ tier: await access.createTier({ api_keys: 2 }) });
      const first = await access.createApiKey({ tenant_id: id });
      await access.createApiKey({ tenant_id: id, expires_at: wireTime(clock, 60) });
      const ask = () => send('POST', path, { body: { tenant_id: id, environment: 'live', label: 'Worker' } });
      expect(await ask()).toMatchObject({ status: 429 });
      await access.revokeApiKey(first.id);
      expect([await ask(), await ask()]).toMatchObject([{ status: 201 }, { status: 429 }]);
      await clock.advance({ seconds: 60 });
      expect([await ask(), await ask()]).toMatchObject([{ status: 201 }, { status: 429 }]);
    });

    test('is not exceeded by requests that come together', async () => {
      const { id } = await access.createTenant({ tier: await access.createTier({ api_keys: 3 }) });
      const ask = () => send('POST', path, { body: { tenant_id: id, environment: 'live', label: 'Worker' } });
      const answers = await Promise.all(Array.from({ length: 10 }, ask));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(7);
      const { data } = await access.list<'listApiKeys'>(path, { tenant_id: id, environment: 'live' });
      expect(data).toHaveLength(3);
    });
  });

  const makeRequest = async () => ({ method: 'POST', path, body: { environment: 'live', label: unique('Worker') } });
  describeBody(scenario, { method: 'POST', path }, makeRequest);
  describe('409', () => testIdempotencyKeyConflict(scenario, makeRequest, makeRequest));

  describe('again', () => {
    test('answers with the same key, and null instead of its value, which still works', async () => {
      const { body } = await makeRequest();
      const ask = () => send('POST', path, { body, headers: { 'Idempotency-Key': 'once' } });
      const [first, again] = [await ask(), await ask()];
      expect(again.headers.get('Idempotent-Replayed')).toBe('true');
      expect(again).toMatchObject({ status: 201 });
      expect(again.json).toEqual({ ...(first.json as object), api_key: null });
      expect(await statusWith(scenario, valueOf(first.json as IssuedApiKey))).toBe(200);
    });
  });
});
