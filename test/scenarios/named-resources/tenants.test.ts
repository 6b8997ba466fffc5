import { NotFoundError } from '@holdfast/sdk';
import type { Holdfast } from '@holdfast/sdk';
import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import type { Scenario } from '../../targets/describe-targets.ts';
import { rejectionOf } from '../rejection.ts';
import { acquire, renewOne, statesOf, statusesOf, unreserveOne } from './one-item.ts';

describeTargets('tenants and environments', ({ holdfast, others, send, unique }) => {
  const strangers: readonly (keyof Scenario['others'])[] = ['otherTenant', 'testEnvironment'];

  test.each(strangers)('hold the same names: %s', async (stranger) => {
    const resource = unique('job');
    const held = await acquire(holdfast, { requester: 'worker-1', resource });
    const client = others[stranger];
    expect(await statesOf(client, resource)).toEqual(['FREE']);
    expect(await unreserveOne(client, held)).toMatchObject({ status: 'NOT_RESERVED' });
    expect(await renewOne(client, held, 60)).toMatchObject({ status: 'NOT_RESERVED' });
    expect(await statusesOf(client, resource, ['worker-2'])).toEqual(['ACQUIRED']);
    expect(await holdfast.resources.get(resource)).toMatchObject({ requester: 'worker-1', expiresAt: null });
  });

  test.each(strangers)('do not see what others hold, define and do: %s', async (stranger) => {
    const name = unique('Printer');
    await holdfast.resources.register([{ name, capacity: 2 }]);
    await acquire(holdfast, { requester: 'worker-1', resource: name });
    expect(await countsOf(holdfast, name)).toEqual({ reservations: 1, definitions: 1, events: 1 });
    expect(await countsOf(others[stranger], name)).toEqual({ reservations: 0, definitions: 0, events: 0 });
    expect(await others[stranger].resources.get(name)).toMatchObject({ status: 'FREE', capacity: null, slots: null });
  });

  test.each(strangers)(
    'are told of a definition of others exactly what they are told of one that is not there: %s',
    async (stranger) => {
      const [name, unknown] = [unique('Printer'), unique('Printer')];
      await holdfast.resources.register([{ name, capacity: 2 }]);
      const refusals = await Promise.all(
        [name, unknown].map((one) => rejectionOf(NotFoundError, others[stranger].resources.deleteDefinition(one))),
      );
      expect(refusals[0]?.message).toBe(refusals[1]?.message.replace(unknown, name));
      expect(await countsOf(holdfast, name)).toMatchObject({ definitions: 1 });
    },
  );

  test.each(strangers)('can not go on in a list of others by its cursor: %s', async (stranger) => {
    const resource = unique('job');
    for (const letter of ['a', 'b'])
      await acquire(holdfast, { requester: 'worker-1', resource: `${resource}${letter}` });
    const query = { resourcePrefix: resource, limit: 1 };
    const { nextCursor } = await holdfast.resources.list(query);
    await expect(others[stranger].resources.list({ ...query, cursor: nextCursor! })).rejects.toMatchObject({
      status: 400,
    });
    expect(await holdfast.resources.list({ ...query, cursor: nextCursor! })).toMatchObject({
      reservations: [{ resource: `${resource}b` }],
    });
  });

  test('go by the key alone, whatever else the request says', async () => {
    const resource = unique('job');
    await acquire(holdfast, { requester: 'worker-1', resource });
    const answer = await send('GET', `/api/v1/Reservation/${resource}`, {
      headers: { 'X-Tenant': 'other', 'X-Environment': 'test' },
    });
    expect(answer).toMatchObject({ status: 200, json: { status: 'HELD' } });
  });
});

async function countsOf(client: Holdfast, name: string) {
  const { reservations } = await client.resources.list({ resourcePrefix: name });
  const { definitions } = await client.resources.definitions({ namePrefix: name });
  const { events } = await client.resources.eventHistory({ resource: `${name}_0` });
  return { reservations: reservations.length, definitions: definitions.length, events: events.length };
}
