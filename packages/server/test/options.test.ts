import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import Database from 'libsql'
import { createAuthorizationServer, OptionsError } from '@keygrant/server'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'
import { completeOptions } from '../src/options.ts'
import { ISSUER, someSigningKeys } from './a-server.ts'

async function problems(changes: object): Promise<string[]> {
  const storage = openSqliteStorage(new Database(':memory:'))
  try {
    completeOptions({ issuer: ISSUER, storage, signingKeys: await someSigningKeys(), ...changes })
  } catch (error) {
    assert.ok(error instanceof OptionsError)
    assert.equal(error.code, 'ERR_OPTIONS_INVALID')
    return error.problems.map(({ option, problem }) => `${option} ${problem}`)
  }
  return []
}

suite('the issuer', () => {
  for (const issuer of [
    'https://auth.example',
    'https://auth.example:8443',
    'http://127.0.0.1:8400',
    'http://127.1.2.3',
    'http://localhost:8400',
    'http://[::1]:8400',
  ]) {
    test(`may be ${issuer}`, async () => {
      assert.deepEqual(await problems({ issuer }), [])
    })
  }

  for (const [issuer, problem] of [
    ['http://auth.example', /must be https; http is for loopback alone/],
    ['http://127.0.0.1.evil.example', /must be https/],
    ['https://auth.example/', /without a path or a slash at the end: https:\/\/auth\.example$/],
    ['https://auth.example/tenant', /without a path/],
    ['https://auth.example?x', /without a path/],
    ['https://AUTH.example', /in its normal form.*https:\/\/auth\.example/],
    ['https://auth.example:443', /in its normal form/],
    ['https://user@auth.example', /in its normal form/],
    ['auth.example', /must be a URL/],
    ['ftp://auth.example', /must be an https URL/],
    ['', /must be a URL/],
    [undefined, /must be a URL/],
  ] as const) {
    test(`may not be ${issuer}`, async () => {
      const [first = ''] = await problems({ issuer })
      assert.match(first, problem)
    })
  }
})

test('all problems are reported at once, each with its option', async () => {
  const found = await problems({
    issuer: 'x',
    profile: 'lax',
    isDevelopment: 1,
    clock: 5,
    storage: {},
    signingKeys: {},
  })
  assert.deepEqual(
    found.map((problem) => problem.split(' ')[0]),
    ['issuer', 'profile', 'isDevelopment', 'clock', 'storage', 'signingKeys'],
  )
})

test('signing keys in the store are checked before they are opened', async () => {
  const found = await problems({
    signingKeys: { envelopeKeys: [new Uint8Array(31)], algorithm: 'HS256', rotateAfterDays: -1 },
  })
  assert.deepEqual(
    found.map((problem) => problem.split(' ')[0]),
    ['signingKeys.envelopeKeys', 'signingKeys.algorithm', 'signingKeys.rotateAfterDays'],
  )
})

for (const [what, options, expected] of [
  ['a text in place of a list', { trustedProxies: '10.0.0.1' }, 'trustedProxies must be an array'],
  ['a host in place of a list', { privateJwksHosts: 'x' }, 'privateJwksHosts must be an array'],
  [
    'a proxy that is everybody',
    { trustedProxies: ['0.0.0.0/0'] },
    'trustedProxies has "0.0.0.0/0"',
  ],
  ['a host with a port', { privateJwksHosts: ['a:1'] }, 'privateJwksHosts has "a:1"'],
  ['a port that there is not', { watch: { port: 65_536 } }, 'watch.port must be a port'],
  ['a limit below zero', { limits: { failuresPerMinute: -1 } }, 'limits.failuresPerMinute must be'],
] as const) {
  test(`an option is not ${what}`, async () => {
    const [first = '', ...others] = await problems(options)
    assert.ok(first.startsWith(expected), first)
    assert.deepEqual(others, [])
  })
}

test('a server is not made of bad options', async () => {
  await assert.rejects(createAuthorizationServer({ issuer: 'x' } as never), OptionsError)
})

suite('an origin that the workbench may talk to', () => {
  for (const origin of ['https://auth.example.org', 'http://127.0.0.1:9000']) {
    test(`may be ${origin}`, async () => {
      assert.deepEqual(await problems({ workbenchOrigins: [origin] }), [])
    })
  }
  for (const origin of [
    'https://auth.example.org/',
    'https://auth.example.org/path',
    '*',
    "'unsafe-inline'",
    'https:',
    "https://a.example; script-src 'unsafe-eval'",
    'https://*.example.org',
    'https://a;script-src',
    'https://a"b',
    "https://a'b",
    'wss://auth.example.org',
    'null',
    7,
  ]) {
    test(`may not be ${origin}`, async () => {
      const [first = ''] = await problems({ workbenchOrigins: [origin] })
      assert.match(first, /^workbenchOrigins has .* which is no origin/)
    })
  }
})
