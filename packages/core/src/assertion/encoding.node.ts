/**
 * Encoding and signing a JWS on Node. An RSA signature drives all other code out of the processor's caches, so that each object
 * and each call into the runtime is felt afterwards. Therefore texts are written to one room, and what the
 * assertions of a signer have in common is remembered as it was encoded: no key, no `jti` and no signature is.
 * @module
 */

import { primitives } from '#primitives'
import type { Signer } from '../keys/index.ts'
import { PrivateKey } from '../keys/private-key.ts'
import type { DrawJti, EncodeText, ProtectedHeader, SignInput, SignUsual } from './encoding.ts'
import { encodeText as encodeAnyText, signInput as signAnyInput } from './encoding.web.ts'

/** Written to again and again, by what is over before another can begin. */
const room = Buffer.allocUnsafeSlow(4096)
/** The part of the room that was used last: most often as much as the next will need. */
let used = room

/** A character of a JavaScript string is at most three octets of UTF-8. */
const fits = (text: string): boolean => text.length * 3 <= room.length

/** Writes a text to the room, and reads it there as base64url. */
export const encodeText: EncodeText = (text) =>
  fits(text) ? room.toString('base64url', 0, room.write(text)) : encodeAnyText(text)

/** Signs what stands in the room, when the key is one of this process. */
export const signInput: SignInput = (signingInput, signer) => {
  if (!isHere(signer) || !fits(signingInput)) return signAnyInput(signingInput, signer)
  const length = room.write(signingInput)
  if (used.length !== length) used = room.subarray(0, length)
  return `${signingInput}.${signHere(signer, used)}`
}

/** A key of this process, which has signed before it returns; another signer may look at the octets later. */
interface SignerHere {
  sign(octets: Uint8Array): Uint8Array
}

function isHere(signer: Pick<Signer, 'sign'>): signer is SignerHere {
  return signer.sign === PrivateKey.prototype.sign
}

function signHere(signer: SignerHere, octets: Uint8Array): string {
  return primitives.encodeBase64url(signer.sign(octets))
}

/** What the last assertion of a signer began with. */
interface Beginning {
  readonly alg: string
  readonly kid: string
  readonly typ: string
  readonly header: string
  audience: string | undefined
  clientId: string | undefined
  /** Header and claims up to the value of `iat`, in whole groups of base64url. */
  start: string
  /** The JSON before that value which makes no whole group. */
  rest: string
  iat: number
  exp: number
  /** Header and claims up to the random part of the `jti`, in whole groups. */
  text: string
  /** The Signing Input: the text, a random part, and the end. */
  octets: BufferOctets
}

const NOTHING = Buffer.alloc(0)
const beginnings = new WeakMap<Signer, Beginning>()

function beginningOf(signer: Signer, typ: string): Beginning {
  const { alg, kid } = signer
  const last = beginnings.get(signer)
  if (last?.typ === typ && last.kid === kid && last.alg === alg) return last
  const beginning: Beginning = {
    alg,
    kid,
    typ,
    header: encodeText(JSON.stringify({ alg, kid, typ })),
    audience: undefined,
    clientId: undefined,
    start: '',
    rest: '',
    iat: NaN,
    exp: NaN,
    text: '',
    octets: NOTHING,
  }
  beginnings.set(signer, beginning)
  return beginning
}

/** The encoded header, as it was last made for this signer. */
export const protectedHeader: ProtectedHeader = (signer, typ) => beginningOf(signer, typ).header

/** Signs what is remembered of the signer's last assertion, with another `jti`, and what else has changed. */
export const signUsual: SignUsual = (claims, signer, typ, options, { iat, exp }) => {
  const { audience, clientId } = options
  if (typeof audience !== 'string' || typeof clientId !== 'string') return undefined
  if (!Number.isSafeInteger(iat) || !isHere(signer) || Object.keys(claims).length > 0) {
    return undefined
  }
  const beginning = beginningOf(signer, typ)
  if (beginning.audience !== audience || beginning.clientId !== clientId) {
    beginFor(beginning, audience, clientId)
  }
  if (beginning.iat !== iat || beginning.exp !== exp) beginAt(beginning, iat, exp)
  const { text, octets } = beginning
  const random = drawEncodedJti()
  let at = text.length
  for (let next = 0; next < ENCODED_CHARACTERS; next++) octets[at++] = random.charCodeAt(next)
  return text + random + END + signHere(signer, octets)
}

/** For another audience or client. */
function beginFor(beginning: Beginning, aud: string, iss: string): void {
  const json = JSON.stringify({ aud, iss, sub: iss, iat: 0 }).slice(0, -2)
  const encoded = encodeText(json)
  // Two characters beyond whole groups are one octet, three are two; and JSON ends with ASCII here.
  const beyond = encoded.length % 4
  beginning.audience = aud
  beginning.clientId = iss
  beginning.start = `${beginning.header}.${encoded.slice(0, encoded.length - beyond)}`
  beginning.rest = beyond === 0 ? '' : json.slice(1 - beyond)
  beginning.iat = NaN
}

/** For another second, or lifetime. */
function beginAt(beginning: Beginning, iat: number, exp: number): void {
  const json = `${beginning.rest}${iat},"exp":${exp},"jti":"`
  // The random part begins with a whole group; what is lacking before it is filled with what may be in any `jti`.
  const filling = drawJti().slice(0, (3 - (json.length % 3)) % 3)
  const text = beginning.start + encodeText(json + filling)
  const length = text.length + ENCODED_CHARACTERS + END.length - 1
  if (beginning.octets.length !== length) beginning.octets = Buffer.alloc(length)
  beginning.octets.write(text)
  beginning.octets.write(END, text.length + ENCODED_CHARACTERS)
  beginning.iat = iat
  beginning.exp = exp
  beginning.text = text
}

/** The quotation mark and the brace that close the claims, and the dot that the signature comes after. */
const END = 'In0.'

/** 18 octets, a multiple of three twice over: so what is made of many stands beside each other in one text. */
const JTI_CHARACTERS = 24
/** What these 24 characters are in a payload. */
const ENCODED_CHARACTERS = 32
/** Octets of 64 of them. */
const POOL_OCTETS = 1152

/** Random octets as `jti`, and these as they stand in a payload. Each is given once, in one of the two forms. */
let pool = ''
let encodedPool = ''
let given = 0

/** The number of one that was not given before. */
function draw(): number {
  if (given * JTI_CHARACTERS === pool.length) {
    pool = primitives.encodeBase64url(crypto.getRandomValues(new Uint8Array(POOL_OCTETS)))
    encodedPool = encodeText(pool)
    given = 0
  }
  return given++
}

/** Takes the next one out of a pool of 64. */
export const drawJti: DrawJti = () => {
  const start = draw() * JTI_CHARACTERS
  return pool.slice(start, start + JTI_CHARACTERS)
}

function drawEncodedJti(): string {
  const start = draw() * ENCODED_CHARACTERS
  return encodedPool.slice(start, start + ENCODED_CHARACTERS)
}
