import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { type Chore, startChores } from '../../src/operations/chores.ts'

/** Starts a chore; `done` resolves when it was done so many times, and `told` has what was said of failures. */
function start(
  t: TestContext,
  { times, run = () => undefined, ...chore }: Partial<Chore> & { readonly times: number },
) {
  let count = 0
  let resolve: () => void = () => undefined
  const done = new Promise<void>((settle) => {
    resolve = settle
  })
  const told: string[] = []
  const counted = (): unknown => {
    if (++count === times) resolve()
    return run()
  }
  const chores = startChores(
    [{ everyMs: 1, failure: 'it failed', ...chore, run: counted }],
    (error, failure) => void told.push(`${failure}: ${(error as Error).message}`),
  )
  // The chores keep no process alive.
  const awake = setInterval(() => undefined, 1000)
  t.after(() => {
    chores.stop()
    clearInterval(awake)
  })
  return { done, told, count: () => count, chores }
}

suite('a chore', () => {
  test('is done at once, and again and again', async (t) => {
    const { count, done } = start(t, { times: 3 })
    assert.equal(count(), 1)
    await done
  })

  test('is not done at once where that is said', async (t) => {
    const { count, done } = start(t, { times: 2, isDoneAtStart: false })
    assert.equal(count(), 0)
    await done
  })

  for (const [what, run] of [
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
  ] as const) {
    test(`that ${what} is told of, and is done the next time`, async (t) => {
      const { told, done } = start(t, { times: 3, run })
      await done
      assert.deepEqual(told.slice(0, 2), ['it failed: no', 'it failed: no'])
    })
  }

  test('is not begun again once all are stopped', async (t) => {
    const { count, chores } = start(t, { times: 9 })
    chores.stop()
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.equal(count(), 1)
  })
})
