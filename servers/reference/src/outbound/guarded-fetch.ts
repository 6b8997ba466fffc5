import { request } from 'undici';
import type { Dispatcher } from 'undici';

import { createGuardedDispatcher, longestBodyBytes, OutboundError, parseOutboundUrl } from './guarded-dispatcher.ts';
import type { OutboundRules } from './guarded-dispatcher.ts';

export interface GuardedFetchOptions extends Pick<OutboundRules, 'allowedRanges' | 'resolve'> {
  /** For everything, from the look-up of the name to the end of the body. */
  readonly timeoutMs?: number;
}

/**
 * Makes a function that gets the text behind a URL that somebody else chose, and reaches nothing by it that isn't
 * public: https only, no redirects, at most 64 KiB, in 5 seconds.
 *
 * @throws {@link OutboundError}, and what connections throw.
 *
 * @example
 * ```ts
 * const fetchText = createGuardedFetch({ allowedRanges: [] });
 * const jwks = await fetchText('https://login.example.com/jwks');
 * ```
 */
export function createGuardedFetch(options: GuardedFetchOptions): (url: string) => Promise<string> {
  const { timeoutMs = 5_000, ...rules } = options;
  const dispatcher = createGuardedDispatcher(rules, timeoutMs);
  return async (url) => {
    const { statusCode, body } = await request(parseOutboundUrl(url), {
      dispatcher,
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
      // Connections aren't kept: nothing has to be closed when the server stops.
      reset: true,
    });
    if (statusCode === 200) return readText(body);
    // What ends here ends with an error, which is nobody's any more.
    body.on('error', () => {}).destroy();
    throw new OutboundError(`The answer is ${statusCode}, but only 200 is taken. Redirects are not followed.`);
  };
}

/** Reads a body, unless it is too long: then it ends the connection. */
async function readText(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    byteCount += chunk.length;
    if (byteCount > longestBodyBytes) throw new OutboundError(`The answer is longer than ${longestBodyBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
