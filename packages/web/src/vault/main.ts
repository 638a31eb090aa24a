/**
 * The frame that holds the private key: a document without an origin and without any network. It makes,
 * reads, saves and clears a key for the person, and signs for the page around it.
 * @module
 */

import { KeyError } from '@keygrant/core/errors'
import type { PrivateKey } from '@keygrant/core/keys'
import { buildForm, kidOf } from './form.ts'
import { choices, type Encoding, make, publicSide, read, sign, write } from './held-key.ts'
import { createIdleClock } from './idle.ts'
import { type KeyEnd, readRequest, type VaultEvent, type VaultRequest } from './messages.ts'
import { vaultStrings } from './strings.ts'

const texts = vaultStrings
const offered = choices()
const form = buildForm(offered)
const shown = document.getElementById('shown') as HTMLElement
const { buttons } = form
/** Between a dialog and the edge of the frame, in pixels. */
const DIALOG_MARGIN = 8
let page: MessagePort | undefined
let held: PrivateKey | undefined
const idle = createIdleClock(
  () => {
    form.idle.hidden = false
  },
  () => void letGo('dropped'),
)

// The page around this frame hands over one end of a channel; from then on nothing else is heard.
addEventListener('message', ({ source, ports }) => {
  const [port] = ports
  if (source !== parent || port === undefined) return
  page = port
  port.addEventListener('message', ({ data }) => {
    const request = readRequest(data)
    if (request !== undefined) void answer(request)
  })
  port.start()
  void tellKey()
  tellHeight()
})

const heights = new ResizeObserver(tellHeight)
heights.observe(document.body)
heights.observe(form.dialog)

form.text.addEventListener('paste', () => setTimeout(() => void useText()))
form.text.addEventListener('dragover', (event) => event.preventDefault())
form.text.addEventListener('drop', (event) => {
  const file = event.dataTransfer?.files[0]
  if (file === undefined) return
  event.preventDefault()
  void useFile(file)
})
// Another text may hold other keys.
form.text.addEventListener('input', () => offerKeys([]))
form.passphrase.addEventListener('keydown', ({ key }) => {
  if (key === 'Enter') void useText()
})
buttons.use.addEventListener('click', () => void useText())
buttons.open.addEventListener('click', () => form.file.click())
form.file.addEventListener('change', () => {
  const file = form.file.files?.[0]
  form.file.value = ''
  if (file !== undefined) void useFile(file)
})
buttons.generate.addEventListener('click', () => {
  form.dialog.showModal()
  form.dialog.querySelector('h2')?.focus()
})
buttons.cancel.addEventListener('click', () => form.dialog.close())
buttons.make.addEventListener('click', () => void makePair())
form.kid.addEventListener('keydown', ({ key }) => {
  if (key === 'Enter') void makePair()
})
buttons.clear.addEventListener('click', () => void letGo('cleared'))
buttons.keep.addEventListener('click', touch)
buttons.show.addEventListener('click', () => {
  shown.hidden = !shown.hidden
  showText()
})
buttons.save.addEventListener('click', save)
for (const radio of Object.values(form.encodings)) radio.addEventListener('change', showText)

async function answer(request: VaultRequest): Promise<void> {
  if (request.type === 'theme') {
    document.documentElement.dataset['theme'] = request.theme
    return
  }
  if (request.type === 'begin') {
    form.status.textContent = texts[request.after]
    // Whoever writes elsewhere on the page keeps the focus.
    if (request.after === 'cleared') form.text.focus()
    return
  }
  const { id } = request
  if (held === undefined) {
    tell({ type: 'failed', id, reason: texts.noKey })
    return
  }
  try {
    const jwt = await sign(held, request)
    touch()
    tell({ type: 'signed', id, jwt })
  } catch (error) {
    tell({ type: 'failed', id, reason: sentenceOf(error) })
  }
}

async function makePair(): Promise<void> {
  const choice = offered[Number(form.kind.value)]
  if (choice === undefined) return
  form.dialog.close()
  const slow = setTimeout(() => (form.status.textContent = texts.making), 300)
  try {
    await hold(await make(choice, kidOf(form)), texts.made)
  } catch (error) {
    refuse(error)
  } finally {
    clearTimeout(slow)
  }
}

async function useFile(file: File): Promise<void> {
  const octets = new Uint8Array(await file.arrayBuffer())
  form.text.value = new TextDecoder().decode(octets)
  await useText(octets)
}

