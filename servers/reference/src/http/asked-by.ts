import type { IncomingMessage } from 'node:http';

import { chooseRequestId } from '@holdfast/gateway';
import type { Asked } from '@holdfast/gateway';

import { splitTarget } from './request-target.ts';

/**
 * What the answer to a request depends on if it never reaches the gateway: its id, by the gateway's rule, and its path.
 */
export function askedBy(request: IncomingMessage, newToken: () => string): Asked {
  const given = request.headers['x-request-id'];
  const requestId = chooseRequestId(Array.isArray(given) ? undefined : given, newToken);
  return { path: splitTarget(request.url ?? '/').path, requestId };
}
