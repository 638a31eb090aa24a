/**
 * What the page knows: what was pasted, what is expected, when, and what came out.
 * @module
 */

import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { PublicKey } from '@keygrant/core/keys'
import type { FoundKey } from './key-reader.ts'
import { type Receiver, receiverOf } from './expectations.ts'
import type { Inspection, Question } from './inspection.ts'
import type { ServerAnswer } from './server-answer.ts'
import type { JwtKind } from './jwt-kind.ts'
import { recognise, type Recognised } from '@keygrant/core/inspection'
import { redactText } from './redact.ts'
import { type Receipt, receiptOf } from './receipt.ts'

/** Reading keys takes a moment. */
export type KeysState =
  | { readonly state: 'none' }
  | { readonly state: 'reading' }
  | { readonly state: 'read'; readonly found: readonly FoundKey[] }
  | { readonly state: 'failed' }

const clock = (): number => Math.floor(Date.now() / 1000)

/** The text of the paste box; private keys never get here. */
export const pasted: Signal<string> = signal('')
/** Whether a private key was taken out of the paste box. */
export const hadPrivateKey: Signal<boolean> = signal(false)
/** What the text is. */
export const recognised: ReadonlySignal<Recognised> = computed(() => recognise(pasted.value))

/** The form of the receiver. */
export const profile: Signal<'okta' | 'strict'> = signal('okta')
export const endpoint: Signal<string> = signal('')
export const issuer: Signal<string> = signal('')
export const clientId: Signal<string> = signal('')
export const audience: Signal<string> = signal('')
export const keyText: Signal<string> = signal('')
/** Whether a private key was taken out of the key box. */
export const hadPrivateKeyInKeys: Signal<boolean> = signal(false)

/** What the page that led here says of a JWT. */
export const told: Signal<(Receipt & { readonly jwt: string }) | undefined> = signal(undefined)
/** When a server received what is in the box, as far as that is known. */
export const receipt: ReadonlySignal<Receipt | undefined> = computed(() => {
  const what = recognised.value
  if (what.kind === 'jwt' && what.jwt === told.value?.jwt) return told.value
  return 'response' in what && what.response !== undefined ? receiptOf(what.response) : undefined
})
/** The moment at which the JWT is judged. */
export interface Instant {
  readonly seconds: number
  /** `now` is the moment of pasting; `received`: see {@link receipt}; `issued`: its own `iat`. */
  readonly is: 'now' | 'received' | 'issued' | 'chosen'
}
/** When it is judged. */
export const instant: Signal<Instant> = signal({ seconds: clock(), is: 'now' })
/** What a person says it is; `undefined`: what it seems to be. */
export const chosenKind: Signal<JwtKind | undefined> = signal(undefined)

/** What the receiver expects, with where each value comes from. */
export const receiver: ReadonlySignal<Receiver> = computed(() => {
  const what = recognised.value
  const fields = {
    endpoint: endpoint.value,
    issuer: issuer.value,
    clientId: clientId.value,
    audience: audience.value,
  }
  return receiverOf(fields, 'request' in what ? what.request : undefined)
})

/** The keys of the receiver. */
export const receiverKeys: ReadonlySignal<KeysState> = readingOf(keyText)
/** The keys that were pasted into the box. */
export const pastedKeys: ReadonlySignal<KeysState> = readingOf(
  computed(() => (recognised.value.kind === 'keys' ? recognised.value.text : '')),
)

/** What is asked about the JWT in the box; `undefined` while something is missing. */
export const question: Signal<Question | undefined> = signal(undefined)
/** What a server made of it, and of what exactly. */
export const explained: Signal<
  { readonly about: string; readonly answer: ServerAnswer } | undefined
> = signal(undefined)
/** The judgement of the JWT in the box; `undefined` without one. */
export const inspection: Signal<Inspection | undefined> = signal(undefined)
/** Whether the browser could not make the checks. */
export const hasFailed: Signal<boolean> = signal(false)
/** What it is judged as. */
export const kind: ReadonlySignal<JwtKind> = computed(
  () => chosenKind.value ?? inspection.value?.kind ?? 'assertion',
)

