import type { IncomingMessage } from 'node:http';

/** Where the client finds this server: its Host header, with https if a proxy in front of us says so. */
export function originOf(request: IncomingMessage): string {
  const { host = '' } = request.headers;
  if (!/^[\w.:[\]-]+$/u.test(host)) return '';
  const isSecure = request.headers['x-forwarded-proto'] === 'https';
  return `${isSecure ? 'https' : 'http'}://${host}`;
}
