/** The part of `node:crypto` and of Buffer that the primitives use; this package needs no other type of Node. */
declare module 'node:crypto' {
  interface KeyObject {
    export(options: { format: 'jwk' }): Record<string, string>
    export(options: { format: 'der'; type: 'pkcs1' }): Uint8Array
  }
  type JwkInput = { key: object; format: 'jwk' }
  type DerInput<Type> = { key: Uint8Array; format: 'der'; type: Type }
  type PssInput = { key: KeyObject; padding: number; saltLength: number }

  export const constants: { readonly RSA_PKCS1_PSS_PADDING: number }
  export function createPrivateKey(input: JwkInput | DerInput<'pkcs8'>): KeyObject
  export function createPublicKey(input: JwkInput | DerInput<'spki'>): KeyObject
  export function sign(hash: string | null, data: Uint8Array, key: KeyObject | PssInput): Uint8Array
  export function verify(
    hash: string | null,
    data: Uint8Array,
    key: KeyObject | PssInput,
    signature: Uint8Array,
  ): boolean
  interface Verify {
    update(data: Uint8Array): Verify
    verify(key: KeyObject | PssInput, signature: Uint8Array): boolean
  }
  export function createVerify(hash: string): Verify
  export function hash(name: string, data: Uint8Array, encoding: 'buffer'): Uint8Array
  type GenerateCallback = (error: Error | null, publicKey: KeyObject, privateKey: KeyObject) => void
  export function generateKeyPair(
    type: 'rsa',
    options: { modulusLength: number },
    callback: GenerateCallback,
  ): void
  export function generateKeyPair(
    type: 'ec',
    options: { namedCurve: string },
    callback: GenerateCallback,
  ): void
  export function generateKeyPair(
    type: 'ed25519' | 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87',
    options: object,
    callback: GenerateCallback,
  ): void
}

declare const process: {
  getBuiltinModule(name: 'node:crypto'): typeof import('node:crypto')
}

interface BufferOctets extends Uint8Array<ArrayBuffer> {
  subarray(start: number, end: number): BufferOctets
  toString(encoding?: 'base64url', start?: number, end?: number): string
  /** As much as fits, in UTF-8; the answer says how many octets. */
  write(text: string, offset?: number): number
}

declare const Buffer: {
  alloc(length: number): BufferOctets
  allocUnsafeSlow(length: number): BufferOctets
  isBuffer(octets: Uint8Array): octets is BufferOctets
  from(text: string, encoding: 'utf8' | 'base64url'): BufferOctets
  from(buffer: ArrayBufferLike, byteOffset: number, length: number): BufferOctets
}