/** The views of what came out, and the rulebook with them. */
export type Outcome = typeof import('./outcome.tsx')
/** They are on their way. */
export const loading: Promise<Outcome> = import('./outcome.tsx')
/** The same, once it is there. */
export const outcome: Signal<Outcome | undefined> = signal(undefined)
void loading.then((loaded) => (outcome.value = loaded))

effect(() => {
  const what = recognised.value
  const keys = receiverKeys.value
  const rulebook = outcome.value
  if (what.kind !== 'jwt' || rulebook === undefined) {
    question.value = undefined
    inspection.value = undefined
    return
  }
  if (keys.state === 'reading') return
  const asked = {
    jwt: what.jwt,
    source: what.source,
    request: what.request,
    kind: chosenKind.value,
    profile: profile.value,
    receiver: receiver.value,
    keys:
      keys.state === 'read' && receipt.value?.from !== 'log' ? usableKeys(keys.found) : undefined,
    now: instant.value.seconds,
  }
  question.value = asked
  const said = explained.value
  const answer = said?.about === rulebook.requestOf(asked) ? said.answer : undefined
  return latest(rulebook.inspect(asked, answer), (result) => {
    inspection.value = result
    hasFailed.value = result === undefined
  })
})

/** Takes what a person pasted or typed. When it is judged follows, unless a person chose that. */
export function setPasted(text: string): void {
  const safe = redactText(text)
  hadPrivateKey.value = safe !== text || (hadPrivateKey.value && safe.includes('[redacted]'))
  chosenKind.value = undefined
  pasted.value = safe
  if (instant.value.is !== 'chosen') judgeAtFirst()
}

/** What was refused then may hold now, and the other way round: the question is mostly why it was refused. */
function judgeAtFirst(): void {
  const what = recognised.value
  const { from, seconds } = receipt.value ?? {}
  const status = 'response' in what ? (what.response?.status ?? 0) : 0
  const isPast = seconds !== undefined && (from !== 'response' || status >= 400)
  instant.value = isPast ? { seconds, is: 'received' } : { seconds: clock(), is: 'now' }
}

/** Takes the keys of the receiver. */
export function setKeyText(text: string): void {
  const safe = redactText(text)
  hadPrivateKeyInKeys.value =
    safe !== text || (hadPrivateKeyInKeys.value && safe.includes('[redacted]'))
  keyText.value = safe
}

/** Judges it at another moment; without one, now. */
export function judgeAt(is: Instant['is'], seconds: number = clock()): void {
  if (Number.isFinite(seconds)) instant.value = { seconds: Math.round(seconds), is }
}

/** As if the page were new. */
export function clear(): void {
  explained.value = undefined
  setPasted('')
  setKeyText('')
  for (const field of [endpoint, issuer, clientId, audience]) field.value = ''
  profile.value = 'okta'
  judgeAt('now')
}

/** The keys that can verify; `undefined` when there is none, so that the check is skipped. */
export function usableKeys(found: readonly FoundKey[]): readonly PublicKey[] | undefined {
  const keys = found.flatMap(({ key }) => (key === undefined ? [] : [key]))
  return keys.length === 0 ? undefined : keys
}

/** Whether a text is the address of something, and not the thing. */
export function isUrl(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text)
}

function readingOf(text: ReadonlySignal<string>): ReadonlySignal<KeysState> {
  const state = signal<KeysState>({ state: 'none' })
  effect(() => {
    const trimmed = text.value.trim()
    if (trimmed === '' || isUrl(trimmed)) {
      state.value = { state: 'none' }
      return
    }
    state.value = { state: 'reading' }
    const reading = import('./key-reader.ts').then(({ readKeys }) => readKeys(trimmed))
    return latest(reading, (found) => {
      state.value = found === undefined ? { state: 'failed' } : { state: 'read', found }
    })
  })
  return state
}

/** Hands a result on unless something newer was asked for since; `undefined` when it failed. */
function latest<T>(work: Promise<T>, take: (result: T | undefined) => void): () => void {
  let isStale = false
  const wait = async (): Promise<void> => {
    const result = await work.catch(() => undefined)
    if (!isStale) take(result)
  }
  void wait()
  return () => {
    isStale = true
  }
}
