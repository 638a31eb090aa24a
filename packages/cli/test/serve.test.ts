/**
 * The server as a process: the journey, what is left after it was interrupted, and every way in which a
 * start fails.
 * @module
 */

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { finished, runCli, type RunningServer, startServer } from './source-cli.ts'

const NODE_MAJOR = Number(process.versions.node.split('.')[0])
const hasCurl = spawnSync('curl', ['--version']).status === 0

function emptyFolder(context: TestContext): string {
  const cwd = mkdtempSync(join(tmpdir(), 'keygrant-serve-'))
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

async function listApps(cwd: string): Promise<{ id: string; label: string }[]> {
  const { stdout, stderr } = await runCli(['app', 'list', '--data', 'data', '--json'], { cwd })
  assert.equal(stderr, '')
  return JSON.parse(stdout) as { id: string; label: string }[]
}

suite('keygrant serve --demo', { concurrency: 2 }, () => {
  test('goes from a key pair to an API call in six steps, and stops when it is told to', async (context) => {
    const cwd = emptyFolder(context)
    const server = await start(context, cwd, '--dev', '--demo')
    const text = await server.printed('All six steps worked.')
    for (const part of [
      /^1 {2}A key pair, made on this machine$/m,
      /^ {4}Private key {2}data\/demo-key\.json \(mode 0600; it stays here\)$/m,
      /^2 {2}A service app with the public key {2}POST \/api\/v1\/apps$/m,
      /^ {4}Client ID {2}0oa\w{17}$/m,
      /^3 {2}A scope, granted to it {2}POST \/api\/v1\/apps\/0oa\w{17}\/grants$/m,
      /^4 {2}A JWT, signed with the private key {2}nothing is sent$/m,
      /^ {6}exp {2}\d+ {2}\d{4}-\S+Z, in (?:59|60) seconds$/m,
      /^5 {2}Exchanged for an access token {2}POST \/oauth2\/v1\/token$/m,
      /"expires_in":3600,"access_token":"eyJ\w+… \(\d+ characters\)","scope":"okta\.apps\.read"}$/m,
      /^6 {2}An API, called with the token {2}GET \/api\/v1\/apps$/m,
      /^ {4}Answer {4}2 service apps: Keygrant operator, Demo service$/m,
      /^ {4}Verified {2}every check holds; signed with the key \S+ of \/oauth2\/v1\/keys$/m,
    ]) {
      assert.match(text, part)
    }
    for (const name of ['demo-key.json', 'operator-key.json', 'envelope-key']) {
      assert.equal(statSync(join(cwd, 'data', name)).mode & 0o777, 0o600, name)
    }
    assert.equal(statSync(join(cwd, 'data')).mode & 0o777, 0o700)
    server.child.kill('SIGTERM')
    const { code, stdout, stderr } = await server.ended
    assert.equal(code, 0)
    assert.match(stdout, /\nStopping: finishing the requests that are under way\.\n$/)
    assert.equal(stderr.includes('Node 20 is past its end of life'), NODE_MAJOR === 20)
  })

  test('says at the second start that it found its data, and makes no other app', async (context) => {
    const cwd = emptyFolder(context)
    const first = await start(context, cwd, '--demo')
    await first.printed('All six steps worked.')
    first.child.kill('SIGINT')
    assert.equal((await first.ended).code, 0)
    const before = readdirSync(join(cwd, 'data'))
    const second = await start(context, cwd, '--demo')
    const text = await second.printed('Ctrl+C stops the server')
    assert.match(
      text,
      /Found the data of an earlier start: 2 service apps, with the demo app 0oa\w{17}\./,
    )
    assert.doesNotMatch(text, /A key pair/)
    assert.deepEqual(
      (await listApps(cwd)).map(({ label }) => label),
      ['Keygrant operator', 'Demo service'],
    )
    const dataFiles = (names: string[]): string[] =>
      names.filter((name) => !/-(?:wal|shm)$/.test(name))
    assert.deepEqual(dataFiles(readdirSync(join(cwd, 'data'))), dataFiles(before))
  })

  test('speaks the strict profile too', async (context) => {
    const server = await start(context, emptyFolder(context), '--demo', '--profile', 'strict')
    assert.match(await server.printed('All six steps worked.'), /"expires_in":600/)
  })

  for (const mark of ['1  A key', '2  A service', '5  Exchanged']) {
    test(`takes up a journey that was killed at step ${mark}, without a second app`, async (context) => {
      const cwd = emptyFolder(context)
      const first = await start(context, cwd, '--demo')
      await first.printed(mark)
      first.child.kill('SIGKILL')
      await first.ended
      const second = await start(context, cwd, '--demo')
      await second.printed('Ctrl+C stops the server')
      const labels = (await listApps(cwd)).map(({ label }) => label)
      assert.deepEqual(labels, ['Keygrant operator', 'Demo service'])
    })
  }

  test('completes a journey of which only the last note is missing', async (context) => {
    const cwd = emptyFolder(context)
    const first = await start(context, cwd, '--demo')
    await first.printed('All six steps worked.')
    first.child.kill('SIGTERM')
    await first.ended
    rmSync(join(cwd, 'data', 'demo.json'))
    const second = await start(context, cwd, '--demo')
    await second.printed('All six steps worked.')
    assert.equal((await listApps(cwd)).length, 2)
  })

  test(
    'prints lines that work when they are pasted',
    { skip: hasCurl ? false : 'curl is not installed' },
    async (context) => {
      const cwd = emptyFolder(context)
      const server = await start(context, cwd, '--demo')
      const lines = commandsIn(await server.printed('All six steps worked.'))
      const outputs = await inTurn(lines, (line) => shell(line, cwd))
      const [
        keyNew,
        appAdd,
        curlApp,
        grantAdd,
        curlGrant,
        sign,
        getToken,
        curlToken,
        inspect,
        curlApps,
      ] = outputs
      assert.equal(lines.length, 10)
      assert.match(keyNew ?? '', /^Made a key pair/)
      assert.match(appAdd ?? '', /^Created a service app/)
      assert.equal((JSON.parse(curlApp ?? '') as { label: string }).label, 'My service')
      assert.match(grantAdd ?? '', /^Granted okta\.apps\.read/)
      assert.equal((JSON.parse(curlGrant ?? '') as { scopeId: string }).scopeId, 'okta.apps.read')
      assert.match(sign ?? '', /^eyJ/)
      assert.match(getToken ?? '', /^eyJ/)
      assert.match((JSON.parse(curlToken ?? '') as { access_token: string }).access_token, /^eyJ/)
      assert.match(inspect ?? '', /^An access token/)
      assert.equal((JSON.parse(curlApps ?? '') as unknown[]).length, 4)
    },
  )

  test('goes on serving when the journey can not be made', async (context) => {
    const cwd = emptyFolder(context)
    const server = await start(context, cwd, '--demo', '--issuer', 'http://127.0.0.1:2')
    assert.match(
      await server.warned('takes the journey up'),
      /warning: the journey stopped: http:\/\/127\.0\.0\.1:2\/oauth2\/v1\/token could not be reached/,
    )
    const answer = await fetch(`${server.url}/oauth2/v1/keys`)
    assert.equal(answer.status, 200)
  })

  test('prints no private key, and writes none but to the key files', async (context) => {
    const cwd = emptyFolder(context)
    const server = await start(context, cwd, '--dev', '--demo')
    const text = await server.printed('All six steps worked.')
    const others = await inTurn(
      [
        ['app', 'list', '--data', 'data', '--json'],
        ['log', 'list', '--data', 'data', '--json'],
        ['app', 'key', 'list', 'Demo service', '--data', 'data', '--json'],
        ['key', 'show', 'data/demo-key.json', '--json'],
        ['key', 'show', 'data/operator-key.json'],
        ['app', 'add', 'x', '--key', 'data/demo-key.json', '--data', 'data', '--json'],
        ['token', 'get', '--operator', '--data', 'data'],
        ['inspect', 'data/demo-key.json'],
        ['assertion', 'sign', '--key', 'data/demo-key.json', '--claims', 'data/demo-key.json'],
      ],
      async (args) => {
        const { stdout, stderr } = await runCli(args, { cwd })
        return stdout + stderr
      },
    )
    server.child.kill('SIGTERM')
    const { stderr } = await server.ended
    const keyFiles = ['demo-key.json', 'operator-key.json', 'envelope-key']
    const read = (name: string): string => readFileSync(join(cwd, 'data', name), 'latin1')
    const secrets = keyFiles.flatMap((name) => [...read(name).matchAll(/(?:"d":"|^)([\w-]{43})/g)])
    assert.equal(secrets.length, 3)
    const files = readdirSync(join(cwd, 'data')).filter((name) => !keyFiles.includes(name))
    assert.ok(files.includes('keygrant.db'))
    const places = [text, stderr, ...others, ...files.map(read)]
    for (const place of places) {
      for (const [, secret] of secrets) assert.ok(!place.includes(secret as string))
      assert.doesNotMatch(place, /"d"\s*:|PRIVATE KEY/)
    }
  })
})

suite('keygrant serve, when it can not', { concurrency: 2 }, () => {
  test('names the server that has the data directory', async (context) => {
    const cwd = emptyFolder(context)
    await start(context, cwd)
    const { code, stderr } = await runCli(['serve', '--data', 'data', '--port', '0'], { cwd })
    assert.equal(code, 6)
    assert.match(stderr, /^error: another server is running with the data directory data\nhint: /)
  })

  test('starts again right after it was killed', async (context) => {
    const cwd = emptyFolder(context)
    const first = await start(context, cwd)
    first.child.kill('SIGKILL')
    await first.ended
    await start(context, cwd)
  })

  test('says that the port is taken, and makes no data directory', async (context) => {
    const cwd = emptyFolder(context)
    const other = createServer().listen(0, '127.0.0.1')
    context.after(() => other.close())
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo
    const { code, stdout, stderr } = await runCli(['serve', '--port', String(port)], { cwd })
    assert.equal(code, 6)
    assert.equal(stdout, '')
    assert.match(
      stderr,
      new RegExp(`^error: port ${port} of 127.0.0.1 is taken by another program\nhint: stop that`),
    )
    assert.deepEqual(readdirSync(cwd), [])
  })

  /** Each with what is in the folder, the flags, the exit code and the sentence. */
  const failures: readonly (readonly [
    what: string,
    prepare: (cwd: string) => void,
    flags: readonly string[],
    code: number,
    sentence: RegExp,
  ])[] = [
    [
      'the data directory is a file',
      (cwd) => writeFileSync(join(cwd, 'data'), 'x'),
      ['--data', 'data'],
      6,
      /^error: the data directory \S+ is a file, or lies below one\nhint: name a directory\n$/,
    ],
    [
      'the data directory lies below a file',
      (cwd) => writeFileSync(join(cwd, 'file'), 'x'),
      ['--data', 'file/data'],
      6,
      /^error: the data directory \S+ is a file, or lies below one\n/,
    ],
    [
      'the data directory holds something else',
      (cwd) => {
        mkdirSync(join(cwd, 'data'))
        writeFileSync(join(cwd, 'data/letter.txt'), 'x')
      },
      ['--data', 'data'],
      6,
      /^error: the directory \S+ holds other files and no Keygrant data\nhint: name an empty/,
    ],
    [
      'the host is none of this machine',
      () => undefined,
      ['--host', '192.0.2.1', '--issuer', 'https://as.example'],
      6,
      /^error: "192\.0\.2\.1" is no address of this machine\nhint: /,
    ],
    [
      'others reach it by a name that was not said',
      () => undefined,
      ['--host', '0.0.0.0'],
      2,
      /^error: --issuer is missing: /,
    ],
    [
      'the issuer has a slash at its end',
      () => undefined,
      ['--issuer', 'https://as.example/'],
      2,
      /\nhint: write https:\/\/as\.example\n$/,
    ],
    [
      'the issuer is not https',
      () => undefined,
      ['--issuer', 'http://as.example'],
      2,
      /^error: --issuer is "http:\/\/as\.example", which is not https; /,
    ],
  ]
  for (const [what, prepare, flags, wanted, sentence] of failures) {
    test(`says that ${what}`, async (context) => {
      const cwd = emptyFolder(context)
      prepare(cwd)
      const { code, stdout, stderr } = await runCli(['serve', '--port', '0', ...flags], { cwd })
      assert.equal(code, wanted)
      assert.equal(stdout, '')
      assert.match(stderr, sentence)
    })
  }

  /** Each with the damage to a data directory that was used, and the sentence. */
  const damages: readonly (readonly [
    what: string,
    damage: (data: string) => void,
    sentence: RegExp,
  ])[] = [
    [
      'the database is from a newer version',
      (data) => patch(join(data, 'keygrant.db'), 60, [0, 0, 3, 231]),
      /^error: the database is of version 999, and this Keygrant knows versions up to \d+\nhint: start the newer/,
    ],
    [
      'the database is of another program',
      (data) => patch(join(data, 'keygrant.db'), 68, [1, 2, 3, 4]),
      /^error: the file is an SQLite database of another program\nhint: name another/,
    ],
    [
      'the database is damaged in the middle',
      (data) =>
        patch(
          join(data, 'keygrant.db'),
          4096,
          Array.from({ length: 4096 }, () => 255),
        ),
      /^error: the database is damaged and was left as it is\nhint: restore a backup/,
    ],
    [
      'the database is no database',
      (data) => writeFileSync(join(data, 'keygrant.db'), 'x'.repeat(8192)),
      /^error: the database is damaged and was left as it is\nhint: restore a backup/,
    ],
    [
      'the envelope key is damaged',
      (data) => writeFileSync(join(data, 'envelope-key'), 'x', { mode: 0o600 }),
      /^error: \S+envelope-key can not be used: an envelope key is 32 octets in base64url/,
    ],
    [
      'the envelope key is another one',
      (data) => writeFileSync(join(data, 'envelope-key'), 'A'.repeat(43), { mode: 0o600 }),
      /^error: the signing keys in the database can not be opened: it is sealed with an envelope key that is not here\nhint: restore the file envelope-key of the data directory from a backup/,
    ],
    [
      'signing keys from before are damaged',
      (data) => writeFileSync(join(data, 'signing-keys.json'), '{', { mode: 0o600 }),
      /^error: signing-keys\.json in the data directory data is damaged: [^\n]+\nhint: restore it/,
    ],
    [
      'the key of the operator is damaged',
      (data) => writeFileSync(join(data, 'operator-key.json'), ''),
      /^error: operator-key\.json in the data directory is damaged: [^\n]+\nhint: restore it/,
    ],
    [
      'others may read the key of the operator',
      (data) => chmodSync(join(data, 'operator-key.json'), 0o644),
      /^error: \S+operator-key\.json can be read or written by others\nhint: run: chmod 600 /,
    ],
    [
      'operator.json is damaged',
      (data) => writeFileSync(join(data, 'operator.json'), '[]'),
      /^error: operator\.json in the data directory is damaged\nhint: restore it or delete it\n$/,
    ],
  ]
  for (const [what, damage, sentence] of damages) {
    test(`says that ${what}`, async (context) => {
      const cwd = emptyFolder(context)
      const first = await start(context, cwd)
      first.child.kill('SIGTERM')
      await first.ended
      damage(join(cwd, 'data'))
      const { code, stdout, stderr } = await runCli(['serve', '--port', '0', '--data', 'data'], {
        cwd,
      })
      assert.match(stderr, sentence)
      assert.equal(stdout, '')
      assert.equal(code, 6)
    })
  }
})

/** The command lines below the steps of a journey, those that go on over several lines joined. */
function commandsIn(text: string): readonly string[] {
  const lines = text.split(/(?<!\\)\n/)
  return lines.filter((line) => /^ {4}(?:node|curl|npx|keygrant) /.test(line))
}

async function shell(line: string, cwd: string): Promise<string> {
  const child = spawn('sh', ['-c', line], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const { stdout, stderr, code } = await finished(child)
  assert.equal(code, 0, `${line}\n${stdout}${stderr}`)
  return stdout
}

async function inTurn<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const item of items) results.push(await act(item))
  return results
}

/** Writes octets into a file at a place. */
function patch(file: string, position: number, octets: readonly number[]): void {
  const handle = openSync(file, 'r+')
  writeSync(handle, Uint8Array.from(octets), 0, octets.length, position)
  closeSync(handle)
}
