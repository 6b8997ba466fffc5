import { NoAnswer } from '../faults/wire-client.ts';
import { EventStream } from '../targets/event-stream.ts';
import type { OutboxEvent } from './outbox-event.ts';
import type { Tail } from './tail.ts';

const families = 'resources,credits,capacity,access';

/** Follows a stream of all events from the first one on, and goes on after its last where the line broke. */
export class StreamTail implements Tail {
  readonly name: string;
  readonly events: OutboxEvent[] = [];

  constructor(reader: string) {
    this.name = `${reader}, of GET /api/v1/events`;
  }

  shows(): boolean {
    return true;
  }

  /** Takes in what comes, until the line breaks. Rejects with {@link NoAnswer} if there is none. */
  async follow(url: string, apiKey: string, signal: AbortSignal): Promise<void> {
    const query = new URLSearchParams({ families, after: String(this.events.at(-1)?.number ?? 0) });
    const headers = { 'X-API-Key': apiKey };
    const opening = fetch(`${url}/api/v1/events?${query.toString()}`, { headers, signal });
    const response = await opening.catch((error: unknown) => {
      throw new NoAnswer(String(error), { cause: error });
    });
    if (response.status === 503) throw new NoAnswer(await response.text());
    if (response.status !== 200) throw new Error(`A stream got ${response.status}: ${await response.text()}`);
    const stream = new EventStream(response.body!);
    for (;;) {
      // Whoever ends it, by a kill or by a signal, breaks the line.
      const event = await stream.next().catch(() => undefined);
      if (event === undefined) return;
      if (event.id !== event.json.id) throw new Error(`${event.id} isn't the id in ${event.data}`);
      this.events.push(event.json as OutboxEvent);
    }
  }
}
