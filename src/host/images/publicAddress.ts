import { BlockList, isIP } from 'node:net';

/**
 * IPv4 networks that are not of the public internet (IANA, "IPv4 Special-Purpose Address Registry"):
 * this host, private, shared by a carrier, loopback, link-local with the clouds' metadata, protocol
 * assignments, documentation, benchmarks, multicast, reserved and broadcast.
 */
const SPECIAL_IPV4: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  // Azure's own services answer every virtual machine there (Azure docs, "IP address 168.63.129.16").
  ['168.63.129.16', 32],
];

/** Within 2000::/3 (IANA, "IPv6 Special-Purpose Address Registry"), tunnels of IPv4 included. */
const SPECIAL_IPV6: readonly (readonly [network: string, prefix: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/** The prefix of translated IPv4 addresses (RFC 6052): how a network of IPv6 alone reaches them. */
const NAT64 = '64:ff9b::';
const NAT64_PREFIX = 96;

const SPECIAL = new BlockList();
const GLOBAL_IPV6 = new BlockList();
GLOBAL_IPV6.addSubnet('2000::', 3, 'ipv6');
GLOBAL_IPV6.addSubnet(NAT64, NAT64_PREFIX, 'ipv6');
for (const [network, prefix] of SPECIAL_IPV4) {
  SPECIAL.addSubnet(network, prefix, 'ipv4');
  SPECIAL.addSubnet(`${NAT64}${network}`, NAT64_PREFIX + prefix, 'ipv6');
}
for (const [network, prefix] of SPECIAL_IPV6) {
  SPECIAL.addSubnet(network, prefix, 'ipv6');
}

/**
 * Whether an IP address is one of the public internet. Of IPv6 only what is handed out for global
 * use is: loopback, link-local, unique-local, multicast, IPv4-mapped and all else are not.
 */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !SPECIAL.check(address, 'ipv4');
    case 6:
      return GLOBAL_IPV6.check(address, 'ipv6') && !SPECIAL.check(address, 'ipv6');
    default:
      return false;
  }
}
