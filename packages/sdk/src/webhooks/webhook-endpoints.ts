import type {
  CreateWebhookEndpointRequest,
  IssuedWebhookEndpoint,
  ListWebhookDeliveriesData,
  ListWebhookEndpointsData,
  ReplayWebhookEventsRequest,
  RotateWebhookSecretRequest,
  TenantConfig,
  UpdateTenantConfigRequest,
  UpdateWebhookEndpointRequest,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookEndpoint,
  WebhookEndpointPage,
  WebhookReplay,
  WebhookTestResult,
} from '@holdfast/contract/types';

import type { CallOptions } from '../transport/call.ts';
import type { HoldfastPromise } from '../transport/holdfast-promise.ts';
import type { PagePromise } from '../transport/pages.ts';
import type { WithTimes } from '../transport/time.ts';
import type { Transport } from '../transport/transport.ts';

export type WebhookEndpointQuery = NonNullable<ListWebhookEndpointsData['query']>;
export type WebhookDeliveryQuery = NonNullable<ListWebhookDeliveriesData['query']>;
export type WebhookReplayRange = WithTimes<ReplayWebhookEventsRequest, 'from' | 'to'>;

/**
 * Where events are sent: `holdfast.webhookEndpoints`. It needs an API key with the scope `webhooks:admin`, and a tier
 * that has webhooks. Receivers check what they get with {@link verifyWebhook}.
 *
 * All methods reject with an {@link ApiError} when the server answers with a failure, with a {@link ConnectionError}
 * or {@link TimeoutError} when no usable answer came even after retries, and with the signal's reason when that aborts.
 * Without the scope, or in a tier without webhooks (`upgradeRequired`), that is a {@link PermissionDeniedError}; an
 * endpoint or a delivery that there isn't is a {@link NotFoundError}.
 */
export class WebhookEndpoints {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Has events sent to `url` from now on: those of `types`, such as `credits.overage` or `credits.*`, or all. The
   * answer's `secret` is shown this once. It is null in the answer to a repeated request, such as this client's own
   * retry after the first answer was lost: {@link WebhookEndpoints.rotateSecret} gives another one.
   *
   * An extension: `POST /v1/webhook-endpoints`.
   *
   * @throws {@link BadRequestError} when `url` is one that the server may not send to.
   * @throws {@link ConflictError} `conflict` when there are 20 already.
   * @example
   * ```ts
   * const { id, secret } = await holdfast.webhookEndpoints.create({
   *   url: 'https://example.com/holdfast',
   *   types: ['credits.*', 'RESERVATION_EXPIRED'],
   * });
   * ```
   */
  create(endpoint: CreateWebhookEndpointRequest, options?: CallOptions): HoldfastPromise<IssuedWebhookEndpoint> {
    return this.#transport.call('createWebhookEndpoint', { body: endpoint }, options);
  }

  /**
   * The endpoints of the API key's environment, oldest first: awaited the first page, iterated all of it.
   *
   * An extension: `GET /v1/webhook-endpoints`.
   *
   * @example
   * ```ts
   * for await (const { url, enabled } of holdfast.webhookEndpoints.list()) console.log(url, enabled);
   * ```
   */
  list(query: WebhookEndpointQuery = {}, options?: CallOptions): PagePromise<WebhookEndpointPage, WebhookEndpoint> {
    return this.#transport.list('listWebhookEndpoints', { query }, (page) => page.data, options);
  }

  /**
   * One endpoint; never its secret.
   *
   * An extension: `GET /v1/webhook-endpoints/{id}`.
   *
   * @example
   * ```ts
   * const { enabled, disabled_reason } = await holdfast.webhookEndpoints.get(id);
   * ```
   */
  get(endpointId: string, options?: CallOptions): HoldfastPromise<WebhookEndpoint> {
    return this.#transport.call('getWebhookEndpoint', { path: { id: endpointId } }, options);
  }

  /**
   * Changes what is given, and leaves the rest as it is. What happens while an endpoint is disabled is sent only if it
   * is replayed: {@link WebhookEndpoints.replay}.
   *
   * An extension: `PATCH /v1/webhook-endpoints/{id}`.
   *
   * @throws {@link BadRequestError} when `url` is one that the server may not send to.
   * @example
   * ```ts
   * await holdfast.webhookEndpoints.update(id, { enabled: false });
   * ```
   */
  update(
    endpointId: string,
    changes: UpdateWebhookEndpointRequest,
    options?: CallOptions,
  ): HoldfastPromise<WebhookEndpoint> {
    return this.#transport.call('updateWebhookEndpoint', { path: { id: endpointId }, body: changes }, options);
  }

  /**
   * Deletes an endpoint, and all that waits to be sent to it.
   *
   * An extension: `DELETE /v1/webhook-endpoints/{id}`.
   *
   * @example
   * ```ts
   * await holdfast.webhookEndpoints.delete(id);
   * ```
   */
  delete(endpointId: string, options?: CallOptions): HoldfastPromise<void> {
    return this.#transport.call('deleteWebhookEndpoint', { path: { id: endpointId } }, options);
  }

