import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createOutput } from '../src/output.ts'
import { createWaiting } from '../src/waiting.ts'

const CLEAR = '\r\u{1b}[K'
const bare = { bold: String, dim: String, red: String, green: String, yellow: String, cyan: String }

/** A stream that keeps what is written to it. */
function aStream(isTTY: boolean) {
  const written: string[] = []
  return { isTTY, written, write: (text: string) => void written.push(text) }
}

/** Work that ends when it is told to. */
function someWork() {
  let end: (value: string) => void = () => undefined
  const work = new Promise<string>((resolve) => (end = resolve))
  return { work, end: (value: string) => end(value) }
}

suite('what a command waits for', () => {
  test('is told on a terminal from the first second on, and taken away at the end', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] })
    const stream = aStream(true)
    const { work, end } = someWork()
    const result = createWaiting(stream).during('asking for a token', work)
    t.mock.timers.tick(999)
    assert.deepEqual(stream.written, [])
    t.mock.timers.tick(1001)
    end('done')
    assert.equal(await result, 'done')
    t.mock.timers.tick(5000)
    assert.deepEqual(stream.written, [
      '… asking for a token, 1 s',
      CLEAR,
      '… asking for a token, 2 s',
      CLEAR,
    ])
  })

  test('is not told where nobody looks', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] })
    const stream = aStream(false)
    const { work, end } = someWork()
    const result = createWaiting(stream).during('asking', work)
    t.mock.timers.tick(5000)
    end('done')
    await result
    assert.deepEqual(stream.written, [])
  })

  test('is told once when work waits for other work', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] })
    const stream = aStream(true)
    const { during } = createWaiting(stream)
    const { work, end } = someWork()
    const result = during('looking', during('asking', work))
    t.mock.timers.tick(1000)
    end('done')
    await result
    assert.equal(stream.written.length, 2)
  })

  test('makes room for what a command says meanwhile, and for a failure', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] })
    const stderr = aStream(true)
    const stdout = aStream(true)
    const output = createOutput({ stdout, stderr, stdoutColors: bare, stderrColors: bare })
    let fail: (error: Error) => void = () => undefined
    const work = new Promise<void>((_resolve, reject) => (fail = reject))
    const result = output.during('looking', work)
    t.mock.timers.tick(1000)
    output.warn('the clock is late')
    fail(new Error('no answer'))
    await assert.rejects(result, /no answer/)
    assert.deepEqual(stderr.written, ['… looking, 1 s', CLEAR, 'warning: the clock is late\n'])
  })
})
