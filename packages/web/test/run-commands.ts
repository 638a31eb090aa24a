/**
 * Runs the command line in this one process for each line of standard input, a JSON array of its arguments,
 * and writes what it says as a line each.
 * @module
 */

import { text } from 'node:stream/consumers'

// By its place: the command line is compiled with types of its own.
const { main } = (await import(new URL('../../cli/src/main.ts', import.meta.url).href)) as {
  readonly main: (argv: readonly string[]) => Promise<void>
}

const commands = (await text(process.stdin)).trimEnd().split('\n')
for (const line of commands) {
  // Each run looks at standard error anew.
  process.stderr.removeAllListeners('error')
  process.stdout.removeAllListeners('error')
  await main(JSON.parse(line) as string[])
  process.stdout.write('\u001e')
}
process.exitCode = 0
