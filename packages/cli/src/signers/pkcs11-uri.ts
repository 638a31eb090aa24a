/**
 * PKCS#11 URIs (RFC 7512): which token and key, and how to get there.
 * @module
 */

import { CommandError } from '../command-error.ts'
import { ExitCode } from '../exit-codes.ts'
import { quoteInput } from '../untrusted-text.ts'

/** What a token or a slot must be like; what is absent may be anything. */
export interface TokenQuery {
  readonly token?: string
  readonly manufacturer?: string
  readonly serial?: string
  readonly model?: string
  readonly 'slot-description'?: string
  /** In decimal. */
  readonly 'slot-id'?: string
}

/** A `pkcs11:` reference, read. */
export interface Pkcs11Uri {
  readonly token: TokenQuery
  /** The label of the key (`CKA_LABEL`). */
  readonly label: string | undefined
  /** The ID of the key (`CKA_ID`), in hexadecimal. */
  readonly id: string | undefined
  /** The library of the token, as `module-path` has it. */
  readonly modulePath: string | undefined
  /** The file that holds the PIN, as `pin-source` has it. */
  readonly pinFile: string | undefined
}

const TOKEN_ATTRIBUTES = [
  'token',
  'manufacturer',
  'serial',
  'model',
  'slot-description',
  'slot-id',
] as const

/**
 * Reads what follows `pkcs11:`. A PIN in the URI itself is refused: it would stand in the list of
 * processes and in the shell's history.
 */
export function parsePkcs11Uri(text: string): Pkcs11Uri {
  const [path = '', query, ...more] = text.split('?')
  if (more.length > 0) throw unusable('has more than one "?"')
  const attributes = readAttributes(path, ';', ['object', 'id', 'type', ...TOKEN_ATTRIBUTES])
  const settings = readAttributes(query ?? '', '&', [
    'module-path',
    'module-name',
    'pin-source',
    'pin-value',
  ])
  if (settings.has('pin-value')) {
    throw unusable(
      'holds the PIN, where other users of this machine can see it',
      'put it into a file and name that with pin-source=file:/path, or set KEYGRANT_PKCS11_PIN',
    )
  }
  if (settings.has('module-name')) {
    throw unusable('names a module; its file is needed', 'give module-path=/path/to/library.so')
  }
  const type = attributes.get('type')?.toString() ?? 'private'
  if (type !== 'private') {
    throw unusable(`asks for type ${quoteInput(type)}`, 'signing needs type=private, or no type')
  }
  const token: Record<string, string> = {}
  for (const name of TOKEN_ATTRIBUTES) {
    const value = attributes.get(name)?.toString()
    if (value !== undefined) token[name] = value
  }
  return {
    token,
    label: attributes.get('object')?.toString(),
    id: attributes.get('id')?.toString('hex'),
    modulePath: settings.get('module-path')?.toString(),
    pinFile: pinFile(settings.get('pin-source')?.toString()),
  }
}

function readAttributes(
  text: string,
  separator: ';' | '&',
  known: readonly string[],
): ReadonlyMap<string, Buffer> {
  const attributes = new Map<string, Buffer>()
  for (const part of text.split(separator).filter((piece) => piece !== '')) {
    const at = part.indexOf('=')
    const name = part.slice(0, at)
    if (at < 1 || !known.includes(name)) {
      throw unusable(
        `has ${quoteInput(at < 1 ? part : name)}, which is not understood`,
        `before "?", separated by ";": token, serial, model, manufacturer, slot-id, object, id; after it, separated by "&": module-path, pin-source`,
      )
    }
    if (attributes.has(name)) throw unusable(`has "${name}" twice`)
    attributes.set(name, decodePercent(part.slice(at + 1)))
  }
  return attributes
}

/** The octets of a percent-encoded value; an ID may hold any. */
function decodePercent(text: string): Buffer {
  if (/%(?![\da-fA-F]{2})/.test(text)) throw unusable('has a "%" without two hexadecimal digits')
  const parts = text.split(/(%[\da-fA-F]{2})/)
  return Buffer.concat(
    parts.map((part) =>
      /^%..$/.test(part) ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part),
    ),
  )
}

function pinFile(source: string | undefined): string | undefined {
  if (source === undefined) return undefined
  const path = source.replace(/^file:(?:\/\/(?=\/))?/, '')
  if (path.startsWith('/') || source.startsWith('file:')) return path
  throw unusable('has a pin-source that is no file', 'write pin-source=file:/path/to/file')
}

function unusable(
  why: string,
  hint = 'write it like pkcs11:token=my-token;object=my-key?module-path=/usr/lib/softhsm/libsofthsm2.so',
): CommandError {
  return new CommandError(ExitCode.usage, `the pkcs11: URI ${why}`, hint)
}
