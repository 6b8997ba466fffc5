import { describe, expect, test } from 'vitest';

import { accepted } from '../../shared/outcomes.ts';
import * as rules from '../rules.ts';
import { createWorld, failing, ok, place, secretOf, WebhookWorld } from '../testing/webhook-world.ts';
import { sign } from './signature.ts';

const second = 1_000;
const hour = 3_600 * second;

describe('an endpoint', () => {
  test('gets events from its creation on, those of its types', async () => {
    const world = new WebhookWorld();
    world.start();
    await world.happen('earlier');
    await world.create('a');
    await world.create('credits', ['credits.*', 'UNRESERVED']);
    const types = ['RESERVED', 'UNRESERVED', 'credits.held', 'creditsmith.held'];
    await world.happened(types.map((type) => ({ type, resource: null, customer_id: null })));
    await world.settle();
    // What is about no resource and no customer is in no order.
    expect(world.numbersAt('a').toSorted()).toEqual([2, 3, 4, 5]);
    expect(world.numbersAt('credits').toSorted()).toEqual([3, 4]);
  });

  test('that answers 410 is disabled; enabled again, it gets what it has not taken and not what it has missed', async () => {
    const world = await createWorld();
    world.answer = () => ({ status: 410, body: '', retryAfter: undefined });
    await world.happen('room');
    await world.passAndSend(hour);
    expect(await world.endpoint('a')).toMatchObject({ enabled: false, disabledReason: 'gone' });
    expect(world.received).toHaveLength(1);
    await world.happen('missed');
    await world.passAndSend(hour);
    world.answer = () => ok;
    await world.change('a', (state) => rules.updateEndpoint(state, 'a', { enabled: true }));
    await world.happen('new');
    await world.passAndSend(hour);
    expect(world.numbersAt('a')).toEqual([1, 1, 3]);
  });

  test('that is disabled or deleted gets nothing from then on, and what was kept of it goes', async () => {
    const world = await createWorld();
    await world.create('b');
    world.answer = () => failing;
    await world.happen('room');
    await world.settle();
    await world.change('a', (state) => rules.updateEndpoint(state, 'a', { enabled: false }));
    await world.change('b', (state) => rules.deleteEndpoint(state, 'b'));
    world.received.length = 0;
    await world.happen('room');
    await world.passAndSend(100 * hour);
    expect(world.received).toEqual([]);
    await world.sweep();
    expect(await world.deliveries('a')).toHaveLength(1);
    expect(await world.deliveries('b')).toEqual([]);
  });

  test('of a suspended tenant, or one whose tier has no webhooks, waits, and then gets everything', async () => {
    const world = await createWorld();
    const barred = [
      { isSuspended: true, hasWebhooks: true },
      { isSuspended: false, hasWebhooks: false },
    ];
    for (const standing of barred) {
      world.standings.set(place.tenantId, standing);
      await world.happen('room');
      await world.passAndSend(hour);
    }
    expect(world.received).toEqual([]);
    world.standings.clear();
    await world.passAndSend(15 * second);
    expect(world.numbersAt('a')).toEqual([1, 2]);
  });

  test('signs with both secrets while it is rotated, and with none of before', async () => {
    const world = await createWorld();
    const rotate = (letter: string, overlapMs: number) =>
      world.change('a', (state) => rules.rotateSecret(state, 'a', secretOf(letter), overlapMs));
    await rotate('B', hour);
    await rotate('C', hour);
    await world.happen('room');
    await world.settle();
    await world.passAndSend(hour);
    await world.happen('room');
    await world.settle();
    await rotate('D', 0);
    await world.happen('room');
    await world.settle();
    const letters = [['C', 'B'], ['C'], ['D']];
    for (const [index, { id, request }] of world.received.entries()) {
      const timestampSeconds = Number(request.headers['webhook-timestamp']);
      const signed = { id, timestampSeconds, body: request.body };
      const expected = await sign((letters[index] ?? []).map(secretOf), signed);
      expect(request.headers['webhook-signature']).toBe(expected);
    }
    expect(world.received).toHaveLength(3);
  });

  test('whose event came while the store could not be written gets it as soon as it can be, without another one', async () => {
    const world = await createWorld();
    world.isAway = true;
    await world.happen('room');
    await world.processes[0]?.sender.idle();
    world.isAway = false;
    await world.settle();
    expect(world.numbersAt('a')).toEqual([1]);
    await world.processes[0]?.sender.tend();
  });

  test('that is deleted and set again at once gets nothing of before', async () => {
    const world = new WebhookWorld();
    world.start();
    const set = (letter: string) =>
      world.change('config', (state) =>
        accepted(rules.configure(state, { url: 'https://c.example', secret: secretOf(letter) })),
      );
    await set('A');
    await world.settle();
    world.answer = () => failing;
    await world.happen('room');
    await world.settle();
    await world.change('config', (state) => rules.deleteEndpoint(state, 'config'));
    await set('B');
    world.answer = () => ok;
    await world.happen('room');
    await world.passAndSend(hour);
    expect(world.numbersAt('c')).toEqual([1, 2]);
    expect(world.received[1]?.request.headers['webhook-signature']).not.toBe(
      world.received[0]?.request.headers['webhook-signature'],
    );
  });
});
