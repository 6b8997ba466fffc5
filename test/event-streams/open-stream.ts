import { onTestFinished } from 'vitest';

import { EventStream } from '../targets/event-stream.ts';

export interface StreamOptions {
  readonly url: string;
  readonly apiKey: string;
  readonly query?: Readonly<Record<string, string>>;
  /** What the reader has seen last, as a browser would say it. */
  readonly lastEventId?: string | undefined;
}

/** Resolves when a stream is open: from then on nothing that happens is missed. It is closed at the end of the test. */
export async function openStream({ url, apiKey, query = {}, lastEventId }: StreamOptions): Promise<EventStream> {
  const target = `${url}/api/v1/events?${new URLSearchParams(query).toString()}`;
  const position = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId };
  const answer = await fetch(target, { headers: { 'X-API-Key': apiKey, ...position } });
  if (answer.status !== 200) throw new Error(`The stream was answered with ${answer.status}: ${await answer.text()}`);
  const stream = new EventStream(answer.body!);
  // A line that has broken off is closed.
  onTestFinished(() => stream.close().catch(() => undefined));
  await stream.untilComment('connected');
  return stream;
}
