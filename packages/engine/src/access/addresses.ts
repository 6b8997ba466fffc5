import ipaddr from 'ipaddr.js';

/** Whether a text is an IP address, or a range of them in CIDR notation: `203.0.113.0/24`, `2001:db8::/32`. */
export function isCidr(text: string): boolean {
  const [address = '', bits] = text.split('/');
  return isStrictAddress(address) && (bits === undefined || ipaddr.isValidCIDR(text));
}

/** Whether an address is in one of the ranges. IPv4 in IPv6 (`::ffff:203.0.113.7`) counts as IPv4. */
export function isWithin(address: string | undefined, cidrs: readonly string[]): boolean {
  if (address === undefined || !ipaddr.isValid(address)) return false;
  const found = ipaddr.process(address);
  return cidrs.some((cidr) => {
    const [range, bits] = parseRange(cidr);
    return found.kind() === range.kind() && found.match(range, bits);
  });
}

function parseRange(cidr: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (cidr.includes('/')) return ipaddr.parseCIDR(cidr);
  const address = ipaddr.parse(cidr);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/**
 * Not `127.1` or `0x7f000001`, which few mean as they are read, nor IPv4 in IPv6, which no address would ever be found
 * in: it counts as IPv4.
 */
function isStrictAddress(text: string): boolean {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return true;
  return ipaddr.IPv6.isValid(text) && !ipaddr.IPv6.parse(text).isIPv4MappedAddress();
}
