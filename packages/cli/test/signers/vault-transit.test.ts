import assert from 'node:assert/strict'
import { createHash, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { JwsAlgorithmName } from '@keygrant/core/keys'
import { ExitCode } from '../../src/exit-codes.ts'
import {
  openVaultTransitSigner,
  vaultFromEnvironment,
  type VaultTransitOptions,
} from '../../src/signers/vault-transit.ts'
import {
  assertSignsAcceptedAssertion,
  failureOf,
  joined,
  localKeys,
  otherKey,
  publicHalf,
  scratchDirectory,
  SERVICE_ALGORITHMS,
  signAsService,
  skipServices as skip,
} from './fixtures.ts'

interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Readonly<Record<string, unknown>>
}

type Answer = (asked: Asked, response: ServerResponse) => unknown

/** A Vault over HTTP; gives its address, and what it was asked. */
async function startVault(answer: Answer): Promise<{ address: string; asked: Asked[] }> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const entry = { method, url, headers, body: text === '' ? {} : JSON.parse(text) } as Asked
      asked.push(entry)
      const body = answer(entry, response)
      if (body !== undefined) response.end(JSON.stringify(body))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => {
    server.close()
    server.closeAllConnections()
  })
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

/** What Vault says of a key with two versions, of which the second is this. */
function described(key: KeyObject, changes: object = {}): object {
  const half = publicHalf(key)
  const { x } = half.export({ format: 'jwk' })
  const public_key =
    key.asymmetricKeyType === 'ed25519'
      ? Buffer.from(x ?? '', 'base64url').toString('base64')
      : half.export({ format: 'pem', type: 'spki' })
  const other = publicHalf(otherKey).export({ format: 'pem', type: 'spki' })
  const keys = {
    1: { public_key: other },
    2: { public_key, creation_time: '2026-01-01T00:00:00Z' },
  }
  return { data: { latest_version: 2, derived: false, keys, supports_signing: true, ...changes } }
}

const OCTETS: Readonly<Record<string, number>> = { ES256: 32, ES384: 48, ES512: 66 }

/** Vault's answers for one key, in the encodings that it documents. */
function transit(alg: JwsAlgorithmName, key: KeyObject, signedBy = key): Answer {
  return ({ url, body }) => {
    if (url.includes('/keys/')) return described(key)
    const signature = signAsService(alg, signedBy, Buffer.from(String(body['input']), 'base64'))
    const octets = OCTETS[alg]
    const text =
      body['marshaling_algorithm'] === 'jws' && octets !== undefined
        ? joined(signature, octets).toString('base64url')
        : signature.toString('base64')
    return { data: { signature: `vault:v2:${text}`, key_version: 2 } }
  }
}

const open = (address: string, changes: Partial<VaultTransitOptions> = {}) =>
  openVaultTransitSigner({ address, token: 'hvs.secret', key: 'deploy', ...changes })

for (const [alg, type] of SERVICE_ALGORITHMS) {
  test(`signs ${alg} as Vault documents it`, { skip }, async () => {
    const { address, asked } = await startVault(transit(alg, localKeys[type]))
    const signer = await open(address, { alg })
    await assertSignsAcceptedAssertion(signer, localKeys[type])
    const input = Buffer.from('the signing input')
    await signer.sign(input)
    const hash = alg.slice(2)
    const expected =
      type === 'Ed25519'
        ? { input: input.toString('base64') }
        : {
            input: createHash(`sha${hash}`).update(input).digest('base64'),
            prehashed: true,
            hash_algorithm: `sha2-${hash}`,
            ...(alg.startsWith('ES') ? { marshaling_algorithm: 'jws' } : {}),
            ...(alg.startsWith('RS') ? { signature_algorithm: 'pkcs1v15' } : {}),
            ...(alg.startsWith('PS') ? { signature_algorithm: 'pss', salt_length: 'hash' } : {}),
          }
    const [first, last] = [asked[0], asked.at(-1)]
    assert.deepEqual([first?.method, first?.url], ['GET', '/v1/transit/keys/deploy'])
    assert.deepEqual([last?.method, last?.url], ['POST', '/v1/transit/sign/deploy'])
    assert.deepEqual(last?.body, { ...expected, key_version: 2 })
    assert.equal(last?.headers['x-vault-token'], 'hvs.secret')
    assert.equal(last?.headers['x-vault-request'], 'true')
    assert.equal(last?.headers['x-vault-namespace'], undefined)
  })
}

