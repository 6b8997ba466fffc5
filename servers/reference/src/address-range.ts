import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.process>;

/** A range of addresses: one of them, and how many bits of it count. */
export type AddressRange = readonly [Address, number];

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

function isMapped(address: Address): boolean {
  return 'parts' in address && address.isIPv4MappedAddress();
}
