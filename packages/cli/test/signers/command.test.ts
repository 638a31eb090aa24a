import assert from 'node:assert/strict'
import { createPublicKey, type KeyObject } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { importPublicKey, type JwsAlgorithmName } from '@keygrant/core/keys'
import {
  createCommandSigner,
  decodeSignature,
  parseCommandReference,
} from '../../src/signers/command.ts'
import { ExitCode } from '../../src/exit-codes.ts'
import {
  assertSignsAcceptedAssertion,
  failureOf,
  localKeys,
  otherKey,
  pemOf,
  scratchDirectory,
  skipWithout,
} from './fixtures.ts'

const directory = scratchDirectory()
const skip = skipWithout('openssl', 'openssl')

function fileOf(name: string, content: string): string {
  const file = join(directory, name)
  writeFileSync(file, content, { mode: 0o600 })
  return file
}

const publicHalf = (key: KeyObject) =>
  importPublicKey(createPublicKey(key).export({ format: 'jwk' }))

async function signerOf(
  key: KeyObject,
  command: readonly string[],
  options: { readonly alg?: JwsAlgorithmName; readonly timeoutMs?: number } = {},
) {
  const { env } = process
  return createCommandSigner({ command, publicKey: await publicHalf(key), env, ...options })
}

/** A program of one line, run by this Node. */
const program = (code: string): readonly string[] => [process.execPath, '-e', code]
const rsa = fileOf('rsa.pem', pemOf(localKeys['RSA-2048']))
const p256 = fileOf('p256.pem', pemOf(localKeys['P-256']))
const p384 = fileOf('p384.pem', pemOf(localKeys['P-384']))
const PSS = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt']

for (const [alg, key, args] of [
  ['RS256', localKeys['RSA-2048'], ['-sha256', '-sign', rsa]],
  ['RS512', localKeys['RSA-2048'], ['-sha512', '-sign', rsa]],
  ['PS256', localKeys['RSA-2048'], ['-sha256', '-sign', rsa, ...PSS, 'rsa_pss_saltlen:digest']],
  ['ES256', localKeys['P-256'], ['-sha256', '-sign', p256]],
  ['ES384', localKeys['P-384'], ['-sha384', '-sign', p384]],
] as const) {
  test(`signs ${alg} with openssl`, { skip }, async () => {
    const signer = await signerOf(key, ['openssl', 'dgst', ...args], { alg })
    await assertSignsAcceptedAssertion(signer)
  })
}

for (const [what, alg, key, args, expected] of [
  [
    'the longest salt',
    'PS256',
    localKeys['RSA-2048'],
    ['-sha256', '-sign', rsa, ...PSS, 'rsa_pss_saltlen:max'],
    /a salt of 222 octets/,
  ],
  ['PKCS#1 for PSS', 'PS256', localKeys['RSA-2048'], ['-sha256', '-sign', rsa], /made RS256 /],
  ['another hash', 'ES256', localKeys['P-256'], ['-sha384', '-sign', p256], /ECDSA with SHA-384/],
  ['another key', 'ES256', otherKey, ['-sha256', '-sign', p256], /another key/],
  [
    'hexadecimal',
    'RS256',
    localKeys['RSA-2048'],
    ['-sha256', '-hex', '-sign', rsa],
    /they are text/,
  ],
] as const) {
  test(`says that openssl made ${what}`, { skip }, async () => {
    const signer = await signerOf(key, ['openssl', 'dgst', ...args], { alg })
    assert.match((await failureOf(() => signer.sign(Buffer.from('input')))).message, expected)
  })
}

test('shows what openssl said when it fails', { skip }, async () => {
  const signer = await signerOf(localKeys['P-256'], ['openssl', 'dgst', '-sign', '/none'])
  const { message, exitCode } = await failureOf(() => signer.sign(Buffer.from('input')))
  assert.match(message, /^"openssl" ended with exit code 1: .*\/none/)
  assert.doesNotMatch(message, /\n/)
  assert.equal(exitCode, ExitCode.environment)
})

const SIGN = (encoding: string): string => `
  const { sign } = require('node:crypto'), { readFileSync } = require('node:fs')
  const key = { key: readFileSync(${JSON.stringify(p256)}), dsaEncoding: 'ieee-p1363' }
  process.stdout.write(${encoding}(sign('sha256', readFileSync(0), key)))`

for (const [what, encoding] of [
  ['r || s', ''],
  ['base64 with a line end', `(s => s.toString('base64') + '\\n')`],
  ['base64 in lines', `(s => s.toString('base64').replace(/.{30}/g, '$&\\r\\n'))`],
  ['base64url', `(s => s.toString('base64url'))`],
] as const) {
  test(`takes a signature as ${what}`, async () => {
    await assertSignsAcceptedAssertion(await signerOf(localKeys['P-256'], program(SIGN(encoding))))
  })
}

test('does not take octets for text', () => {
  const octets = Buffer.alloc(64, 'A')
  octets[63] = 0xff
  assert.deepEqual(decodeSignature(octets), octets)
  assert.deepEqual(decodeSignature(Buffer.from('AAAA')), Buffer.from('AAAA'))
})