test('uses the mount, the namespace and the version that were named', { skip }, async () => {
  const { address, asked } = await startVault(({ url, body }) => {
    if (url.includes('/keys/')) return described(localKeys['P-256'])
    const digest = Buffer.from(String(body['input']), 'base64')
    const signature = joined(signAsService('ES256', otherKey, digest), 32)
    return { data: { signature: `vault:v1:${signature.toString('base64url')}` } }
  })
  const place = { mount: 'team/a b', namespace: 'ns1/', version: 1 }
  await assertSignsAcceptedAssertion(await open(`${address}/proxy/`, place), otherKey)
  assert.equal(asked.at(-1)?.url, '/proxy/v1/team/a%20b/sign/deploy')
  assert.equal(asked.at(-1)?.headers['x-vault-namespace'], 'ns1/')
  assert.equal(asked.at(-1)?.body['key_version'], 1)
})

for (const [what, changes, version, expected] of [
  ['has no such version', {}, 9, /has no version 9; it has 1, 2/],
  ['is for encryption', { keys: { 2: 1_442_851_412 } }, undefined, /is not for signing/],
  ['is derived', { derived: true }, undefined, /is derived/],
  [
    'is garbage',
    { keys: { 2: { public_key: '-----BEGIN PUBLIC KEY-----\nAAAA\n' } } },
    undefined,
    /type that can not sign/,
  ],
] as const) {
  test(`says that the key ${what}`, async () => {
    const { address } = await startVault(() => described(localKeys['P-256'], changes))
    const { message, exitCode } = await failureOf(() => open(address, { version }))
    assert.match(message, expected)
    assert.equal(exitCode, ExitCode.input)
  })
}

for (const [what, answer, expected] of [
  [
    'another version',
    { data: { signature: 'vault:v1:AAAA' } },
    /version 1 of the key where version 2/,
  ],
  ['no prefix', { data: { signature: 'AAAA' } }, /without a signature/],
  ['a signature that is no text', { data: { signature: 5 } }, /without a signature/],
  ['no data', {}, /without a signature/],
  ['a list', [], /without a signature/],
  ['garbage', { data: { signature: 'vault:v2:b29wcw==' } }, /4 octets where/],
] as const) {
  test(`does not use ${what}`, async () => {
    const { address } = await startVault(({ url }) =>
      url.includes('/keys/') ? described(localKeys['P-256']) : answer,
    )
    const signer = await open(address)
    assert.match((await failureOf(() => signer.sign(Buffer.from('x')))).message, expected)
  })
}

test('does not use a signature by another key', { skip }, async () => {
  const { address } = await startVault(transit('ES256', localKeys['P-256'], otherKey))
  const signer = await open(address)
  assert.match((await failureOf(() => signer.sign(Buffer.from('x')))).message, /another key/)
})

test('takes DER from a Vault that does not know the JWS form', { skip }, async () => {
  const { address } = await startVault(({ url, body }) => {
    if (url.includes('/keys/')) return described(localKeys['P-256'])
    const digest = Buffer.from(String(body['input']), 'base64')
    const signature = signAsService('ES256', localKeys['P-256'], digest).toString('base64')
    return { data: { signature: `vault:v2:${signature}` } }
  })
  await assertSignsAcceptedAssertion(await open(address))
})

