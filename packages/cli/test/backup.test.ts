/**
 * A backup that is made while tokens are given, and the server that is made from it.
 */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { signAssertion } from '@keygrant/core/assertion'
import { importPrivateKey, type PrivateKey } from '@keygrant/core/keys'
import { runCli, startServer } from './source-cli.ts'

interface Client {
  readonly url: string
  readonly clientId: string
  readonly key: PrivateKey
}

function emptyFolder(context: TestContext): string {
  const cwd = mkdtempSync(join(tmpdir(), 'keygrant-backup-'))
  context.after(() => rmSync(cwd, { recursive: true, force: true }))
  return cwd
}

/** An assertion; `ahead` is by how many seconds the clock of who signs is ahead. */
function assertionOf({ url, clientId, key }: Client, ahead = 0): Promise<string> {
  const now = Math.floor(Date.now() / 1000) + ahead
  return signAssertion({}, key, { clientId, audience: url, lifetimeSeconds: 600, now })
}

async function post({ url }: Client, assertion: string): Promise<Response> {
  const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  return fetch(`${url}/oauth2/v1/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'okta.apps.read',
      client_assertion_type: type,
      client_assertion: assertion,
    }),
  })
}

test('a backup under load is whole; what is made from it takes nothing that was used after it', async (t) => {
  const cwd = emptyFolder(t)
  const first = await startServer(['--data', 'data', '--port', '0', '--tokens-per-minute', '0'], {
    cwd,
  })
  t.after(() => first.child.kill('SIGKILL'))
  const { clientId } = JSON.parse(readFileSync(join(cwd, 'data/operator.json'), 'utf8')) as {
    readonly clientId: string
  }
  const key = await importPrivateKey(readFileSync(join(cwd, 'data/operator-key.json'), 'utf8'))
  const client = { url: first.url, clientId, key }

  const used: string[] = []
  const statuses = new Set<number>()
  const done = new AbortController()
  const load = async (): Promise<void> => {
    while (!done.signal.aborted) {
      const assertion = await assertionOf(client)
      const { status } = await post(client, assertion)
      statuses.add(status)
      used.push(assertion)
    }
  }
  const callers = Array.from({ length: 4 }, load)
  const backup = await runCli(['backup', 'backup', '--data', 'data', '--json'], { cwd })
  assert.equal(backup.code, 0, backup.stderr)
  assert.equal((JSON.parse(backup.stdout) as { isLogWhole: boolean }).isLogWhole, true)
  const usedLater = await assertionOf(client)
  assert.equal((await post(client, usedLater)).status, 200)
  done.abort()
  await Promise.all(callers)
  assert.deepEqual([...statuses], [200])
  assert.ok(used.length > 4)

  const ended = once(first.child, 'exit')
  first.child.kill('SIGKILL')
  await ended
  const restored = await runCli(['restore', 'backup', '--data', 'restored', '--json'], { cwd })
  assert.equal(restored.code, 0, restored.stderr)
  const port = new URL(first.url).port
  const second = await startServer(['--data', 'restored', '--port', port], { cwd })
  t.after(() => second.child.kill('SIGKILL'))

  for (const assertion of [used[0] as string, usedLater]) {
    const { status } = await post(client, assertion)
    assert.ok(status === 401 || status === 503, `${status}`)
  }
  // As if ten seconds had gone by: the clock of the client is as far ahead as may be.
  const { restored: at } = JSON.parse(restored.stdout) as { readonly restored: string }
  while (Date.now() < Date.parse(at) + 2000) await setTimeout(100)
  const late = await assertionOf(client, 10)
  assert.equal((await post(client, late)).status, 200)
  assert.equal((await post(client, late)).status, 401)
})
