/**
 * The first administrator of `keygrant serve`: the link that it prints, and several processes that are one server to whoever
 * signs in.
 */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { anAuthenticator } from '../../server/test/sign-in/an-authenticator.ts'
import { type RunningServer, runCli, sourceCli, startServer } from './source-cli.ts'

const LINK = /http:\/\/localhost:\d+\/console#invitation=\S+/

const PAGE = `<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'">`

/** Pages, as a build puts them beside the command. */
function writePages(): void {
  const ui = join(dirname(sourceCli()), '../ui')
  mkdirSync(join(ui, 'assets'), { recursive: true })
  for (const name of ['workbench', 'inspector', 'console']) {
    writeFileSync(join(ui, `${name}.html`), PAGE)
  }
}

async function start(t: TestContext, cwd: string): Promise<RunningServer> {
  const flags = ['--port', '0', '--data', 'data', '--workers', '2']
  const server = await startServer(flags, { cwd })
  t.after(() => server.child.kill('SIGKILL'))
  await server.printed('mode 0600')
  return server
}

async function stop({ child }: RunningServer): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

suite('the first administrator of a server', () => {
  test('signs up with the link that the start prints, and is one person to all processes', async (t) => {
    writePages()
    const cwd = mkdtempSync(join(tmpdir(), 'keygrant-people-'))
    t.after(() => rmSync(cwd, { recursive: true, force: true }))
    const server = await start(t, cwd)
    const text = await server.printed('#invitation=')
    assert.match(text, /good once and for 15 minutes/)
    const link = LINK.exec(text)?.[0] ?? assert.fail(text)
    const { origin } = new URL(link)
    const authenticator = anAuthenticator(origin)
    let cookie = ''
    const call = async (method: string, path: string, body?: object) => {
      const answer = await fetch(origin + path, {
        method,
        headers: {
          // A connection of its own, so that the processes take turns.
          connection: 'close',
          ...(method === 'GET' ? undefined : { origin }),
          ...(cookie === '' ? undefined : { cookie }),
          ...(body === undefined ? undefined : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? undefined : { body: JSON.stringify(body) }),
      })
      const said = (await answer.json()) as { readonly publicKey?: never; readonly login?: string }
      assert.equal(answer.status, 200, `${path}: ${JSON.stringify(said)}`)
      cookie = answer.headers.get('set-cookie')?.split(';', 1)[0] ?? cookie
      return said
    }
    const profile = { login: 'root@a.example', email: 'root@a.example' }
    const sent = { token: link.slice(link.indexOf('=') + 1), profile }
    const { publicKey } = await call('POST', '/api/v1/invitation/options', sent)
    const credential = authenticator.create(publicKey ?? assert.fail())
    await call('POST', '/api/v1/invitation/accept', { ...sent, credential })
    for (let time = 0; time < 6; time++) {
      const asked = await call('POST', '/api/v1/authn/options')
      const used = authenticator.get(asked.publicKey ?? assert.fail())
      assert.equal((await call('POST', '/api/v1/authn', { credential: used })).login, profile.login)
      assert.equal((await call('GET', '/api/v1/sessions/me')).login, profile.login)
    }
    const listed = await runCli(['admin', 'list', '--data', 'data'], { cwd })
    assert.match(listed.stdout, /root@a\.example +ACTIVE +SUPER_ADMIN/)
    await stop(server)
    const { stdout, stderr } = await server.ended
    for (const secret of [cookie.split('.')[1] ?? assert.fail(), 'publicKey']) {
      assert.ok(!(stdout + stderr).includes(secret))
    }

    const again = await start(t, cwd)
    await stop(again)
    assert.doesNotMatch((await again.ended).stdout, /invitation/)
  })
})
