/**
 * Reads a segment that is broken, so that a person sees what is in it. Servers do not do this.
 * @module
 */

/** The JSON object or the text of a segment; `undefined` when there is nothing to see. */
export function readLeniently(segment: string): object | string | undefined {
  const letters = segment
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replaceAll(/[^\w+/]/g, '')
  try {
    const binary = atob(letters.slice(0, letters.length - (letters.length % 4 === 1 ? 1 : 0)))
    const octets = Uint8Array.from(binary, (char) => char.charCodeAt(0))
    const text = new TextDecoder().decode(octets)
    if (text === '') return undefined
    return readObject(text) ?? text
  } catch {
    return undefined
  }
}

function readObject(text: string): object | undefined {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
