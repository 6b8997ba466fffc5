import ipaddr from 'ipaddr.js';

/** The IPv6 addresses that are given out to the world; all others have some special purpose, or none yet. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/**
 * Whether an address belongs to some host in the Internet: it isn't loopback, private, link-local, shared, multicast,
 * reserved or for documentation, and no tunnel or translation that leads to another address.
 */
export function isPublicAddress(text: string): boolean {
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || address.match(...globalUnicast);
}

/** The address that a URL's host is; undefined for a name, which has to be looked up. */
export function addressOfHost(hostname: string): string | undefined {
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return '127.0.0.1';
  const text = hostname.replace(/^\[|\]$/gu, '');
  return ipaddr.isValid(text) ? text : undefined;
}
