/**
 * No private key is in the project, and the finder that says so finds every form that one may be in.
 * @module
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { suite, test } from 'node:test'
import { findPrivateKeys } from '../private-keys.mjs'
import { ROOT } from '../setup.mjs'

/** Files that hold keys in binary forms. */
const KEY_FILES = new Set(['.p12', '.pfx', '.jks', '.key', '.pk8'])

suite('private keys in the project', () => {
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
    .split('\0')
    .filter((name) => name !== '' && existsSync(join(ROOT, name)))
    .filter((name) => statSync(join(ROOT, name)).isFile())

  test('are in no tracked file', () => {
    const found = tracked.flatMap((name) =>
      findPrivateKeys(readFileSync(join(ROOT, name), 'utf8')).map(
        ({ line, kind }) => `${name}:${line} holds a private key (${kind})`,
      ),
    )
    assert.deepEqual(
      found,
      [],
      'tools/private-keys.mjs says how a test writes a marker that is no key',
    )
  })

  test('are in no tracked file of a binary key format', () => {
    assert.deepEqual(
      tracked.filter((name) => KEY_FILES.has(extname(name))),
      [],
    )
  })
})

suite('the finder of private keys', () => {
  const ed25519 = generateKeyPairSync('ed25519').privateKey
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const pem = ed25519.export({ type: 'pkcs8', format: 'pem' }).toString()
  const encrypted = rsa
    .export({ type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'p' })
    .toString()
  const jwk = ed25519.export({ format: 'jwk' })

  for (const [what, text, kind] of [
    ['an Ed25519 PKCS#8 PEM', pem, 'PEM'],
    ['an RSA PKCS#1 PEM', rsa.export({ type: 'pkcs1', format: 'pem' }).toString(), 'PEM'],
    ['a SEC1 PEM', ec.export({ type: 'sec1', format: 'pem' }).toString(), 'PEM'],
    ['an encrypted PEM with headers', encrypted, 'PEM'],
    ['a PEM with CRLF', pem.replaceAll('\n', '\r\n'), 'PEM'],
    ['a PEM in a JSON string', JSON.stringify({ key: pem }), 'PEM'],
    ['an indented PEM', pem.replaceAll('\n', '\n    '), 'PEM'],
    ['a PEM in an array of strings', `[\n  '${pem.trim().split('\n').join("',\n  '")}'\n]`, 'PEM'],
    ['a PEM on one line', pem.replaceAll('\n', ''), 'PEM'],
    ['a JWK', JSON.stringify(jwk), 'JWK'],
    ['a JWK over several lines', JSON.stringify(jwk, null, 2), 'JWK'],
    ['a JWK in a JSON string', JSON.stringify({ key: JSON.stringify(jwk) }), 'JWK'],
    ['a JWK in source code', `{ kty: 'OKP', crv: 'Ed25519', d: '${jwk.d}' }`, 'JWK'],
    ['a PEM in base64', Buffer.from(pem).toString('base64'), 'base64 of PEM'],
  ] as const) {
    test(`finds ${what}`, () => {
      assert.equal(findPrivateKeys(text)[0]?.kind, kind)
    })
  }

  for (const [what, text] of [
    ['a PEM header without a body', pem.split('\n')[0] ?? ''],
    ['a PEM with a short body', pem.replace(/\n.+\n/, '\nAAAA\n')],
    [
      'a public PEM',
      generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }),
    ],
    [
      'a public JWK',
      JSON.stringify(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })),
    ],
    ['a short d', JSON.stringify({ d: 'AQAB' })],
    ['an id', JSON.stringify({ id: 'A'.repeat(43), kid: 'A'.repeat(43) })],
    ['prose about keys', 'A PEM begins with -----BEGIN PRIVATE KEY----- and holds base64.'],
  ] as const) {
    test(`leaves ${what} alone`, () => {
      assert.deepEqual(findPrivateKeys(text.toString()), [])
    })
  }

  test('says the line and never repeats the key', () => {
    const found = findPrivateKeys(`one\ntwo\n${pem}`)
    assert.deepEqual(found, [{ line: 3, kind: 'PEM' }])
  })
})
