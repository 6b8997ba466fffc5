import type { Inbox } from '../../receivers/inbox.ts';
import type { Scenario } from '../../targets/describe-targets.ts';
import { WebhookClient } from '../webhooks/webhook-client.ts';
import { wireTime } from '../wire-time.ts';

/** An endpoint that everything was delivered to which was to be. */
interface EndpointWithDelivery {
  readonly id: string;
  readonly deliveryId: string;
  /** When that happened which it was told. */
  readonly from: string;
  readonly to: string;
}

const inboxes = new WeakMap<Scenario, Promise<Inbox>>();
const endpoints = new WeakMap<Scenario, Promise<EndpointWithDelivery>>();

/** What was sent to the endpoints here. */
export async function receivedBy(scenario: Scenario): Promise<readonly string[]> {
  return (await inboxOf(scenario)).all.map(({ text }) => text);
}

/** An endpoint that nothing is sent to by itself: nobody does here what it is to be told. */
export async function newEndpoint(scenario: Scenario): Promise<string> {
  const { url } = await inboxOf(scenario);
  return (await new WebhookClient(scenario).create({ url, types: ['capacity.reserved'] })).id;
}

/** Always the same one. Nothing is on its way to it any more. */
export async function endpointWithDelivery(scenario: Scenario): Promise<EndpointWithDelivery> {
  const endpoint = endpoints.get(scenario) ?? prepare(scenario);
  endpoints.set(scenario, endpoint);
  const { id } = await endpoint;
  const client = new WebhookClient(scenario);
  await client.untilNonePending({ id });
  return endpoint;
}

async function prepare(scenario: Scenario): Promise<EndpointWithDelivery> {
  const client = new WebhookClient(scenario);
  const { url } = await inboxOf(scenario);
  const { id } = await client.create({ url, types: ['credits.granted'] });
  for (let count = 0; count < 2; count += 1) await client.grant(scenario.unique('told'));
  const [delivery] = await client.untilDeliveries({ id }, 'delivered', 2);
  return { id, deliveryId: delivery!.id, from: wireTime(scenario.clock), to: wireTime(scenario.clock, 1) };
}

function inboxOf(scenario: Scenario): Promise<Inbox> {
  const inbox = inboxes.get(scenario) ?? scenario.openInbox();
  inboxes.set(scenario, inbox);
  return inbox;
}
