import { afterEach, expect, test } from 'vitest';

import { targetOf } from '../../faults/wire-client.ts';
import { checkTail } from '../../outbox/check-numbers.ts';
import { isTenantEvent } from '../../outbox/outbox-event.ts';
import { readLog } from '../../outbox/read-log.ts';
import { tenantEventList } from '../../outbox/reads.ts';
import type { Reads } from '../../outbox/reads.ts';
import { ListTail } from '../../outbox/tail.ts';
import { describeTargets } from '../../targets/describe-targets.ts';
import { CreditClient } from './credit-client.ts';

describeTargets('a hold that lapses', (scenario) => {
  const { clock, openEvents, send, sweep } = scenario;
  const credits = new CreditClient(scenario);
  const reads: Reads = {
    read: async <Result>(request: Parameters<Reads['read']>[0]) =>
      (await send('GET', targetOf(request))).json as Result,
  };

  afterEach(() => credits.patch('/v1/credit-settings', { emit_reservation_expired: false }));

  test('is never announced in front of what was announced before it was swept, though it lapsed sooner', async () => {
    await credits.patch('/v1/credit-settings', { emit_reservation_expired: true });
    const [holder, debtor] = [await credits.open(10_000), await credits.open(1_000)];
    await credits.patch(`/v1/customers/${debtor.id}`, { overage_policy: 'notify' });
    const metric = await credits.metricAt(1_000);
    const tail = new ListTail(tenantEventList, 'a reader');
    await tail.read(reads);
    const last = tail.events.at(-1)!;
    const stream = await openEvents({ families: 'credits', after: last.id });

    const held = await credits.hold(holder, metric, 1, { ttl_seconds: 1 });
    await clock.advance({ milliseconds: 1_015 });
    await credits.use(debtor, metric, 3);
    const followed = [...(await stream.take(3))];
    await tail.read(reads);
    await clock.advance({ milliseconds: 1 });
    await sweep();
    followed.push(...(await stream.take(2)));
    await tail.read(reads);

    const log = (await readLog(reads)).filter(isTenantEvent);
    expect(checkTail(log, tail)).toEqual([]);
    expect(followed.map(({ json }) => json)).toEqual(log.filter(({ number }) => number > last.number));
    const lapses = log.filter(({ type }) => type === 'reservation.expired');
    expect(lapses.filter(({ data }) => 'reservation_id' in data && data.reservation_id === held.id)).toHaveLength(1);
    await stream.close();
  });
});
