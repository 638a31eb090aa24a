/**
 * Networks that requests may come from: read strictly, and compared with the address of a request.
 * @module
 */

import { BlockList, isIPv4, isIPv6 } from 'node:net'

type Family = 'ipv4' | 'ipv6'

interface Address {
  readonly family: Family
  readonly octets: readonly number[]
}

/**
 * Reads an address, or a network in CIDR notation (RFC 4632), and writes it in its one form, with its prefix; `undefined` when it is
 * neither. Bits behind the prefix are refused, because nobody can tell which of the two was meant; so is a network of
 * everybody, and an IPv4 address inside an IPv6 one: requests are compared by the address that they really have.
 */
export function parseNetwork(text: string): string | undefined {
  const [address = '', length, rest] = text.split('/')
  const read = readAddress(address)
  if (read === undefined || rest !== undefined) return undefined
  const { family, octets } = read
  if (isIPv6(address) && family === 'ipv4') return undefined
  const bits = octets.length * 8
  if (length !== undefined && !/^[1-9]\d{0,2}$/.test(length)) return undefined
  const prefix = length === undefined ? bits : Number(length)
  if (prefix > bits || hasBitsBehind(octets, prefix)) return undefined
  return `${family === 'ipv4' ? address : canonicalV6(address)}/${prefix}`
}

/** Whether an address lies in one of some networks, as {@link parseNetwork} writes them. What is no address lies in none. */
export function isWithin(networks: readonly string[], address: string): boolean {
  const read = readAddress(address)
  if (read === undefined) return false
  const { family, octets } = read
  const plain = family === 'ipv4' ? octets.join('.') : address
  return listsOf(networks)[family].check(plain, family)
}

type Lists = Readonly<Record<Family, BlockList>>

/** By the array that stands in the record of an app: it is never changed in place. */
const known = new WeakMap<readonly string[], Lists>()

function listsOf(networks: readonly string[]): Lists {
  const found = known.get(networks)
  if (found !== undefined) return found
  // One for each family: a rule for one says nothing about the other.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() }
  for (const network of networks) {
    const [address = '', prefix] = network.split('/')
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    lists[family].addSubnet(address, Number(prefix), family)
  }
  known.set(networks, lists)
  return lists
}

/** An address with its octets. An IPv4 address that is mapped into IPv6 (RFC 4291, section 2.5.5.2) is one of IPv4. */
function readAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { family: 'ipv4', octets: text.split('.').map(Number) }
  // A zone is part of no network.
  if (!isIPv6(text) || text.includes('%')) return undefined
  const octets = octetsOfV6(text)
  const isMapped = octets.slice(0, 12).every((octet, index) => octet === (index < 10 ? 0 : 0xff))
  return isMapped ? { family: 'ipv4', octets: octets.slice(12) } : { family: 'ipv6', octets }
}

/** The one form of an IPv6 address (RFC 5952), in which an embedded IPv4 address is hexadecimal. */
function canonicalV6(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1)
}

function octetsOfV6(address: string): readonly number[] {
  const groupsOf = (text: string): readonly number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
  const [head = '', tail = ''] = canonicalV6(address).split('::')
  const before = groupsOf(head)
  const after = groupsOf(tail)
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0)
  return [...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff])
}

function hasBitsBehind(octets: readonly number[], prefix: number): boolean {
  return octets.some((octet, index) => {
    const kept = Math.min(Math.max(prefix - index * 8, 0), 8)
    return (octet & (0xff >> kept)) !== 0
  })
}
