/**
 * Reads the public keys that a person gives. Loaded apart from the page.
 * @module
 */

import { KeyError } from '@keygrant/core/errors'
import {
  hasPrivateMember,
  importPublicKey,
  JWS_ALGORITHMS,
  jwkThumbprint,
  jwsAlgorithm,
  type PublicKey,
  readJwkSet,
} from '@keygrant/core/keys'
import { publicMembers, withoutPrivatePem } from './redact.ts'
import { keyStrings } from './key-strings.ts'

/** One key that was found, usable or not. */
export interface FoundKey {
  readonly key: PublicKey | undefined
  readonly thumbprint: string | undefined
  /** The algorithms that it fits. */
  readonly algorithms: readonly string[]
  /** Whether the text names it. */
  readonly hasKid: boolean
  readonly isPrivate: boolean
  readonly fault: { readonly sentence: string; readonly fix: string | undefined } | undefined
}

const NOTHING: FoundKey = {
  key: undefined,
  thumbprint: undefined,
  algorithms: [],
  hasKid: true,
  isPrivate: false,
  fault: undefined,
}

/** Reads a JWK, a JWK Set, or any other form that core knows. Of a private JWK the public half is read. */
export async function readKeys(text: string): Promise<readonly FoundKey[]> {
  const entries = jwkEntries(text)
  if (entries === undefined) return [await readOtherForm(text)]
  const isPrivate = entries.map((entry) => isObject(entry) && hasPrivateMember(entry))
  if (entries.length === 1 && isPrivate[0] === false)
    return [await readOne(text, hasKid(entries[0]))]
  const isRead = (entry: unknown): unknown => (isObject(entry) ? publicMembers(entry) : entry)
  const { refused } = await readJwkSet({ keys: entries.map(isRead) })
  return Promise.all(
    entries.map(async (entry, index) => {
      const error = refused.find((each) => each.index === index)?.error
      const found =
        error === undefined ? await readOne(isRead(entry) as object, hasKid(entry)) : refusal(error)
      return { ...found, isPrivate: isPrivate[index] === true }
    }),
  )
}

/** PEM and the like. What is private was redacted, and is told instead of read. */
async function readOtherForm(text: string): Promise<FoundKey> {
  const rest = withoutPrivatePem(text)
  if (rest === text) return readOne(text, false)
  if (rest.includes('-----BEGIN')) return { ...(await readOne(rest, false)), isPrivate: true }
  const { privateOnly: sentence, privateOnlyFix: fix } = keyStrings
  return { ...NOTHING, isPrivate: true, fault: { sentence, fix } }
}

async function readOne(input: string | object, isNamed: boolean): Promise<FoundKey> {
  try {
    const key = await importPublicKey(input)
    return {
      key,
      thumbprint: await jwkThumbprint(key.jwk),
      algorithms: JWS_ALGORITHMS.filter((name) => {
        const algorithm = jwsAlgorithm(name)
        return algorithm !== undefined && key.fits(algorithm)
      }),
      hasKid: isNamed,
      isPrivate: false,
      fault: undefined,
    }
  } catch (error) {
    if (!(error instanceof KeyError)) throw error
    return refusal(error)
  }
}

function refusal(error: KeyError): FoundKey {
  const { message, fix, code } = error
  const sentence =
    fix !== undefined && message.endsWith(`; ${fix}`) ? message.slice(0, -fix.length - 2) : message
  return {
    ...NOTHING,
    isPrivate: code === 'ERR_KEY_WRONG_HALF',
    fault: { sentence, fix },
  }
}

function jwkEntries(text: string): readonly unknown[] | undefined {
  try {
    const value = JSON.parse(text) as unknown
    if (Array.isArray(value)) return value
    if (!isObject(value)) return undefined
    const { keys, kty } = value as Record<string, unknown>
    return Array.isArray(keys) ? keys : kty === undefined ? undefined : [value]
  } catch {
    return undefined
  }
}

function hasKid(entry: unknown): boolean {
  return isObject(entry) && Object.hasOwn(entry, 'kid')
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
