/**
 * Finding the one key in whatever a person holds.
 * @module
 */

import { KeyError } from '../../errors.ts'
import { isJsonObject, type JsonFault, parseJson } from '../../json.ts'
import type { KeyInput } from '../import-jwk.ts'
import { malformed } from '../refusal.ts'
import { decodeBase64 } from './base64.ts'
import { completeMembers } from './complete-members.ts'
import { readDecryptedKey, readDerKey, refusalOf } from './der-key.ts'
import type { FindOptions, FoundKey } from './found-key.ts'
import { findJwk } from './jwk-form.ts'
import { findJsonKey } from './known-json.ts'
import { MAX_KEY_INPUT } from './limits.ts'
import { refuseLabel, refuseObject, refuseOctets, refuseText } from './not-a-key.ts'
import { findPemBlocks, type PemBlock, shown } from './pem-blocks.ts'
import { assertFoundHalf, assertHalf } from './wrong-half.ts'

/** Wrappings such as base64 and JSON strings may be this deep. */
const MAX_WRAPPINGS = 4

/**
 * Finds the key in an input of any form and reads its members; private keys get the public members
 * that their form leaves out. Nothing is judged yet: `parseJwk` does that.
 *
 * @throws `KeyError` that names the form found and the fix.
 */
export async function findKey(input: KeyInput, options: FindOptions): Promise<FoundKey> {
  const found = await new Finder(options).find(input)
  assertFoundHalf(found, options)
  return { ...found, members: await completeMembers(found) }
}

class Finder {
  readonly #options: FindOptions
  /** What was undone on the way to the key, outermost last. */
  readonly #wrappings: string[] = []

  constructor(options: FindOptions) {
    this.#options = options
  }

  async find(input: KeyInput): Promise<FoundKey> {
    if (typeof input === 'string') return this.#inText(input)
    if (input instanceof Uint8Array) return this.#inOctets(input)
    if (input instanceof ArrayBuffer) return this.#inOctets(new Uint8Array(input))
    return this.#inValue(input)
  }

