/**
 * The form in the frame: plain elements, so that little runs beside the key.
 * @module
 */

import type { Choice, Encoding } from './held-key.ts'
import { vaultStrings } from './strings.ts'

/** The elements that are read, changed and listened to. */
export interface VaultForm {
  readonly text: HTMLTextAreaElement
  readonly kidFrom: HTMLSelectElement
  /** The person's own `kid`. */
  readonly kid: HTMLInputElement
  readonly passphrase: HTMLInputElement
  readonly kind: HTMLSelectElement
  /** Which of several keys is meant, by its `kid`. */
  readonly pick: HTMLSelectElement
  readonly file: HTMLInputElement
  /** What a new pair is like. */
  readonly dialog: HTMLDialogElement
  readonly encodings: Readonly<Record<Encoding, HTMLInputElement>>
  readonly message: HTMLElement
  readonly status: HTMLElement
  readonly facts: HTMLElement
  readonly idle: HTMLElement
  readonly buttons: Readonly<
    Record<
      'generate' | 'make' | 'cancel' | 'open' | 'use' | 'show' | 'save' | 'clear' | 'keep',
      HTMLButtonElement
    >
  >
  /** What is there without a key, and what is there with one. */
  readonly without: HTMLElement
  readonly withKey: HTMLElement
  readonly passphraseField: HTMLElement
  readonly pickField: HTMLElement
}

/** Inputs of secrets: nothing that helps with writing may see them. */
const PRIVATE = {
  autocomplete: 'off',
  autocapitalize: 'off',
  spellcheck: 'false',
  'data-1p-ignore': 'true',
  'data-lpignore': 'true',
}

type Attributes = Readonly<Record<string, string>>

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

function button(name: string, label: string, look = ''): HTMLButtonElement {
  return element('button', { type: 'button', id: name, class: look }, label)
}

function field(label: string, control: HTMLElement): HTMLElement {
  return element('div', { class: 'field' }, element('label', { for: control.id }, label), control)
}

function encoding(name: Encoding, label: string): readonly [HTMLInputElement, HTMLElement] {
  const radio = element('input', { type: 'radio', name: 'encoding', id: name, value: name })
  return [radio, element('label', { class: 'choice' }, radio, element('span', {}, label))]
}

/** Builds the form into the document. */
export function buildForm(choices: readonly Choice[]): VaultForm {
  const texts = vaultStrings
  const text = element('textarea', {
    id: 'private',
    class: 'mono',
    rows: '5',
    placeholder: texts.placeholder,
    'aria-describedby': 'message',
    ...PRIVATE,
  })
  const kidFrom = element('select', { id: 'kid-from' })
  kidFrom.append(
    ...Object.entries(texts.kids).map(([value, label]) => element('option', { value }, label)),
  )
  const kid = element('input', { type: 'text', id: 'kid', class: 'mono', ...PRIVATE })
  const kidField = field(texts.kid, kid)
  kidField.hidden = true
  kidFrom.addEventListener('change', () => {
    kidField.hidden = kidFrom.value !== 'own'
  })
  const passphrase = element('input', { type: 'password', id: 'passphrase', ...PRIVATE })
  const kind = element('select', { id: 'kind' })
  kind.append(
    ...choices.map(({ name }, index) => {
      const note = texts.notes[name]
      const label = note === undefined ? name : `${name} (${note})`
      return element('option', { value: String(index) }, label)
    }),
  )
  const file = element('input', {
    type: 'file',
    id: 'file',
    hidden: '',
    'aria-label': texts.open,
  })
  const [jwk, jwkLabel] = encoding('jwk', texts.encodings.jwk)
  const [pem, pemLabel] = encoding('pem', texts.encodings.pem)
  jwk.checked = true
  const message = element('p', { id: 'message', role: 'alert', class: 'alert', hidden: '' })
  const status = element('p', { role: 'status', class: 'hint', id: 'status' })
  const facts = element('p', { id: 'facts', class: 'facts-line' })
  const buttons = {
    generate: button('generate', texts.generate),
    make: button('make', texts.make, 'primary'),
    cancel: button('cancel', texts.cancel),
    open: button('open', texts.open),
    use: button('use', texts.use, 'primary'),
    show: button('show', texts.show),
    save: button('save', texts.save.jwk),
    clear: button('clear', texts.clear),
    keep: button('keep', texts.keep),
  }
  const passphraseField = field(texts.passphrase, passphrase)
  const pick = element('select', { id: 'pick' })
  const pickField = field(texts.pick, pick)
  const without = element(
    'div',
    { class: 'part' },
    field(texts.paste, text),
    message,
    passphraseField,
    pickField,
    element('div', { class: 'line' }, buttons.use, buttons.generate, buttons.open, file),
    element('p', { class: 'hint' }, texts.stays),
  )
  const dialog = element(
    'dialog',
    { 'aria-labelledby': 'dialog-title' },
    element('h2', { id: 'dialog-title', tabindex: '-1' }, texts.makeTitle),
    field(texts.kind, kind),
    field(texts.kidFrom, kidFrom),
    kidField,
    element('div', { class: 'line' }, buttons.make, buttons.cancel),
  )
  const withKey = element(
    'div',
    { class: 'part', hidden: '' },
    facts,
    element(
      'fieldset',
      { class: 'line' },
      element('legend', { class: 'visually-hidden' }, texts.encoding),
      jwkLabel,
      pemLabel,
    ),
    element('div', { class: 'line' }, buttons.save, buttons.show, buttons.clear),
    element('pre', { id: 'shown', class: 'mono', hidden: '', tabindex: '0' }),
  )
  const idle = element(
    'p',
    { role: 'alert', class: 'alert', id: 'idle', hidden: '' },
    element('span', {}, texts.idle),
    buttons.keep,
  )
  passphraseField.hidden = true
  pickField.hidden = true
  document.body.append(element('main', { class: 'part' }, without, withKey, idle, status), dialog)
  return {
    text,
    kidFrom,
    kid,
    passphrase,
    kind,
    pick,
    file,
    dialog,
    encodings: { jwk, pem },
    message,
    status,
    facts,
    idle,
    buttons,
    without,
    withKey,
    passphraseField,
    pickField,
  }
}

/** The `kid` that a person wants for a new pair; an empty one stands for the thumbprint. */
export function kidOf({ kidFrom, kid }: VaultForm): string {
  switch (kidFrom.value) {
    case 'date':
      return new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')
    case 'own':
      return kid.value.trim()
    default:
      return ''
  }
}
