import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { ExitCode } from '../../src/exit-codes.ts'
import { openPkcs11Signer } from '../../src/signers/pkcs11.ts'
import { parsePkcs11Uri } from '../../src/signers/pkcs11-uri.ts'
import {
  assertSignsAcceptedAssertion,
  failureOf,
  localKeys,
  pemOf,
  scratchDirectory,
  skipWithout,
} from './fixtures.ts'

const MODULES = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/pkcs11/libsofthsm2.so']
const module = MODULES.find((file) => existsSync(file))
const skip =
  skipWithout('softhsm2', 'softhsm2-util', 'pkcs11-tool', 'openssl') ||
  (module === undefined ? 'softhsm2 is missing: no libsofthsm2.so on this machine' : false)

const PIN = '73915'
const directory = scratchDirectory()
const config = join(directory, 'softhsm2.conf')
const env: Record<string, string | undefined> = {
  ...process.env,
  SOFTHSM2_CONF: config,
  KEYGRANT_PKCS11_MODULE: module,
  KEYGRANT_PKCS11_PIN: PIN,
}
const { KEYGRANT_PKCS11_PIN: _pin, ...withoutPin } = env

function run(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { env: { ...env, PIN }, stdio: 'pipe' })
}

function tool(token: string, ...args: readonly string[]): void {
  run(
    'pkcs11-tool',
    '--module',
    module ?? '',
    '--token-label',
    token,
    '--login',
    '--pin',
    'env:PIN',
    ...args,
  )
}

function fileOf(name: string, content: string | Uint8Array, mode = 0o600): string {
  const file = join(directory, name)
  writeFileSync(file, content, { mode })
  return file
}

