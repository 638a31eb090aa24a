/**
 * When the session ends if nothing happens any more, and that its person is told in time.
 * @module
 */

import { type ReadonlySignal, type Signal, computed, effect, signal } from '@preact/signals'
import { attendedAt, serverNow } from './api.ts'
import { watchPresence } from './presence.ts'
import { own, renewSession } from './session.ts'
import type { OwnSession } from './wire.ts'

/** So long before the end its person is asked. */
const WARNING_MS = 120_000
/** The server notes the use of a session no more often than this: the end may be so much nearer than it seems. */
const NOTED_EVERY_MS = 60_000
/** Somebody who only types or reads is there, too: after so long without a request the page says so to the server. */
const RENEW_MS = 300_000
/** When the server has not said that it is over, it is asked again after this. */
const AGAIN_MS = 10_000

/** When the session ends, by the clock of the server: never later than it does. 0 without a session. */
const end: Signal<number> = signal(0)
const isNear: Signal<boolean> = signal(false)
/** The end of which the person knows, and which nothing puts off. */
const knownEnd: Signal<number> = signal(0)
let timer: ReturnType<typeof setTimeout> | undefined

/** The end that is near. `isFinal`: no use of the session puts it off. */
export interface NearEnd {
  readonly at: number
  readonly isFinal: boolean
}

/** The end of the session, when its person has to be asked; else `undefined`. */
export const nearEnd: ReadonlySignal<NearEnd | undefined> = computed(() => {
  const session = own.value
  if (session === undefined || !isNear.value || knownEnd.value === end.value) return undefined
  return { at: end.value, isFinal: end.value >= Date.parse(session.endsAt) }
})

/** The person knows that the end is near: they are not asked again. */
export function noteKnown(): void {
  knownEnd.value = end.peek()
}

/** Watches the end of the session from now on. */
export function watchSessionEnd(): void {
  const others = new BroadcastChannel('keygrant.session-end')
  effect(() => {
    const session = own.value
    setEnd(session === undefined ? 0 : Date.parse(session.expiresAt))
    tell(others)
  })
  effect(() => {
    const at = attendedAt.value
    const session = own.peek()
    if (session === undefined || at === 0) return
    putOff(session, at + session.idleSeconds * 1000 - NOTED_EVERY_MS)
    tell(others)
  })
  // The same session in another tab: who is there is here, too.
  others.addEventListener('message', ({ data }: MessageEvent<Told>) => {
    const session = own.peek()
    if (session?.id === data.id) putOff(session, data.end)
  })
  document.addEventListener('visibilitychange', look)
  watchPresence(() => {
    const session = own.peek()
    if (session === undefined || isNear.peek()) return
    const isFinal = end.peek() >= Date.parse(session.endsAt)
    const unused = session.idleSeconds * 1000 - (end.peek() - serverNow())
    if (!isFinal && unused > RENEW_MS) void renew()
  })
}

/** What tabs tell each other. */
interface Told {
  readonly id: string
  readonly end: number
}

function tell(others: BroadcastChannel): void {
  const id = own.peek()?.id
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A channel has no other origin.
  if (id !== undefined) others.postMessage({ id, end: end.peek() } satisfies Told)
}

function putOff({ endsAt }: OwnSession, to: number): void {
  setEnd(Math.max(end.peek(), Math.min(to, Date.parse(endsAt))))
}

function setEnd(at: number): void {
  end.value = at
  look()
}

/** Asks the person when the end is near, and the server when it should be over. */
function look(): void {
  clearTimeout(timer)
  const left = end.peek() - serverNow()
  isNear.value = end.peek() !== 0 && left <= WARNING_MS
  if (end.peek() === 0) return
  if (left > WARNING_MS) timer = setTimeout(look, left - WARNING_MS)
  else if (left > 0) timer = setTimeout(look, left)
  else {
    void renew()
    timer = setTimeout(look, AGAIN_MS)
  }
}

/** Nobody waits for it: when it fails, the next call says why. */
function renew(): Promise<void> {
  return renewSession().catch(() => undefined)
}
