import type { IncomingMessage } from 'node:http';

import type { Site } from './site.ts';

export type CookieName = 'hf_session' | 'hf_sign_in';

/** A cookie's value; undefined if the browser sent none. */
export function readCookie({ headers }: IncomingMessage, name: CookieName, site: Site): string | undefined {
  const prefix = `${nameOn(site, name)}=`;
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(prefix))?.slice(prefix.length);
}

/** The header field that sets a cookie, which no script can read and no other site's form or frame sends along. */
export function setCookie(name: CookieName, value: string, site: Site, maxAgeSeconds: number): string {
  const secure = site.isSecure ? '; Secure' : '';
  return `${nameOn(site, name)}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`;
}

export function removeCookie(name: CookieName, site: Site): string {
  return setCookie(name, '', site, 0);
}

/** With the prefix, browsers take a cookie from nobody but this host, by https. By http they take none with it. */
function nameOn({ isSecure }: Site, name: CookieName): string {
  return isSecure ? `__Host-${name}` : name;
}