const KEYS = [
  ['rsa', '01', 'rsa:2048', ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
  ['p256', '02', 'EC:prime256v1', ['ES256']],
  ['p384', '03', 'EC:secp384r1', ['ES384']],
  ['p521', '04', 'EC:secp521r1', ['ES512']],
  ['ed25519', 'ff0a', 'EC:edwards25519', ['EdDSA', 'Ed25519']],
] as const

before(() => {
  if (skip !== false) return
  const tokens = join(directory, 'tokens')
  mkdirSync(tokens)
  fileOf(
    'softhsm2.conf',
    `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  )
  for (const token of ['keygrant', 'spare one']) {
    run(
      'softhsm2-util',
      '--init-token',
      '--free',
      '--label',
      token,
      '--pin',
      PIN,
      '--so-pin',
      '4321',
    )
  }
  for (const [label, id, type] of KEYS) {
    tool('keygrant', '--keypairgen', '--key-type', type, '--label', label, '--id', id)
  }
  // A key that has a certificate beside it, and none; and two keys of one ID.
  const pem = fileOf('local.pem', pemOf(localKeys['P-256']))
  const der = localKeys['P-256'].export({ format: 'der', type: 'sec1' })
  const key = fileOf('local.der', der)
  run(
    'openssl',
    'req',
    '-x509',
    '-new',
    '-key',
    pem,
    '-subj',
    '/CN=x',
    '-outform',
    'DER',
    '-out',
    join(directory, 'cert.der'),
  )
  const write = (label: string, id: string, type: string, file: string): void =>
    tool('spare one', '--write-object', file, '--type', type, '--label', label, '--id', id)
  write('certified', '11', 'privkey', key)
  write('certified', '11', 'cert', join(directory, 'cert.der'))
  write('alone', '12', 'privkey', key)
  write('twin', '13', 'privkey', key)
  write('other twin', '13', 'privkey', key)
})

for (const [label, , , algs] of KEYS) {
  for (const alg of algs) {
    test(`signs ${alg} with a SoftHSM token`, { skip }, async () => {
      const signer = await openPkcs11Signer(`token=keygrant;object=${label}`, { env, alg })
      assert.equal(signer.alg, alg)
      await assertSignsAcceptedAssertion(signer)
    })
  }
}

test('finds a key by its ID in percent encoding', { skip }, async () => {
  const uri = `token=keygrant;id=%ff%0a;type=private`
  const signer = await openPkcs11Signer(uri, { env, kid: 'hsm-1' })
  assert.equal(signer.publicKey.crv, 'Ed25519')
  assert.equal(signer.kid, 'hsm-1')
})

test('takes the URI that p11-kit and others print', { skip }, async () => {
  const listing = execFileSync('pkcs11-tool', ['--module', module ?? '', '-L'], {
    env,
    encoding: 'utf8',
  })
  const [, serial] = /token label +: keygrant[^]*?serial num +: (\w+)/.exec(listing) ?? []
  const uri = `model=SoftHSM%20v2;manufacturer=SoftHSM%20project;serial=${serial};token=keygrant;id=%02;object=p256;type=private?module-path=${module}`
  await assertSignsAcceptedAssertion(
    await openPkcs11Signer(uri, { env: { ...env, KEYGRANT_PKCS11_MODULE: undefined } }),
  )
})

test('reads the PIN from a file', { skip }, async () => {
  const file = fileOf('pin', `${PIN}\n`)
  for (const source of [`file:${file}`, `file://${file}`, file]) {
    const uri = `token=keygrant;object=p256?pin-source=${source}`
    await assertSignsAcceptedAssertion(await openPkcs11Signer(uri, { env: withoutPin }))
  }
})

test('never has the PIN in the arguments of a program', { skip }, async () => {
  const log = join(directory, 'args')
  const recorder = fileOf(
    'recorder',
    `#!/bin/sh\necho "$@" >> '${log}'\nexec pkcs11-tool "$@"\n`,
    0o700,
  )
  const signer = await openPkcs11Signer('token=keygrant;object=p256', { env, tool: recorder })
  await assertSignsAcceptedAssertion(signer)
  const args = readFileSync(log, 'utf8')
  assert.match(args, /--sign --id 02 --mechanism ECDSA/)
  assert.doesNotMatch(args, new RegExp(PIN))
})

for (const [label, alg, hidden] of [
  ['rsa', 'RS256', 'RSA-PKCS'],
  ['rsa', 'PS384', 'RSA-PKCS-PSS'],
] as const) {
  test(`has a token hash for ${alg} when it does not take a digest`, { skip }, async () => {
    const filter = fileOf(
      `without-${hidden}`,
      `#!/bin/sh\ncase "$*" in *--list-mechanisms*) pkcs11-tool "$@" | grep -v '^  ${hidden},' ;; *" --mechanism ${hidden} "*) exit 9 ;; *) exec pkcs11-tool "$@" ;; esac\n`,
      0o700,
    )
    const signer = await openPkcs11Signer(`token=keygrant;object=${label}`, {
      env,
      alg,
      tool: filter,
    })
    await assertSignsAcceptedAssertion(signer)
  })
}

test('reads the public half from a certificate', { skip }, async () => {
  const signer = await openPkcs11Signer('token=spare%20one;object=certified', { env })
  await assertSignsAcceptedAssertion(signer, localKeys['P-256'])
})

for (const [what, uri, expected] of [
  [
    'the key has no public half',
    'token=spare%20one;object=alone',
    /neither a public key nor a cert/,
  ],
  [
    'two keys have one ID',
    'token=spare%20one;object=twin',
    /"twin" \(id 13\) has no ID of its own/,
  ],
  [
    'no key has the label',
    'token=keygrant;object=nope',
    /no private key that fits.*shows.*"p256" \(id 02\)/,
  ],
  ['no key has the ID', 'token=keygrant;id=%99', /no private key that fits/],
  ['several keys fit', 'token=keygrant', /5 private keys that fit/],
  ['no token fits', 'token=nope;object=rsa', /no token fits.*there are .*"keygrant" \(serial/],
  ['several tokens fit', 'object=rsa', /2 tokens fit.*"spare one"/],
  ['no slot fits', 'slot-id=12345678901;object=rsa', /no token fits/],
] as const) {
  test(`lists what there is when ${what}`, { skip }, async () => {
    const { message, hint, exitCode } = await failureOf(() => openPkcs11Signer(uri, { env }))
    assert.match(`${message}; ${hint}`, expected)
    assert.equal(exitCode, ExitCode.input)
  })
}

test('says that the PIN is wrong, and warns of the next try', { skip }, async () => {
  const wrong = { ...env, KEYGRANT_PKCS11_PIN: '00000' }
  const { message, hint, exitCode } = await failureOf(() =>
    openPkcs11Signer('token=keygrant;object=rsa', { env: wrong }),
  )
  assert.match(message, /the PIN is wrong \(CKR_PIN_INCORRECT\)/)
  assert.match(hint, /lock themselves/)
  assert.doesNotMatch(message + hint, /00000/)
  assert.equal(exitCode, ExitCode.environment)
})

test('says that a PIN is needed when there is none', { skip }, async () => {
  const { hint } = await failureOf(() =>
    openPkcs11Signer('token=keygrant;object=rsa', { env: withoutPin }),
  )
  assert.match(hint, /KEYGRANT_PKCS11_PIN/)
})

test('says that the key does not sign the algorithm', { skip }, async () => {
  const { message } = await failureOf(() =>
    openPkcs11Signer('token=keygrant;object=p256', { env, alg: 'ES384' }),
  )
  assert.match(message, /can not sign with ES384 with this key; it offers ES256/)
})

test('says that an Ed25519 message is too long for the tool', { skip }, async () => {
  const signer = await openPkcs11Signer('token=keygrant;object=ed25519', { env })
  const { message } = await failureOf(() => signer.sign(new Uint8Array(5000)))
  assert.match(message, /5000 octets with Ed25519; 1024 are its most/)
})

test('signs an input of any size with ECDSA and RSA', { skip }, async () => {
  for (const label of ['p256', 'rsa']) {
    const signer = await openPkcs11Signer(`token=keygrant;object=${label}`, { env })
    await signer.sign(new Uint8Array(100_000))
  }
})

test('says that the key is gone', { skip }, async () => {
  tool('spare one', '--keypairgen', '--key-type', 'EC:prime256v1', '--label', 'brief', '--id', '77')
  const signer = await openPkcs11Signer('token=spare%20one;object=brief', { env })
  tool('spare one', '--delete-object', '--type', 'privkey', '--id', '77')
  const { message } = await failureOf(() => signer.sign(new Uint8Array(8)))
  assert.match(message, /the token did not sign: .*Private key not found/)
})

test('says that the library is none', { skip }, async () => {
  for (const file of ['/nope.so', config]) {
    const { message } = await failureOf(() =>
      openPkcs11Signer(`token=keygrant?module-path=${file}`, { env }),
    )
    assert.match(message, /library of module-path can not be loaded/)
  }
})

test('says how to install the tool', async () => {
  const { message, hint } = await failureOf(() =>
    openPkcs11Signer('object=a?module-path=/x.so', { env, tool: join(directory, 'no-tool') }),
  )
  assert.match(message, /there is no program/)
  assert.match(hint, /opensc/)
})

test('says that the library is not named', async () => {
  const { message, hint } = await failureOf(() => openPkcs11Signer('object=a', { env: {} }))
  assert.match(message, /which library/)
  assert.match(hint, /module-path=/)
})

test('says that the PIN file is missing, or holds something else', async () => {
  const uri = (file: string): string => `object=a?module-path=/x.so&pin-source=file:${file}`
  const none = await failureOf(() => openPkcs11Signer(uri('/none'), { env: {} }))
  assert.match(none.message, /PIN can not be read from "\/none"/)
  const lines = fileOf('lines', 'one\ntwo\n')
  const other = await failureOf(() => openPkcs11Signer(uri(lines), { env: {} }))
  assert.match(other.message, /does not hold a PIN/)
})

test('reads every attribute of the URI', () => {
  assert.deepEqual(
    parsePkcs11Uri(
      'token=a%20b;serial=1;model=m;manufacturer=n;slot-id=3;slot-description=d;object=%C3%BC;id=%00a;type=private?module-path=/m.so&pin-source=file:/pin',
    ),
    {
      token: {
        token: 'a b',
        manufacturer: 'n',
        serial: '1',
        model: 'm',
        'slot-description': 'd',
        'slot-id': '3',
      },
      label: 'ü',
      id: '0061',
      modulePath: '/m.so',
      pinFile: '/pin',
    },
  )
})

for (const [uri, expected] of [
  ['object=a?pin-value=1234', /holds the PIN/],
  ['object=a?module-name=softhsm2', /module-path=/],
  ['object=a;type=cert', /asks for type "cert"/],
  ['object=a;object=b', /"object" twice/],
  ['objekt=a', /"objekt", which is not understood/],
  ['object', /"object", which is not understood/],
  ['object=%zz', /"%" without/],
  ['object=a?pin-source=|cat', /pin-source that is no file/],
  ['object=a?b?c', /more than one/],
] as const) {
  test(`refuses the URI pkcs11:${uri}`, async () => {
    const { message, hint, exitCode } = await failureOf(() => parsePkcs11Uri(uri))
    assert.match(`${message}; ${hint}`, expected)
    assert.doesNotMatch(message + hint, /1234/)
    assert.equal(exitCode, ExitCode.usage)
  })
}
