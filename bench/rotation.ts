/**
 * Token requests that fail while keys are rotated: one rotation after the other, and clients that ask all the time.
 * `npm run bench:rotation`, or with the number of requests: `npm run bench:rotation -- 1000`
 * @module
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rotateUnderLoad } from '../packages/cli/test/rotation-load.ts'
import { runCli, startServer } from '../packages/cli/test/source-cli.ts'

const SCOPE = 'okta.apps.read'
const requests = Number(process.argv[2] ?? 10_000)
const cwd = mkdtempSync(join(tmpdir(), 'keygrant-rotation-'))
const server = await startServer(['--data', 'data', '--port', '0', '--tokens-per-minute', '0'], {
  cwd,
})

try {
  await keygrant('key', 'new', '--out', 'key.json', '--public-out', 'public.json')
  const added = await keygrant(
    'app',
    'add',
    'Load',
    '--key',
    'public.json',
    '--id',
    '--data',
    'data',
  )
  const clientId = added.trim()
  await keygrant('grant', 'add', clientId, SCOPE, '--data', 'data')
  const begun = performance.now()
  const result = await rotateUnderLoad({
    issuer: server.url,
    clientId,
    keyFile: join(cwd, 'key.json'),
    scope: SCOPE,
    cwd,
    requests,
    clients: 8,
    isRepeated: true,
  })
  const seconds = (performance.now() - begun) / 1000
  const { failures, rotations, kids } = result
  const failed = rotations.filter(({ code }) => code !== 0)
  console.log(
    `${result.requests} token requests in ${seconds.toFixed(0)} s during ${rotations.length} rotations, signed with ${kids.length} keys: ` +
      `${failures.length} requests failed, ${failed.length} rotations failed`,
  )
  for (const failure of failures.slice(0, 5)) console.log(failure)
  for (const { stderr } of failed) console.log(stderr)
  process.exitCode = failures.length + failed.length === 0 ? 0 : 1
} finally {
  server.child.kill('SIGKILL')
  rmSync(cwd, { recursive: true, force: true })
}

async function keygrant(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, code } = await runCli(args, { cwd })
  if (code !== 0) throw new Error(stderr)
  return stdout
}