async function useText(octets?: Uint8Array): Promise<void> {
  const text = form.text.value
  if (text.trim() === '') {
    refuse(new Error(texts.nothing))
    form.text.focus()
    return
  }
  const slow = setTimeout(() => (form.status.textContent = texts.reading), 300)
  try {
    const input = octets === undefined || isText(octets) ? text : toBase64(octets)
    const kid = form.pickField.hidden ? '' : form.pick.value
    const { key, form: found } = await read(input, kid, form.passphrase.value)
    if (found.includes('PEM')) form.encodings.pem.checked = true
    else form.encodings.jwk.checked = true
    await hold(key, texts.recognised(found))
  } catch (error) {
    const code = error instanceof KeyError ? error.code : ''
    form.passphraseField.hidden = !code.startsWith('ERR_KEY_PASSPHRASE')
    offerKeys(code === 'ERR_KEY_AMBIGUOUS' ? kidsOf(text) : [])
    refuse(error)
    if (!form.passphraseField.hidden) form.passphrase.focus()
    else if (!form.pickField.hidden) form.pick.focus()
    else form.text.focus()
  } finally {
    clearTimeout(slow)
  }
}

/** Lets a person choose among the keys of a set. */
function offerKeys(kids: readonly string[]): void {
  form.pickField.hidden = kids.length === 0
  form.pick.replaceChildren(
    ...kids.map((kid) => {
      const option = document.createElement('option')
      option.value = kid
      option.textContent = kid
      return option
    }),
  )
}

/** The names of the keys of a JWK Set, when a text is one. */
function kidsOf(text: string): readonly string[] {
  try {
    const { keys } = JSON.parse(text) as { readonly keys?: readonly { readonly kid?: unknown }[] }
    return (keys ?? []).map(({ kid }) => kid).filter((kid) => typeof kid === 'string')
  } catch {
    return []
  }
}

/** Takes a key; what was typed goes. */
async function hold(key: PrivateKey, said: string): Promise<void> {
  held = key
  form.text.value = ''
  form.passphrase.value = ''
  form.passphraseField.hidden = true
  offerKeys([])
  form.message.hidden = true
  form.text.removeAttribute('aria-invalid')
  form.without.hidden = true
  form.withKey.hidden = false
  form.status.textContent = said
  touch()
  showText()
  buttons.save.focus()
  await tellKey()
}

/** Lets the key go. Then the page puts a new document in the place of this one. */
async function letGo(how: KeyEnd): Promise<void> {
  held = undefined
  shown.textContent = ''
  idle.stop()
  await tellKey()
  tell({ type: 'gone', how })
}

async function tellKey(): Promise<void> {
  const key = held === undefined ? undefined : await publicSide(held)
  form.facts.textContent = key === undefined ? '' : texts.facts(key)
  tell({ type: 'key', key })
}

function refuse(error: unknown): void {
  form.message.textContent = sentenceOf(error)
  form.message.hidden = false
  form.text.setAttribute('aria-invalid', 'true')
  form.status.textContent = ''
}

/** The sentence of core; of any other failure nothing, for it may have had the key in hand. */
function sentenceOf(error: unknown): string {
  if (error instanceof KeyError) return sentence(error.message)
  return error instanceof Error && error.message === texts.nothing ? texts.nothing : texts.failed
}

/** A message of core, as it stands alone. */
function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
}

function touch(): void {
  form.idle.hidden = true
  if (held !== undefined) idle.touch()
}

function encodingOf(): Encoding {
  return form.encodings.pem.checked ? 'pem' : 'jwk'
}

function showText(): void {
  buttons.save.textContent = texts.save[encodingOf()]
  buttons.show.textContent = shown.hidden ? texts.show : texts.hide
  shown.textContent = shown.hidden || held === undefined ? '' : write(held, encodingOf())
}

function save(): void {
  if (held === undefined) return
  const encoding = encodingOf()
  const url = URL.createObjectURL(new Blob([`${write(held, encoding)}\n`]))
  const link = document.createElement('a')
  link.href = url
  link.download = `${held.kid.replaceAll(/[^\w.-]/g, '_')}.${encoding}`
  link.click()
  URL.revokeObjectURL(url)
  form.status.textContent = texts.saved
  touch()
}

function tell(event: VaultEvent): void {
  // A port leads to one window; it has no origin to name.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  page?.postMessage(event)
}

/** A dialog needs room as well: the frame is all that it can be seen in. */
function tellHeight(): void {
  const [body, dialog] = [document.body, form.dialog].map(
    (each) => each.getBoundingClientRect().height,
  ) as [number, number]
  tell({ type: 'height', pixels: Math.ceil(Math.max(body, dialog + 2 * DIALOG_MARGIN)) })
}

function isText(octets: Uint8Array): boolean {
  return !octets.some((octet) => octet === 0)
}

/** DER, as the reader of texts takes it. */
function toBase64(octets: Uint8Array): string {
  return btoa(Array.from(octets, (octet) => String.fromCharCode(octet)).join(''))
}
