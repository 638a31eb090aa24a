/**
 * SEC1 EC private keys (RFC 5915), alone or inside PKCS#8.
 * @module
 */

import { Tag } from '../der.ts'
import { Damage, DerReader } from './der-reader.ts'
import { readCurve } from './algorithm-identifier.ts'
import { coordinates, type EcCurve, scalar } from './member.ts'

/**
 * Reads the inside of an `ECPrivateKey`. The public point is left out where the key leaves it out
 * or compresses it.
 *
 * @param known The curve, when it is stated around the key; else the key has to state it.
 */
export function readEcPrivateKey(
  sequence: DerReader,
  form: string,
  known?: EcCurve,
): Record<string, string> {
  if (sequence.smallNumber(1) !== 1) throw new Damage('it has an unknown version')
  const secret = sequence.content(Tag.octetString)
  const parameters = sequence.optional(Tag.context0)
  const stated = parameters && readCurve(new DerReader(parameters), form)
  const crv = known ?? stated
  if (crv === undefined) throw new Damage('it does not name its curve')
  if (stated !== undefined && stated !== crv) throw new Damage('it names two curves')
  const point = sequence.optional(Tag.context1)
  sequence.end()
  const publicMembers = point && coordinates(new DerReader(point).bits())
  return { kty: 'EC', crv, ...publicMembers, d: scalar(crv, secret) }
}
