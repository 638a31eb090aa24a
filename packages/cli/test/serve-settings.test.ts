/**
 * The settings of `keygrant serve`: where they are from, what is wrong with them, and `--check`.
 */

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { DEFAULT_LIMITS } from '../../server/src/options.ts'
import { readConfiguration } from '../src/commands/serve/configuration.ts'
import {
  fileName,
  SETTING_NAMES,
  type SettingName,
  SETTINGS,
  variableName,
} from '../src/commands/serve/settings.ts'
import { aCertificate } from './certificates.ts'
import { runCli } from './source-cli.ts'

function emptyFolder(context: TestContext): string {
  const cwd = mkdtempSync(join(tmpdir(), 'keygrant-settings-'))
  context.after(() => rmSync(cwd, { recursive: true, force: true }))
  return cwd
}

function aFile(context: TestContext, text: string): string {
  const file = join(emptyFolder(context), 'keygrant.toml')
  writeFileSync(file, text)
  return file
}

/** Values that no default is, as the environment has them, with what they become. */
const SAMPLES: Readonly<Record<SettingName, readonly [written: string, value: unknown]>> = {
  data: ['elsewhere', 'elsewhere'],
  database: ['postgres://keygrant@db/keygrant', 'postgres://keygrant@db/keygrant'],
  newOperator: ['true', true],
  host: ['::1', '::1'],
  port: ['9000', 9000],
  issuer: ['https://as.example', 'https://as.example'],
  profile: ['strict', 'strict'],
  dev: ['true', true],
  envelopeKey: ['envelope.key', 'envelope.key'],
  signingAlgorithm: ['EdDSA', 'EdDSA'],
  signingKeyDays: ['30', 30],
  newSigningKeys: ['true', true],
  tlsCertificate: ['chain.pem', 'chain.pem'],
  tlsKey: ['key.pem', 'key.pem'],
  trustedProxy: ['10.0.0.1, 10.1.0.0/16', ['10.0.0.1', '10.1.0.0/16']],
  privateJwksHost: ['keys.internal', ['keys.internal']],
  workbenchOrigin: ['https://auth.example.org', ['https://auth.example.org']],
  workers: ['3', 3],
  tokensPerMinute: ['7', 7],
  apiCallsPerMinute: ['8', 8],
  failuresPerMinute: ['0', 0],
  auditDays: ['365', 365],
  metricsPort: ['9464', 9464],
  metricsHost: ['10.0.0.2', '10.0.0.2'],
  log: ['debug', 'debug'],
  drainSeconds: ['5', 5],
  stopSeconds: ['30', 30],
}

suite('a setting of keygrant serve', () => {
  for (const name of SETTING_NAMES) {
    const [written, value] = SAMPLES[name]
    test(`${fileName(name)} is read from a flag, a variable and a line of the file alike`, async (context) => {
      // What TOML and JSON have in common: texts, lists of them, numbers, true and false.
      const file = aFile(context, `${fileName(name)} = ${JSON.stringify(value)}`)
      for (const [sources, origin] of [
        [{ flags: { [name]: written }, env: {}, file: undefined }, `--${fileName(name)}`],
        [
          { flags: {}, env: { [variableName(name)]: written }, file: undefined },
          variableName(name),
        ],
        [{ flags: {}, env: {}, file }, `${fileName(name)} in ${file}, line 1`],
      ] as const) {
        const { settings, origins, faults } = await readConfiguration(sources)
        assert.deepEqual(faults, [])
        assert.deepEqual(settings[name], value)
        assert.equal(origins[name], origin)
      }
    })
  }

  test('counts as flag before variable, as variable before file, as file before default', async (context) => {
    const file = aFile(context, 'port = 3\nhost = "h3"\nlog = "error"\n')
    const { settings, origins } = await readConfiguration({
      flags: { port: '1' },
      env: { KEYGRANT_SERVE_PORT: '2', KEYGRANT_SERVE_HOST: 'h2', KEYGRANT_SERVE_LOG: '' },
      file,
    })
    assert.equal(settings.port, 1)
    assert.equal(settings.host, 'h2')
    assert.equal(settings['log'], 'error')
    assert.equal(settings.metricsHost, '127.0.0.1')
    assert.equal(origins.metricsHost, undefined)
  })

  test('is not taken from what clients read', async () => {
    const env = { KEYGRANT_ISSUER: 'https://other.example', KEYGRANT_PROFILE: 'staging' }
    const { settings, faults } = await readConfiguration({ flags: {}, env, file: undefined })
    assert.equal(settings.issuer, undefined)
    assert.equal(settings.profile, 'okta')
    assert.deepEqual(faults, [])
  })

  test('has a default that is a value of it', async () => {
    const { settings, faults } = await readConfiguration({ flags: {}, env: {}, file: undefined })
    assert.deepEqual(faults, [])
    for (const name of SETTING_NAMES) {
      assert.equal(settings[name] === undefined, SETTINGS[name].default === undefined, name)
    }
  })

  test('has the default of the library', async () => {
    const { settings } = await readConfiguration({ flags: {}, env: {}, file: undefined })
    for (const [name, value] of Object.entries(DEFAULT_LIMITS)) {
      assert.equal(settings[name as keyof typeof DEFAULT_LIMITS], value)
    }
  })

  test('is a flag in the help', async () => {
    const { stdout } = await runCli(['serve', '--help'])
    for (const name of SETTING_NAMES) assert.match(stdout, new RegExp(`--${fileName(name)}\\]`))
  })
})

