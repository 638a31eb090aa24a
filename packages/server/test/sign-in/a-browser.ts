/**
 * A browser that is signed in, or not: keeps cookies and says where requests are from, as browsers do.
 * @module
 */

import assert from 'node:assert/strict'
import { inviteFirstAdministrator, type Role } from '@keygrant/server'
import { apiWith, type CallApi, ISSUER, type JsonAnswer, type TestServer } from '../a-server.ts'
import { anAuthenticator, type Authenticator, type Deviations } from './an-authenticator.ts'

export const ORIGIN = ISSUER
export const COOKIE = '__Host-keygrant-session'

/** A browser at the console's pages. */
export interface Browser {
  /** Calls the server: with the cookie if there is one, and for a change with the CSRF token. */
  readonly api: CallApi
  readonly authenticator: Authenticator
  /** The value of the cookie; tests may set it. */
  cookie: string | undefined
  csrfToken: string | undefined
  signIn(deviations?: Deviations): Promise<JsonAnswer>
  confirm(deviations?: Deviations): Promise<JsonAnswer>
  /** Adds a passkey; the authenticator holds that one from then on. */
  addPasskey(name: string, deviations?: Deviations): Promise<JsonAnswer>
  /** Takes up an invitation, as the first administrator with a profile. */
  enrol(token: string, profile?: object, deviations?: Deviations): Promise<JsonAnswer>
}

/** An exchange that a browser had. */
interface Exchange {
  readonly method: string
  readonly url: string
  readonly sent?: unknown
  readonly answer: JsonAnswer
}

export interface BrowserOptions {
  readonly authenticator?: Authenticator
  /** Go with each request. */
  readonly headers?: Readonly<Record<string, string>>
  readonly onAnswer?: ((exchange: Exchange) => void) | undefined
}

/** A browser that has no session yet. */
export function aBrowser(
  server: Pick<TestServer, 'server'>,
  { authenticator = anAuthenticator(ORIGIN), headers = {}, onAnswer }: BrowserOptions = {},
): Browser {
  const send = apiWith(server)
  const browser: Browser = {
    authenticator,
    cookie: undefined,
    csrfToken: undefined,
    async api(method, url, body, more) {
      const answer = await send(method, url, body, {
        'sec-fetch-site': 'same-origin',
        ...(method === 'GET' ? undefined : { origin: ORIGIN }),
        ...(browser.cookie === undefined ? undefined : { cookie: `${COOKIE}=${browser.cookie}` }),
        ...(browser.csrfToken === undefined || method === 'GET'
          ? undefined
          : { 'x-csrf-token': browser.csrfToken }),
        ...headers,
        ...more,
      })
      onAnswer?.({ method, url, sent: body, answer })
      const field = answer.headers['set-cookie']
      const set = /^__Host-keygrant-session=([^;]*)/.exec(typeof field === 'string' ? field : '')
      if (set !== null) browser.cookie = set[1] === '' ? undefined : set[1]
      const csrf: unknown = answer.body?.csrfToken
      if (typeof csrf === 'string') browser.csrfToken = csrf
      return answer
    },
    async signIn(deviations) {
      const { body } = await browser.api('POST', '/api/v1/authn/options')
      const credential = authenticator.get(body.publicKey, deviations)
      return browser.api('POST', '/api/v1/authn', { credential })
    },
    async confirm(deviations) {
      const { body } = await browser.api('POST', '/api/v1/sessions/me/confirm/options')
      const credential = authenticator.get(body.publicKey, deviations)
      return browser.api('POST', '/api/v1/sessions/me/confirm', { credential })
    },
    async addPasskey(name, deviations) {
      const { body } = await browser.api('POST', '/api/v1/users/me/passkeys/options')
      const credential = authenticator.create(body.publicKey, deviations)
      return browser.api('POST', '/api/v1/users/me/passkeys', { name, credential })
    },
    async enrol(token, profile, deviations) {
      const sent = { token, ...(profile === undefined ? undefined : { profile }) }
      const { body } = await browser.api('POST', '/api/v1/invitation/options', sent)
      const credential = authenticator.create(body.publicKey, deviations)
      return browser.api('POST', '/api/v1/invitation/accept', { ...sent, credential })
    },
  }
  return browser
}

/** The token in the link of an invitation. */
export function tokenOf(url: string): string {
  return url.slice(url.indexOf('=') + 1)
}

/** The profile of somebody. */
export function profileOf(name: string) {
  return {
    login: `${name}@a.example`,
    email: `${name}@a.example`,
    firstName: name,
    lastName: null,
  }
}

/** The browser of the first administrator, signed in. */
export async function firstAdministrator(
  server: TestServer,
  onAnswer?: BrowserOptions['onAnswer'],
): Promise<Browser> {
  const { storage, issuer, clock } = server
  const invited = await inviteFirstAdministrator({ storage, issuer, clock: () => clock.now * 1000 })
  assert.ok(invited)
  const browser = aBrowser(server, { onAnswer })
  const answer = await browser.enrol(tokenOf(invited.url), profileOf('root'))
  assert.equal(answer.status, 200, answer.text)
  return browser
}

/** The browser of another person with a role, signed in; invited by an administrator. */
export async function anotherPerson(
  server: TestServer,
  administrator: Browser,
  name: string,
  role?: Role,
): Promise<{ readonly browser: Browser; readonly id: string }> {
  const added = await administrator.api('POST', '/api/v1/users', { profile: profileOf(name) })
  assert.equal(added.status, 200, added.text)
  const id = added.body.id as string
  if (role !== undefined) {
    const given = await administrator.api('POST', `/api/v1/users/${id}/roles`, { type: role })
    assert.equal(given.status, 201, given.text)
  }
  const invited = await administrator.api('POST', `/api/v1/users/${id}/invitation`)
  assert.equal(invited.status, 201, invited.text)
  const browser = aBrowser(server)
  const answer = await browser.enrol(tokenOf(invited.body.url as string))
  assert.equal(answer.status, 200, answer.text)
  return { browser, id }
}
