/**
 * Every command with input that nobody would give it on purpose: it ends with a sentence and with one of the codes of
 * `keygrant help exit-codes`, and never with a stack trace. The table of commands says which there are, so that none is
 * forgotten.
 * @module
 */

import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { exportPrivateJwk, generateKey } from '@keygrant/core/keys'
import type { ListedCommand } from '../src/command-list.ts'
import { loadCommandList } from '../src/main.ts'
import { runCli, sourceCli } from './source-cli.ts'

const RUNNER = fileURLToPath(new URL('hostile-runner.mjs', import.meta.url))
/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:1'
/** They serve, measure or wait until they are stopped: what they are given is judged before. */
const ENDLESS = new Set(['serve', 'bench', 'log follow'])
/** Arguments that may be left out, where standard input is read then. */
const PUT_IN = new Set(['URL', 'TOKEN', 'JWT', 'FILE', 'PROGRAM', 'TEXT'])
/** Files that are written, and not read. */
const OUTPUTS = new Set(['out', 'public-out', 'header-file', 'script', 'output'])

interface Outcome {
  readonly stdout: string
  readonly stderr: string
  readonly code: number
  readonly isLate: boolean
  readonly crash: string | undefined
}

let folder: string
let runner: ChildProcess
let server: Server
let answer: (path: string) => HostileAnswer
let issuer: string

interface HostileAnswer {
  readonly status: number
  readonly body: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

const all = (await loadCommandList()).filter(({ next }) => next.length === 0)
const commands = all.filter(({ words }) => !ENDLESS.has(words.join(' ')))

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keygrant-hostile-'))
  const key = await generateKey({ kty: 'EC', crv: 'P-256' })
  writeFileSync(inFolder('key.json'), JSON.stringify(exportPrivateJwk(key)), { mode: 0o600 })
  writeFileSync(inFolder('public.json'), JSON.stringify(key.publicKey.jwk))
  mkdirSync(inFolder('directory'))
  for (const [name, content] of FILES) {
    if (content !== undefined) writeFileSync(inFolder(name), content, { mode: 0o600 })
    mkdirSync(inFolder(`data-${name}`), { mode: 0o700 })
    if (content !== undefined) {
      writeFileSync(join(inFolder(`data-${name}`), 'operator.json'), content, { mode: 0o600 })
    }
  }
  server = createServer((request, response) => {
    const path = request.url ?? '/'
    const { status, headers = {}, body } = answer(path)
    request.resume()
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: folder,
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_CONFIG_HOME: join(folder, 'config'),
  }
  const main = join(dirname(dirname(sourceCli())), 'dist/main.js')
  runner = fork(RUNNER, [main], { cwd: folder, env, silent: true, execArgv: [] })
  runner.stdin?.end()
  await once(runner, 'message')
})

