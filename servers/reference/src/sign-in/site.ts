import type { IncomingMessage } from 'node:http';

import { isPrivateLine } from '../http/loopback.ts';
import { originOf } from '../http/request-origin.ts';

/** This server as a person's browser reaches it. */
export interface Site {
  /** Such as `https://holdfast.example.com`. */
  readonly origin: string;
  /** Whether it is reached by https. */
  readonly isSecure: boolean;
}

/**
 * Where a request came in, unless the operator says where people reach this server. Undefined by http from another
 * machine: who reads along there would have the session.
 */
export function siteOf(request: IncomingMessage, publicUrl: string | undefined): Site | undefined {
  const url = URL.parse(publicUrl ?? originOf(request));
  if (url === null || !isPrivateLine(url)) return undefined;
  return { origin: url.origin, isSecure: url.protocol === 'https:' };
}
