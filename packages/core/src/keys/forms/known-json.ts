/**
 * The JSON files in which services hand out private keys.
 * @module
 */

import { isJsonObject, type JsonObject } from '../../json.ts'
import { malformed } from '../refusal.ts'

/** The key inside a JSON file: still to be read, as text or as a JWK. */
export interface JsonKey {
  /** What the file is, such as `Google service-account JSON`. */
  readonly name: string
  readonly key: string | object
  readonly kid: string | undefined
}

interface KnownJson {
  readonly name: string
  readonly matches: (value: JsonObject) => boolean
  readonly key: (value: JsonObject) => unknown
}

const KNOWN: readonly KnownJson[] = [
  {
    name: 'a Google service-account JSON',
    matches: ({ type }) => type === 'service_account',
    key: ({ private_key: key }) => key,
  },
  {
    name: 'a Zitadel key JSON',
    matches: ({ type }) => type === 'serviceaccount' || type === 'application',
    key: ({ key }) => key,
  },
  {
    name: 'an Okta configuration',
    matches: ({ okta }) => isJsonObject(okta),
    key: ({ okta }) => oktaClient(okta as JsonObject)?.['privateKey'],
  },
  {
    name: 'a JSON with "privateKey"',
    matches: ({ privateKey }) => privateKey !== undefined,
    key: ({ privateKey }) => privateKey,
  },
  {
    name: 'a JSON with "private_key"',
    matches: ({ private_key: privateKey }) => privateKey !== undefined,
    key: ({ private_key: privateKey }) => privateKey,
  },
  {
    name: 'a JSON with "jwks"',
    matches: ({ jwks }) => isJsonObject(jwks),
    key: ({ jwks }) => jwks,
  },
  {
    name: 'a JSON with "jwk"',
    matches: ({ jwk }) => isJsonObject(jwk),
    key: ({ jwk }) => jwk,
  },
]

const KID_MEMBERS = ['private_key_id', 'keyId', 'privateKeyId', 'kid'] as const

const FIX_NEW_KEY = 'make a new key there and download its file once more'

/** Finds the key in a JSON object that is no JWK, or says why there is none. */
export function findJsonKey(value: JsonObject): JsonKey {
  const { type } = value
  if (type === 'authorized_user' || type === 'external_account') {
    throw malformed(
      `this is Google's JSON of type "${type}", which holds no private key`,
      'download the JSON key of a service account instead',
    )
  }
  if (value['ciphertext'] !== undefined) {
    throw malformed('this is a JWE: a JSON that is encrypted', FIX_DECRYPT)
  }
  const known = KNOWN.find(({ matches }) => matches(value))
  if (known === undefined) {
    throw malformed(
      'this is a JSON object without "kty", so it is no JWK, and without a "keys" array, so it is no JWK Set',
      'give the JWK itself',
    )
  }
  const key = known.key(value)
  const isKey = (typeof key === 'string' && key !== '') || isJsonObject(key)
  if (!isKey) throw malformed(`this is ${known.name} that holds no key`, FIX_NEW_KEY)
  const owner = isJsonObject(value['okta']) ? (oktaClient(value['okta']) ?? value) : value
  const kid = KID_MEMBERS.map((name) => owner[name]).find(
    (id) => typeof id === 'string' && id !== '',
  )
  return { name: known.name, key, kid: kid as string | undefined }
}

/** What to do about a JWE where a key is expected. */
export const FIX_DECRYPT = 'decrypt it first, such as with: step crypto jwe decrypt'

function oktaClient(okta: JsonObject): JsonObject | undefined {
  return isJsonObject(okta['client']) ? okta['client'] : undefined
}
