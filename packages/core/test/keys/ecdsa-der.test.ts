import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  concatenatedFromDer,
  concatenateInPlace,
  derFromConcatenated,
  SCALAR_OCTETS,
} from '../../src/keys/ecdsa-der.ts'

/** A number of so many octets, often with zeros before it, or a first bit that makes DER put one there. */
const scalar = (octets: number): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      fc.uint8Array({ minLength: octets, maxLength: octets }),
      fc.oneof(fc.constantFrom(0, 1, 2, 3), fc.nat(octets - 1)),
      fc.constantFrom(0x00, 0x01, 0x7f, 0x80, 0xff),
    )
    .map(([value, zeros, first]) => {
      value[zeros] = first
      return value.fill(0, 0, zeros)
    })

describe('an ECDSA signature', () => {
  for (const [crv, octets] of Object.entries(SCALAR_OCTETS)) {
    test(`of ${crv} is the same r || s after DER, made anew or in place`, () => {
      const property = fc.property(scalar(octets), scalar(octets), (r, s) => {
        const signature = Uint8Array.from([...r, ...s])
        const der = Uint8Array.from(derFromConcatenated(signature))
        assert.deepEqual(concatenatedFromDer(der, octets), signature)
        const room = Uint8Array.from(der)
        const inPlace = concatenateInPlace(room, octets)
        if (inPlace === undefined) assert.deepEqual(room, der)
        else assert.deepEqual(Uint8Array.from(inPlace), signature)
      })
      fc.assert(property, { numRuns: 2000 })
    })

    test(`of ${crv} is made in place unless r or s lacks two octets or more`, () => {
      const property = fc.property(scalar(octets), scalar(octets), (r, s) => {
        const der = Uint8Array.from(derFromConcatenated(Uint8Array.from([...r, ...s])))
        const isUsual = (r[0] !== 0 || r[1] !== 0) && (s[0] !== 0 || s[1] !== 0)
        if (isUsual) assert.ok(concatenateInPlace(der, octets))
      })
      fc.assert(property, { numRuns: 500 })
    })
  }
})
