/**
 * Every `*.txt` of this folder is a transcript; `with-server*.txt` get a server of their own, whose
 * address is in `$ISSUER` and whose data directory is `data`.
 * @module
 */

import assert from 'node:assert/strict'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sourceCli, startServer } from './source-cli.ts'
import { formatExchange, judge, parseTranscript, runExchange } from './transcript.ts'

const FOLDER = fileURLToPath(new URL('.', import.meta.url))
const isWriting = process.env['TRANSCRIPTS'] === 'write'

/** A private member of a JWK, or the body of a private PEM. No transcript shows one. */
const PRIVATE_KEY = /"(?:d|p|q|dp|dq|qi|priv)"\s*:|PRIVATE KEY-----\n(?:2> )?[A-Za-z0-9+/=]{16}/

suite('transcripts', { concurrency: 2 }, () => {
  for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.txt'))) {
    test(name, async (context) => {
      const root = mkdtempSync(join(tmpdir(), 'keygrant-transcript-'))
      const cwd = join(root, 'work')
      mkdirSync(cwd)
      context.after(() => rmSync(root, { recursive: true, force: true }))
      const env: NodeJS.ProcessEnv = {
        ...process.env,
        PATH: [putOnPath(root), process.env['PATH']].join(delimiter),
        NO_COLOR: '',
        HOME: root,
        KEYGRANT_DATA: undefined,
        XDG_CACHE_HOME: join(root, 'cache'),
        KEYGRANT_PROFILE: undefined,
        XDG_CONFIG_HOME: join(root, 'config'),
      }
      if (name.startsWith('with-server')) env['ISSUER'] = await startOwnServer(context, cwd)
      const file = join(FOLDER, name)
      const written: string[] = []
      for (const exchange of parseTranscript(readFileSync(file, 'utf8'))) {
        const outcome = await runExchange(exchange, { cwd, env })
        assert.doesNotMatch(outcome.lines.join('\n'), PRIVATE_KEY, exchange.command)
        if (isWriting) written.push(formatExchange(exchange, outcome))
        else assertFits(judge(exchange, outcome))
      }
      if (isWriting) writeFileSync(file, written.join('\n'))
    })
  }
})

function assertFits(fault: string | undefined): void {
  if (fault !== undefined) assert.fail(fault)
}

/** A folder with `keygrant` in it. */
function putOnPath(root: string): string {
  const folder = join(root, 'bin')
  const command = join(folder, 'keygrant')
  mkdirSync(folder)
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${sourceCli()}' "$@"\n`)
  chmodSync(command, 0o755)
  return folder
}

async function startOwnServer(context: TestContext, cwd: string): Promise<string> {
  const { child, url } = await startServer(['--data', 'data', '--port', '0'], { cwd })
  context.after(() => child.kill('SIGKILL'))
  return url
}
