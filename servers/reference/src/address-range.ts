import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.process>;

/** A range of addresses: one of them, and how many bits of it count. */
export type AddressRange = readonly [Address, number];

/** The IPv6 addresses that are given out to the world; all others have some special purpose, or none yet. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/** Reads a CIDR such as `10.0.0.0/8`; undefined if it is none. IPv4 addresses are written as such, not within IPv6. */
export function parseAddressRange(text: string): AddressRange | undefined {
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(text) && !ipaddr.IPv6.isValidCIDR(text)) return undefined;
  const [address, bits] = ipaddr.parseCIDR(text);
  return isMapped(address) ? undefined : [address, bits];
}

export function isIn(ranges: readonly AddressRange[], text: string): boolean {
  const address = ipaddr.process(text);
  return ranges.some(([start, bits]) => start.kind() === address.kind() && address.match(start, bits));
}

/**
 * Whether an address belongs to some host in the Internet: it isn't loopback, private, link-local, shared, multicast,
 * reserved or for documentation, and no tunnel or translation that leads to another address.
 */
export function isPublic(text: string): boolean {
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || address.match(...globalUnicast);
}

function isMapped(address: Address): boolean {
  return 'parts' in address && address.isIPv4MappedAddress();
}
