/**
 * Whether somebody is at the page. What it asks for by itself keeps no session alive: that is for people.
 * @module
 */

/** What a person does that a page can notice. */
const ACTS = ['keydown', 'pointerdown', 'click', 'input', 'popstate'] as const
/** Somebody who did something so short a while ago is there. */
const THERE_MS = 60_000

let lastAct = Date.now()

/** Whether somebody is there. */
export function isAttended(): boolean {
  return Date.now() - lastAct < THERE_MS
}

/** Notices what people do, and says so to `onAct`. */
export function watchPresence(onAct: () => void): void {
  const note = (): void => {
    lastAct = Date.now()
    onAct()
  }
  for (const each of ACTS) addEventListener(each, note, { passive: true, capture: true })
}
