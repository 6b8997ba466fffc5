import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { expectFaults, expectProblem } from '../credits/problems.ts';
import { testIdempotencyKeyConflict } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { AccessClient, paths, statusWith, valueOf } from './access-client.ts';
import type { IssuedApiKey } from './access-client.ts';
import { describeBody } from './any-write.ts';
import { expectForbidden } from './forbidden.ts';

describeTargets('rotateApiKey', (scenario) => {
  const { clock, send, unique } = scenario;
  const access = new AccessClient(scenario);
  const pathOf = (id: string) => `${paths.apiKeys}/${id}/rotate`;
  const statusesOf = async (...keys: readonly IssuedApiKey[]) => {
    const statuses: number[] = [];
    for (const key of keys) statuses.push(await statusWith(scenario, valueOf(key)));
    return statuses;
  };

  describe('200', () => {
    test.each(['live', 'test'])('gives a key of %s another value, and leaves the rest', async (environment) => {
      const created = await access.createApiKey({ environment, scopes: ['events:read'], ops_per_minute: 5 });
      await clock.advance({ seconds: 1 });
      const { status, json } = await send('POST', pathOf(created.id), { body: {} });
      const { api_key: value, display } = json as IssuedApiKey;
      expect(status).toBe(200);
      expect(value).not.toBe(created.api_key);
      expect(value).toMatch(new RegExp(`^hf_${environment}_[0-9A-Za-z]{49}$`, 'u'));
      expect(display).toBe(`${value?.slice(0, 12)}…${value?.slice(-5)}`);
      expect(json).toEqual({ ...created, api_key: value, display, updated_at: wireTime(clock) });
    });

    test('the old value is dead at once', async () => {
      const created = await access.createApiKey();
      expect(await statusesOf(created)).toEqual([200]);
      const rotated = await access.rotateApiKey(created.id);
      expect(await statusesOf(created, rotated)).toEqual([401, 200]);
    });

    test('with an overlap, both work until it is over, to the millisecond', async () => {
      const created = await access.createApiKey();
      const rotated = await access.rotateApiKey(created.id, { overlap_seconds: 60 });
      expect(rotated.previous_valid_until).toBe(wireTime(clock, 60));
      await clock.advance({ milliseconds: 59_999 });
      expect(await statusesOf(created, rotated)).toEqual([200, 200]);
      await clock.advance({ milliseconds: 1 });
      expect(await statusesOf(created, rotated)).toEqual([401, 200]);
      expect(await access.getApiKey(created.id)).toMatchObject({ previous_valid_until: null });
    });

    test('a value from an earlier rotation is dead at once, whatever its overlap', async () => {
      const first = await access.createApiKey();
      const second = await access.rotateApiKey(first.id, { overlap_seconds: 600 });
      const third = await access.rotateApiKey(first.id, { overlap_seconds: 60 });
      expect(await statusesOf(first, second, third)).toEqual([401, 200, 200]);
      const fourth = await access.rotateApiKey(first.id);
      expect(await statusesOf(first, second, third, fourth)).toEqual([401, 401, 401, 200]);
    });

    test('a key that expires does so with both values', async () => {
      const created = await access.createApiKey({ expires_at: wireTime(clock, 30) });
      const rotated = await access.rotateApiKey(created.id, { overlap_seconds: 60 });
      await clock.advance({ seconds: 30 });
      expect(await statusesOf(created, rotated)).toEqual([401, 401]);
    });

    test('is written down, with who did it, and without the value', async () => {
      const label = unique('Operator');
      const operator = new AccessClient(scenario, await access.newKey({ label }));
      const created = await access.createApiKey();
      await operator.rotateApiKey(created.id, { overlap_seconds: 60 });
      expect(await operator.lastDeed('key.rotated')).toEqual({
        api_key_label: label,
        api_key_id: created.id,
        tenant_id: 'default',
        label: created.label,
        overlap_seconds: 60,
      });
    });
  });

  scenario.describeGateway('400', () => {
    test.each([
      [-1, 'minimum'],
      [604_801, 'maximum'],
      [1.5, 'type'],
      [null, 'type'],
    ])('refuses an overlap of %j', async (overlap, rule) => {
      const answer = await send('POST', pathOf('key'), { body: { overlap_seconds: overlap } });
      expectFaults(answer, ['/overlap_seconds', rule]);
    });
  });

  describe('403', () => {
    test('is the answer to whoever lacks a scope of the key: its value would be his', async () => {
      const apiKey = await access.newKey({ scopes: ['keys:admin', 'resources:read'] });
      const [equal, higher, all] = [
        await access.createApiKey({ scopes: ['resources:read'] }),
        await access.createApiKey({ scopes: ['resources:write'] }),
        await access.createApiKey(),
      ];
      const ask = (id: string) => send('POST', pathOf(id), { apiKey, body: {} });
      expect(await ask(equal.id)).toMatchObject({ status: 200 });
      expectForbidden(await ask(higher.id), 'resources:write');
      expect(await ask(all.id)).toMatchObject({ status: 403 });
      expect(await statusesOf(higher, all)).toEqual([200, 200]);
    });
  });

  describe('404', () => {
    test('is the answer for a key that there is not, or of another environment, which keeps its value', async () => {
      const apiKey = await access.newKey();
      const strange = await access.createApiKey({ environment: 'test' });
      expectProblem(await send('POST', pathOf('nothing-of-the-kind'), { body: {} }), 'not-found');
      expectProblem(await send('POST', pathOf(strange.id), { apiKey, body: {} }), 'not-found');
      expect(await statusesOf(strange)).toEqual([200]);
    });
  });

  const makeRequest = async () => {
    const { id } = await access.createApiKey();
    return { method: 'POST', path: pathOf(id), body: { overlap_seconds: 60 } };
  };

  describe('409', () => {
    test('is the answer for a key that is revoked', async () => {
      const created = await access.createApiKey();
      await access.revokeApiKey(created.id);
      expectProblem(await send('POST', pathOf(created.id), { body: {} }), 'conflict');
    });

    testIdempotencyKeyConflict(scenario, makeRequest, makeRequest);
  });

  describeBody(scenario, { method: 'POST', path: pathOf('key') }, makeRequest);

  describe('again', () => {
    test('answers with the same record, and null instead of the value, and does not rotate again', async () => {
      const created = await access.createApiKey();
      const ask = () => send('POST', pathOf(created.id), { body: {}, headers: { 'Idempotency-Key': created.id } });
      const [first, again] = [await ask(), await ask()];
      expect(again.headers.get('Idempotent-Replayed')).toBe('true');
      expect(again.json).toEqual({ ...(first.json as object), api_key: null });
      expect(await statusesOf(first.json as IssuedApiKey)).toEqual([200]);
    });
  });
});
