/**
 * A reporter for node:test that writes what the spec reporter does not count for us: one JSON line
 * for each test that passed, failed or was skipped, with the reason of a skip. run-tests.mjs reads
 * them.
 * @module
 */
/**
 * @typedef {object} TestEvent
 * @property {'passed' | 'failed' | 'skipped'} result
 * @property {string} name
 * @property {string} [reason] Why it was skipped, when it says so.
 */

/** @param {AsyncIterable<{ type: string, data: any }>} source */
export default async function* testEvents(source) {
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue
    const isSkipped = data.skip !== undefined
    // A suite is counted by its tests, but a suite that is skipped as a whole has none to show.
    if (data.details?.type === 'suite' && !isSkipped) continue
    /** @type {TestEvent} */
    const event = { result: type === 'test:pass' ? 'passed' : 'failed', name: data.name }
    if (isSkipped) {
      event.result = 'skipped'
      if (typeof data.skip === 'string') event.reason = data.skip
    }
    yield `${JSON.stringify(event)}\n`
  }
}
