import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { suite, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { signAssertion } from '@keygrant/core/assertion'
import { importPrivateKey } from '@keygrant/core/keys'
import { tokenForm } from './a-server.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const CHILD = fileURLToPath(new URL('./child-server.ts', import.meta.url))

interface Child {
  readonly process: ChildProcess
  readonly url: string
  readonly issuer: string
  readonly clientId: string
  readonly keyFile: string
}

async function start(t: TestContext, directory: string): Promise<Child> {
  const argv = ['--conditions=keygrant:source', '--import', 'tsx', CHILD, directory]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { process: child, ...(JSON.parse(line) as Omit<Child, 'process'>) }
}

async function end(child: Child, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const exited = once(child.process, 'exit')
  child.process.kill(signal)
  await exited
}

async function post({ url }: Child, assertion: string): Promise<number> {
  const answer = await fetch(`${url}/oauth2/v1/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: tokenForm(assertion),
  })
  await answer.arrayBuffer()
  return answer.status
}

suite('a server process', () => {
  test('[JTI-008] killed right after a 200 and started again, refuses the same assertion', async (t) => {
    const directory = join(await temporaryDirectory(t), 'data')
    const first = await start(t, directory)
    const key = await importPrivateKey(await readFile(first.keyFile, 'utf8'))
    const { clientId, issuer } = first
    const assertions = await Promise.all(
      Array.from({ length: 20 }, () =>
        signAssertion({}, key, { clientId, audience: issuer, lifetimeSeconds: 600 }),
      ),
    )
    const statuses = await Promise.all(assertions.map((assertion) => post(first, assertion)))
    await end(first, 'SIGKILL')
    assert.ok(statuses.every((status) => status === 200))
    const second = await start(t, directory)
    for (const assertion of assertions) assert.equal(await post(second, assertion), 401)
    const fresh = await signAssertion({}, key, { clientId, audience: issuer })
    assert.equal(await post(second, fresh), 200)
  })

  test('finds its operator again, and ends by itself after SIGTERM', async (t) => {
    const directory = join(await temporaryDirectory(t), 'data')
    const first = await start(t, directory)
    await end(first, 'SIGTERM')
    assert.equal(first.process.exitCode, 0)
    const second = await start(t, directory)
    assert.equal(second.clientId, first.clientId)
  })
})
