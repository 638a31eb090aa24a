/**
 * People who administer on the wire: our records as Okta's JSON.
 * @module
 */

import type { Person } from './person.ts'
import { date, link } from './wire.ts'
import type { PersonJson } from './wire-types.ts'

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
