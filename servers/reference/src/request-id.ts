import type { IncomingMessage } from 'node:http';

/** The same rule as the gateway's: a client's own request id is taken over if it is short and plain. */
const requestIdPattern = /^[\w.-]{1,64}$/u;

/** The id of a request that doesn't reach the gateway. */
export function requestIdOf(request: IncomingMessage, newToken: () => string): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && requestIdPattern.test(given) ? given : newToken();
}