/** Each with what is written in the file, and what is said of it; FILE is the path. */
const WRONG_FILES: readonly (readonly [text: string, message: string, hint: RegExp])[] = [
  [
    'port = 70000',
    '"70000" is no value for port in FILE, line 1: expected a port from 0 to 65535',
    /^it is: Port/,
  ],
  [
    '\n# x\nport = 8400.5',
    '"8400.5" is no value for port in FILE, line 3: expected a port from 0 to 65535',
    /^it is/,
  ],
  ['dev = "yes"', '"yes" is no value for dev in FILE, line 1: expected true or false', /^it is/],
  [
    'log = "loud"',
    '"loud" is no value for log in FILE, line 1: expected one of off, error, warn, info, debug',
    /^it is/,
  ],
  [
    'trusted-proxy = [1]',
    'what is written is no value for trusted-proxy in FILE, line 1: expected a list of texts',
    /^it is/,
  ],
  ['host = ""', '"" is no value for host in FILE, line 1: expected a text', /^it is/],
  [
    'trusted_proxy = "x"',
    'there is no setting "trusted_proxy", which is in FILE, line 1',
    /^did you mean trusted-proxy\?$/,
  ],
  [
    'port = 1\n[log]\nlevel = 1',
    'what is written is no value for log in FILE, line 2: expected one of off, error, warn, info, debug',
    /^it is/,
  ],
  [
    'port = ',
    'the configuration file "FILE" is not TOML, line 1, column 8',
    /^write one setting on each line/,
  ],
  ['a = 1\na = 2', 'the configuration file "FILE" is not TOML, line 2, column 1', /^write one/],
]

