/**
 * The page's side of the frame that holds the private key: what it may know, and what it may ask.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import type { HeldKey, KeyEnd, VaultEvent, VaultRequest } from '../vault/messages.ts'

/** What is to be signed. */
export type SignRequest = Omit<Extract<VaultRequest, { type: 'sign' }>, 'type' | 'id'>

/** The public side of the key in the frame; `undefined` without one. */
export const heldKey: Signal<HeldKey | undefined> = signal(undefined)

interface Waiting {
  resolve(jwt: string): void
  reject(error: Error): void
}

const waiting = new Map<number, Waiting>()
let port: MessagePort | undefined
let lastId = 0
/** How the key of the document before this one went. */
let keyEnd: KeyEnd | undefined

/** Connects to the frame, now and whenever it loads. */
export function connectVault(frame: HTMLIFrameElement): void {
  const connect = (): void => {
    const channel = new MessageChannel()
    port?.close()
    port = channel.port1
    port.addEventListener('message', ({ data }) => hear(data as VaultEvent, frame))
    port.start()
    // The frame has no origin that could be named; the port goes to the window in it and to no other.
    frame.contentWindow?.postMessage('port', '*', [channel.port2])
    tellTheme()
    if (keyEnd === undefined) return
    if (keyEnd === 'cleared') frame.focus()
    send({ type: 'begin', after: keyEnd })
    keyEnd = undefined
  }
  frame.addEventListener('load', connect)
  connect()
  new MutationObserver(tellTheme).observe(document.documentElement, {
    attributeFilter: ['data-theme'],
  })
}

/** Has a header and claims signed by the key in the frame. */
export function signInVault(request: SignRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    const id = ++lastId
    waiting.set(id, { resolve, reject })
    send({ type: 'sign', id, ...request })
  })
}

const PUBLIC_MEMBERS = ['kty', 'kid', 'alg', 'use', 'key_ops', 'crv', 'x', 'y', 'n', 'e', 'pub']

/** Whatever a frame says, no private member gets into this page. */
function publicHalf(key: HeldKey): HeldKey {
  const members = Object.entries(key.jwk).filter(([name]) => PUBLIC_MEMBERS.includes(name))
  return { ...key, jwk: { ...Object.fromEntries(members), kid: key.jwk.kid } }
}

function tellTheme(): void {
  send({ type: 'theme', theme: document.documentElement.dataset['theme'] ?? 'system' })
}

function send(request: VaultRequest): void {
  port?.postMessage(request)
}

function hear(event: VaultEvent, frame: HTMLIFrameElement): void {
  switch (event.type) {
    case 'key':
      heldKey.value = event.key === undefined ? undefined : publicHalf(event.key)
      break
    case 'gone':
      keyEnd = event.how
      // Put into its place once more it is another document, to which nothing of the key comes along.
      frame.replaceWith(frame)
      break
    case 'height':
      frame.style.height = `${event.pixels}px`
      break
    case 'signed':
      waiting.get(event.id)?.resolve(event.jwt)
      waiting.delete(event.id)
      break
    case 'failed':
      waiting.get(event.id)?.reject(new Error(event.reason))
      waiting.delete(event.id)
      break
  }
}
