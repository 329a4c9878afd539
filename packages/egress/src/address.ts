import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

// IANA special-purpose IPv4 registry, whole, and 168.63.129.16: a platform service of one cloud behind a public address.
const RESERVED_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
].map((range) => ipaddr.IPv4.parseCIDR(range));

// Only 2000::/3 is handed out as unicast, so loopback, link-local, unique local, multicast, ::a.b.c.d, NAT64 (64:ff9b::/96 and
// 64:ff9b:1::/48) and SRv6 are outside of it. Inside: Teredo and other protocols, documentation, 6to4.
const UNICAST_V6 = ipaddr.IPv6.parseCIDR('2000::/3');
const RESERVED_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'].map((range) =>
  ipaddr.IPv6.parseCIDR(range),
);

/**
 * True only for an address of the public internet, in its canonical text form. Everything reserved is false, and so is what
 * tunnels to an IPv4 address (NAT64, 6to4, Teredo, ISATAP); IPv4-mapped ones are judged as the IPv4 address they are (quality S4).
 */
export function isPublicAddress(ip: string): boolean {
  const family = isIP(ip);
  if (family === 4) return isPublicV4(ipaddr.IPv4.parse(ip));
  if (family !== 6 || ip.includes('%')) return false;
  const address = ipaddr.IPv6.parse(ip);
  return address.isIPv4MappedAddress() ? isPublicV4(address.toIPv4Address()) : isPublicV6(address);
}

function isPublicV4(address: ipaddr.IPv4): boolean {
  return !RESERVED_V4.some((range) => address.match(range));
}

function isPublicV6(address: ipaddr.IPv6): boolean {
  if (!address.match(UNICAST_V6) || RESERVED_V6.some((range) => address.match(range))) return false;
  const [, , , , high, low] = address.parts;
  const isIsatap = low === 0x5efe && (high === 0 || high === 0x200);
  return !isIsatap;
}
