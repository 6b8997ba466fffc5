import type { WebhookAnswer, WebhookRequest, WebhookTransport } from '@holdfast/engine';
import { request } from 'undici';
import type { Dispatcher } from 'undici';

import { isIn } from '../address-range.ts';
import { messageOf, systemErrorCode } from '../start-error.ts';
import { createGuardedDispatcher, longestBodyBytes, OutboundError, parseOutboundUrl } from './guarded-dispatcher.ts';
import type { OutboundRules } from './guarded-dispatcher.ts';

/** How long connecting may take; a request's own timeout is for all of it. */
const connectTimeoutMs = 15_000;

/**
 * What sends webhooks to URLs of tenants, and reaches nothing by them that isn't public: no redirects, https only for
 * the environment `live`, and at most 64 KiB of an answer is read, whose status counts all the same.
 *
 * @example
 * ```ts
 * const transport = createWebhookTransport({ allowedRanges: [] });
 * const answer = await transport.send({ url, headers, body, timeoutMs: 15_000, live: true });
 * ```
 */
export function createWebhookTransport(rules: Pick<OutboundRules, 'allowedRanges' | 'resolve'>): WebhookTransport {
  const forLive = createGuardedDispatcher(rules, connectTimeoutMs);
  const forTest = createGuardedDispatcher({ ...rules, allowsPlainHttp: true }, connectTimeoutMs);
  return {
    allows: (address) => isIn(rules.allowedRanges, address),
    async send(message) {
      try {
        return await post(message, message.live ? forLive : forTest);
      } catch (error) {
        return { error: describe(error, message.timeoutMs) };
      }
    },
  };
}

async function post({ url, headers, body, timeoutMs }: WebhookRequest, dispatcher: Dispatcher): Promise<WebhookAnswer> {
  const answer = await request(parseOutboundUrl(url), {
    method: 'POST',
    dispatcher,
    headers,
    body,
    signal: AbortSignal.timeout(timeoutMs),
    // Connections aren't kept: nothing has to be closed when the server stops.
    reset: true,
  });
  const retryAfter = answer.headers['retry-after'];
  return {
    status: answer.statusCode,
    body: await readBeginning(answer.body),
    retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
  };
}

/** As much of a body as comes, up to a length. The receiver has answered already, however the rest of it ends. */
async function readBeginning(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let left = longestBodyBytes;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, left));
      left -= chunk.length;
      if (left <= 0) break;
    }
  } catch {
    // What has come is what is kept.
  }
  // Without the first bytes of a character that was cut.
  return new TextDecoder().decode(Buffer.concat(chunks), { stream: true });
}

const failuresInWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection was closed before there was an answer.',
  EHOSTUNREACH: 'The host can not be reached.',
  ENETUNREACH: 'The network can not be reached.',
  ENOTFOUND: 'The name of the host is unknown.',
  EAI_AGAIN: 'The name of the host could not be looked up.',
  ETIMEDOUT: 'The connection took too long.',
  UND_ERR_SOCKET: 'The connection was closed before there was an answer.',
  UND_ERR_CONNECT_TIMEOUT: 'The connection took too long.',
};

/** Why there is no answer, in words for the tenant: nothing of this server's network. */
function describe(error: unknown, timeoutMs: number): string {
  if (error instanceof OutboundError) return error.message;
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return `There was no answer within ${timeoutMs / 1_000} s.`;
  }
  const code = systemErrorCode(error) ?? '';
  if (Object.hasOwn(failuresInWords, code)) return failuresInWords[code]!;
  return /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO|ALTNAME/u.test(code)
    ? `There is no trusted connection by TLS: ${messageOf(error)}`
    : `It could not be sent: ${code === '' ? messageOf(error) : code}`;
}
