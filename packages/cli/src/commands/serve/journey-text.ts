/**
 * What the journey prints: each step with its real values, and the lines that do the same by hand.
 * @module
 */

import type { ParsedJwt } from '@keygrant/core/assertion'
import type { TokenResponse } from '@keygrant/core/client'
import type { PublicKey } from '@keygrant/core/keys'
import type { App, AppGrant } from '../../admin-api.ts'
import { labelled } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { DEFAULT_DATA_DIRECTORY } from '../../data-directory.ts'
import { memberLines } from '../../jwt-lines.ts'
import { ownCommand, shellWord, shortPath } from '../../shell.ts'
import { escapeControls, showJson } from '../../untrusted-text.ts'

/** What the lines are about. */
export interface JourneyPlace {
  readonly issuer: string
  /** `aud` of the assertion. */
  readonly audience: string
  readonly data: string
  readonly keyFile: string
  readonly scope: string
}

/** Prints the journey, step by step. */
export interface JourneyText {
  begin(): void
  madeKey(key: PublicKey): void
  createdApp(app: App, key: PublicKey): void
  grantedScope(app: App, grant: AppGrant): void
  signedAssertion(app: App, jwt: ParsedJwt, assertion: string): void
  gotToken(app: App, response: TokenResponse, jwt: ParsedJwt): void
  calledApi(app: App, apps: readonly App[], kid: string): void
  end(): void
  /** Instead of all that: the journey was made at an earlier start. */
  found(apps: readonly App[], clientId: string): void
}

