/**
 * Reading again what changed, once for any number of changes that come while it is read.
 * @module
 */

/**
 * Makes a function that reads again. What was called for while it reads is read once more, and all calls end
 * when the last reading has.
 */
export function createRereading(read: () => Promise<void>): () => Promise<void> {
  let reading: Promise<void> | undefined
  let isOutOfDate = false
  const readAll = async (): Promise<void> => {
    do {
      isOutOfDate = false
      await read()
    } while (isOutOfDate)
  }
  return () => {
    isOutOfDate = true
    reading ??= readAll().finally(() => {
      reading = undefined
    })
    return reading
  }
}
