import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

import { isPublicAddress } from '@holdfast/engine';
import { Agent, buildConnector } from 'undici';
import type { Dispatcher } from 'undici';

import { isIn } from '../address-range.ts';
import type { AddressRange } from '../address-range.ts';

/** What may be reached. */
export interface OutboundRules {
  /** What may be reached although it isn't public, and by plain http too. */
  readonly allowedRanges: readonly AddressRange[];
  /** Whether public addresses may be reached by plain http. */
  readonly allowsPlainHttp?: boolean;
  /** Finds the addresses of a name. */
  resolve?(name: string): Promise<readonly LookupAddress[]>;
}

/** What was asked for is forbidden, or its answer is no use. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
}

/** Whether an address may be connected to. */
type MayReach = (address: string) => boolean;

/** The longest body that is read. */
export const longestBodyBytes = 65_536;

/** Below this, ports belong to the services of the system. */
const firstFreePort = 1_024;

/** @throws {@link OutboundError} if a URL is none, or has what no URL of a tenant may have. */
export function parseOutboundUrl(text: string): URL {
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
export function createGuardedDispatcher(rules: OutboundRules, connectTimeoutMs: number): Dispatcher {
  const { allowedRanges, allowsPlainHttp = false, resolve = (name) => lookup(name, { all: true }) } = rules;
  const mayReachSecurely: MayReach = (address) => isPublicAddress(address) || isIn(allowedRanges, address);
  const mayReachPlainly: MayReach = allowsPlainHttp ? mayReachSecurely : (address) => isIn(allowedRanges, address);
  const connectorFor = (mayReach: MayReach): buildConnector.connector => {
    const connect = buildConnector({
      lookup: createLookup(resolve, mayReach),
      allowH2: false,
      timeout: connectTimeoutMs,
    });
    return (target, callback) => {
      const isForbidden = isIP(target.hostname) !== 0 && !mayReach(target.hostname);
      if (isForbidden) callback(forbidden(), null);
      else connect(target, callback);
    };
  };
  const connectPlainly = connectorFor(mayReachPlainly);
  const connectSecurely = connectorFor(mayReachSecurely);
  return new Agent({
    connect: (target, callback) => (target.protocol === 'https:' ? connectSecurely : connectPlainly)(target, callback),
    allowH2: false,
  });
}

/** A look-up that knows only the allowed addresses of a name. */
function createLookup(resolve: NonNullable<OutboundRules['resolve']>, mayReach: MayReach): LookupFunction {
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
