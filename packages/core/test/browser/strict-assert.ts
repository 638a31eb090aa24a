/**
 * What the tests use of node:assert/strict, for a page.
 * @module
 */

/** What a failed assertion throws. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/** What an error has to be: a pattern of its text, its class, a judge, the very value, or some of its members. */
type Expected = RegExp | Error | ((error: unknown) => unknown) | Readonly<Record<string, unknown>>

function assert(value: unknown, message?: string): asserts value {
  if (!value) throw new AssertionError(message ?? `${show(value)} is not truthy`)
}

/** The functions of node:assert/strict. */
const strictAssert = Object.assign(assert, {
  AssertionError,
  ok: assert,

  equal(actual: unknown, expected: unknown, message?: string): void {
    if (!Object.is(actual, expected)) throw differing(actual, 'is not', expected, message)
  },

  notEqual(actual: unknown, expected: unknown, message?: string): void {
    if (Object.is(actual, expected)) throw differing(actual, 'is', expected, message)
  },

  deepEqual(actual: unknown, expected: unknown, message?: string): void {
    if (!isDeepEqual(actual, expected)) throw differing(actual, 'is not', expected, message)
  },

  notDeepEqual(actual: unknown, expected: unknown, message?: string): void {
    if (isDeepEqual(actual, expected)) throw differing(actual, 'is', expected, message)
  },

  match(text: string, pattern: RegExp, message?: string): void {
    if (!pattern.test(text)) throw differing(text, 'does not match', pattern, message)
  },

  doesNotMatch(text: string, pattern: RegExp, message?: string): void {
    if (pattern.test(text)) throw differing(text, 'matches', pattern, message)
  },

  fail(message?: string): never {
    throw new AssertionError(message ?? 'failed')
  },

  throws(run: () => unknown, expected?: Expected): void {
    try {
      run()
    } catch (error) {
      judgeError(error, expected)
      return
    }
    throw new AssertionError('it did not throw')
  },

  doesNotThrow(run: () => unknown): void {
    run()
  },

  async rejects(run: Promise<unknown> | (() => Promise<unknown>), expected?: Expected) {
    try {
      await (typeof run === 'function' ? run() : run)
    } catch (error) {
      judgeError(error, expected)
      return
    }
    throw new AssertionError('it did not reject')
  },
})

// oxlint-disable-next-line no-default-export -- node:assert/strict has one, and this takes its place.
export default strictAssert

function judgeError(error: unknown, expected: Expected | undefined): void {
  if (expected === undefined || error === expected) return
  if (expected instanceof RegExp) {
    if (!expected.test(String(error))) throw differing(String(error), 'does not match', expected)
    return
  }
  if (typeof expected === 'function') {
    const isClass = expected.prototype !== undefined
    if (isClass ? error instanceof expected : expected(error) === true) return
    throw new AssertionError(`${String(error)} is not what was expected`)
  }
  for (const [name, value] of Object.entries(expected)) {
    const actual = (error as Record<string, unknown>)[name]
    const isSame = value instanceof RegExp ? value.test(String(actual)) : isDeepEqual(actual, value)
    if (!isSame) throw differing(actual, `(as "${name}" of ${String(error)}) is not`, value)
  }
}

function isDeepEqual(actual: unknown, expected: unknown): boolean {
  if (Object.is(actual, expected)) return true
  if (typeof actual !== 'object' || typeof expected !== 'object') return false
  if (actual === null || expected === null) return false
  if (Array.isArray(actual) !== Array.isArray(expected)) return false
  if (actual instanceof Set && expected instanceof Set) {
    return isDeepEqual([...actual], [...expected])
  }
  if (actual instanceof Map && expected instanceof Map) {
    return isDeepEqual([...actual], [...expected])
  }
  const names = Object.keys(actual)
  return (
    names.length === Object.keys(expected).length &&
    names.every(
      (name) =>
        Object.hasOwn(expected, name) &&
        isDeepEqual(
          (actual as Record<string, unknown>)[name],
          (expected as Record<string, unknown>)[name],
        ),
    )
  )
}

function differing(
  actual: unknown,
  how: string,
  expected: unknown,
  message?: string,
): AssertionError {
  return new AssertionError(`${message ?? ''} ${show(actual)} ${how} ${show(expected)}`.trim())
}

function show(value: unknown): string {
  if (value instanceof RegExp || typeof value === 'function') return String(value)
  if (typeof value === 'bigint' || value === undefined) return String(value)
  return JSON.stringify(value).slice(0, 500)
}
