import type { IncomingMessage } from 'node:http';

/** The server's address as the client sees it: its Host header, with https if a proxy says so. */
export function originOf(request: IncomingMessage): string {
  const { host = '' } = request.headers;
  if (!/^[\w.:[\]-]+$/u.test(host)) return '';
  const isSecure = request.headers['x-forwarded-proto'] === 'https';
  return `${isSecure ? 'https' : 'http'}://${host}`;
}
