/**
 * Words for people about a DPoP proof, where they differ from those about a client assertion: here the
 * key comes with the proof.
 * @module
 */

import { type CheckName, type CheckResult, explain, type Explanation } from '../assertion/index.ts'

/** Puts a result about a DPoP proof into words. They may quote what the proof says. */
export function explainDpopProof(result: CheckResult): Explanation {
  switch (result.status) {
    case 'pass': {
      const sentence = PASSED[result.check]
      return sentence === undefined ? explain(result) : { sentence }
    }
    case 'skip':
      return explain(result)
    case 'fail':
      return { ...explain(result), ...FAILED[`${result.check} ${result.reason}`] }
  }
}

const PASSED: Readonly<Partial<Record<CheckName, string>>> = {
  typ: 'the type says that it is a DPoP proof',
  key: 'the "jwk" in the header is a public key that fits "alg"',
  signature: 'the signature was made with the private half of the key in the header',
  iat: 'it was issued just now',
  jti: 'it has an identifier, and it is well-formed',
  cnf: 'the key is the one that the token is bound to',
  replay: 'it was not used before',
}

/** What has to be said differently, by check and reason. */
const FAILED: Readonly<Record<string, Partial<Explanation>>> = {
  'key mismatch': {
    sentence: 'the "jwk" in the header does not fit "alg"',
    fix: 'set "alg" to the algorithm of the key, and sign with it',
  },
  'key no_matching_key': {
    sentence: 'the "jwk" in the header does not fit "alg"',
    fix: 'set "alg" to the algorithm of the key, and sign with it',
  },
  'signature bad_signature': {
    fix: 'sign with the private half of the key in the header, over exactly the header and payload that are sent',
  },
  'jti missing': { fix: 'add "jti": a new random string for each proof' },
  'iat not_yet_valid': {
    fix: 'set the clock of the machine that signed it, which runs ahead, or sign with the time of the server',
  },
  'htm mismatch': { fix: 'sign a new proof for each request, with its own method in "htm"' },
  'htu mismatch': {
    fix: 'sign a new proof for each request, with its own URL, without query and fragment, in "htu"',
  },
  'replay replayed': {
    sentence: 'this proof was used before',
    fix: 'sign a new proof with a new "jti" for each request, and for each retry',
  },
}
