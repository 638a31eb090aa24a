/**
 * People who administer on the wire: our records as Okta's JSON.
 * @module
 */

import type { Person, PersonStatus } from './person.ts'
import { date, link } from './wire.ts'

/** A person, as `/api/v1/users` shows it. */
export interface PersonJson {
  readonly id: string
  readonly status: PersonStatus
  readonly created: string
  readonly activated: string | null
  readonly statusChanged: string
  readonly lastLogin: string | null
  readonly lastUpdated: string
  readonly passwordChanged: null
  readonly type: { readonly id: 'administrator' }
  readonly profile: {
    readonly firstName: string | null
    readonly lastName: string | null
    readonly mobilePhone: null
    readonly secondEmail: null
    readonly login: string
    readonly email: string
  }

  readonly _links: Readonly<Record<string, unknown>>
}

/** Writes a person. */
export function personJson(person: Person, issuer: string): PersonJson {
  const { id, status, profile } = person
  const url = personUrl(issuer, id)
  const isOut = status === 'STAGED' || status === 'DEPROVISIONED'
  return {
    id,
    status,
    created: date(person.created),
    activated: optionalDate(person.activated),
    statusChanged: date(person.statusChanged),
    lastLogin: optionalDate(person.lastLogin),
    lastUpdated: date(person.lastUpdated),
    passwordChanged: null,
    type: { id: 'administrator' },
    profile: {
      firstName: profile.firstName,
      lastName: profile.lastName,
      mobilePhone: null,
      secondEmail: null,
      login: profile.login,
      email: profile.email,
    },

    _links: {
      self: { href: url },
      ...(isOut ? { activate: link(`${url}/lifecycle/activate`, 'POST') } : undefined),
      ...(status === 'DEPROVISIONED'
        ? { delete: link(url, 'DELETE') }
        : { deactivate: link(`${url}/lifecycle/deactivate`, 'POST') }),
    },
  }
}

/** Where a person is. */
export function personUrl(issuer: string, id: string): string {
  return `${issuer}/api/v1/users/${id}`
}

function optionalDate(milliseconds: number | null): string | null {
  return milliseconds === null ? null : date(milliseconds)
}
