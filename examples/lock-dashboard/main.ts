/**
 * A dashboard in a terminal that shows who is in which room. It asks once who is there, and from then on it only
 * listens: it is drawn anew with each event, also when a lock lapses because nobody gave it back.
 *
 *   HOLDFAST_API_KEY=hf_live_… npm run example -- examples/lock-dashboard/main.ts
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { Holdfast } from '@holdfast/sdk';
import type { EventType } from '@holdfast/sdk';

const { HOLDFAST_URL = 'http://127.0.0.1:4000', HOLDFAST_API_KEY = '' } = process.env;
const holdfast = new Holdfast({ baseUrl: HOLDFAST_URL, apiKey: HOLDFAST_API_KEY });

/** A run of its own, so that the example can be run again with rooms that nobody is in. */
const run = `run-${Date.now()}`;
const rooms = ['atrium', 'bridge', 'cellar'];
const guests = ['alice', 'bob', 'carol', 'dave'];
const visitsEach = 3;

const inRoom = new Map<string, string>();
const counts: Record<EventType, number> = {
  RESERVED: 0,
  UNRESERVED: 0,
  RESERVATION_EXPIRED: 0,
  RENEWED: 0,
  FORCE_RELEASED: 0,
};

function draw(): void {
  const cells = rooms.map((room) => [room, inRoom.get(room)] as const);
  if (process.stdout.isTTY) {
    const lines = cells.map(([room, guest]) => `  ${guest === undefined ? '○' : '●'} ${room.padEnd(8)} ${guest ?? ''}`);
    console.log(`\u001B[H\u001B[J\n${lines.join('\n')}\n\n  ${counts.RESERVED} visits`);
  } else console.log(cells.map(([room, guest]) => `${room}: ${guest ?? '-'}`).join(', '));
}

/** `withLock` adds something to a name, so that two sections under one name exclude each other, too. */
function nameOf(requester: string): string {
  return requester.split('/', 1)[0] ?? requester;
}

async function visit(guest: string): Promise<void> {
  for (let count = 0; count < visitsEach; count += 1) {
    const room = rooms[Math.floor(Math.random() * rooms.length)];
    const options = { resource: `${run}/${room}`, requester: guest, ttlSeconds: 10, waitMs: 60_000 };
    await holdfast.withLock(options, () => sleep(50 + Math.random() * 200));
  }
}

/** The newest event before the first look: what happens between the look and the stream isn't missed either. */
const { events } = await holdfast.resources.eventHistory({ limit: 1 });
const after = events[0]?.number ?? 0;
for await (const { resource, requester } of holdfast.resources.list({ resourcePrefix: `${run}/` }))
  inRoom.set(resource.slice(run.length + 1), nameOf(requester));

const visits = Promise.all(guests.map(visit)).then(() =>
  // Somebody leaves without giving back the key.
  holdfast.resources.reserve([{ requester: 'erin', resource: `${run}/cellar`, ttlSeconds: 1 }]),
);

for await (const event of holdfast.events({ after })) {
  if (!('resource' in event) || !event.resource.startsWith(`${run}/`)) continue;
  const room = event.resource.slice(run.length + 1);
  if (event.type === 'RESERVED') inRoom.set(room, nameOf(event.requester));
  else if (event.type !== 'RENEWED') inRoom.delete(room);
  counts[event.type] += 1;
  draw();
  if (event.type === 'RESERVATION_EXPIRED') break;
}

await visits;
console.log(
  `${counts.RESERVED} visits: ${counts.UNRESERVED} gave the room back, ${counts.RESERVATION_EXPIRED} lapsed, ${inRoom.size} go on.`,
);
