/**
 * A value now or later: where the runtime's cryptography is synchronous, nothing waits for it.
 * @module
 */

/** A value now, where the runtime is synchronous, or later. */
export type MaybePromise<T> = T | Promise<T>

/** Goes on with a value: at once when it is here, else when it comes. */
export function whenReady<T, U>(
  value: MaybePromise<T>,
  use: (value: T) => MaybePromise<U>,
): MaybePromise<U> {
  return value instanceof Promise ? value.then(use) : use(value)
}