/** Makes the text of a journey. */
export function createJourneyText(
  { output, env }: CliContext,
  { issuer, audience, data, keyFile, scope }: JourneyPlace,
): JourneyText {
  const { colors } = output
  const { bold, dim } = colors
  const script = process.argv[1] ?? 'keygrant'
  const keygrant = ownCommand({ script, cwd: process.cwd(), env })
  const key = shellWord(shortPath(keyFile))
  const directory = shortPath(data)
  const dataFlag = directory === DEFAULT_DATA_DIRECTORY ? '' : ` --data ${shellWord(directory)}`
  const operatorToken = (scopes: string): string =>
    `$(${keygrant} token get --operator${dataFlag} --scope ${scopes})`
  const getToken = (app: Pick<App, 'id'>): string =>
    `${keygrant} token get --issuer ${issuer} --client-id ${app.id} --key ${key} --scope ${scope}`
  const signAssertion = (app: App): string =>
    `${keygrant} assertion sign --key ${key} --client-id ${app.id} --audience ${audience}`

  const step = (number: number, title: string, request = ''): void => {
    output.line()
    output.line(`${bold(`${number}  ${title}`)}${request === '' ? '' : `  ${dim(request)}`}`)
  }
  const facts = (rows: readonly (readonly [string, string])[]): void => {
    for (const line of labelled(
      rows.map(([name, value]) => [name, escapeControls(value)] as const),
    ))
      output.line(`  ${line}`)
  }
  const decoded = (title: string, members: ParsedJwt['header']): void => {
    output.line(`    ${title}`)
    const now = Math.floor(Date.now() / 1000)
    for (const line of memberLines(members ?? {}, { colors, now })) output.line(`    ${line}`)
  }
  const byHand = (...commands: readonly (readonly string[])[]): void => {
    output.line()
    for (const [first = '', ...rest] of commands) {
      output.line(`    ${[first, ...rest.map((line) => `       ${line}`)].join(' \\\n')}`)
    }
  }

  return {
    begin() {
      output.line(
        bold('From a key pair to an API call: six steps, with real requests to this server.'),
      )
      output.line('The lines below each step do the same by hand.')
    },
    madeKey(publicKey) {
      step(1, 'A key pair, made on this machine')
      facts([
        ['Key ID', publicKey.kid],
        ['Private key', `${shortPath(keyFile)} (mode 0600; it stays here)`],
        ['Public JWK', showJson(publicKey.jwk)],
      ])
      byHand([`${keygrant} key new --out my-key.json`])
    },
    createdApp(app, publicKey) {
      step(2, 'A service app with the public key', 'POST /api/v1/apps')
      facts([
        ['Client ID', app.id],
        ['Name', app.label],
        ['Status', app.status],
      ])
      const body = {
        label: 'My service',
        settings: { oauthClient: { jwks: { keys: [publicKey.jwk] } } },
      }
      byHand(
        [`${keygrant} app add 'My service' --key ${key}${dataFlag}`],
        [
          `curl -s ${issuer}/api/v1/apps`,
          `-H "Authorization: Bearer ${operatorToken('okta.apps.manage')}"`,
          `-H 'Content-Type: application/json'`,
          `-d ${shellWord(JSON.stringify(body))}`,
        ],
      )
    },
    grantedScope(app, grant) {
      step(3, 'A scope, granted to it', `POST /api/v1/apps/${app.id}/grants`)
      facts([
        ['Scope', grant.scopeId],
        ['Grant', grant.id],
      ])
      byHand(
        [`${keygrant} grant add ${app.id} ${scope}${dataFlag}`],
        [
          `curl -s ${issuer}/api/v1/apps/${app.id}/grants`,
          `-H "Authorization: Bearer ${operatorToken('okta.appGrants.manage')}"`,
          `-H 'Content-Type: application/json'`,
          `-d ${shellWord(JSON.stringify({ scopeId: scope, issuer }))}`,
        ],
      )
    },
    signedAssertion(app, jwt, assertion) {
      step(4, 'A JWT, signed with the private key', 'nothing is sent')
      decoded('Header', jwt.header)
      decoded('Claims', jwt.claims)
      output.line(`    Assertion`)
      output.line(`      ${shorten(assertion)}`)
      byHand([signAssertion(app)])
    },
    gotToken(app, response, jwt) {
      step(5, 'Exchanged for an access token', 'POST /oauth2/v1/token')
      output.line(
        `    Answer  ${showJson({ ...response, access_token: shorten(response.access_token) })}`,
      )
      decoded('Header of the token', jwt.header)
      decoded('Claims of the token', jwt.claims)
      byHand(
        [getToken(app)],
        [
          `curl -s ${issuer}/oauth2/v1/token`,
          '-d grant_type=client_credentials',
          `-d scope=${scope}`,
          '-d client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          `--data-urlencode "client_assertion=$(${signAssertion(app)})"`,
        ],
      )
    },
    calledApi(app, apps, kid) {
      step(6, 'An API, called with the token', 'GET /api/v1/apps')
      facts([
        ['Answer', `${apps.length} service apps: ${apps.map(({ label }) => label).join(', ')}`],
        ['Verified', `every check holds; signed with the key ${kid} of /oauth2/v1/keys`],
      ])
      byHand(
        [`${getToken(app)} | ${keygrant} inspect`],
        [`curl -s ${issuer}/api/v1/apps`, `-H "Authorization: Bearer $(${getToken(app)})"`],
      )
    },
    end() {
      output.line()
      output.line(
        `All six steps worked. Everything is in ${directory}: the database, the keys of the server, of the`,
      )
      output.line('operator and of the demo app. Ctrl+C stops the server; the data stays.')
    },
    found(apps, clientId) {
      const isThere = apps.some(({ id }) => id === clientId)
      output.line(
        `Found the data of an earlier start: ${apps.length} service ${apps.length === 1 ? 'app' : 'apps'}${isThere ? `, with the demo app ${clientId}` : ''}.`,
      )
      if (isThere) {
        output.line('A token for the demo app:')
        byHand([getToken({ id: clientId })])
        output.line()
      }
      output.line('Ctrl+C stops the server; the data stays.')
    },
  }
}

/** Enough of a JWT to know it again, and never its signature. */
function shorten(jwt: string): string {
  return `${jwt.slice(0, 32)}… (${jwt.length} characters)`
}
