import type { HoldfastEvent } from '@holdfast/contract/types';

import { HoldfastError } from '../errors/holdfast-error.ts';

/** The headers of a request, as `fetch` has them, or Node, or anybody else: their names in any case. */
export type WebhookRequestHeaders =
  | Pick<Headers, 'get'>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyWebhookOptions {
  /**
   * How far `webhook-timestamp` may be from this machine's clock, either way, in seconds. Default 300. `Infinity` takes
   * any time, for tests that move a clock.
   */
  readonly toleranceSeconds?: number | undefined;
}

/** A request is no webhook that the server sent: leave it alone, and answer 400 or 401. */
export class WebhookVerificationError extends HoldfastError {
  override readonly name = 'WebhookVerificationError';
}

/**
 * Checks that a request is a webhook which Holdfast sent just now, and gives its event. Follows
 * [Standard Webhooks](https://www.standardwebhooks.com) with signatures of version `v1`.
 *
 * The same event may be delivered more than once, always with the same `webhook-id`: keep the ids that were handled.
 *
 * @param payload - the body as it came, byte for byte: parsed and printed again, it may be another text
 * @param secret - of the endpoint, such as `whsec_…`; several, while it is rotated: one that fits is enough
 * @throws {@link WebhookVerificationError} when a header is missing, no signature fits, the time is too far off, or the
 * body isn't JSON.
 * @throws TypeError when a secret isn't base64, or there is none: that is no fault of the request.
 * @example
 * ```ts
 * import { verifyWebhook, WebhookVerificationError } from '@holdfast/sdk';
 *
 * async function receive(request: Request): Promise<Response> {
 *   const event = await verifyWebhook(await request.text(), request.headers, process.env.WEBHOOK_SECRET!);
 *   if (event.type === 'credits.balance_low') await remind(event.external_customer_id, event.data.effective_balance);
 *   return new Response(null, { status: 204 });
 * }
 * ```
 */
export async function verifyWebhook(
  payload: string | Uint8Array,
  headers: WebhookRequestHeaders,
  secret: string | readonly string[],
  { toleranceSeconds = 300 }: VerifyWebhookOptions = {},
): Promise<HoldfastEvent> {
  const keys = await Promise.all([secret].flat().map(importSecret));
  if (keys.length === 0) throw new TypeError('There is no secret to check the webhook with.');
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const signatures = headerOf(headers, 'webhook-signature').split(' ').flatMap(decodeSignature);
  const body = typeof payload === 'string' ? encoder.encode(payload) : payload;

  const content = concatenate(encoder.encode(`${id}.${timestamp}.`), body);
  const checks = keys.flatMap((key) => signatures.map((signature) => isSigned(key, signature, content)));
  if (!(await Promise.all(checks)).includes(true)) throw new WebhookVerificationError('No signature fits the webhook.');
  checkTime(timestamp, toleranceSeconds);
  return parse(body);
}

const encoder = new TextEncoder();
type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

const algorithm = { name: 'HMAC', hash: 'SHA-256' };

async function importSecret(secret: string): Promise<Key> {
  const bytes = decodeBase64(secret.replace(/^whsec_/, ''));
  if (!bytes?.length) throw new TypeError("The webhook's secret is not whsec_ and base64.");
  return crypto.subtle.importKey('raw', bytes, algorithm, false, ['verify']);
}

function headerOf(headers: WebhookRequestHeaders, name: string): string {
  const value = isHeaders(headers) ? headers.get(name) : findHeader(headers, name);
  if (!value) throw new WebhookVerificationError(`The webhook has no header ${name}.`);
  return value;
}

function isHeaders(headers: WebhookRequestHeaders): headers is Pick<Headers, 'get'> {
  return typeof headers['get'] === 'function';
}

function findHeader(headers: Exclude<WebhookRequestHeaders, Pick<Headers, 'get'>>, name: string): string | undefined {
  const [, value] = Object.entries(headers).find(([given]) => given.toLowerCase() === name) ?? [];
  return typeof value === 'object' ? value.join(' ') : value;
}

/** Signatures of other versions are left to those who know them. */
function decodeSignature(text: string): Uint8Array<ArrayBuffer>[] {
  const bytes = text.startsWith('v1,') ? decodeBase64(text.slice(3)) : undefined;
  return bytes ? [bytes] : [];
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** In constant time, as WebCrypto has it. */
function isSigned(key: Key, signature: Uint8Array<ArrayBuffer>, content: Uint8Array<ArrayBuffer>) {
  return crypto.subtle.verify('HMAC', key, signature, content);
}

/** A webhook that was caught on its way can't be sent again later. */
function checkTime(timestamp: string, toleranceSeconds: number): void {
  const distance = Math.abs(Date.now() / 1_000 - Number(timestamp));
  const isNear = /^\d+$/.test(timestamp) && distance <= toleranceSeconds;
  if (!isNear) throw new WebhookVerificationError(`The webhook is of another time: ${timestamp}.`);
}

function parse(body: Uint8Array): HoldfastEvent {
  try {
    return JSON.parse(new TextDecoder().decode(body)) as HoldfastEvent;
  } catch (cause) {
    throw new WebhookVerificationError('The body of the webhook is not JSON.', { cause });
  }
}
