/**
 * Keys on a PKCS#11 token (an HSM, a smart card), by way of OpenSC's `pkcs11-tool`: a vendor's library
 * that fails takes a child process with it, and not this one.
 * @module
 */

import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import {
  createSigner,
  type JwsAlgorithm,
  jwsAlgorithm,
  type JwsAlgorithmName,
  type Signer,
} from '@keygrant/core/keys'
import { CommandError } from '../command-error.ts'
import { ExitCode } from '../exit-codes.ts'
import { quoteInput } from '../untrusted-text.ts'
import { type ChildResult, describeEnd, runChild } from './child.ts'
import { type Pkcs11Uri, parsePkcs11Uri, type TokenQuery } from './pkcs11-uri.ts'
import {
  algorithmsFor,
  chooseAlgorithm,
  digestOf,
  readPublicHalf,
  type SignerOptions,
} from './remote-key.ts'

/** How to reach the token. */
export interface Pkcs11Options extends SignerOptions {
  /** Passed to the library. `KEYGRANT_PKCS11_MODULE` and `KEYGRANT_PKCS11_PIN` are read from it. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Default: `pkcs11-tool` in PATH. */
  readonly tool?: string
}

const PIN_VARIABLE = 'KEYGRANT_PKCS11_PIN'
const LISTING_TIMEOUT_MS = 30_000
/** A person may have to touch the token. */
const SIGNING_TIMEOUT_MS = 60_000
/** What pkcs11-tool 0.23 reads for a mechanism that takes its input in one piece. */
const MOST_IN_ONE_PIECE = 1024

/**
 * Finds a key by its PKCS#11 URI. Only a digest goes to the token, but for Ed25519 and for tokens
 * that insist on hashing.
 *
 * @throws {@link CommandError} that says what the token said, and lists what there is.
 */
export async function openPkcs11Signer(uri: string, options: Pkcs11Options): Promise<Signer> {
  const parsed = parsePkcs11Uri(uri)
  const module = moduleOf(parsed, options)
  const pin = await pinOf(parsed, options)
  const run: RunTool = (args, work = {}) =>
    runChild({
      program: options.tool ?? 'pkcs11-tool',
      args: ['--module', module, ...args],
      input: work.input,
      env: pin === undefined ? options.env : { ...options.env, [PIN_VARIABLE]: pin },
      timeoutMs: options.timeoutMs ?? work.timeoutMs ?? LISTING_TIMEOUT_MS,
      installHint: 'install OpenSC, which brings it (on Debian: apt-get install opensc)',
    })
  const slot = ['--slot', (await findSlot(run, parsed.token)).id]
  const session = pin === undefined ? slot : [...slot, '--login', '--pin', `env:${PIN_VARIABLE}`]
  const { id, name } = await findKey(run, session, parsed, pin !== undefined)
  const who = `the token's key ${name}`
  const publicKey = await readPublicHalf(who, await readObject(run, session, id, who), options)
  const mechanisms = await listMechanisms(run, slot)
  const offered = algorithmsFor(publicKey, ALGORITHMS).filter(
    (alg) => planFor(alg, mechanisms) !== undefined,
  )
  const algorithm = chooseAlgorithm(who, offered, options.alg)
  const plan = planFor(algorithm.alg, mechanisms) as Plan
  return createSigner({
    publicKey,
    alg: algorithm.alg,
    async sign(signingInput) {
      const input = plan.input(algorithm, signingInput)
      const args = [...session, '--sign', '--id', id, '--mechanism', plan.mechanism]
      const timeoutMs = SIGNING_TIMEOUT_MS
      const result = await run([...args, ...plan.args(algorithm)], { input, timeoutMs })
      if (result.code === 0) return result.stdout
      if (algorithm.hash === undefined && input.length > MOST_IN_ONE_PIECE) {
        throw new CommandError(
          ExitCode.input,
          `pkcs11-tool can not sign ${input.length} octets with Ed25519; ${MOST_IN_ONE_PIECE} are its most`,
          'use fewer claims, or an ECDSA or RSA key, for which only a digest is sent',
        )
      }
      throw tokenFailure('the token did not sign', result)
    },
  })
}

type RunTool = (
  args: readonly string[],
  work?: { readonly input?: Uint8Array; readonly timeoutMs?: number },
) => Promise<ChildResult>

function moduleOf({ modulePath }: Pkcs11Uri, { env }: Pkcs11Options): string {
  const module = modulePath ?? env['KEYGRANT_PKCS11_MODULE']
  if (module !== undefined && module !== '') return module
  throw new CommandError(
    ExitCode.usage,
    'the pkcs11: URI does not say which library reaches the token',
    'add ?module-path=/path/to/library.so, or set KEYGRANT_PKCS11_MODULE',
  )
}

