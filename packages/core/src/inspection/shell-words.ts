/**
 * The words of a command line, as a POSIX shell reads them. Nothing is expanded or run.
 * @module
 */

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

/**
 * Splits a command line into words: quotes of all three kinds, backslashes, and lines that go on.
 * A caret or a backtick at the end of a line counts as well: Windows' shells write those. A quote
 * that is never closed reaches to the end.
 */
export function shellWords(line: string): readonly string[] {
  const text = line.replaceAll(/[\\^`]\r?\n/g, ' ')
  const words: string[] = []
  let word: string | undefined
  let at = 0
  while (at < text.length) {
    const start = text.charAt(at)
    if (/\s/.test(start)) {
      if (word !== undefined) words.push(word)
      word = undefined
      at++
      continue
    }
    const isDollarQuote = text.startsWith("$'", at)
    const quote = isDollarQuote ? "'" : start === "'" || start === '"' ? start : undefined
    word ??= ''
    if (quote === undefined) {
      if (start === '\\') at++
      word += text.charAt(at)
      at++
      continue
    }
    at += isDollarQuote ? 2 : 1
    while (at < text.length && text.charAt(at) !== quote) {
      const next = text.charAt(at + 1)
      const isEscape =
        text.charAt(at) === '\\' && (isDollarQuote || (quote === '"' && /["\\$`]/.test(next)))
      if (isEscape) at++
      const char = text.charAt(at)
      word += isEscape && isDollarQuote ? (ESCAPES[char] ?? char) : char
      at++
    }
    at++
  }
  if (word !== undefined) words.push(word)
  return words
}
