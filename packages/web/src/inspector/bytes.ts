/**
 * The octets of a JWT's header and claims, and where in them and in the token each member stands.
 * @module
 */

import { type JsonFault, readPlaces } from '../parts/json-places.ts'
import { lenientOctets } from './lenient.ts'

/** A member's octets, and the letters of the token that hold them. */
export interface MarkedMember {
  readonly name: string
  readonly octets: readonly [start: number, end: number]
  readonly letters: readonly [start: number, end: number]
}

/** A fault of the JSON, by the octet at which it is. */
export interface MarkedFault extends Pick<JsonFault, 'kind' | 'about'> {
  readonly octet: number
}

/** One part of a token. */
export interface TokenPart {
  readonly octets: Uint8Array
  readonly members: readonly MarkedMember[]
  readonly faults: readonly MarkedFault[]
}

/** Reads a segment, more leniently than any server does. */
export function readPart(segment: string): TokenPart {
  const octets = lenientOctets(segment)
  const text = new TextDecoder().decode(octets)
  const { members, faults } = readPlaces(text)
  const utf8 = new TextEncoder()
  const octetOf = (position: number): number => utf8.encode(text.slice(0, position)).length
  return {
    octets,
    members: members.map(({ name, start, end }) => {
      const [first, last] = [octetOf(start), octetOf(end)]
      return {
        name,
        octets: [first, last],
        letters: [Math.floor((first * 4) / 3), Math.ceil((last * 4) / 3)],
      }
    }),
    faults: faults.map(({ kind, about, position }) => ({
      kind,
      about,
      octet: octetOf(position),
    })),
  }
}

/** Lines of octets: the number of the first, the octets in hexadecimal, and what they are as letters. */
export interface HexLine {
  readonly offset: string
  readonly cells: readonly { readonly hex: string; readonly letter: string }[]
}

const IN_A_LINE = 8

/** Writes octets as lines. */
export function hexLines(octets: Uint8Array): readonly HexLine[] {
  const lines: HexLine[] = []
  for (let at = 0; at < octets.length; at += IN_A_LINE) {
    lines.push({
      offset: at.toString(16).padStart(3, '0'),
      cells: Array.from(octets.subarray(at, at + IN_A_LINE), (octet) => ({
        hex: octet.toString(16).padStart(2, '0'),
        letter: octet > 0x20 && octet < 0x7f ? String.fromCharCode(octet) : '·',
      })),
    })
  }
  return lines
}
