/**
 * The server as a process that is left alone for years: certificates that change below it, and its end.
 */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { aCertificate, type Certificate } from './certificates.ts'
import { type RunningServer, runCli, startServer } from './source-cli.ts'

function emptyFolder(context: TestContext): string {
  const cwd = mkdtempSync(join(tmpdir(), 'keygrant-process-'))
  context.after(() => rmSync(cwd, { recursive: true, force: true }))
  return cwd
}

async function start(
  context: TestContext,
  cwd: string,
  ...flags: readonly string[]
): Promise<RunningServer> {
  const server = await startServer(['--port', '0', '--data', 'data', ...flags], { cwd })
  context.after(() => server.child.kill('SIGKILL'))
  return server
}

test('a server whose name leads nowhere is administered by where it listens', async (context) => {
  const cwd = emptyFolder(context)
  const behind = ['--issuer', 'https://as.invalid', '--trusted-proxy', '127.0.0.1']
  const { url, printed } = await start(context, cwd, ...behind)
  await printed('mode 0600')
  const list = ['app', 'list', '--data', 'data']
  const byName = await runCli(list, { cwd })
  assert.equal(byName.code, 5)
  assert.match(
    byName.stderr,
    /^error: https:\/\/as\.invalid\/oauth2\/v1\/token could not be reached/,
  )
  const byPlace = await runCli([...list, '--via', url], { cwd })
  assert.equal(byPlace.stderr, '')
  assert.match(byPlace.stdout, /Keygrant operator/)
  for (const [via, said] of [
    ['http://10.0.0.1:8400', /expected https, or http at 127\.0\.0\.1, ::1 or localhost/],
    [`${url}/`, /expected no path and no slash at the end: http/],
  ] as const) {
    const refused = await runCli([...list, '--via', via], { cwd })
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, said)
  }
})

suite('a server whose TLS certificate is renewed', () => {
  const TLS = ['--tls-certificate', 'chain.pem', '--tls-key', 'key.pem', '--log', 'info']

  /** The common name of the certificate that a new connection gets. */
  async function certificateNow(url: string): Promise<string> {
    const socket = await connectedTls(url)
    const name = String(socket.getPeerCertificate().subject.CN)
    socket.destroy()
    return name
  }

  function connectedTls(url: string): Promise<TLSSocket> {
    const port = Number(new URL(url).port)
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false })
    return new Promise((resolve, reject) => {
      socket.once('secureConnect', () => resolve(socket))
      socket.once('error', reject)
    })
  }

  function put(cwd: string, { cert, key }: Partial<Certificate>): void {
    for (const [name, text] of [
      ['chain.pem', cert],
      ['key.pem', key],
    ] as const) {
      if (text === undefined) continue
      writeFileSync(join(cwd, `${name}.new`), text)
      renameSync(join(cwd, `${name}.new`), join(cwd, name))
    }
  }

  test('gives the new one to new connections, and closes none that is open', async (context) => {
    const cwd = emptyFolder(context)
    put(cwd, aCertificate({ subject: 'first', names: ['127.0.0.1'] }))
    const server = await start(context, cwd, ...TLS)
    assert.match(server.url, /^https:/)
    const open = await connectedTls(server.url)
    context.after(() => open.destroy())
    assert.equal(await certificateNow(server.url), 'first')
    put(cwd, aCertificate({ subject: 'second', names: ['127.0.0.1'] }))
    server.child.kill('SIGHUP')
    await server.warned('another TLS certificate is used from now on')
    assert.equal(await certificateNow(server.url), 'second')
    open.write('GET /oauth2/v1/keys HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
    let answer = ''
    for await (const chunk of open.setEncoding('utf8')) answer += chunk
    assert.match(answer, /^HTTP\/1\.1 200 /)
  })

  test('looks at the files by itself', async (context) => {
    const cwd = emptyFolder(context)
    put(cwd, aCertificate({ subject: 'first' }))
    const server = await start(context, cwd, ...TLS)
    put(cwd, aCertificate({ subject: 'second' }))
    await server.warned('another TLS certificate is used from now on')
    assert.equal(await certificateNow(server.url), 'second')
  })

  test('keeps the old one and says so while the pair is bad, then takes the good one', async (context) => {
    const cwd = emptyFolder(context)
    const second = aCertificate({ subject: 'second' })
    put(cwd, aCertificate({ subject: 'first' }))
    const server = await start(context, cwd, ...TLS)
    put(cwd, { cert: second.cert })
    server.child.kill('SIGHUP')
    const warned = await server.warned('the certificate stays as it was')
    assert.match(warned, /the private key is not that of the certificate/)
    assert.equal(await certificateNow(server.url), 'first')
    put(cwd, { key: second.key })
    server.child.kill('SIGHUP')
    const said = await server.warned('another TLS certificate is used from now on')
    assert.equal(await certificateNow(server.url), 'second')
    assert.doesNotMatch(said, /PRIVATE KEY/)
  })

  test('without TLS goes on after SIGHUP', async (context) => {
    const server = await start(context, emptyFolder(context))
    server.child.kill('SIGHUP')
    assert.equal((await fetch(`${server.url}/oauth2/v1/keys`)).status, 200)
    assert.equal(server.child.exitCode, null)
  })
})

