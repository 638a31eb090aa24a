/**
 * What a form leaves out of a private key, and a JWK must have.
 * @module
 */

import { keyMaking } from '#primitives'
import { signingAlgorithm } from '../algorithms.ts'
import type { KeyKind } from '../kinds.ts'
import { pkcs8FromSecret, type SecretMembers } from '../pkcs8.ts'
import { notInThisRuntime } from '../public-key.ts'
import { malformed } from '../refusal.ts'
import type { FoundKey } from './found-key.ts'

/** Adds the public members, or the members of RSA, that the form of a private key left out. */
export async function completeMembers({
  half,
  members,
  form,
}: FoundKey): Promise<FoundKey['members']> {
  if (half === 'public') return members
  if (members['kty'] === 'RSA') {
    if (members['dp'] !== undefined && members['dq'] !== undefined) return members
    const { completeRsaMembers } = await import('./rsa-members.ts')
    return completeRsaMembers(members, form)
  }
  const isComplete = ['x', 'pub'].some((name) => members[name] !== undefined)
  if (isComplete || form.startsWith('JWK')) return members
  const kind = members as unknown as KeyKind
  if (kind.kty === 'AKP' && !keyMaking.supports(signingAlgorithm(kind))) {
    throw notInThisRuntime(kind.alg)
  }
  try {
    const der = pkcs8FromSecret(members as unknown as SecretMembers)
    const whole = await keyMaking.privateJwkFromPkcs8(der, kind)
    const { x, y, pub } = whole as Readonly<Record<string, unknown>>
    return { ...members, x, y, pub }
  } catch {
    throw malformed(
      `the ${form} is damaged: its private value is no key of its curve`,
      'copy or export the key again, whole and unchanged',
    )
  }
}
