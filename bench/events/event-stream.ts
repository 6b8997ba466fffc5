import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';

import { apiKeyOf } from '../holdfast/api-key.ts';

/** Called for each event: its number, and its `data`, which is JSON. */
type OnEvent = (number: number, data: string) => void;

const endOfEvent = '\n\n';
const event = /^id: (\d+)\n(?:.+\n)*?data: (.+)$/u;

/** An open stream of the first tenant's locks, from now on. */
export class EventStream {
  readonly #response: IncomingMessage;

  /** Without `onEvent`, nothing of it is ever read. */
  static async open(url: string, onEvent?: OnEvent): Promise<EventStream> {
    const headers = { 'X-API-Key': apiKeyOf(0) };
    const sent = request(`${url}/api/v1/events`, { headers, agent: false }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    if (response.statusCode !== 200) throw new Error(`The stream was answered with status ${response.statusCode}.`);
    response.on('error', () => {});
    if (onEvent !== undefined) await read(response, onEvent);
    return new EventStream(response);
  }

  private constructor(response: IncomingMessage) {
    this.#response = response;
  }

  close(): void {
    this.#response.destroy();
  }
}

/** Resolves when the first comment has come: what happens from then on is streamed. */
async function read(response: IncomingMessage, onEvent: OnEvent): Promise<void> {
  let received = '';
  // Bytes as characters: what the benchmark names is ASCII.
  response.setEncoding('latin1');
  response.on('data', (text: string) => {
    const parts = (received + text).split(endOfEvent);
    received = parts.pop() ?? '';
    for (const part of parts) {
      const [, number, data] = event.exec(part) ?? [];
      if (data !== undefined) onEvent(Number(number), data);
    }
  });
  await once(response, 'data');
}