suite('a server that is told to stop', () => {
  /** A request that the server has accepted, all but its end. */
  async function halfARequest(context: TestContext, url: string) {
    const { port } = new URL(url)
    const body = 'grant_type=client_credentials'
    const socket = connectTcp(Number(port), '127.0.0.1').setEncoding('utf8')
    context.after(() => socket.destroy())
    await once(socket, 'connect')
    let answer = ''
    socket.on('data', (text: string) => (answer += text))
    socket.write(
      `POST /oauth2/v1/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n` +
        `content-length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
    )
    // Another connection's answer: by then the half of this one has been read.
    await (await fetch(`${url}/oauth2/v1/keys`)).arrayBuffer()
    return {
      finish: () => socket.write(body.slice(5)),
      answer: once(socket, 'close').then(() => answer),
    }
  }

  test('finishes the request that it has begun to read, then ends with 0', async (context) => {
    const server = await start(context, emptyFolder(context))
    const request = await halfARequest(context, server.url)
    server.child.kill('SIGTERM')
    await server.printed('Stopping: finishing the requests that are under way.')
    request.finish()
    assert.match(await request.answer, /^HTTP\/1\.1 401 .*\r\nconnection: close\r\n/is)
    assert.equal((await server.ended).code, 0)
  })

  test('cuts off a request whose sender has gone silent, after --stop-seconds', async (context) => {
    const server = await start(context, emptyFolder(context), '--stop-seconds', '1')
    const request = await halfARequest(context, server.url)
    server.child.kill('SIGTERM')
    assert.equal((await server.ended).code, 0)
    assert.equal(await request.answer, '')
  })

  test('says so at /readyz for --drain-seconds, and answers as before', async (context) => {
    const flags = ['--drain-seconds', '600', '--metrics-port', '0']
    const server = await start(context, emptyFolder(context), ...flags)
    const text = await server.printed('Operator')
    const watch = (/Metrics +(\S+)\/metrics/.exec(text) ?? [])[1] as string
    assert.equal((await fetch(`${watch}/readyz`)).status, 200)
    server.child.kill('SIGTERM')
    await server.printed('Stopping')
    assert.equal((await fetch(`${watch}/readyz`)).status, 503)
    assert.equal((await fetch(`${watch}/livez`)).status, 200)
    assert.equal((await fetch(`${server.url}/oauth2/v1/keys`)).status, 200)
  })

  test('ends at once when it is told twice', async (context) => {
    const server = await start(context, emptyFolder(context), '--drain-seconds', '600')
    server.child.kill('SIGTERM')
    await server.printed('Stopping')
    server.child.kill('SIGINT')
    const [, signal] = (await once(server.child, 'exit')) as [unknown, string]
    assert.equal(signal, 'SIGINT')
  })
})
