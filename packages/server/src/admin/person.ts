/**
 * A person who administers, as the record that the store keeps.
 * @module
 */

import { createHash, randomBytes } from 'node:crypto'
import type { RoleAssignment, StoredRecord } from '../storage/ports.ts'
import type { PersonStatus } from './wire-types.ts'

/** Who a person is, in words. */
export interface PersonProfile {
  readonly login: string
  readonly email: string
  readonly firstName: string | null
  readonly lastName: string | null
}

/** A passkey of a person: a public key of an authenticator (W3C Web Authentication). */
export interface Passkey {
  readonly id: string
  /** What its holder calls it. */
  readonly name: string
  /** The name that the authenticator gave it, in base64url. */
  readonly credentialId: string
  /** The public key in COSE, in base64url. */
  readonly publicKey: string
  /** How often the authenticator has signed, as it says itself; some always say 0. */
  readonly signCount: number
  /** How a browser reaches the authenticator, such as `internal` or `usb`. */
  readonly transports: readonly string[]
  /** Whether a copy is kept elsewhere, such as in an account of a phone's maker. */
  readonly isBackedUp: boolean
  /** The model of the authenticator, if it says so. */
  readonly aaguid: string
  readonly created: number
  readonly lastUsed: number | null
}

/** A person who administers. */
export interface Person {
  readonly id: string
  readonly status: PersonStatus
  /** Milliseconds since 1970, as all times here. */
  readonly created: number
  readonly activated: number | null
  readonly statusChanged: number
  readonly lastLogin: number | null
  readonly lastUpdated: number
  readonly profile: PersonProfile
  readonly roles: readonly RoleAssignment[]
  readonly passkeys: readonly Passkey[]
  /** Changes when all sessions of the person end: each session bears the one that it began with. */
  readonly generation: string
}

const KIND = 'person'
const ID_LENGTH = 17
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * The identifier of the person with a login. It follows from the login, letter case aside, so that no two
 * people can have the same one, whichever node makes them. Whoever is made anew after a deletion has the
 * identifier of before: what belongs to a person has to go with the person, or be compared with `created`.
 */
export function personId(login: string): string {
  let rest = BigInt(`0x${createHash('sha256').update(foldLogin(login)).digest('hex')}`)
  let id = ''
  while (id.length < ID_LENGTH) {
    id += ALPHABET[Number(rest % 62n)]
    rest /= 62n
  }
  return `00u${id}`
}

/** Whether a text is an identifier of a person. */
export function isPersonId(text: string): boolean {
  return /^00u[0-9A-Za-z]{17}$/.test(text)
}

/** A login in the form in which logins are compared. */
export function foldLogin(login: string): string {
  return login.normalize('NFC').toLowerCase()
}

/** A generation that no session bears yet. */
export function newGeneration(): string {
  return randomBytes(12).toString('base64url')
}

/** A person out of the store, with defaults for members that an earlier version did not write. */
export function readPerson({ id, content }: StoredRecord): Person {
  const stored = content as Partial<Omit<Person, 'id'>>
  return {
    status: 'DEPROVISIONED',
    created: 0,
    activated: null,
    statusChanged: 0,
    lastLogin: null,
    lastUpdated: 0,
    roles: [],
    passkeys: [],
    generation: '',
    profile: { login: id, email: '', firstName: null, lastName: null },
    ...stored,
    id,
  }
}

/** A person as the store keeps it. */
export function personRecord({ id, ...content }: Person): StoredRecord {
  return { kind: KIND, id, content }
}