  async #inText(text: string): Promise<FoundKey> {
    assertSize(text.length)
    const bare = this.#withoutMark(text).trim()
    if (bare === '') {
      throw malformed('the input is empty', 'check that the file or the variable holds the key')
    }
    const first = bare.charAt(0)
    if (first === '"' || first === "'" || first === '`') return this.#inQuotes(bare)
    if (first === '{' || first === '[') return this.#inJson(bare)
    if (bare.includes('-----BEGIN')) return this.#inPem(bare)
    const line = SSH_PUBLIC_LINE.exec(bare)
    if (line !== null) return this.#inSshLine(line[1] as string)
    const octets = BASE64.test(bare) && !bare.startsWith('/') ? decodeBase64(bare) : undefined
    if (octets === undefined || !isPromising(octets)) throw refuseText(bare)
    return this.#unwrap('in base64', () => this.#inOctets(octets))
  }

  async #inOctets(octets: Uint8Array): Promise<FoundKey> {
    assertSize(octets.length)
    const text = asText(octets)
    if (text !== undefined) return this.#inText(text)
    const encoding = utf16Of(octets)
    if (encoding !== undefined) {
      return this.#unwrap('in UTF-16', () => this.#inText(new TextDecoder(encoding).decode(octets)))
    }
    if (octets[0] === 0x30) {
      return readDerKey(octets, this.#options, (structure) =>
        this.#form(structure === 'PKCS#12' ? 'PKCS#12 file' : `${structure} DER`),
      )
    }
    const { isOpensshKey } = await import('./openssh.ts')
    if (isOpensshKey(octets)) return this.#inOpenssh(octets)
    throw refuseOctets(octets)
  }

  async #inQuotes(text: string): Promise<FoundKey> {
    const json = text.startsWith('"') ? parseJson(text) : undefined
    if (json?.ok === true) {
      return this.#unwrap('in a JSON string', () => this.#inText(json.value as string))
    }
    // The value of a variable with its quotes, its line breaks real or literal.
    const inside = text.endsWith(text.charAt(0)) ? text.slice(1, -1) : text.slice(1)
    return this.#unwrap('in quotes', () => this.#inText(inside))
  }

  async #inJson(text: string): Promise<FoundKey> {
    const json = parseJson(text)
    if (json.ok) return this.#inValue(json.value as object)
    throw malformed(
      `the input begins like JSON and is none: ${FAULTS[json.fault]} at character ${json.position + 1}`,
      'copy the JWK again, whole and unchanged',
    )
  }

  async #inValue(value: object): Promise<FoundKey> {
    const found = findJwk(value, this.#options, (form) => this.#form(form))
    if (found !== undefined) return found
    if (!isJsonObject(value)) {
      throw malformed(
        'this is an array; a JWK is an object, and a JWK Set is an object with a "keys" array',
        'write the keys as {"keys": […]}',
      )
    }
    const refusal = refuseObject(value)
    if (refusal !== undefined) throw refusal
    const { name, key, kid } = findJsonKey(value)
    const inner = await this.#unwrap(`in ${name}`, () => this.find(key))
    return inner.members['kid'] === undefined && kid !== undefined
      ? { ...inner, members: { ...inner.members, kid } }
      : inner
  }

  async #inPem(text: string): Promise<FoundKey> {
    const isEscaped = ESCAPED_LINE_END.test(text)
    if (isEscaped) this.#wrappings.unshift('with literal \\n')
    const blocks = findPemBlocks(
      isEscaped ? text.replaceAll(new RegExp(ESCAPED_LINE_END, 'g'), '\n') : text,
    )
    if (
      !isEscaped &&
      !/[\r\n]/.test(text.slice(text.indexOf('-----BEGIN'), text.lastIndexOf('-----END')))
    ) {
      this.#wrappings.unshift('on one line')
    }
    const block = this.#pickBlock(blocks)
    const refusal = refuseLabel(block.label)
    if (refusal !== undefined) throw refusal
    if (block.label === 'OPENSSH PRIVATE KEY') return this.#inOpenssh(block.octets)
    const hasParameters = blocks.some(({ label }) => label === 'EC PARAMETERS')
    const hasCertificate =
      blocks.some(({ label }) => label === 'CERTIFICATE') && block.label !== 'CERTIFICATE'
    const nameForm = (structure: string): string =>
      this.#form(
        `${structure} PEM` +
          (isUsualLabel(structure, block.label) ? '' : ` labelled "${shown(block.label)}"`) +
          (hasParameters ? ' with EC PARAMETERS' : '') +
          (hasCertificate ? ' with its certificate' : ''),
      )
    if (block.encryption === undefined) return readDerKey(block.octets, this.#options, nameForm)
    const form = this.#form(
      `encrypted ${block.label.startsWith('EC') ? 'SEC1' : 'PKCS#1'} PEM (Proc-Type)`,
    )
    assertHalf('private', form, this.#options)
    const { decryptLegacyPem } = await import('./legacy-pem.ts')
    const { passphrase } = this.#options
    const octets = await decryptLegacyPem(block.encryption, block.octets, form, passphrase)
    return readDecryptedKey(octets, this.#options, form)
  }

  /** The private key where one is wanted or may be; else the public key, or the first certificate. */
  #pickBlock(blocks: readonly PemBlock[]): PemBlock {
    const distinct = blocks.filter(
      (block, i) => blocks.findIndex((other) => isSameBlock(other, block)) === i,
    )
    const privates = distinct.filter(({ label }) => label.endsWith('PRIVATE KEY'))
    const publics = distinct.filter(({ label }) => label.endsWith('PUBLIC KEY'))
    const [fitting, half] = privates.length > 0 ? [privates, 'private'] : [publics, 'public']
    if (fitting.length > 1) {
      throw new KeyError('ERR_KEY_AMBIGUOUS', `the PEM holds ${fitting.length} ${half} keys`, {
        fix: 'give only the one that is wanted',
      })
    }
    const certificate = distinct.find(({ label }) => label.endsWith('CERTIFICATE'))
    return fitting[0] ?? certificate ?? (distinct[0] as PemBlock)
  }

  async #inOpenssh(octets: Uint8Array): Promise<FoundKey> {
    const form = this.#form('OpenSSH private key')
    assertHalf('private', form, this.#options)
    const { readOpensshPrivateKey } = await import('./openssh.ts')
    try {
      const members = await readOpensshPrivateKey(octets, form, this.#options.passphrase)
      return { half: 'private', form, members }
    } catch (error) {
      throw refusalOf(error, form)
    }
  }

  async #inSshLine(base64: string): Promise<FoundKey> {
    const form = this.#form('OpenSSH public key')
    assertHalf('public', form, this.#options)
    const { readOpensshPublicKey } = await import('./openssh.ts')
    try {
      const members = readOpensshPublicKey(decodeBase64(base64) ?? new Uint8Array(), form)
      return { half: 'public', form, members }
    } catch (error) {
      throw refusalOf(error, form)
    }
  }

  #withoutMark(text: string): string {
    if (!text.startsWith('\ufeff')) return text
    this.#wrappings.unshift('with a byte order mark')
    return text.slice(1)
  }

  async #unwrap(wrapping: string, read: () => Promise<FoundKey>): Promise<FoundKey> {
    this.#wrappings.unshift(wrapping)
    if (this.#wrappings.length <= MAX_WRAPPINGS) return read()
    throw malformed('the input is wrapped too many times', 'give the key itself')
  }

  #form(form: string): string {
    return [form, ...this.#wrappings].join(' ')
  }
}