test('tells the program the algorithm and the key ID', async () => {
  const code = `process.stderr.write(process.env.KEYGRANT_ALG + ' ' + process.env.KEYGRANT_KID); process.exit(3)`
  const signer = await signerOf(localKeys['RSA-2048'], program(code), { alg: 'PS512' })
  const { message } = await failureOf(() => signer.sign(Buffer.from('input')))
  assert.match(message, new RegExp(`exit code 3: PS512 ${signer.kid}`))
})

test('passes arguments as they are, to no shell', async () => {
  const code = `process.stderr.write(process.argv[1]); process.exit(1)`
  const signer = await signerOf(localKeys['P-256'], [...program(code), '$(id); `id` > x'])
  const { message } = await failureOf(() => signer.sign(Buffer.from('input')))
  assert.match(message, /exit code 1: \$\(id\); `id` > x$/)
})

for (const [what, code, expected] of [
  ['writes nothing', '', /returned nothing/],
  ['writes garbage', `process.stdout.write('no')`, /2 octets where .* they are/],
  ['ends with an error and is silent', 'process.exit(9)', /exit code 9 and said nothing/],
  ['is killed', `process.kill(process.pid, 'SIGTERM')`, /was ended by SIGTERM/],
  [
    'writes without end',
    `const b = Buffer.alloc(65536); (function f() { process.stdout.write(b, f) })()`,
    /more than 256 KiB and was stopped/,
  ],
  [
    'steers the terminal',
    `process.stderr.write('\\x1b[2J\\u202eevil'); process.exit(1)`,
    /\\u001b\[2J\\u202eevil/,
  ],
  [
    'repeats the signing input',
    `process.stdin.pipe(process.stderr); process.exitCode = 1`,
    /exit code 1: \[a JWT\]$/,
  ],
  [
    'shows its key',
    `process.stderr.write('-----BEGIN PRIVATE KEY-----'); process.exit(1)`,
    /: \[text that holds a key\]$/,
  ],
  [
    'talks without end',
    `process.stderr.write('a'.repeat(9e5) + 'the reason', () => process.exit(1))`,
    /: a{100} … a+the reason$/,
  ],
] as const) {
  test(`copes with a program that ${what}`, async () => {
    const signer = await signerOf(localKeys['P-256'], program(code))
    const { message } = await failureOf(() =>
      signer.sign(Buffer.from('eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0')),
    )
    assert.match(message, expected)
  })
}

test('stops a program that takes too long, with what it started', async () => {
  const code = `require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 4000)'], { stdio: 'inherit' })`
  const signer = await signerOf(localKeys['P-256'], program(code), { timeoutMs: 300 })
  const started = Date.now()
  const { message, hint, exitCode } = await failureOf(() => signer.sign(Buffer.from('input')))
  assert.match(message, /did not answer within 0.3 s/)
  assert.match(hint, /timeout=/)
  assert.equal(exitCode, ExitCode.unreachable)
  assert.ok(Date.now() - started < 3000)
})

test('does not mind a program that reads nothing', async () => {
  const signer = await signerOf(localKeys['P-256'], program('process.stdin.destroy()'))
  const { message } = await failureOf(() => signer.sign(Buffer.alloc(1_000_000)))
  assert.match(message, /returned nothing/)
})

test('says that there is no such program, or that it is none', async () => {
  const none = await signerOf(localKeys['P-256'], [join(directory, 'none')])
  assert.match((await failureOf(() => none.sign(Buffer.alloc(1)))).message, /there is no program/)
  const file = await signerOf(localKeys['P-256'], [p256])
  assert.match((await failureOf(() => file.sign(Buffer.alloc(1)))).message, /may not be run/)
})

test('reads settings, then the program, as a shell splits words', () => {
  assert.deepEqual(parseCommandReference(`public-key=pub.pem openssl dgst -sign key.pem`), {
    command: ['openssl', 'dgst', '-sign', 'key.pem'],
    publicKeyFile: 'pub.pem',
    timeoutMs: undefined,
  })
  assert.deepEqual(
    parseCommandReference(
      `timeout=2.5 'public-key=my keys/pub.pem'\n "./my signer" --a='b c'"d\\"e" f\\ g public-key=x ''`,
    ),
    {
      command: ['./my signer', '--a=b cd"e', 'f g', 'public-key=x', ''],
      publicKeyFile: 'my keys/pub.pem',
      timeoutMs: 2500,
    },
  )
})

for (const [text, expected] of [
  ['', /names no program/],
  ['public-key=a', /names no program/],
  ['openssl dgst', /which file holds the public key/],
  ['public-key= x', /which file holds the public key/],
  ['public-key=a timeout=soon x', /timeout that is not/],
  ['public-key=a timeout=-1 x', /timeout that is not/],
  [`public-key=a 'x`, /quote that is not closed/],
  [`public-key=a x\\`, /quote that is not closed/],
] as const) {
  test(`refuses the reference ${JSON.stringify(text)}`, async () => {
    const { message, hint, exitCode } = await failureOf(() => parseCommandReference(text))
    assert.match(message, expected)
    assert.match(hint, /command:public-key=/)
    assert.equal(exitCode, ExitCode.usage)
  })
}
