/**
 * What mends a finding here: each changes the header or the claims, and the JWT is made anew.
 * @module
 */

import { setTimes, chosenAlg, chosenKid, claimOf, setClaims, typ } from './claims.ts'
import { knownIssuer, tokenEndpoint } from './server.ts'
import { fault, generateJwt } from './signing.ts'

type Profile = 'okta' | 'strict'

/** By what a rule's name begins with. */
const FIXES: Readonly<Record<string, (profile: Profile) => void>> = {
  aud: (profile) =>
    setClaims({
      aud: profile === 'strict' ? knownIssuer.value : (tokenEndpoint.value ?? knownIssuer.value),
    }),
  exp: () => setTimes({ exp: undefined }),
  lifetime: () => setTimes({ exp: undefined }),
  clock: () => setTimes({ exp: undefined, iat: undefined, nbf: undefined }),
  iat: () => setTimes({ iat: undefined }),
  nbf: () => setTimes({ nbf: undefined }),
  jti: () => setTimes({ jti: undefined }),
  replay: () => setTimes({ jti: undefined }),
  sub: () => setClaims({ sub: claimOf('iss') }),
  iss: () => setClaims({ sub: claimOf('iss') }),
  kid: () => (chosenKid.value = undefined),
  key: () => (chosenKid.value = undefined),
  alg: () => (chosenAlg.value = undefined),
  typ: () => (typ.value = 'client-authentication+jwt'),
}

/** Mends a finding; `undefined` where that is not for this page to do. */
export function fixOf(rule: string, profile: Profile): (() => void) | undefined {
  const broken = fault.value
  const mend = FIXES[rule.split('-')[0] ?? '']
  if (broken === undefined && mend === undefined) return undefined
  return () => {
    // What was broken on purpose is put right first; what else is wrong shows then.
    if (broken === undefined) mend?.(profile)
    else fault.value = undefined
    void generateJwt()
  }
}
