/**
 * Whether what the server advertises is so: each check asks the server from this browser.
 * @module
 */

import { clockAhead } from '../../api.ts'
import type { Organization } from '../../wire.ts'
import type { settingsStrings as texts } from './strings.ts'

/** The name of a check. */
export type CheckName = keyof typeof texts.checks

/** What came of a check. `found` says what was there instead, where that helps. */
export interface CheckOutcome {
  readonly name: CheckName
  readonly isGood: boolean
  readonly found: string
}

type Metadata = Readonly<Record<string, unknown>>
type Check = (world: World) => Promise<string | undefined>

interface World {
  readonly organization: Organization
  readonly metadata: Metadata
}

const FAR_MS = 30_000
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'priv']

/** Runs all checks, one after another: the server has other things to do. */
export async function runSelfCheck(organization: Organization): Promise<readonly CheckOutcome[]> {
  const metadata = await json('/.well-known/oauth-authorization-server')
  const world = { organization, metadata }
  const outcomes: CheckOutcome[] = []
  for (const [name, check] of Object.entries(CHECKS) as [CheckName, Check][]) {
    let found: string | undefined
    try {
      found = await check(world)
    } catch (error) {
      found = error instanceof Error ? error.message : String(error)
    }
    outcomes.push({ name, isGood: found === undefined, found: found ?? '' })
  }
  return outcomes
}

/** A check gives nothing when all is well, else what it found. */
const CHECKS: Readonly<Record<CheckName, Check>> = {
  metadata: async ({ metadata, organization }) => differs(metadata['issuer'], organization.issuer),
  origin: async ({ organization }) => {
    const { hostname, port, protocol } = new URL(organization.issuer)
    const isHere = port === location.port && protocol === location.protocol
    // A server at an address of this machine is met at localhost.
    const names = [hostname, ...(/^127\.|^\[::1\]$/.test(hostname) ? ['localhost'] : [])]
    return isHere && names.includes(location.hostname) ? undefined : location.origin
  },
  alias: async ({ metadata }) => {
    const alias = await json('/.well-known/openid-configuration')
    return JSON.stringify(alias) === JSON.stringify(metadata) ? undefined : JSON.stringify(alias)
  },
  jwks: async ({ metadata }) => {
    const { keys } = (await json(pathOf(metadata['jwks_uri']))) as {
      readonly keys?: readonly Metadata[]
    }
    if (keys === undefined || keys.length === 0) return 'no keys'
    const leaking = keys.find((key) => PRIVATE_MEMBERS.some((name) => Object.hasOwn(key, name)))
    return leaking === undefined ? undefined : `a private member in ${String(leaking['kid'])}`
  },
  token: ({ metadata }) => refusesNothing(metadata['token_endpoint']),
  introspection: ({ metadata }) => refusesNothing(metadata['introspection_endpoint']),
  revocation: ({ metadata }) => refusesNothing(metadata['revocation_endpoint']),
  algorithms: async ({ metadata, organization: { profiles, securityProfile } }) => {
    const profile = profiles.find(({ name }) => name === securityProfile)
    return differs(
      JSON.stringify(metadata['token_endpoint_auth_signing_alg_values_supported']),
      JSON.stringify(profile?.algorithms),
    )
  },
  clock: async () =>
    Math.abs(clockAhead.value) < FAR_MS
      ? undefined
      : `${Math.round(clockAhead.value / 1000)} s apart`,
  live: async () => {
    const { status } = await ask('/readyz')
    return status === 200 ? undefined : `status ${status}`
  },
  openapi: async () =>
    differs(String((await json('/api/v1/openapi.json'))['openapi']).slice(0, 2), '3.'),
}

/** A request without credentials is refused in the protocol's form: so the endpoint is there. */
async function refusesNothing(endpoint: unknown): Promise<string | undefined> {
  const response = await ask(pathOf(endpoint), {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  const { error } = (await response.json()) as { readonly error?: unknown }
  const isRefused = response.status >= 400 && response.status < 500 && typeof error === 'string'
  return isRefused ? undefined : `status ${response.status}`
}

async function json(path: string): Promise<Metadata> {
  return (await (await ask(path)).json()) as Metadata
}

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(path, { credentials: 'omit', cache: 'no-store', redirect: 'error', ...init })
}

/** The path alone: this page may ask its own server only, whatever the metadata names. */
function pathOf(url: unknown): string {
  return new URL(String(url)).pathname
}

function differs(found: unknown, expected: unknown): string | undefined {
  return found === expected ? undefined : String(found)
}
