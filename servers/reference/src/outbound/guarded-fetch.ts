import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

import { Agent, buildConnector, request } from 'undici';
import type { Dispatcher } from 'undici';

import { isIn, isPublic } from '../address-range.ts';
import type { AddressRange } from '../address-range.ts';

export interface GuardedFetchOptions {
  /** What may be reached although it isn't public, and by plain http too. */
  readonly allowedRanges: readonly AddressRange[];
  /** For everything, from the look-up of the name to the end of the body. */
  readonly timeoutMs?: number;
  /** Finds the addresses of a name. */
  resolve?(name: string): Promise<readonly LookupAddress[]>;
}

/** The address that was asked for is forbidden, or its answer is no use. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
}

/** Whether an address may be connected to. */
type MayReach = (address: string) => boolean;

/** The longest body that is read. */
const longestBodyBytes = 65_536;

/** Below this, ports belong to the services of the system. */
const firstFreePort = 1_024;

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
  const { timeoutMs = 5_000 } = options;
  const dispatcher = new Agent({ connect: createConnector(options, timeoutMs), allowH2: false });
  return async (url) => {
    const { statusCode, body } = await request(parseUrl(url), {
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

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '') {
    throw new OutboundError('This is not an http or https URL without a user name and password.');
  }
  const port = Number(url.port || firstFreePort);
  if (port < firstFreePort && port !== 80 && port !== 443) {
    throw new OutboundError(`Port ${port} is not allowed: below ${firstFreePort}, only 80 and 443 are.`);
  }
  return url;
}

/**
 * Connects to allowed addresses only. An address that stands in a URL is never looked up, so it is checked here. Those
 * of a name are checked in its one look-up, and the connection is made to one of them: a name that means something else
 * a moment later gains nothing.
 */
function createConnector(options: GuardedFetchOptions, timeout: number): buildConnector.connector {
  const { allowedRanges, resolve = (name) => lookup(name, { all: true }) } = options;
  const mayReachPlainly: MayReach = (address) => isIn(allowedRanges, address);
  const mayReachSecurely: MayReach = (address) => isPublic(address) || isIn(allowedRanges, address);
  const connectorFor = (mayReach: MayReach): buildConnector.connector => {
    const connect = buildConnector({ lookup: createLookup(resolve, mayReach), allowH2: false, timeout });
    return (target, callback) => {
      const isForbidden = isIP(target.hostname) !== 0 && !mayReach(target.hostname);
      if (isForbidden) callback(forbidden(), null);
      else connect(target, callback);
    };
  };
  const connectPlainly = connectorFor(mayReachPlainly);
  const connectSecurely = connectorFor(mayReachSecurely);
  return (target, callback) => (target.protocol === 'https:' ? connectSecurely : connectPlainly)(target, callback);
}

/** A look-up that knows only the allowed addresses of a name. */
function createLookup(resolve: NonNullable<GuardedFetchOptions['resolve']>, mayReach: MayReach): LookupFunction {
  return (name, { all }, callback) => {
    const answer = (found: readonly LookupAddress[]) => {
      const [first, ...others] = found.filter(({ address }) => mayReach(address));
      if (first === undefined) callback(forbidden(), '');
      else if (all === true) callback(null, [first, ...others]);
      else callback(null, first.address, first.family);
    };
    resolve(name).then(answer, (error: Error) => callback(error, ''));
  };
}

function forbidden(): OutboundError {
  return new OutboundError('This URL leads to an address that is not allowed: a special one, or by http.');
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
