/**
 * The ways out that a trial of the isolation tries, in its order.
 * @module
 */

/** The ways. */
export const WAYS_OUT = [
  'fetch',
  'request',
  'beacon',
  'socket',
  'events',
  'image',
  'style',
  'script',
  'module',
  'font',
  'worker',
  'frame',
  'window',
  'navigation',
  'storage',
  'page',
] as const
/** A way out. */
export type WayOut = (typeof WAYS_OUT)[number]

/** What came of one. */
export interface Attempt {
  readonly way: WayOut
  readonly isRefused: boolean
}
