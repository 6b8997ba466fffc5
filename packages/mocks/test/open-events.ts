import { expect, onTestFinished } from 'vitest';

export interface StreamedEvent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

interface StreamOptions {
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Opens `GET /api/v1/events`, and reads it as the wire has it: fields in lines, an empty line after each event. */
export async function openEvents(
  fetchLike: typeof fetch,
  baseUrl: string,
  { query = '', headers = {} }: StreamOptions = {},
) {
  const aborting = new AbortController();
  onTestFinished(() => aborting.abort());
  const response = await fetchLike(`${baseUrl}/api/v1/events${query}`, {
    headers: { 'X-API-Key': 'any', ...headers },
    signal: aborting.signal,
  });
  expect([response.status, response.headers.get('Content-Type')]).toEqual([
    200,
    expect.stringContaining('text/event-stream'),
  ]);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let unread = '';
  const nextBlock = async (): Promise<string | undefined> => {
    for (;;) {
      const end = unread.indexOf('\n\n');
      if (end !== -1) {
        const block = unread.slice(0, end);
        unread = unread.slice(end + 2);
        return block;
      }
      const { done, value } = await reader.read();
      if (done) return undefined;
      unread += value;
    }
  };
  return {
    /** The next event, after whatever comments there are, and ids that only say how far the stream is. */
    async next(): Promise<StreamedEvent | 'ended'> {
      for (let block = await nextBlock(); block !== undefined; block = await nextBlock()) {
        const fields = block.split('\n').filter((line) => !line.startsWith(':'));
        if (fields.some((line) => line.startsWith('data:'))) return toEvent(fields);
      }
      return 'ended';
    },
    abort: () => aborting.abort(),
  };
}

function toEvent(lines: readonly string[]): StreamedEvent {
  const fields = Object.fromEntries(lines.map((line) => line.split(/: (.*)/su).slice(0, 2) as [string, string]));
  return { id: fields['id'] ?? '', event: fields['event'] ?? '', data: JSON.parse(fields['data'] ?? 'null') };
}
