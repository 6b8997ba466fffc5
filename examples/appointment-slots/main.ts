/**
 * Appointments with a doctor. A customer who has chosen a time keeps it while filling in the form, and has it for good
 * once he confirms. Nobody else gets it meanwhile. If he cancels, or never comes back, somebody else can have it.
 *
 *   HOLDFAST_API_KEY=hf_live_… npm run example -- examples/appointment-slots/main.ts
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { Holdfast } from '@holdfast/sdk';

const { HOLDFAST_URL = 'http://127.0.0.1:4000', HOLDFAST_API_KEY = '' } = process.env;
const { resources } = new Holdfast({ baseUrl: HOLDFAST_URL, apiKey: HOLDFAST_API_KEY });

/** A run of its own, so that the example can be run again with a day that nobody has booked. */
const day = `run-${Date.now()}/dr-lee`;

/** In earnest, until the appointment is over. */
const confirmedSeconds = 86_400;

/** A time that is kept for somebody. The release token is the proof, and stays in his session. */
interface Slot {
  readonly requester: string;
  readonly resource: string;
  readonly releaseToken: string;
}

/** Who was told that a time is his. At the end, the server is asked whether it says the same. */
const confirmed = new Map<string, string>();
let givenTwice = 0;

/** Keeps the first of these times that is free, for as long as it takes to fill in the form. */
async function choose(requester: string, times: readonly string[], formSeconds = 600): Promise<Slot | undefined> {
  const items = times.map((time) => ({ resource: `${day}/${time}`, ttlSeconds: formSeconds }));
  const { results } = await resources.transaction({ requester, items, method: 'FIRST' });
  for (const { resource, releaseToken } of results) {
    if (releaseToken !== null) return { requester, resource, releaseToken };
  }
  return undefined;
}

/** Whether it is his now. Whoever takes too long over the form finds it gone, and may choose again. */
async function confirm(slot: Slot): Promise<boolean> {
  const [{ status }] = await resources.renew([{ ...slot, ttlSeconds: confirmedSeconds }]);
  if (status !== 'RENEWED') return false;
  if (confirmed.has(slot.resource)) givenTwice += 1;
  confirmed.set(slot.resource, slot.requester);
  return true;
}

async function cancel(slot: Slot): Promise<void> {
  await resources.unreserve([slot]);
  confirmed.delete(slot.resource);
  console.log(`${slot.requester} cancels ${timeOf(slot)}`);
}

async function book(requester: string, times: readonly string[]): Promise<Slot | undefined> {
  const slot = await choose(requester, times);
  const isBooked = slot !== undefined && (await confirm(slot));
  console.log(`${requester} wants ${times.join(' or ')}: ${isBooked ? `has ${timeOf(slot)}` : 'taken'}`);
  return isBooked ? slot : undefined;
}

function timeOf({ resource }: Slot): string {
  return resource.slice(day.length + 1);
}

// Two want nine o'clock at once. One gets it, and the other one takes the next time.
const slots = await Promise.all([book('ann', ['09:00', '09:20']), book('ben', ['09:00', '09:20'])]);
await book('carl', ['09:00', '09:20']);

// Whoever has nine o'clock cancels, and Carl is luckier now.
const nine = slots.find((slot) => slot !== undefined && timeOf(slot) === '09:00');
if (nine) await cancel(nine);
await book('carl', ['09:00', '09:20']);

// Dora has chosen a time, and goes for a coffee. Eve asks until it is free.
const leftAlone = await choose('dora', ['09:40'], 1);
while (!(await book('eve', ['09:40']))) await sleep(250);
if (leftAlone) console.log(`dora confirms 09:40: ${(await confirm(leftAlone)) ? 'has it, too' : 'too late'}`);

let heldAsConfirmed = 0;
for await (const { resource, requester } of resources.list({ resourcePrefix: `${day}/` }))
  if (confirmed.get(resource) === requester) heldAsConfirmed += 1;
console.log(`${confirmed.size} times are confirmed, ${heldAsConfirmed} of them held, ${givenTwice} given to two.`);
