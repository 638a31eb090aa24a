/**
 * An authenticator in software: makes passkeys and uses them, as a browser would hand them on.
 * @module
 */

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** What the server asks for. */
interface Options {
  readonly challenge: string
  readonly rp?: { readonly id?: string }
  readonly rpId?: string
  readonly user?: { readonly id: string }
}

/** What an attacker, or a poor browser, does otherwise. */
export interface Deviations {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly isUserVerified?: boolean
  readonly signCount?: number
  readonly userHandle?: string
  readonly type?: string
  readonly format?: string
  readonly isSignatureWrong?: boolean
}

interface MadePasskey {
  readonly id: string
  readonly privateKey: KeyObject
  readonly userHandle: string
  signCount: number
}

/** An authenticator that holds one passkey at a time; `counts` as security keys do. */
export function anAuthenticator(origin: string, { counts = true } = {}) {
  let passkey: MadePasskey | undefined

  const clientData = (type: string, { challenge }: Options, deviations: Deviations): Buffer =>
    Buffer.from(
      JSON.stringify({
        type: deviations.type ?? type,
        challenge: deviations.challenge ?? challenge,
        origin: deviations.origin ?? origin,
        crossOrigin: false,
      }),
    )
  const authenticatorData = (
    rpId: string,
    signCount: number,
    { isUserVerified = true }: Deviations,
    attested?: Buffer,
  ): Buffer => {
    const flags = 0x01 | (isUserVerified ? 0x04 : 0) | (attested === undefined ? 0 : 0x40)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(signCount)
    const rpIdHash = createHash('sha256').update(rpId).digest()
    return Buffer.concat([rpIdHash, Buffer.from([flags]), count, attested ?? Buffer.alloc(0)])
  }

  return {
    get credentialId(): string | undefined {
      return passkey?.id
    },
    /** `navigator.credentials.create`, as JSON. */
    create(options: Options, deviations: Deviations = {}): object {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      // Not as a JWK: that can wait for ever on Node 20, when the garbage of making the pair is collected meanwhile.
      const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-64)
      const id = randomBytes(16)
      passkey = {
        id: id.toString('base64url'),
        privateKey,
        userHandle: options.user?.id ?? '',
        signCount: 0,
      }
      const cose = cborMap([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, point.subarray(0, 32)],
        [-3, point.subarray(32)],
      ])
      const length = Buffer.alloc(2)
      length.writeUInt16BE(id.length)
      const attested = Buffer.concat([Buffer.alloc(16), length, id, cose])
      const rpId = deviations.rpId ?? options.rp?.id ?? ''
      const attestationObject = cborMap([
        ['fmt', deviations.format ?? 'none'],
        ['attStmt', new Map()],
        ['authData', authenticatorData(rpId, 0, deviations, attested)],
      ])
      return {
        id: passkey.id,
        rawId: passkey.id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: clientData('webauthn.create', options, deviations).toString('base64url'),
          attestationObject: attestationObject.toString('base64url'),
          transports: ['internal', 'hybrid'],
        },
      }
    },
    /** `navigator.credentials.get`, as JSON. */
    get(options: Options, deviations: Deviations = {}): object {
      if (passkey === undefined) throw new Error('there is no passkey')
      if (counts) passkey.signCount++
      const data = authenticatorData(
        deviations.rpId ?? options.rpId ?? '',
        deviations.signCount ?? passkey.signCount,
        deviations,
      )
      const client = clientData('webauthn.get', options, deviations)
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()])
      const isWrong = deviations.isSignatureWrong === true
      const octets = isWrong ? Buffer.concat([signed, Buffer.from('x')]) : signed
      const signature = sign('sha256', octets, passkey.privateKey)
      return {
        id: passkey.id,
        rawId: passkey.id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: signature.toString('base64url'),
          userHandle: deviations.userHandle ?? passkey.userHandle,
        },
      }
    },
  }
}

export type Authenticator = ReturnType<typeof anAuthenticator>

type Cbor = number | string | Buffer | ReadonlyMap<unknown, unknown>

/** CBOR (RFC 8949), as far as an authenticator needs it. */
function cborMap(entries: readonly (readonly [number | string, Cbor])[]): Buffer {
  const parts = entries.flatMap(([name, value]) => [cbor(name), cbor(value)])
  return Buffer.concat([head(5, entries.length), ...parts])
}

function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, value.length), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  return head(5, 0)
}

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value])
  if (value < 256) return Buffer.from([(major << 5) | 24, value])
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255])
}
