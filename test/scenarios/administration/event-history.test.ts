import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { AccessClient } from './access-client.ts';

const hourMs = 3_600_000;

describeTargets('the event history of a tier', (scenario) => {
  const { clock, send, sweep } = scenario;
  const access = new AccessClient(scenario);

  test('reaches back so many hours, of claims as of what administrators did, and no further', async () => {
    const tier = await access.createTier({ event_history_hours: 2 });
    const [short, long] = [await access.createTenant({ tier }), await access.createTenant()];
    const keys = [await access.newKey({ tenant_id: short.id }), await access.newKey({ tenant_id: long.id })];
    for (const apiKey of keys) {
      const body = [{ requester: 'worker-1', resource: 'job', ttlSeconds: 60 }];
      await send('POST', '/api/v1/Reservation/reserve', { apiKey, body });
      await send('POST', '/v1/admin/api-keys', { apiKey, body: { environment: 'live', label: 'Second' } });
    }
    await clock.advance({ seconds: 60 });
    await sweep();
    const seen = async (apiKey: string) => {
      const claims = (await send('GET', '/api/v1/events/history', { apiKey })).json as { events: { type: string }[] };
      const { json } = await send('GET', '/v1/events?type=key.created', { apiKey });
      const labels = (json as { data: { data: { label: string } }[] }).data.map(({ data }) => data.label);
      return [claims.events.map(({ type }) => type).toSorted(), labels.includes('Second')];
    };
    const everything = [['RESERVATION_EXPIRED', 'RESERVED'], true];
    expect(await Promise.all(keys.map(seen))).toEqual([everything, everything]);
    await clock.advance({ milliseconds: 2 * hourMs + 1 });
    expect(await Promise.all(keys.map(seen))).toEqual([[[], false], everything]);
  });
});
