/**
 * Whether an IP address belongs to the public internet: what a server may call on a stranger's word.
 * @module
 */

import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** Special-purpose blocks of IPv4 (IANA registry, RFC 6890), with multicast and the reserved rest. */
const NOT_PUBLIC_V4: readonly (readonly [network: string, prefix: number])[] = [
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
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]

/** Special-purpose blocks inside the global unicast space: Teredo and its kin, documentation, 6to4. */
const NOT_PUBLIC_V6: readonly (readonly [network: string, prefix: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

const specialV4 = new BlockList()
for (const [network, prefix] of NOT_PUBLIC_V4) specialV4.addSubnet(network, prefix, 'ipv4')
const specialV6 = new BlockList()
for (const [network, prefix] of NOT_PUBLIC_V6) specialV6.addSubnet(network, prefix, 'ipv6')
/** All that is assigned; mapped, translated, local and multicast addresses lie outside. */
const globalV6 = new BlockList()
globalV6.addSubnet('2000::', 3, 'ipv6')

/**
 * Whether an address is a public one. Whatever embeds an IPv4 address in an IPv6 one is not, and neither
 * is an address with a zone.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !specialV4.check(address, 'ipv4')
  if (!isIPv6(address) || address.includes('%')) return false
  return globalV6.check(address, 'ipv6') && !specialV6.check(address, 'ipv6')
}