async function pinOf({ pinFile }: Pkcs11Uri, { env }: Pkcs11Options): Promise<string | undefined> {
  if (pinFile === undefined) return env[PIN_VARIABLE] === '' ? undefined : env[PIN_VARIABLE]
  let text: string
  try {
    text = await readFile(pinFile, 'utf8')
  } catch {
    throw new CommandError(
      ExitCode.input,
      `the PIN can not be read from ${quoteInput(pinFile)}`,
      'name a file that this user may read in pin-source',
    )
  }
  const pin = text.replace(/\r?\n$/, '')
  if (pin !== '' && pin.length <= 255 && !/[\0\r\n]/.test(pin)) return pin
  throw new CommandError(
    ExitCode.input,
    `${quoteInput(pinFile)} does not hold a PIN`,
    'write the PIN alone into it, on one line',
  )
}

/** A slot with a token in it. */
interface Slot {
  /** As pkcs11-tool takes it, in hexadecimal. */
  readonly id: string
  readonly description: string
  /** `token label`, `serial num` and so on, as pkcs11-tool lists them. */
  readonly fields: ReadonlyMap<string, string>
}

const FIELDS = {
  token: 'token label',
  manufacturer: 'token manufacturer',
  serial: 'serial num',
  model: 'token model',
} as const

async function findSlot(run: RunTool, query: TokenQuery): Promise<Slot> {
  const result = await run(['--list-token-slots'])
  if (result.code !== 0) throw tokenFailure('the tokens can not be listed', result)
  const slots = readSlots(result.stdout.toString('utf8'))
  const fitting = slots.filter((slot) => fits(slot, query))
  const [slot] = fitting
  if (slot !== undefined && fitting.length === 1) return slot
  const listed = (fitting.length === 0 ? slots : fitting).map(
    ({ fields }) =>
      `${quoteInput(fields.get('token label') ?? '')} (serial ${quoteInput(fields.get('serial num') ?? '')})`,
  )
  throw new CommandError(
    ExitCode.input,
    fitting.length === 0
      ? 'no token fits the pkcs11: URI'
      : `${fitting.length} tokens fit the pkcs11: URI`,
    listed.length === 0
      ? 'this library sees no token; is it there, and is it the right library?'
      : `name one by token= or serial=; there ${listed.length === 1 ? 'is' : 'are'} ${listed.join(', ')}`,
  )
}

function readSlots(text: string): readonly Slot[] {
  const slots: { id: string; description: string; fields: Map<string, string> }[] = []
  for (const line of text.split(/\r?\n/)) {
    const [, id, description] = /^Slot \d+ \((0x[\da-f]+)\): (.*)$/.exec(line) ?? []
    const [, name, value] = /^ {2}([a-z ]+?) *: ?(.*)$/.exec(line) ?? []
    if (id !== undefined && description !== undefined) {
      slots.push({ id, description, fields: new Map() })
    } else if (name !== undefined && value !== undefined) slots.at(-1)?.fields.set(name, value)
  }
  return slots.filter(({ fields }) => fields.has('token label'))
}

function fits({ id, description, fields }: Slot, query: TokenQuery): boolean {
  return (
    (query['slot-id'] === undefined || Number(query['slot-id']) === Number(id)) &&
    (query['slot-description'] === undefined || query['slot-description'] === description) &&
    Object.entries(FIELDS).every(([name, field]) => {
      const wanted = query[name as keyof typeof FIELDS]
      return wanted === undefined || wanted === fields.get(field)
    })
  )
}

/** A private key on the token; `id` is in hexadecimal. */
interface TokenKey {
  readonly id: string
  readonly name: string
}

async function findKey(
  run: RunTool,
  session: readonly string[],
  { id, label }: Pkcs11Uri,
  isLoggedIn: boolean,
): Promise<TokenKey> {
  const result = await run([...session, '--list-objects', '--type', 'privkey'])
  if (result.code !== 0) throw tokenFailure('the keys can not be listed', result)
  const keys = readKeys(result.stdout.toString('utf8'))
  const fitting = keys.filter(
    (key) => (id === undefined || key.id === id) && (label === undefined || key.label === label),
  )
  const show = (key: (typeof keys)[number]): string =>
    `${quoteInput(key.label ?? '')} (id ${key.id ?? 'none'})`
  const [key] = fitting
  if (key === undefined || fitting.length > 1) {
    throw new CommandError(
      ExitCode.input,
      key === undefined
        ? 'the token shows no private key that fits the pkcs11: URI'
        : `the token holds ${fitting.length} private keys that fit the pkcs11: URI`,
      keys.length > 0
        ? `name one by object=LABEL or id=%XX…; it shows ${keys.map(show).join(', ')}`
        : isLoggedIn
          ? 'it shows none at all; is it the right token?'
          : `most tokens show private keys after a login only: set ${PIN_VARIABLE}, or add pin-source=file:/path`,
    )
  }
  // pkcs11-tool signs with the key of an ID; it does not look at labels.
  if (key.id === undefined || keys.filter((other) => other.id === key.id).length > 1) {
    throw new CommandError(
      ExitCode.input,
      `the token's key ${show(key)} has no ID of its own`,
      'give it one: pkcs11-tool --login --type privkey --label LABEL --set-id HEX …',
    )
  }
  return { id: key.id, name: show(key) }
}

