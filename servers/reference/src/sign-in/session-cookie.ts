import type { Service, SignedIn } from '@holdfast/engine';

import { setCookie } from './cookies.ts';
import type { Site } from './site.ts';

/** The header field that gives a browser its session, for as long as that lasts. */
export function sessionCookie({ sessionToken, expiresAtMs }: SignedIn, site: Site, { environment }: Service): string {
  const maxAgeSeconds = Math.floor((expiresAtMs - environment.now()) / 1_000);
  return setCookie('hf_session', sessionToken, site, maxAgeSeconds);
}
