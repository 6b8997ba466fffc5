import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { wireTime } from '../wire-time.ts';
import { describeAnyWrite } from './any-write.ts';
import { CreditClient } from './credit-client.ts';
import { expectFaults, expectProblem } from './problems.ts';

const path = '/v1/billable-metrics';

describeTargets('createMetric', (scenario) => {
  const { clock, send, unique } = scenario;
  const credits = new CreditClient(scenario);

  describe('201', () => {
    test('creates a metric without a rule, and answers with exactly these members', async () => {
      const names = { name: 'Images', description: 'Images that were generated', display_name: 'Pictures' };
      const body = { key: unique('metric'), ...names, metadata: { team: 'render' } };
      const answer = await send('POST', path, { body });
      expect(answer.status).toBe(201);
      expect(answer.json).toEqual({ ...body, created_at: wireTime(clock), active_rule_id: null });
    });

    test('needs no more than a key', async () => {
      const key = unique('metric');
      const metric = await credits.post<'createMetric'>(path, { key });
      expect(metric).toEqual({
        key,
        name: null,
        description: null,
        display_name: null,
        metadata: {},
        created_at: wireTime(clock),
        active_rule_id: null,
      });
    });

    test.each(['a', 'Image.Generation:v2_hd-1', '..', '.', '-', '0', 'x'.repeat(128)])(
      'takes the key %s',
      async (key) => {
        const others = new CreditClient(scenario, apiKeys.otherTenant);
        expect(await others.post<'createMetric'>(path, { key })).toMatchObject({ key });
      },
    );

    test('shows the name and the description wherever it is shown', async () => {
      const names = { name: 'Images', description: 'Images that were generated' };
      const { key } = await credits.post<'createMetric'>(path, { key: unique('metric'), ...names });
      expect(await credits.get<'getMetric'>(`${path}/${key}`)).toMatchObject({ ...names, display_name: null });
      expect((await credits.get<'listMetrics'>(path)).data[0]).toMatchObject({ key, ...names, display_name: null });
    });

    test('tells keys apart by case', async () => {
      const key = unique('metric');
      await credits.post(path, { key });
      expect(await credits.post<'createMetric'>(path, { key: key.toUpperCase() })).toMatchObject({
        key: key.toUpperCase(),
      });
    });

    test.each([apiKeys.otherTenant, apiKeys.test])(
      'gives others the same key, for a metric of their own: %s',
      async (apiKey) => {
        const key = await credits.metric({ cost_type: 'flat', flat_cost: 1 });
        const metric = await new CreditClient(scenario, apiKey).post<'createMetric'>(path, { key });
        expect(metric).toMatchObject({ key, active_rule_id: null });
      },
    );
  });

  scenario.describeGateway('400', () => {
    const refuse = async (change: object, ...faults: Parameters<typeof expectFaults>[1][]) => {
      const key = unique('metric');
      expectFaults(await credits.ask('POST', path, { key, ...change }), ...faults);
      expectProblem(await credits.ask('GET', `${path}/${key}`), 'not-found');
    };

    test('refuses to guess the key', () => refuse({ key: undefined }, ['/key', 'required']));
    test('refuses a key of 129 characters', () => refuse({ key: 'x'.repeat(129) }, ['/key', 'maxLength']));
    test.each(['a b', 'a/b', 'ä', 'a%', 'a\n'])('refuses the key %j', (key) => refuse({ key }, ['/key', 'pattern']));
    test.each(['name', 'description', 'display_name'])('refuses an empty %s', (member) =>
      refuse({ [member]: '' }, [`/${member}`, 'minLength']),
    );
    test('refuses a description of 1,025 characters', () =>
      refuse({ description: 'x'.repeat(1_025) }, ['/description', 'maxLength']));
    test('refuses metadata of more than 4 KiB', () =>
      refuse({ metadata: { text: 'x'.repeat(4_096) } }, ['/metadata', 'maxBytes']));
    test('refuses a price, which a rule has', () => refuse({ unit_cost: 1 }, ['/unit_cost', 'additionalProperties']));
  });

  describe('409', () => {
    test('is the answer when there is a metric with that key, which stays as it is', async () => {
      const key = await credits.metric({ cost_type: 'flat', flat_cost: 1 });
      const before = await credits.get(`${path}/${key}`);
      const answer = await credits.ask('POST', path, { key, display_name: 'Other' });
      expectProblem(answer, 'conflict', `There is a billable metric with the key ${key} already.`);
      expect(await credits.get(`${path}/${key}`)).toEqual(before);
    });
  });

  describeAnyWrite(scenario, { method: 'POST', path }, async () => ({
    method: 'POST',
    path,
    body: { key: unique('metric'), display_name: 'Images' },
  }));
});