function readKeys(text: string): readonly { readonly label?: string; readonly id?: string }[] {
  const keys: { label?: string; id?: string }[] = []
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('Private Key Object')) keys.push({})
    const key = keys.at(-1)
    const [, name, value] = /^ {2}(label|ID): +(.*)$/.exec(line) ?? []
    if (key === undefined || value === undefined) continue
    if (name === 'label') key.label = value
    else if (/^[\da-f]+$/.test(value)) key.id = value
  }
  return keys
}

/** The public key object that belongs to a private one, else its certificate. */
async function readObject(
  run: RunTool,
  session: readonly string[],
  id: string,
  who: string,
): Promise<() => KeyObject> {
  const read = (type: string): Promise<ChildResult> =>
    run([...session, '--read-object', '--type', type, '--id', id])
  const key = await read('pubkey')
  // Which of both it writes differs by the type of the key.
  const isPem = key.stdout.subarray(0, 10).toString('latin1') === '-----BEGIN'
  if (key.code === 0) {
    return () =>
      createPublicKey(isPem ? key.stdout : { key: key.stdout, format: 'der', type: 'spki' })
  }
  const fromPoint = await readPoint(run, session, id)
  if (fromPoint !== undefined) return fromPoint
  const certificate = await read('cert')
  if (certificate.code === 0) return () => new X509Certificate(certificate.stdout).publicKey
  throw new CommandError(
    ExitCode.input,
    `${who} has neither a public key nor a certificate of the same ID beside it`,
    `write one there: pkcs11-tool --login --write-object pub.der --type pubkey --id ${id} …`,
  )
}

/** The curves that can sign, by their `CKA_EC_PARAMS`. */
const CURVES: Readonly<Record<string, { readonly crv: string; readonly octets: number }>> = {
  '06082a8648ce3d030107': { crv: 'P-256', octets: 32 },
  '06052b81040022': { crv: 'P-384', octets: 48 },
  '06052b81040023': { crv: 'P-521', octets: 66 },
}

/** The public key as it is listed: pkcs11-tool 0.23 lists keys on P-384 that it can not read. */
async function readPoint(
  run: RunTool,
  session: readonly string[],
  id: string,
): Promise<(() => KeyObject) | undefined> {
  const listing = await run([...session, '--list-objects', '--type', 'pubkey'])
  const text = listing.code === 0 ? listing.stdout.toString('utf8') : ''
  for (const object of text.split(/^(?=Public Key Object)/m)) {
    const field = (name: string): string | undefined =>
      new RegExp(`^  ${name}: +([\\da-f]+)`, 'm').exec(object)?.[1]
    const curve = CURVES[field('EC_PARAMS') ?? '']
    if (field('ID') !== id || curve === undefined) continue
    // The header of the OCTET STRING may stand before the point, or not.
    const point = Buffer.from(field('EC_POINT') ?? '', 'hex').subarray(-2 * curve.octets - 1)
    if (point[0] !== 4) continue
    const x = point.subarray(1, 1 + curve.octets).toString('base64url')
    const y = point.subarray(1 + curve.octets).toString('base64url')
    return () => createPublicKey({ key: { kty: 'EC', crv: curve.crv, x, y }, format: 'jwk' })
  }
  return undefined
}

async function listMechanisms(run: RunTool, slot: readonly string[]): Promise<ReadonlySet<string>> {
  const result = await run([...slot, '--list-mechanisms'])
  if (result.code !== 0) throw tokenFailure('the mechanisms can not be listed', result)
  const lines = result.stdout.toString('utf8').split(/\r?\n/)
  const canSign = lines.map((line) => line.trim().split(', ')).filter((row) => row.includes('sign'))
  return new Set(canSign.map(([name]) => name as string))
}

/** A way to have an algorithm done: the mechanism, what it is given, and its parameters. */
interface Plan {
  readonly mechanism: string
  input(algorithm: JwsAlgorithm, message: Uint8Array): Uint8Array
  args(algorithm: JwsAlgorithm): readonly string[]
}

