import type { WebhookAnswer, WebhookRequest, WebhookTransport } from '@holdfast/engine';

import { assertKnownMembers } from './known-members.ts';

/**
 * Answers a delivery in a receiver's place. An answer with 2xx is a success; what isn't is attempted again, as on a
 * server. `Response.error()`, or to throw, is a connection that failed.
 */
export type WebhookReceiver = (request: Request) => Response | Promise<Response>;

export interface DeliverToOptions {
  /** The URL of the endpoints that it answers for. Default: those that no other receiver answers for. */
  readonly url?: string | undefined;
}

/** Where the mock's webhooks go, in place of a network. */
export interface MockWebhooks {
  /**
   * Has deliveries answered by a function of the test's, until {@link HoldfastMock.reset}. They are signed, and come in
   * the order of a server's: the first attempt at once, the others when the clock gets there.
   *
   * Which events are sent where is said as on a server: by `POST /v1/webhook-endpoints`, or by the seed. An endpoint
   * that nobody answers for is one that can't be reached.
   *
   * @param receive - It can call the mock, and must not move its clock, which waits for the answer.
   * @throws TypeError if the URL is none.
   * @example
   * ```ts
   * const received: HoldfastEvent[] = [];
   * const { secret } = await holdfast.webhookEndpoints.create({ url: 'https://app.test/hook' });
   * mock.webhooks.deliverTo(async (request) => {
   *   const anyTime = { toleranceSeconds: Infinity }; // the mock's clock isn't this machine's
   *   received.push(await verifyWebhook(await request.text(), request.headers, secret, anyTime));
   *   return new Response(null, { status: 204 });
   * });
   *
   * await holdfast.resources.reserve([{ requester: 'alice', resource: 'room', ttlSeconds: 60 }]);
   * await mock.clock.advance({ seconds: 60 });
   * console.log(received.map(({ type }) => type)); // ['RESERVED', 'RESERVATION_EXPIRED']
   * ```
   */
  deliverTo(receive: WebhookReceiver, options?: DeliverToOptions): void;
}

/** Hands deliveries to whoever answers for their URL. */
export class WebhookReceivers implements MockWebhooks, WebhookTransport {
  readonly oneAtATime = true;
  readonly #usual: WebhookReceiver | undefined;
  readonly #byUrl = new Map<string, WebhookReceiver>();
  #ofOthers: WebhookReceiver | undefined;

  /** @param usual - Whom deliveries go to that no receiver of a test's answers for. */
  constructor(usual?: WebhookReceiver) {
    this.#usual = usual;
  }

  deliverTo(receive: WebhookReceiver, options: DeliverToOptions = {}): void {
    assertKnownMembers('A receiver', options, ['url']);
    const { url } = options;
    if (url === undefined) this.#ofOthers = receive;
    else this.#byUrl.set(normalize(url), receive);
  }

  /** Where there is a network, a test's own receivers are on this machine, or near it. */
  allows(): boolean {
    return this.#usual !== undefined;
  }

  clear(): void {
    this.#byUrl.clear();
    this.#ofOthers = undefined;
  }

  async send({ url, headers, body }: WebhookRequest): Promise<WebhookAnswer | { readonly error: string }> {
    const receive = this.#byUrl.get(normalize(url)) ?? this.#ofOthers ?? this.#usual;
    if (receive === undefined) return { error: `Nobody answers for ${url}: see mock.webhooks.deliverTo.` };
    try {
      const response = await receive(new Request(url, { method: 'POST', headers: { ...headers }, body }));
      if (response.type === 'error') return { error: 'The connection failed.' };
      const retryAfter = response.headers.get('Retry-After') ?? undefined;
      return { status: response.status, body: await response.text(), retryAfter };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  }
}

function normalize(url: string): string {
  if (URL.canParse(url)) return new URL(url).href;
  throw new TypeError(`The url of a receiver is that of an endpoint, not ${JSON.stringify(url)}.`);
}
