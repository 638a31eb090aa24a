/**
 * The journey from a key pair to an API call, made once for a data directory, with real requests to the
 * server that is listening. What an interrupted journey has made is found and used by the next one.
 * @module
 */

import { parseJwt } from '@keygrant/core/assertion'
import { requestAccessToken, type TokenResponse } from '@keygrant/core/client'
import { importJwkSet, type PrivateKey } from '@keygrant/core/keys'
import { verifyAccessToken } from '@keygrant/core/resource'
import type { Operator } from '@keygrant/server'
import { type AdminApi, type App, createAdminApi } from '../../admin-api.ts'
import { CommandError, describeFailure } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { readPrivateKey } from '../../key-file.ts'
import { escapeControls } from '../../untrusted-text.ts'
import { demoKeyFile, finishDemo, prepareDemoKey, readFinishedDemo } from './demo-state.ts'
import { createJourneyText, type JourneyText } from './journey-text.ts'

/** The scope that the demo app gets. */
const SCOPE = 'okta.apps.read'
const LABEL = 'Demo service'

/** Where the journey is made. */
export interface JourneyOptions {
  /** Absolute path of the data directory. */
  readonly data: string
  readonly profile: 'okta' | 'strict'
  readonly operator: Operator
  /** Whether the server was told to stop: then the rest is left to the next start. */
  isStopped(): boolean
}

/** Makes the journey, or says that it was made. A failure is told, and the server goes on. */
export async function runJourney(context: CliContext, options: JourneyOptions): Promise<void> {
  const { data, operator } = options
  const { issuer } = operator
  const text = createJourneyText(context, {
    issuer,
    audience: options.profile === 'okta' ? `${issuer}/oauth2/v1/token` : issuer,
    data,
    keyFile: demoKeyFile(data),
    scope: SCOPE,
  })
  try {
    const signer = await readPrivateKey(context, operator.keyFile)
    const api = createAdminApi({
      issuer,
      clientId: operator.clientId,
      signer,
      scopes: ['okta.apps.read', 'okta.apps.manage', 'okta.appGrants.manage'],
    })
    const finished = await readFinishedDemo(data)
    if (finished === undefined) await makeJourney(context, api, text, options)
    else text.found(await api.listApps(), finished)
  } catch (error) {
    if (options.isStopped()) return
    const { message, hint } = describeFailure(error)
    context.output.warn(
      escapeControls(`the journey stopped: ${message}${hint === undefined ? '' : `; ${hint}`}`),
    )
    context.output.note('the server goes on; the next start takes the journey up where it stopped')
  }
}

async function makeJourney(
  context: CliContext,
  api: AdminApi,
  text: JourneyText,
  { data, operator: { issuer }, profile, isStopped }: JourneyOptions,
): Promise<void> {
  text.begin()
  const key = await prepareDemoKey(context, data)
  text.madeKey(key.publicKey)
  if (isStopped()) return
  const app = await demoApp(api, key)
  text.createdApp(app, key.publicKey)
  if (isStopped()) return
  const grant = await api.addGrant(app.id, SCOPE).send()
  text.grantedScope(app, grant)
  if (isStopped()) return
  const { assertion, response } = await exchange(key, app.id, issuer, profile)
  text.signedAssertion(app, parseJwt(assertion), assertion)
  text.gotToken(app, response, parseJwt(response.access_token))
  if (isStopped()) return
  const apps = await readJson(`${issuer}/api/v1/apps`, response.access_token)
  const kid = await verifyToken(response.access_token, issuer)
  text.calledApi(app, apps as readonly App[], kid)
  await finishDemo(data, app.id)
  text.end()
}

/** The app that bears the demo key, else a new one: the key is what makes it the demo app. */
async function demoApp(api: AdminApi, { kid, publicKey }: PrivateKey): Promise<App> {
  const bearsKey = ({ settings }: App): boolean =>
    settings.oauthClient.jwks?.keys.some((key) => key.kid === kid) === true
  return (await api.listApps()).find(bearsKey) ?? (await api.addApp(LABEL, [publicKey.jwk]).send())
}

async function exchange(
  signer: PrivateKey,
  clientId: string,
  issuer: string,
  profile: 'okta' | 'strict',
): Promise<{ readonly assertion: string; readonly response: TokenResponse }> {
  const tokenEndpoint = `${issuer}/oauth2/v1/token`
  let assertion = ''
  const response = await requestAccessToken({
    tokenEndpoint,
    audience: profile === 'okta' ? tokenEndpoint : issuer,
    clientId,
    signer,
    scope: SCOPE,
    onAssertion: (sent) => {
      assertion = sent
    },
  })
  return { assertion, response }
}

/** Judges the token as an API does, with the keys that the server publishes. */
async function verifyToken(token: string, issuer: string): Promise<string> {
  const keys = await importJwkSet((await readJson(`${issuer}/oauth2/v1/keys`)) as object)
  const now = Math.floor(Date.now() / 1000)
  const report = await verifyAccessToken(token, { issuer, audience: issuer, keys, now })
  const kid = report.accepted ? report.header['kid'] : undefined
  if (typeof kid === 'string') return kid
  throw new CommandError(
    ExitCode.server,
    'the access token does not verify with the published keys',
  )
}

async function readJson(url: string, token?: string): Promise<unknown> {
  const response = await fetch(url, {
    headers: {
      accept: 'application/json',
      ...(token === undefined ? undefined : { authorization: `Bearer ${token}` }),
    },
    redirect: 'error',
    signal: AbortSignal.timeout(10_000),
  })
  if (response.ok) return response.json()
  throw new CommandError(ExitCode.server, `${url} answered HTTP ${response.status}`)
}
