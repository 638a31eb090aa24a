/**
 * What reading gives before anything is judged: JWK members, and the form they were found in.
 * @module
 */

/** Which half of a key pair. */
export type Half = 'private' | 'public'

/** A key as it was found. Its members are not judged yet: `parseJwk` does that. */
export interface FoundKey {
  readonly half: Half
  /** The form in words, such as `PKCS#1 PEM`. */
  readonly form: string
  readonly members: Readonly<Record<string, unknown>>
  /** The key was taken from a certificate. */
  readonly isCertificate?: boolean
}

/** How to read: what the caller wants, and what may be needed for it. */
export interface FindOptions {
  /** The half that is wanted. `either` prefers the private one. */
  readonly want: Half | 'either'
  readonly passphrase?: string | undefined
  readonly kid?: string | undefined
  readonly alg?: string | undefined
}
