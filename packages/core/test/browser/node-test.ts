/**
 * What the tests use of node:test, for a page: it collects the tests of a file and runs them in turn.
 * @module
 */

type Body = (context: Context) => unknown
type Options = { readonly skip?: string | boolean }

interface Context {
  after(undo: () => unknown): void
}

interface Case {
  readonly name: string
  readonly skip: string | boolean
  readonly body: Body
}

/** What became of one test; `failure` is the stack of what it threw. */
export interface Outcome {
  readonly name: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly failure?: string
}

const cases: Case[] = []
const suites: Promise<unknown>[] = []
const befores: (() => unknown)[] = []
const afters: (() => unknown)[] = []
const names: string[] = []
let isSkipped: string | boolean = false

/** Notes a test, to be run when the whole file was read. */
export function test(name: string, ...rest: readonly [Body] | readonly [Options, Body]): void {
  const [options, body] = rest.length === 1 ? [{}, rest[0]] : rest
  const skip = options.skip ?? false
  cases.push({ name: [...names, name].join(' › '), skip: isSkipped || skip, body })
}

/** Runs the body of a suite at once; what comes after an `await` in it has lost the suite's name. */
export function describe(
  name: string,
  ...rest: readonly [() => unknown] | readonly [Options, () => unknown]
): void {
  const [options, body] = rest.length === 1 ? [{}, rest[0]] : rest
  const outer = isSkipped
  names.push(name)
  isSkipped = outer || (options.skip ?? false)
  try {
    suites.push(Promise.resolve(body()))
  } finally {
    names.pop()
    isSkipped = outer
  }
}

/** Runs before the first test. */
export function before(prepare: () => unknown): void {
  befores.push(prepare)
}

/** Runs after the last test. */
export function after(undo: () => unknown): void {
  afters.push(undo)
}

/** Runs every test that was noted, in turn. */
export async function runTests(): Promise<readonly Outcome[]> {
  await Promise.all(suites)
  for (const prepare of befores) await prepare()
  const outcomes: Outcome[] = []
  for (const one of cases) outcomes.push(await runTest(one))
  for (const undo of afters.toReversed()) await undo()
  return outcomes
}

async function runTest({ name, skip, body }: Case): Promise<Outcome> {
  if (skip !== false) return { name, outcome: 'skipped' }
  const undos: (() => unknown)[] = []
  try {
    await body({ after: (undo) => void undos.push(undo) })
    for (const undo of undos.toReversed()) await undo()
    return { name, outcome: 'passed' }
  } catch (error) {
    const failure = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { name, outcome: 'failed', failure }
  }
}