  /**
   * Gives an endpoint a new secret: the answer's `secret`, null as in {@link WebhookEndpoints.create}. For
   * `overlap_seconds`, a day unless you say otherwise and at most a week, what is sent is signed with the old one too.
   *
   * An extension: `POST /v1/webhook-endpoints/{id}/rotate-secret`.
   *
   * @example
   * ```ts
   * const { secret } = await holdfast.webhookEndpoints.rotateSecret(id, { overlap_seconds: 3_600 });
   * ```
   */
  rotateSecret(
    endpointId: string,
    rotation: RotateWebhookSecretRequest = {},
    options?: CallOptions,
  ): HoldfastPromise<IssuedWebhookEndpoint> {
    return this.#transport.call('rotateWebhookSecret', { path: { id: endpointId }, body: rotation }, options);
  }

  /**
   * Sends a `webhook.test` now, also to an endpoint that is disabled, and tells what came back. The server waits 15
   * seconds for that, so this waits 20, unless `timeoutMs` says otherwise.
   *
   * An extension: `POST /v1/webhook-endpoints/{id}/test`.
   *
   * @throws {@link UnavailableError} when the server sends no webhooks.
   * @example
   * ```ts
   * const { delivered, status, error } = await holdfast.webhookEndpoints.test(id);
   * if (!delivered) console.log(error ?? `answered with ${status}`);
   * ```
   */
  test(endpointId: string, options?: CallOptions): HoldfastPromise<WebhookTestResult> {
    return this.#transport.call('testWebhookEndpoint', { path: { id: endpointId } }, { timeoutMs: 20_000, ...options });
  }

  /**
   * What was sent to an endpoint or waits to be, with each attempt and what came back, newest first: awaited the first
   * page, iterated all of it.
   *
   * An extension: `GET /v1/webhook-endpoints/{id}/deliveries`.
   *
   * @example
   * ```ts
   * for await (const { event_type, attempts } of holdfast.webhookEndpoints.deliveries(id, { status: 'dead' })) {
   *   console.log(event_type, attempts.at(-1)?.status);
   * }
   * ```
   */
  deliveries(
    endpointId: string,
    query: WebhookDeliveryQuery = {},
    options?: CallOptions,
  ): PagePromise<WebhookDeliveryPage, WebhookDelivery> {
    const input = { path: { id: endpointId }, query };
    return this.#transport.list('listWebhookDeliveries', input, (page) => page.data, options);
  }

  /**
   * Has a delivery tried again as soon as possible, also one that is dead, or was delivered.
   *
   * An extension: `POST /v1/webhook-endpoints/{id}/deliveries/{delivery_id}/retry`.
   *
   * @throws {@link ConflictError} `conflict` when the endpoint is disabled.
   * @example
   * ```ts
   * await holdfast.webhookEndpoints.retry(endpointId, delivery.id);
   * ```
   */
  retry(endpointId: string, deliveryId: string, options?: CallOptions): HoldfastPromise<WebhookDelivery> {
    const path = { id: endpointId, delivery_id: deliveryId };
    return this.#transport.call('retryWebhookDelivery', { path }, options);
  }

  /**
   * Sends events of the history again: those `after` a number, or those `from` a time on, `to` another (exclusive). With
   * `only_dead: true` only those that couldn't be delivered. They keep their `webhook-id`.
   *
   * An extension: `POST /v1/webhook-endpoints/{id}/replay`.
   *
   * @throws {@link BadRequestError} unless there is one of `after` and `from`.
   * @throws {@link ConflictError} `conflict` when the endpoint is disabled.
   * @example
   * ```ts
   * const { replayed } = await holdfast.webhookEndpoints.replay(id, { from: new Date('2026-11-21'), only_dead: true });
   * ```
   */
  replay(endpointId: string, range: WebhookReplayRange, options?: CallOptions): HoldfastPromise<WebhookReplay> {
    return this.#transport.call('replayWebhookEvents', { path: { id: endpointId }, body: range }, options);
  }

  /**
   * Sets the one URL that all events of a tenant are sent to, in the API key's environment, and the secret that they are
   * signed with: `whsec_` and 24 to 64 bytes in base64. Nothing is sent unless both are set; null takes one away.
   * It is the endpoint with the id `config`.
   *
   * Published as `PATCH /v1/tenants/{id}/config`.
   *
   * @throws {@link BadRequestError} when `webhook_url` is one that the server may not send to.
   * @throws {@link NotFoundError} when it is another's tenant, and you lack `platform:admin`.
   * @example
   * ```ts
   * await holdfast.webhookEndpoints.updateTenantConfig('acme', {
   *   webhook_url: 'https://example.com/holdfast',
   *   webhook_secret: process.env.WEBHOOK_SECRET!,
   * });
   * ```
   */
  updateTenantConfig(
    tenantId: string,
    changes: UpdateTenantConfigRequest,
    options?: CallOptions,
  ): HoldfastPromise<TenantConfig> {
    return this.#transport.call('updateTenantConfig', { path: { id: tenantId }, body: changes }, options);
  }
}
