/** The part of `node:crypto` that the primitives use; this package needs no other type of Node. */
declare module 'node:crypto' {
  interface KeyObject {
    export(options: { format: 'jwk' }): Record<string, string>
    export(options: { format: 'der'; type: 'pkcs8' | 'spki' }): Uint8Array
  }
  type JwkInput = { key: object; format: 'jwk' }
  type DerInput = { key: Uint8Array; format: 'der'; type: 'pkcs8' }
  type PssInput = { key: KeyObject; padding: number; saltLength: number }

  export const constants: { readonly RSA_PKCS1_PSS_PADDING: number }
  export function createPrivateKey(input: JwkInput | DerInput): KeyObject
  export function createPublicKey(input: JwkInput): KeyObject
  export function sign(hash: string | null, data: Uint8Array, key: KeyObject | PssInput): Uint8Array
  export function verify(
    hash: string | null,
    data: Uint8Array,
    key: KeyObject | PssInput,
    signature: Uint8Array,
  ): boolean
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
    type: 'ed25519',
    options: object,
    callback: GenerateCallback,
  ): void
}
