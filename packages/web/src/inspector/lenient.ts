/**
 * Reads a segment that is broken, so that a person sees what is in it. Servers do not do this.
 * @module
 */

/** The octets of a segment; letters that are not of base64 are passed over. */
export function lenientOctets(segment: string): Uint8Array {
  const letters = segment
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replaceAll(/[^\w+/]/g, '')
  try {
    const binary = atob(letters.length % 4 === 1 ? letters.slice(0, -1) : letters)
    return Uint8Array.from(binary, (char) => char.charCodeAt(0))
  } catch {
    return new Uint8Array()
  }
}

/** The JSON object or the text of a segment; `undefined` when there is nothing to see. */
export function readLeniently(segment: string): object | string | undefined {
  const text = new TextDecoder().decode(lenientOctets(segment))
  return text === '' ? undefined : (readObject(text) ?? text)
}

function readObject(text: string): object | undefined {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
