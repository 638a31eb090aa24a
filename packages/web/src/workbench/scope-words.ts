/**
 * The scopes in a text that has blanks between them.
 * @module
 */

/** Each of them; none of what is no text. */
export function scopeWords(scopes: unknown): readonly string[] {
  return typeof scopes === 'string' ? scopes.split(' ').filter((each) => each !== '') : []
}
