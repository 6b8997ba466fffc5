import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Fate } from './fates.ts';

/** A request as it came to the proxy. */
export interface ProxyRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly idempotencyKey: string | undefined;
}

/** What the server answered, whatever the proxy made of it. */
interface ProxyAnswer {
  readonly status: number;
  readonly body: string;
  readonly replayed: boolean;
}

/** What became of one request. */
export interface Exchange {
  readonly request: ProxyRequest;
  readonly fate: Fate;
  readonly atMs: number;
  /** Undefined until the server has answered: for ever, if the request was lost. */
  answer?: ProxyAnswer;
}

/** What some requests lose for good, besides what everybody loses at random. */
export type Outage = (request: ProxyRequest) => 'request lost' | 'answer lost' | undefined;

/** Longer than renewals wait for an answer here. For others, whose patience is too long for tests, a reset ends it. */
const silenceMs = 1_500;

const passedOn = ['content-type', 'x-request-id', 'idempotent-replayed', 'retry-after', 'date'];

/** An HTTP proxy before a server that loses, delays and cuts off what it should carry, and keeps a record of it. */
export class LossyProxy {
  readonly exchanges: Exchange[] = [];
  readonly #serverUrl: string;
  readonly #fates: Iterator<Fate, never>;
  readonly #outage: Outage;
  readonly #server: Server;
  readonly #underWay = new Set<Promise<void>>();

  private constructor(serverUrl: string, fates: Iterator<Fate, never>, outage: Outage) {
    this.#serverUrl = serverUrl;
    this.#fates = fates;
    this.#outage = outage;
    this.#server = createServer((incoming, outgoing) => this.#track(this.#carry(incoming, outgoing)));
  }

  static async open(
    serverUrl: string,
    fates: Iterator<Fate, never>,
    outage: Outage = () => undefined,
  ): Promise<LossyProxy> {
    const proxy = new LossyProxy(serverUrl, fates, outage);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Waits until nothing is under way, not even what arrives late, and nobody has sent anything for that long. */
  async untilQuiet(quietMs: number): Promise<void> {
    for (;;) {
      const before = this.exchanges.length;
      await Promise.all(this.#underWay);
      await sleep(quietMs);
      if (this.exchanges.length === before && this.#underWay.size === 0) return;
    }
  }

  /** What was sent that has this text in it, be it in path, body or key: for people. */
  historyOf(part: string | undefined): string {
    const about = this.exchanges.map(describeExchange).filter((line) => part === undefined || line.includes(part));
    return about.join('\n');
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #track(carried: Promise<void>): void {
    this.#underWay.add(carried);
    void carried.finally(() => this.#underWay.delete(carried));
  }

  async #carry(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    outgoing.on('error', () => {}); // Whoever sent it has gone.
    const request = await readRequest(incoming).catch(() => undefined);
    if (request === undefined) return;
    const lost = this.#outage(request);
    const fate: Fate = lost === undefined ? this.#fates.next().value : { name: lost, manner: 'resets', delayMs: 0 };
    const exchange: Exchange = { request, fate, atMs: performance.now() };
    this.exchanges.push(exchange);

    if (fate.name === 'request lost') return lose(outgoing, fate.manner);
    const isLate = fate.name === 'answer lost' && fate.manner === 'arrives late';
    if (isLate) await lose(outgoing, 'resets');
    if (fate.delayMs > 0) await sleep(fate.delayMs);
    const answer = await this.#forward(request, incoming);
    const body = await answer.text();
    exchange.answer = { status: answer.status, body, replayed: answer.headers.has('idempotent-replayed') };
    if (!isLate) await deliver(fate, answer, body, outgoing);
  }

  #forward({ method, path, body }: ProxyRequest, { headers }: IncomingMessage): Promise<Response> {
    const { host: _, connection: __, 'content-length': ___, ...kept } = headers;
    const init = { method, headers: kept as Record<string, string>, redirect: 'manual' } as const;
    return fetch(this.#serverUrl + path, body === '' ? init : { ...init, body });
  }
}

async function readRequest(incoming: IncomingMessage): Promise<ProxyRequest> {
  const idempotencyKey = incoming.headers['idempotency-key'] as string | undefined;
  return { method: incoming.method!, path: incoming.url!, body: await text(incoming), idempotencyKey };
}

async function lose({ socket }: ServerResponse, manner: string): Promise<void> {
  if (manner === 'is silent') await sleep(silenceMs);
  if (manner === 'closes') socket?.destroy();
  else socket?.resetAndDestroy();
}

async function deliver(fate: Fate, answer: Response, body: string, outgoing: ServerResponse): Promise<void> {
  const { status, headers } = answer;
  for (const name of passedOn) if (headers.has(name)) outgoing.setHeader(name, headers.get(name)!);
  outgoing.statusCode = status;
  if (fate.name === 'answered') {
    outgoing.end(body);
    return;
  }

  const bytes = Buffer.from(body);
  const part = bytes.subarray(0, bytes.length / 2);
  const { manner } = fate;
  if (!manner.startsWith('cuts')) return lose(outgoing, manner);
  if (bytes.length === 0) return lose(outgoing, 'closes'); // There is nothing to cut.
  if (manner === 'cuts between chunks') outgoing.setHeader('transfer-encoding', 'chunked');
  else outgoing.setHeader('content-length', manner === 'cuts' ? bytes.length : part.length);
  if (manner === 'cuts and says so') outgoing.end(part);
  else outgoing.write(part, () => outgoing.socket?.destroy());
}

function describeExchange({ request, fate, atMs, answer }: Exchange): string {
  const { method, path, body, idempotencyKey = 'without a key' } = request;
  const what = fate.name === 'answered' ? fate.name : `${fate.name} (${fate.manner})`;
  const outcome = answer === undefined ? '' : `, ${answer.status}${answer.replayed ? ' replayed' : ''} ${answer.body}`;
  return `${atMs.toFixed(0)} ms ${method} ${path} ${idempotencyKey} ${body}: ${what}${outcome}`;
}
