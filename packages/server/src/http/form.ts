/**
 * Strict `application/x-www-form-urlencoded` (RFC 6749, appendix B): each parameter at most once.
 * @module
 */

/** Why a form can't be read. */
export type FormFault =
  'too_many' | 'bad_name' | 'bad_encoding' | 'control_character' | 'duplicate' | 'several_resources'

/** Parameters by name; those without a value are left out (RFC 6749, section 3.2). */
export type FormParameters = ReadonlyMap<string, string>

/** A form, or why it is none. */
export type FormResult =
  | { readonly ok: true; readonly parameters: FormParameters }
  | { readonly ok: false; readonly fault: FormFault }

/** A form may have this many parameters. */
export const MAX_FORM_PARAMETERS = 100

const PARAMETER_NAME = /^[\w.:~-]{1,64}$/
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/
const PRINTABLE_ASCII = /^[\u0020-\u007e]*$/

/**
 * Reads a form. Refused: a parameter that is there twice, percent-encoding that is not UTF-8, control
 * characters, names beyond letters, digits and `_ . : ~ -` (such as `scope[]`), octets that should have
 * been percent-encoded. A blank that was not encoded is read as a blank.
 */
export function parseForm(octets: Uint8Array): FormResult {
  const text = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('latin1')
  if (!PRINTABLE_ASCII.test(text)) return { ok: false, fault: 'bad_encoding' }
  const parameters = new Map<string, string>()
  let count = 0
  let hasEmpty = false
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    end = placeOf('&', text, start, text.length)
    if (end === start) continue
    if (++count > MAX_FORM_PARAMETERS) return { ok: false, fault: 'too_many' }
    const equals = placeOf('=', text, start, end)
    const name = decode(text.slice(start, equals))
    const sent = text.slice(equals + 1, end)
    const value = decode(sent)
    if (name === undefined || value === undefined) return { ok: false, fault: 'bad_encoding' }
    if (!PARAMETER_NAME.test(name)) return { ok: false, fault: 'bad_name' }
    // Only what was percent-encoded can have brought one along.
    if (value !== sent && CONTROL.test(value)) return { ok: false, fault: 'control_character' }
    if (parameters.has(name)) {
      // The one parameter that may come more than once (RFC 8707, section 2), and that this server takes once.
      return { ok: false, fault: name === 'resource' ? 'several_resources' : 'duplicate' }
    }
    parameters.set(name, value)
    hasEmpty ||= value === ''
  }
  if (hasEmpty) for (const [name, value] of parameters) if (value === '') parameters.delete(name)
  return { ok: true, parameters }
}

/** Where a character stands between two places, or else the second of them. */
function placeOf(character: string, text: string, start: number, end: number): number {
  const place = text.indexOf(character, start)
  return place === -1 || place > end ? end : place
}

function decode(text: string): string | undefined {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return undefined
  }
}
