/**
 * A trial of the isolation: a script in a frame like that of the key, which tries each way out and tells the
 * page what came of it. It holds no key.
 * @module
 */

import type { WayOut } from './ways.ts'

/** How long is waited for the word that the policy stopped something. */
const WAIT_MS = 250

/** Whatever throws at once was refused; of all others only the word of the policy counts: a request that failed was sent. */
const WAYS: Readonly<Record<WayOut, (to: string) => unknown>> = {
  fetch: (to) => fetch(to, { mode: 'no-cors' }),
  request: (to) => {
    const request = new XMLHttpRequest()
    request.open('GET', to)
    request.send()
  },
  beacon: (to) => navigator.sendBeacon(to),
  socket: (to) => new WebSocket(to.replace('http', 'ws')),
  events: (to) => new EventSource(to),
  image: (to) => add('img', { src: to }),
  style: (to) => add('link', { rel: 'stylesheet', href: to }),
  script: (to) => add('script', { src: to }),
  module: (to) => import(to),
  font: (to) => new FontFace('x', `url(${to})`).load(),
  worker: (to) => new Worker(to),
  frame: (to) => add('iframe', { src: to }),
  window: (to) => open(to) ?? refused(),
  navigation: (to) => {
    ;(top as Window).location.href = to
  },
  storage: () => localStorage.length,
  page: () => parent.document.body,
}

addEventListener('message', ({ source, data, ports }) => {
  const [port] = ports
  if (source !== parent || port === undefined || typeof data !== 'string') return
  void tryAll(port, data)
})

async function tryAll(port: MessagePort, origin: string): Promise<void> {
  for (const [way, attempt] of Object.entries(WAYS)) {
    const isRefused = await isStopped(() => attempt(`${origin}/trial/${way}`))
    // A port leads to one window; it has no origin to name.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    port.postMessage({ way, isRefused })
  }
}

async function isStopped(attempt: () => unknown): Promise<boolean> {
  let stop = (): void => undefined
  const stopped = new Promise<boolean>((resolve) => {
    stop = () => resolve(true)
  })
  document.addEventListener('securitypolicyviolation', stop)
  try {
    Promise.resolve(attempt()).catch(() => undefined)
    return await Promise.race([stopped, late()])
  } catch {
    return true
  } finally {
    document.removeEventListener('securitypolicyviolation', stop)
  }
}

function add(name: string, attributes: Readonly<Record<string, string>>): void {
  document.body.append(Object.assign(document.createElement(name), attributes))
}

function late(): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), WAIT_MS))
}

function refused(): never {
  throw new Error('refused')
}