const ALGORITHMS: readonly JwsAlgorithmName[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

/** The first mechanism that the token has: those that are given a digest go before those that hash. */
function planFor(alg: JwsAlgorithmName, mechanisms: ReadonlySet<string>): Plan | undefined {
  const { scheme, hash = '' } = jwsAlgorithm(alg) as JwsAlgorithm
  const sha = hash.replace('-', '')
  const digest: Plan['input'] = (algorithm, message) => digestOf(algorithm, message) as Buffer
  const whole: Plan['input'] = (_algorithm, message) => message
  const none: Plan['args'] = () => []
  const pss: Plan['args'] = ({ saltLength }) => [
    `--hash-algorithm=${sha}`,
    `--mgf=MGF1-${sha}`,
    `--salt-len=${saltLength}`,
  ]
  const plans: Readonly<Record<JwsAlgorithm['scheme'], readonly Plan[]>> = {
    'RSASSA-PKCS1-v1_5': [
      { mechanism: 'RSA-PKCS', input: digestInfo, args: none },
      { mechanism: `${sha}-RSA-PKCS`, input: whole, args: none },
    ],
    'RSA-PSS': [
      { mechanism: 'RSA-PKCS-PSS', input: digest, args: pss },
      // Its parameters follow from its name, and the tool takes none.
      { mechanism: `${sha}-RSA-PKCS-PSS`, input: whole, args: none },
    ],
    ECDSA: [
      { mechanism: 'ECDSA', input: digest, args: none },
      { mechanism: `ECDSA-${sha}`, input: whole, args: none },
    ],
    Ed25519: [{ mechanism: 'EDDSA', input: whole, args: none }],
    'ML-DSA': [],
  }
  return plans[scheme].find(({ mechanism }) => mechanisms.has(mechanism))
}

/** The last arc of the hash's object identifier (2.16.840.1.101.3.4.2.x). */
const HASH_ARCS = { 'SHA-256': 1, 'SHA-384': 2, 'SHA-512': 3 } as const

/** The DigestInfo that PKCS#1 v1.5 signs (RFC 8017, section 9.2). */
function digestInfo(algorithm: JwsAlgorithm, message: Uint8Array): Uint8Array {
  const digest = digestOf(algorithm, message) as Buffer
  const arc = HASH_ARCS[algorithm.hash as keyof typeof HASH_ARCS]
  return Buffer.concat([
    Buffer.of(0x30, 17 + digest.length, 0x30, 0x0d, 0x06, 0x09),
    Buffer.of(0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, arc, 0x05, 0x00),
    Buffer.of(0x04, digest.length),
    digest,
  ])
}

/** What a token's own words mean, and what to do. */
const RETURN_VALUES: Readonly<Record<string, readonly [meaning: string, hint?: string]>> = {
  CKR_PIN_INCORRECT: [
    'the PIN is wrong',
    'most tokens lock themselves after a few wrong ones: look before you try again',
  ],
  CKR_PIN_LEN_RANGE: ['the PIN has a length that the token never gives', 'is it the right PIN?'],
  CKR_PIN_LOCKED: ['the PIN is locked after too many wrong ones', 'unlock it with the SO PIN'],
  CKR_PIN_EXPIRED: ['the PIN has expired', 'set a new one'],
  CKR_USER_PIN_NOT_INITIALIZED: ['the token has no user PIN yet', 'set one first'],
  CKR_USER_NOT_LOGGED_IN: [
    'the token wants a login',
    `set ${PIN_VARIABLE}, or add pin-source=file:/path to the URI`,
  ],
  CKR_TOKEN_NOT_PRESENT: ['the token is not there', 'put it in'],
  CKR_TOKEN_NOT_RECOGNIZED: ['the token is not of a kind that this library knows'],
  CKR_DEVICE_REMOVED: ['the token was removed', 'put it in'],
  CKR_DEVICE_ERROR: ['the token failed'],
  CKR_MECHANISM_INVALID: ['the token does not know this algorithm', 'choose another with --alg'],
  CKR_KEY_FUNCTION_NOT_PERMITTED: ['the key may not sign', 'it needs CKA_SIGN'],
  CKR_KEY_TYPE_INCONSISTENT: ['the key is not of the type of this algorithm'],
  CKR_FUNCTION_REJECTED: ['the token declined'],
  CKR_FUNCTION_CANCELED: ['the token, or a person at it, canceled'],
}

function tokenFailure(what: string, result: ChildResult): CommandError {
  const code = /\b(CKR_[A-Z_]+)/.exec(result.stderr)?.[1]
  const [meaning, hint] = RETURN_VALUES[code ?? ''] ?? []
  if (meaning !== undefined) {
    return new CommandError(ExitCode.environment, `${what}: ${meaning} (${code})`, hint)
  }
  if (/Failed to load pkcs11 module|sc_dlopen failed/.test(result.stderr)) {
    return new CommandError(
      ExitCode.environment,
      `${what}: the library of module-path can not be loaded`,
      'does the file exist, and is it a PKCS#11 library for this machine?',
    )
  }
  return new CommandError(
    ExitCode.environment,
    `${what}: ${quoteInput('pkcs11-tool')} ${describeEnd(result)}`,
  )
}
