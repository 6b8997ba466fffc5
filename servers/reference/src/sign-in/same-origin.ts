import type { IncomingMessage } from 'node:http';

import type { Site } from './site.ts';

/**
 * Whether a page of this server makes a request, by what its browser says, which no page can forge. Browsers that don't
 * say how the two are related say at least which page it is.
 */
export function isFromOwnPage({ headers }: IncomingMessage, site: Site): boolean {
  const relation = headers['sec-fetch-site'];
  if (relation !== undefined) return relation === 'same-origin';
  return headers.origin === site.origin;
}