/** Escaped once or more often, but not without bound: the search must not become quadratic. */
const ESCAPED_LINE_END = /\\{1,4}[rn]/

const SSH_PUBLIC_LINE =
  /^(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S{1,20}|sk-\S{1,40}) ([A-Za-z0-9+/=]+)(?: .*)?$/
const BASE64 = /^[A-Za-z0-9+/_\s-]+={0,2}$/

const FAULTS: Readonly<Record<JsonFault, string>> = {
  not_utf8: 'it is not UTF-8',
  byte_order_mark: 'there is a byte order mark',
  syntax: 'there is a syntax error',
  duplicate_member: 'a member is named twice',
  too_deep: 'it is nested too deeply',
  lone_surrogate: 'there is half a character',
  number_range: 'a number is out of range',
}

const USUAL_LABELS: Readonly<Record<string, readonly string[]>> = {
  'PKCS#8': ['PRIVATE KEY'],
  'encrypted PKCS#8': ['ENCRYPTED PRIVATE KEY'],
  'PKCS#1': ['RSA PRIVATE KEY'],
  'PKCS#1 public key': ['RSA PUBLIC KEY'],
  SEC1: ['EC PRIVATE KEY'],
  SPKI: ['PUBLIC KEY'],
  'X.509 certificate': ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'],
}

function isUsualLabel(structure: string, label: string): boolean {
  return USUAL_LABELS[structure]?.includes(label) ?? true
}

function isSameBlock(a: PemBlock, b: PemBlock): boolean {
  return (
    a.label === b.label &&
    a.octets.length === b.octets.length &&
    a.octets.every((octet, i) => octet === b.octets[i])
  )
}

/** Text without control characters, which no DER is; `undefined` for anything else. */
function asText(octets: Uint8Array): string | undefined {
  if (octets.some((octet) => octet < 32 && octet !== 9 && octet !== 10 && octet !== 13)) {
    return undefined
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets)
  } catch {
    return undefined
  }
}

function utf16Of([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined
}

/** Whether octets that were base64 may be a key, so that a secret in base64 is not called damaged. */
function isPromising(octets: Uint8Array): boolean {
  const text = asText(octets)
  if (text === undefined) return octets[0] === 0x30 || octets[0] === 0x6f || octets[0] === 0xfe
  return /-----BEGIN|^\s*[{"']|^LS0t/.test(text)
}

function assertSize(size: number): void {
  if (size <= MAX_KEY_INPUT) return
  throw malformed(
    `the input is larger than ${MAX_KEY_INPUT} octets; no key is`,
    'give the key alone, without the rest of the file',
  )
}
