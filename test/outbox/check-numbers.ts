import type { OutboxEvent } from './outbox-event.ts';
import type { Tail } from './tail.ts';

/** Numbers are 1, 2, 3 … without gaps. */
export function checkNumbers(log: readonly OutboxEvent[]): readonly string[] {
  const broken = log.flatMap((event, index) => (event.number === index + 1 ? [] : [{ event, expected: index + 1 }]));
  const misnamed = log.filter(({ id, number }) => id !== String(number));
  return [
    // Whatever follows a gap is wrong by it.
    ...broken.slice(0, 1).map(({ event, expected }) => `Event ${expected} is ${JSON.stringify(event)}.`),
    ...misnamed.map((event) => `The id of this event isn't its number: ${JSON.stringify(event)}`),
  ];
}

/** Whoever read the log while it was written has what is in it now: nothing came later behind what was there. */
export function checkTail(log: readonly OutboxEvent[], tail: Tail): readonly string[] {
  const { name, events } = tail;
  const last = events.at(-1)?.number ?? 0;
  const seen = new Map(events.map((event) => [event.number, event]));
  const late = log.filter((event) => event.number <= last && tail.shows(event) && !seen.has(event.number));
  const changed = log.filter((event) => {
    const before = seen.get(event.number);
    return before !== undefined && JSON.stringify(before) !== JSON.stringify(event);
  });
  const known = new Set(log.map(({ number }) => number));
  const unordered = events.filter(({ number }, index) => number <= (events[index - 1]?.number ?? 0));
  const tell = (what: string) => (event: OutboxEvent) => `${what} (${name}): ${JSON.stringify(event)}`;
  return [
    ...late.map(tell('An event came behind one that was seen already')),
    ...changed.map(tell('An event was another when it was seen first')),
    ...events.filter(({ number }) => !known.has(number)).map(tell('An event that was seen is gone')),
    ...unordered.map(tell('An event was seen after a later one')),
  ];
}