for (const [status, errors, exitCode, expected] of [
  [
    403,
    ['permission denied'],
    ExitCode.server,
    /does not allow it \(403: permission denied\).*policy/,
  ],
  [404, [], ExitCode.input, /has no such key \(404\).*VAULT_NAMESPACE/],
  [404, ['no handler for route "x/keys/y"'], ExitCode.input, /no handler for route/],
  [400, ['signing key not found'], ExitCode.input, /has no such key/],
  [400, ['key type aes256-gcm96 does not support signing'], ExitCode.input, /can not use the key/],
  [
    400,
    ['requested version for signing is less than the minimum encryption key version'],
    ExitCode.input,
    /can not use the key .*min_encryption_version/,
  ],
  [400, ['error parsing JSON'], ExitCode.input, /does not accept the request/],
  [
    503,
    ['Vault is sealed'],
    ExitCode.unreachable,
    /can not be reached \(503: Vault is sealed\).*unsealed/,
  ],
  [429, [], ExitCode.unreachable, /too busy/],
  [
    500,
    ['internal error\u001b[2J'],
    ExitCode.server,
    /Vault failed \(500: internal error\\u001b\[2J\)/,
  ],
] as const) {
  test(`says what ${status} ${errors.join()} means`, async () => {
    const { address } = await startVault((_asked, response) => {
      response.statusCode = status
      return { errors }
    })
    const failure = await failureOf(() => open(address))
    assert.match(`${failure.message}; ${failure.hint}`, expected)
    assert.equal(failure.exitCode, exitCode)
    assert.doesNotMatch(failure.message, /hvs\.secret/)
  })
}

test('takes the token nowhere else: a redirect is not followed', async () => {
  const active = await startVault(() => described(localKeys['P-256']))
  const { address } = await startVault((_asked, response) => {
    response.writeHead(307, { location: `${active.address}/v1/transit/keys/deploy?x=1` }).end()
  })
  const { message } = await failureOf(() => open(address))
  assert.match(
    message,
    /307: redirected to http:\/\/127.0.0.1:\d+\/v1\/transit\/keys\/deploy; set VAULT_ADDR/,
  )
  assert.deepEqual(active.asked, [])
})

test('copes with an answer that is no JSON, and with one without end', async () => {
  const page = await startVault((_asked, response) => void response.end('<html>'))
  assert.match((await failureOf(() => open(page.address))).message, /says nothing of the key/)
  const endless = await startVault((_asked, response) => {
    response.on('error', () => undefined)
    const more = (): void => {
      if (!response.destroyed) response.write(Buffer.alloc(65_536, 32), () => setImmediate(more))
    }
    more()
  })
  assert.match((await failureOf(() => open(endless.address))).message, /more than 256 KiB/)
})

test('gives up on a Vault that does not answer, and says when none is there', async () => {
  const { address } = await startVault(() => undefined)
  const silent = await failureOf(() => open(address, { timeoutMs: 100 }))
  assert.match(silent.message, /Vault did not answer within 0.1 s/)
  const none = await failureOf(() => open('http://127.0.0.1:1'))
  assert.match(none.message, /Vault can not be reached/)
  assert.equal(none.exitCode, ExitCode.unreachable)
})

for (const [address, expected] of [
  ['http://vault.example:8200', /not https/],
  ['http://127.evil.example', /not https/],
  ['vault.example:8200', /no address of a Vault/],
  ['https://user:secret@vault.example', /no address of a Vault/],
  ['ftp://localhost', /no address of a Vault/],
] as const) {
  test(`does not send the token to ${address}`, async () => {
    const { message, exitCode } = await failureOf(() => open(address))
    assert.match(message, expected)
    assert.equal(exitCode, ExitCode.usage)
  })
}

test('finds Vault as its own CLI does', async () => {
  const home = join(scratchDirectory(), 'home')
  mkdirSync(home)
  writeFileSync(join(home, '.vault-token'), 'hvs.file\n', { mode: 0o600 })
  const VAULT_ADDR = 'https://vault.example'
  assert.deepEqual(await vaultFromEnvironment({ VAULT_ADDR, HOME: home }), {
    address: VAULT_ADDR,
    token: 'hvs.file',
    namespace: undefined,
  })
  const env = { VAULT_ADDR, VAULT_TOKEN: 'hvs.env', VAULT_NAMESPACE: 'a', HOME: home }
  assert.deepEqual(await vaultFromEnvironment(env), {
    address: VAULT_ADDR,
    token: 'hvs.env',
    namespace: 'a',
  })
  const nowhere = await failureOf(() => vaultFromEnvironment({ HOME: home }))
  assert.match(nowhere.message, /VAULT_ADDR is not set/)
  const nobody = await failureOf(() => vaultFromEnvironment({ VAULT_ADDR, HOME: '/nonexistent' }))
  assert.match(nobody.hint, /vault login/)
})
