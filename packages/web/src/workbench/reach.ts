/**
 * Whom the page may talk to: what its own policy says, so that nobody waits for what the browser will stop.
 * @module
 */

const policy = document
  .querySelector('meta[http-equiv="Content-Security-Policy"]')
  ?.getAttribute('content')
const sources = /connect-src ([^;]+)/.exec(policy ?? '')?.[1]?.split(' ')

/** Whether the policy of the page lets it send a request there. */
export function mayReach(url: string): boolean {
  if (sources === undefined) return true
  const { origin } = new URL(url, location.href)
  return sources.includes(origin) || (sources.includes("'self'") && origin === location.origin)
}

/** The server that a file was made for, by the command line. */
export function intendedServer(): string {
  const named = document.querySelector('meta[name="keygrant-server"]')?.getAttribute('content')
  return named ?? (location.protocol.startsWith('http') ? location.origin : '')
}

/** The hash of the page's own script, when the page is one file: whoever has two copies can compare. */
export const scriptHash: string | undefined = /script-src '(sha256-[^']+)'/.exec(policy ?? '')?.[1]