after(() => {
  runner.kill('SIGKILL')
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

function inFolder(name: string): string {
  return join(folder, name)
}

const FILES: readonly (readonly [name: string, content: string | Buffer | undefined])[] = [
  ['missing', undefined],
  ['empty', ''],
  ['blank', ' \n\n'],
  ['binary', Buffer.concat([Buffer.from([0, 1, 2, 0xff, 0xfe]), randomBytes(3000)])],
  ['huge', 'A'.repeat(9_000_000)],
  ['huge.json', `{"a":"${'x'.repeat(3_000_000)}"}`],
  ['deep.json', '['.repeat(200_000)],
  ['words', 'hello, this is no key\n'],
  ['null.json', 'null'],
  ['list.json', '[1,"a",{}]'],
  ['object.json', '{"keys":{"0":1},"issuer":5,"clientId":[],"kty":7}'],
  ['broken.pem', '-----BEGIN PRIVATE KEY-----\nAAAA'],
  ['escape', '\u001b[31mred\u001b]0;title\u0007\r\n'],
]

const TEXTS: readonly (readonly [what: string, text: string])[] = [
  ['nothing', ''],
  ['controls', '\u001b[31m\r\nerror: x\u202e'],
  ['a hundred thousand characters', 'A'.repeat(100_000)],
  ['a path upwards', '../../../../etc/passwd'],
  ['a JWT', `eyJhbGciOiJub25lIn0.${'A'.repeat(50)}.x`],
]

/** What a command needs to get as far as looking at its input. */
function valueFor(placeholder: string): string {
  const values: Readonly<Record<string, string>> = {
    FILE: inFolder('public.json'),
    file: inFolder('key.json'),
    dir: inFolder('none'),
    DIR: inFolder('none'),
    URL: `${issuer}/x`,
    METHOD: 'GET',
    url: issuer,
    uri: 'https://api.example',
    JWT: 'a.b.c',
    TOKEN: 'a.b.c',
    EMAIL: 'ada@example.org',
    ROLE: 'APP_ADMIN',
    SHELL: 'bash',
    PROGRAM: 'true',
    value: 'jwk',
    seconds: '1',
  }
  return values[placeholder] ?? 'x'
}

/** The words of a command with all that it can not do without; `changed` replaces values. */
function commandLine(
  { words, flags, arguments: args }: ListedCommand,
  changed: Readonly<Record<string, string>>,
): readonly string[] {
  const names = new Set(flags.map(({ name }) => name))
  const given: Record<string, string> = {}
  for (const { name, isRequired, placeholder } of flags) {
    if (isRequired) given[name] = valueFor(placeholder ?? 'value')
  }
  // Whom to ask, so that what is given is not missed for want of a server.
  const isFromData = changed['data'] !== undefined && names.has('admin-key')
  if (names.has('issuer') && !isFromData) given['issuer'] = issuer
  if (names.has('admin-key') && !isFromData) {
    Object.assign(given, { admin: 'x', 'admin-key': inFolder('key.json') })
  }
  if (names.has('client-id')) Object.assign(given, { 'client-id': 'x' })
  if (names.has('key') && names.has('client-id')) given['key'] = inFolder('key.json')
  if (names.has('scope')) given['scope'] = 'a.read'
  if (names.has('patience')) given['patience'] = '1'
  if (names.has('timeout')) given['timeout'] = '1'
  const isSwitch = (name: string): boolean => names.has(name)
  const switches = ['yes', 'once'].filter(isSwitch).map((name) => `--${name}`)
  const rest: Record<string, string> = { ...changed }
  const positional = args.map(({ placeholder, isRequired }) => {
    const own = rest[placeholder]
    delete rest[placeholder]
    return own ?? (isRequired || PUT_IN.has(placeholder) ? valueFor(placeholder) : undefined)
  })
  const all = Object.entries({ ...given, ...rest }).map(([name, value]) => `--${name}=${value}`)
  const behind = positional.filter((each) => each !== undefined)
  return [...words, ...all, ...switches, ...(behind.length === 0 ? [] : ['--', ...behind])]
}

async function run(argv: readonly string[]): Promise<Outcome> {
  const told = once(runner, 'message')
  runner.send(argv)
  const [outcome] = (await told) as [Outcome]
  return outcome
}

/** What is wrong with how a command line ended, or `undefined`. */
function faultOf({ stdout, stderr, code, isLate, crash }: Outcome): string | undefined {
  const text = `${stdout}\n${stderr}`
  if (crash !== undefined) return `it broke: ${crash}`
  if (isLate) return 'it does not end'
  if (code > 6 || code < 0) return `code ${code}: ${stderr}`
  if (/\n\s+at \S+ \(|\n\s+at (?:async )?(?:file|node):/.test(text)) return `a stack: ${text}`
  if (/\bunexpected: /.test(stderr)) return stderr
  if (/[\u0000-\u0008\u000b-\u001f]/.test(text))
    return `control characters: ${JSON.stringify(text)}`
  if (code > 1 && !/^(?:\{"error":|error: )/m.test(stderr)) return `no sentence: ${text}`
  if (/\b(?:undefined|NaN|\[object Object\])\b/.test(text)) return `says nothing: ${text}`
  if (stderr.length > 20_000) return `says too much: ${text.slice(0, 300)}`
  return undefined
}

async function faults(
  lines: Iterable<readonly [what: string, argv: readonly string[]]>,
): Promise<string[]> {
  const found: string[] = []
  for (const [what, argv] of lines) {
    const outcome = await run(argv)
    // What an API answers is passed on as it is.
    const fault = faultOf(argv[0] === 'request' ? { ...outcome, stdout: '' } : outcome)
    if (fault === undefined) continue
    found.push(`${argv.slice(0, 3).join(' ')}, ${what}: ${fault}`.slice(0, 700))
  }
  return found
}

suite('ends with a sentence', () => {
  test('whatever file a command is given', async () => {
    answer = () => ({ status: 404, body: '{}' })
    function* lines() {
      for (const command of commands) {
        const read = [
          ...command.arguments
            .filter(({ value }) => value.kind === 'file')
            .map((each) => each.placeholder),
          ...command.flags
            .filter(({ name, value }) => value.kind === 'file' && !OUTPUTS.has(name))
            .map(({ name }) => name),
        ]
        for (const name of read) {
          for (const file of ['directory', ...FILES.map(([each]) => each)]) {
            yield [`${name} is ${file}`, commandLine(command, { [name]: inFolder(file) })] as const
          }
        }
      }
    }
    assert.deepEqual(await faults(lines()), [])
  })

  test('whatever data directory an administrator names', async () => {
    function* lines() {
      for (const command of commands) {
        if (!command.flags.some(({ name }) => name === 'admin-key')) continue
        for (const [file] of FILES) {
          const changed = { data: inFolder(`data-${file}`) }
          yield [`the operator is ${file}`, commandLine(command, changed)] as const
        }
      }
    }
    assert.deepEqual(await faults(lines()), [])
  })

  test('whatever text a command is given', async () => {
    answer = () => ({ status: 404, body: '{}' })
    function* lines() {
      for (const command of all) {
        const words = command.arguments.map(({ placeholder }) => placeholder)
        const flags = command.flags.filter(({ value }) => value.kind === 'text')
        // What serves would go on serving.
        if (ENDLESS.has(command.words.join(' '))) continue
        for (const name of [...words, ...flags.map((each) => each.name)]) {
          for (const [what, text] of TEXTS) {
            yield [`${name} is ${what}`, commandLine(command, { [name]: text })] as const
          }
        }
      }
    }
    assert.deepEqual(await faults(lines()), [])
  })

  const bodies: readonly (readonly [what: string, answer: HostileAnswer])[] = [
    ['a page', { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } }],
    ['nothing', { status: 200, body: '' }],
    ['null', { status: 200, body: 'null' }],
    ['an empty list', { status: 200, body: '[]' }],
    ['an empty object', { status: 200, body: '{}' }],
    ['a list of anything', { status: 200, body: '[null,1,"a",[],{"id":5,"created":"x"}]' }],
    [
      'wrong members',
      {
        status: 200,
        body: '{"id":5,"keys":{},"label":[],"created":7,"scopes":1,"settings":null,"active":"x"}',
      },
    ],
    ['octets', { status: 200, body: randomBytes(2000) }],
    ['far too much', { status: 200, body: `["${'x'.repeat(3_000_000)}"]` }],
    ['depth', { status: 200, body: '['.repeat(100_000) }],
    ['no content', { status: 204, body: '' }],
    ['a redirect', { status: 302, body: '', headers: { location: `${NOWHERE}/` } }],
    ['400 with nothing', { status: 400, body: '' }],
    [
      '401 with a challenge',
      { status: 401, body: '{}', headers: { 'www-authenticate': 'Bearer, =, DPoP error="\u00e9' } },
    ],
    [
      '[CLIE-009] 403 with controls',
      {
        status: 403,
        body: '{"errorCode":5,"errorSummary":"\\u001b[31m\\r\\nerror: x","errorCauses":"x","error":"\\u001b[2J","error_description":["a"]}',
      },
    ],
    [
      '404 with a page',
      { status: 404, body: '<html>\u001b[31m', headers: { 'content-type': 'text/html' } },
    ],
    ['an error that is a text', { status: 409, body: '"no"' }],
  ]
  for (const [what, hostile] of bodies) {
    test(`when the server answers ${what}, to commands that got a token`, async () => {
      answer = (path) => {
        if (path.startsWith('/.well-known/')) return { status: 200, body: metadata() }
        if (!path.endsWith('/token')) return hostile
        return { status: 200, body: '{"access_token":"t","token_type":"Bearer","expires_in":600}' }
      }
      assert.deepEqual(await faults(networked()), [])
    })

    test(`when the server answers ${what}, whatever it is asked`, async () => {
      answer = () => hostile
      const few = [...networked()].filter(([name]) =>
        /^(?:token get|token revoke|request|exec|doctor|app list|rotate)$/.test(name),
      )
      assert.deepEqual(await faults(few), [])
    })
  }

  function* networked() {
    for (const command of commands) {
      const has = (flag: string): boolean => command.flags.some(({ name }) => name === flag)
      if (!has('issuer')) continue
      const name = command.words.join(' ')
      const line = commandLine(command, {})
      yield [name, line] as const
      const { length } = command.words
      if (has('json'))
        yield [name, [...line.slice(0, length), '--json', ...line.slice(length)]] as const
    }
  }

  function metadata(): string {
    const endpoint = (name: string): string => `${issuer}/oauth2/v1/${name}`
    return JSON.stringify({
      issuer,
      token_endpoint: endpoint('token'),
      jwks_uri: endpoint('keys'),
      introspection_endpoint: endpoint('introspect'),
      revocation_endpoint: endpoint('revoke'),
      key_rotation_endpoint: endpoint('rotate'),
    })
  }
})

suite('ends with a sentence when standard input', { concurrency: 2 }, () => {
  for (const [what, input] of [
    ['is empty', ''],
    ['is binary', randomBytes(5000)],
    ['is huge', 'A'.repeat(9_000_000)],
  ] as const) {
    for (const args of [
      ['key', 'show'],
      ['key', 'thumbprint'],
      ['inspect'],
      ['assertion', 'verify', '--issuer', 'https://as.example', '--key', 'x'],
      ['assertion', 'sign', '--key', '-'],
      ['token', 'revoke', '--issuer', NOWHERE, '--client-id', 'x', '--key', 'x'],
    ]) {
      test(`of keygrant ${args.slice(0, 2).join(' ')} ${what}`, async () => {
        const { stdout, stderr, code } = await runCli(args, { input })
        const outcome = { stdout, stderr, code: code ?? -1, isLate: false, crash: undefined }
        assert.equal(faultOf(outcome), undefined)
        assert.notEqual(code, 0)
      })
    }
  }
})
