/**
 * The authorization server that the workbench talks to, as its metadata describes it.
 * @module
 */

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'

/** What is known of the server. */
export type Metadata =
  | { readonly state: 'none' | 'asking' }
  | { readonly state: 'found'; readonly issuer: string; readonly tokenEndpoint: string }
  | { readonly state: 'failed'; readonly because: 'unreachable' | 'no_metadata' }

/** Whether the page comes from a server, which may be the one that it talks to. */
export const isServed: boolean = location.protocol.startsWith('http')

/** The issuer identifier that a person gave. */
export const issuer: Signal<string> = signal(isServed ? location.origin : '')
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
  try {
    const response = await fetch(`${origin}/.well-known/oauth-authorization-server${path}`)
    const found = (await response.json()) as Readonly<Record<string, unknown>>
    const { issuer: named, token_endpoint: endpoint } = found
    if (typeof named !== 'string' || typeof endpoint !== 'string') {
      return { state: 'failed', because: 'no_metadata' }
    }
    return { state: 'found', issuer: named, tokenEndpoint: endpoint }
  } catch (error) {
    return {
      state: 'failed',
      because: error instanceof SyntaxError ? 'no_metadata' : 'unreachable',
    }
  }
}
