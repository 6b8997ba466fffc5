import type { IncomingMessage } from 'node:http';

import { chooseRequestId } from '@holdfast/gateway';

/** The id of a request that doesn't reach the gateway, by the gateway's rule. */
export function requestIdOf(request: IncomingMessage, newToken: () => string): string {
  const given = request.headers['x-request-id'];
  return chooseRequestId(Array.isArray(given) ? undefined : given, newToken);
}
