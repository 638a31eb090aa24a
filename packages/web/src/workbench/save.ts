/**
 * Saves a text as a file of the person.
 * @module
 */

/** Offers it for download. */
export function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([`${text}\n`]))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