suite('what is wrong with the settings', () => {
  for (const [text, message, hint] of WRONG_FILES) {
    test(`is said with its line: ${JSON.stringify(text)}`, async (context) => {
      const file = aFile(context, text)
      const { faults } = await readConfiguration({ flags: {}, env: {}, file })
      assert.deepEqual(
        faults.map((fault) => fault.message),
        [message.replace('FILE', file)],
      )
      assert.match(faults[0]?.hint ?? '', hint)
    })
  }

  test('has no word of a file that is no TOML, which may hold a secret', async (context) => {
    const file = aFile(context, '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n')
    const { faults } = await readConfiguration({ flags: {}, env: {}, file })
    assert.equal(faults.length, 1)
    assert.doesNotMatch(`${faults[0]?.message}${faults[0]?.hint}`, /BEGIN|MC4C/)
  })

  test('is said of flag, variable, file and machine in one report, and nothing is made', async (context) => {
    const cwd = emptyFolder(context)
    const other = createServer().listen(0, '127.0.0.1')
    context.after(() => other.close())
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo
    writeFileSync(join(cwd, 'kg.toml'), `metrics-port = ${port}\nhots = "x"\n`)
    const env = { ...process.env, KEYGRANT_SERVE_LOG: 'loud', KEYGRANT_SERVE_PROT: '1' }
    const flags = [
      '--port',
      '0',
      '--issuer',
      'ftp://x',
      '--tls-key',
      'k',
      '--trusted-proxy',
      '10.0.0.0/0',
    ]
    const { code, stdout, stderr } = await runCli(['serve', '--config', 'kg.toml', ...flags], {
      cwd,
      env,
    })
    assert.equal(stdout, '')
    assert.equal(code, 2)
    assert.match(stderr, /^error: the server can not start; 7 things are wrong$/m)
    for (const part of [
      /^ {2}there is no setting for the variable "KEYGRANT_SERVE_PROT" \(/m,
      /^ {2}there is no setting "hots", which is in kg\.toml, line 2 \(/m,
      /^ {2}"loud" is no value for KEYGRANT_SERVE_LOG: expected one of off, /m,
      /^ {2}--tls-certificate is missing: TLS needs/m,
      /^ {2}"ftp:\/\/x" is no value for --issuer: expected a URL that begins/m,
      new RegExp(
        `^ {2}port ${port} of 127\\.0\\.0\\.1 is taken by another program \\(.*--metrics-port`,
        'm',
      ),
      /^ {2}--trusted-proxy has "10\.0\.0\.0\/0", which is no address/m,
    ]) {
      assert.match(stderr, part)
    }
    assert.equal(existsSync(join(cwd, '.keygrant')), false)
  })

  test('is an error alone, with its own hint and exit code, when it is one thing', async (context) => {
    const { code, stderr } = await runCli(['serve', '--config', 'nowhere.toml', '--port', '0'], {
      cwd: emptyFolder(context),
    })
    assert.equal(
      stderr,
      'error: the configuration file "nowhere.toml" can not be read (ENOENT)\nhint: check the path and the permissions of the file\n',
    )
    assert.equal(code, 2)
  })

  for (const [written, said] of [
    [
      'https://as.example/path',
      'issuer in kg.toml, line 1 is "https://as.example/path", which is not in its normal form: no path, no slash at the end, lower case',
    ],
    [
      'http://as.example',
      'issuer in kg.toml, line 1 is "http://as.example", which is not https; http is for this machine alone (127.0.0.1, localhost)',
    ],
    [
      'ftp://x',
      '"ftp://x" is no value for issuer in kg.toml, line 1: expected a URL that begins with https:// or http://',
    ],
  ] as const) {
    test(`is said of an issuer with the place where it is written: ${written}`, async (context) => {
      const cwd = emptyFolder(context)
      writeFileSync(join(cwd, 'kg.toml'), `issuer = "${written}"\nport = 0\n`)
      const { code, stderr } = await runCli(['serve', '--config', 'kg.toml'], { cwd })
      assert.equal(stderr.split('\n')[0], `error: ${said}`)
      assert.equal(code, 2)
    })
  }
})

/** Each with what is there, the flags, the exit code, and what stderr says. */
const CHECKS: readonly (readonly [
  what: string,
  prepare: (cwd: string) => void,
  flags: readonly string[],
  code: number,
  said: RegExp,
])[] = [
  ['nothing is wrong', () => undefined, [], 0, /^$/],
  [
    'a proxy is not named',
    () => undefined,
    ['--issuer', 'https://as.example'],
    1,
    /^warning: the proxy that does TLS is not named/,
  ],
  [
    'strangers get whole reports',
    () => undefined,
    ['--issuer', 'https://as.example', '--trusted-proxy', '10.0.0.1', '--dev'],
    1,
    /^warning: --dev tells everybody/,
  ],
  [
    'the certificate ends soon',
    (cwd) => writePair(cwd, aCertificate({ subject: 'x' })),
    ['--tls-certificate', 'cert.pem', '--tls-key', 'key.pem'],
    1,
    /^warning: the TLS certificate ends on \d{4}-\d\d-\d\d; renew it\n$/,
  ],
  [
    'key and certificate are not a pair',
    (cwd) =>
      writePair(cwd, {
        cert: aCertificate({ subject: 'x' }).cert,
        key: aCertificate({ subject: 'x' }).key,
      }),
    ['--tls-certificate', 'cert.pem', '--tls-key', 'key.pem'],
    2,
    /error: --tls-certificate: the private key is not that of the certificate/,
  ],
  [
    'the TLS key is not there',
    (cwd) => writePair(cwd, aCertificate({ subject: 'x' })),
    ['--tls-certificate', 'cert.pem', '--tls-key', 'nowhere.pem'],
    6,
    /error: the private key of the TLS certificate "nowhere\.pem" can not be read \(ENOENT\)/,
  ],
  [
    'the data directory is of something else',
    (cwd) => {
      mkdirSync(join(cwd, 'data'))
      writeFileSync(join(cwd, 'data/letter.txt'), 'x')
    },
    [],
    6,
    /error: the directory \S+ holds other files and no Keygrant data/,
  ],
]

suite('keygrant serve --check', { concurrency: 2 }, () => {
  for (const [what, prepare, flags, wanted, said] of CHECKS) {
    test(`ends with ${wanted} when ${what}, and changes nothing`, async (context) => {
      const cwd = emptyFolder(context)
      prepare(cwd)
      const args = ['serve', '--check', '--port', '0', '--data', 'data', ...flags]
      const { code, stderr, stdout } = await runCli(args, { cwd })
      assert.match(stderr, said)
      assert.equal(code, wanted)
      assert.match(stdout, /^port {2,}0 {2,}--port$/m)
      assert.equal(existsSync(join(cwd, 'data/keygrant.db')), false)
    })
  }

  test('shows no default in place of a value that can not be used', async (context) => {
    const cwd = emptyFolder(context)
    writeFileSync(join(cwd, 'kg.toml'), 'port = 0\naudit-days = "many"\n')
    const args = ['serve', '--check', '--config', 'kg.toml']
    const { code, stdout, stderr } = await runCli(args, { cwd })
    assert.match(stdout, /^audit-days {2,}can not be used {2,}audit-days in kg\.toml, line 2$/m)
    assert.match(stderr, /^error: "many" is no value for audit-days/)
    assert.equal(code, 2)
  })

  test('shows no settings while the file can not be read', async (context) => {
    const cwd = emptyFolder(context)
    writeFileSync(join(cwd, 'kg.toml'), 'port =')
    const args = ['serve', '--check', '--config', 'kg.toml', '--port', '0']
    const text = await runCli(args, { cwd })
    assert.equal(text.stdout, '')
    assert.match(text.stderr, /^error: the configuration file "kg\.toml" is not TOML/)
    const { code, stdout } = await runCli([...args, '--json'], { cwd })
    const { issuer, settings, faults } = JSON.parse(stdout) as Record<string, unknown>
    assert.deepEqual([issuer, settings, (faults as unknown[]).length], [null, {}, 1])
    assert.equal(code, 2)
  })

  test('says the same to a program', async (context) => {
    const cwd = emptyFolder(context)
    const args = ['serve', '--check', '--json', '--port', '0', '--issuer', 'https://as.example']
    const { code, stdout } = await runCli(args, { cwd })
    const { issuer, settings, faults, warnings } = JSON.parse(stdout) as {
      issuer: string
      settings: Record<string, unknown>
      faults: unknown
      warnings: unknown[]
    }
    assert.equal(issuer, 'https://as.example')
    assert.deepEqual(settings['log'], { value: 'warn', from: 'default' })
    assert.deepEqual(faults, [])
    assert.equal(warnings.length, 1)
    assert.equal(code, 1)
  })
})

function writePair(
  cwd: string,
  { cert, key }: { readonly cert: string; readonly key: string },
): void {
  writeFileSync(join(cwd, 'cert.pem'), cert)
  writeFileSync(join(cwd, 'key.pem'), key)
}
