/**
 * The authorization server that the workbench talks to, as its metadata describes it.
 * @module
 */

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { intendedServer, mayReach, noteOwnName } from './reach.ts'

/** What is known of the server. */
export type Metadata =
  | { readonly state: 'none' | 'asking' }
  | {
      readonly state: 'found'
      readonly issuer: string
      readonly tokenEndpoint: string
      readonly scopes: readonly string[]
      /** What a server of ours says of itself beyond RFC 8414; others say nothing. */
      readonly environment?: 'development' | 'production'
      readonly policy: AssertionPolicy
    }
  | { readonly state: 'failed'; readonly because: 'unreachable' | 'no_metadata' | 'not_allowed' }

/** By what a server judges assertions, in the words of its metadata: what a server says may be anything. */
export type AssertionPolicy = Readonly<
  Partial<
    Record<
      'profile' | 'audience' | 'max_lifetime_seconds' | 'clock_tolerance_seconds' | 'jti_required',
      unknown
    >
  >
>

/** The issuer identifier that a person gave. */
export const issuer: Signal<string> = signal(intendedServer())
/** The token endpoint that a person gave, where the metadata says none. */
export const givenEndpoint: Signal<string> = signal('')
/** The server's metadata. */
export const metadata: Signal<Metadata> = signal({ state: 'none' })

/** Where token requests go; `undefined` while nobody said. */
export const tokenEndpoint: ReadonlySignal<string | undefined> = computed(() => {
  if (metadata.value.state === 'found') return metadata.value.tokenEndpoint
  return URL.canParse(givenEndpoint.value.trim()) ? givenEndpoint.value.trim() : undefined
})

/** The issuer as the server writes it, or as the person did. */
export const knownIssuer: ReadonlySignal<string> = computed(() =>
  metadata.value.state === 'found' ? metadata.value.issuer : asTyped(),
)

/** Seconds by which the clock of this machine is ahead of the server's; `undefined` where it says no time. */
export const clockAhead: Signal<number | undefined> = signal(undefined)

/** Reads the metadata of the issuer (RFC 8414, section 3). */
export async function askForMetadata(): Promise<void> {
  const asked = asTyped()
  if (!URL.canParse(asked)) {
    metadata.value = { state: 'none' }
    return
  }
  metadata.value = { state: 'asking' }
  const answer = await readMetadata(asked)
  if (asTyped() === asked) metadata.value = answer
}

function asTyped(): string {
  return issuer.value.trim().replace(/\/$/, '')
}

async function readMetadata(asked: string): Promise<Metadata> {
  const { origin, pathname } = new URL(asked)
  const path = pathname === '/' ? '' : pathname
  if (!mayReach(origin)) return { state: 'failed', because: 'not_allowed' }
  try {
    const url = `${origin}/.well-known/oauth-authorization-server${path}`
    const sentAt = Date.now()
    // A stored answer would tell an old time.
    const response = await fetch(url, { cache: 'no-store', credentials: 'omit' })
    compareClocks(response.headers.get('date'), sentAt, Date.now())
    const found = (await response.json()) as Readonly<Record<string, unknown>>
    noteOwnName(origin, found['issuer'])
    const { issuer: named, token_endpoint: endpoint, scopes_supported: scopes } = found
    const { environment, client_assertion_policy: policy } = found
    if (typeof named !== 'string' || typeof endpoint !== 'string') {
      return { state: 'failed', because: 'no_metadata' }
    }
    return {
      state: 'found',
      issuer: named,
      tokenEndpoint: endpoint,
      scopes: Array.isArray(scopes) ? scopes.filter((each) => typeof each === 'string') : [],
      ...(environment === 'development' || environment === 'production'
        ? { environment }
        : undefined),
      policy: policy ?? {},
    }
  } catch (error) {
    return {
      state: 'failed',
      because: error instanceof SyntaxError ? 'no_metadata' : 'unreachable',
    }
  }
}

/** `Date` has whole seconds, and the answer was made at some moment between sending and receiving. */
function compareClocks(date: string | null, sentAt: number, receivedAt: number): void {
  const served = date === null ? Number.NaN : Date.parse(date)
  if (Number.isNaN(served)) {
    clockAhead.value = undefined
    return
  }
  const early = (sentAt - served) / 1000 - 1
  const late = (receivedAt - served) / 1000
  clockAhead.value = early > 0 || late < 0 ? Math.round((early + late) / 2) : 0
}
