import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { expectFaults } from '../credits/problems.ts';
import { wireTime } from '../wire-time.ts';
import { AccessClient, noLimits, paths } from './access-client.ts';
import { describeBody, describeRepeatable } from './any-write.ts';

const path = `${paths.tiers}/free`;

describeTargets('putTier', (scenario) => {
  const { clock, send, unique } = scenario;
  const access = new AccessClient(scenario);

  const figures = {
    ops_per_minute: 60,
    ops_per_day: 1_000,
    concurrent_locks: 10,
    api_keys: 2,
    event_history_hours: 48,
  };

  describe('200', () => {
    test('creates a tier, and answers with exactly these members', async () => {
      const name = unique('tier');
      const flags = { webhooks: false, jwt_exchange: false, enforce: false };
      const answer = await send('PUT', `${paths.tiers}/${name}`, { body: { ...figures, ...flags } });
      const times = { created_at: wireTime(clock), updated_at: wireTime(clock) };
      expect(answer.json).toEqual({ name, ...figures, ...flags, reads_per_minute: 300, ...times });
    });

    test('allows everything and refuses beyond its limits, unless told', async () => {
      expect(await access.putTier(unique('tier'))).toMatchObject({ webhooks: true, jwt_exchange: true, enforce: true });
    });

    test('replaces all that a tier allows, and keeps when it was created', async () => {
      const before = await access.putTier(unique('tier'), { ...figures, webhooks: false });
      await clock.advance({ seconds: 1 });
      const after = await access.putTier(before.name);
      expect(after).toEqual({
        ...before,
        ...noLimits,
        reads_per_minute: null,
        webhooks: true,
        updated_at: wireTime(clock),
      });
    });

    test('holds for the tenants that have it from the next request on', async () => {
      const name = await access.createTier({ ops_per_minute: 1 });
      const { id } = await access.createTenant({ tier: name });
      const apiKey = await access.newKey({ tenant_id: id });
      const reserve = async () => {
        const body = [{ requester: 'worker-1', resource: unique('job') }];
        return (await send('POST', '/api/v1/Reservation/reserve', { apiKey, body })).status;
      };
      expect([await reserve(), await reserve()]).toEqual([200, 429]);
      await access.putTier(name, { ops_per_minute: 3 });
      expect([await reserve(), await reserve(), await reserve()]).toEqual([200, 200, 429]);
      await access.putTier(name, { ops_per_minute: 2 });
      expect(await reserve()).toBe(429);
      await access.putTier(name);
      expect(await reserve()).toBe(200);
    });

    test('is written down, with who did it', async () => {
      const label = unique('Operator');
      const operator = new AccessClient(
        scenario,
        await access.newKey({ label, scopes: ['platform:admin', 'events:read'] }),
      );
      const tier = await operator.createTier();
      expect(await operator.lastDeed('tier.updated')).toEqual({ api_key_label: label, tier });
    });
  });

  scenario.describeGateway('400', () => {
    test.each([
      [{ ops_per_minute: 0 }, '/ops_per_minute', 'minimum'],
      [{ ops_per_minute: 1_000_000_001 }, '/ops_per_minute', 'maximum'],
      [{ api_keys: 1.5 }, '/api_keys', 'type'],
      [{ ops_per_day: undefined }, '/ops_per_day', 'required'],
      [{ reads_per_minute: 5 }, '/reads_per_minute', 'additionalProperties'],
    ])('refuses %j', async (members, pointer, rule) => {
      expectFaults(await send('PUT', path, { body: { ...noLimits, ...members } }), [pointer, rule]);
    });

    test.each(['Free', '-free', 'fr%20ee', 'f'.repeat(65)])('refuses a tier called %s', async (name) => {
      const answer = await send('PUT', `${paths.tiers}/${name}`, { body: noLimits });
      expect(answer).toMatchObject({ status: 400, json: { errors: [{ pointer: 'path.name' }] } });
    });
  });

  const makeRequest = async () => ({ method: 'PUT', path: `${paths.tiers}/${unique('tier')}`, body: figures });
  describeBody(scenario, { method: 'PUT', path }, makeRequest);
  describeRepeatable(scenario, makeRequest);
});
