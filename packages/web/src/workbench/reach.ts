/**
 * Whom the page may talk to: what its own policy says, so that nobody waits for what the browser will stop.
 * @module
 */

const policy = document
  .querySelector('meta[http-equiv="Content-Security-Policy"]')
  ?.getAttribute('content')
const sources = /connect-src ([^;]+)/.exec(policy ?? '')?.[1]?.split(' ')

/** The origin by which the server of this page calls itself, where that is not the one that the page is from. */
let ownName: string | undefined

/** Notes what the server at an origin calls itself. Of others than that of this page it means nothing. */
export function noteOwnName(asked: string, issuer: unknown): void {
  if (asked === location.origin && typeof issuer === 'string' && URL.canParse(issuer)) {
    ownName = new URL(issuer).origin
  }
}

/** Whether a URL is one of the server that this page is from, by whichever of its names. */
export function isOwnServer(url: string): boolean {
  const { origin } = new URL(url, location.href)
  return origin === location.origin || origin === ownName
}

/**
 * Where to send what is meant for a URL. The server of this page is reached where the page is from: at
 * `localhost`, say, while it calls itself by the address.
 */
export function wayTo(url: string): string {
  const { pathname, search } = new URL(url, location.href)
  return isOwnServer(url) && location.protocol.startsWith('http')
    ? location.origin + pathname + search
    : url
}

/** A screen of the console of this page's server; `undefined` where a URL is of another one. */
export function consoleUrl(url: string, path: string): string | undefined {
  if (!location.protocol.startsWith('http') || !URL.canParse(url) || !isOwnServer(url)) {
    return undefined
  }
  const screen = new URL(path, location.origin)
  // People sign in under a name: see the server's place of the console.
  if (/^127\.|^\[::1\]$/.test(screen.hostname)) screen.hostname = 'localhost'
  return screen.href
}

/** Whether the policy of the page lets it send a request there. */
export function mayReach(url: string): boolean {
  if (sources === undefined) return true
  const { origin } = new URL(wayTo(url), location.href)
  return sources.includes(origin) || (sources.includes("'self'") && origin === location.origin)
}

/** The server that a file was made for, by the command line. */
export function intendedServer(): string {
  const named = document.querySelector('meta[name="keygrant-server"]')?.getAttribute('content')
  return named ?? (location.protocol.startsWith('http') ? location.origin : '')
}

/**
 * What tells this copy of the page from others: the hash of its own script when it is one file, and else that in the name
 * of its script, which changes with all that it loads.
 */
export const buildHash: string | undefined =
  /script-src '(sha256-[^']+)'/.exec(policy ?? '')?.[1] ??
  /-([\w-]+)\.js$/.exec(document.querySelector('script')?.src ?? '')?.[1]
