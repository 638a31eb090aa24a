import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { ExitCode } from '../../src/exit-codes.ts'
import { isSignerReference } from '../../src/signer-reference.ts'
import { openSigner, SIGNER_REFERENCES } from '../../src/signers/open-signer.ts'
import { loadVendorSdk } from '../../src/signers/vendor-sdk.ts'
import {
  assertSignsAcceptedAssertion,
  failureOf,
  localKeys,
  pemOf,
  publicHalf,
  scratchDirectory,
  skipServices as skip,
} from './fixtures.ts'

const directory = scratchDirectory()
const home = process.cwd()
before(() => process.chdir(directory))
after(() => process.chdir(home))

function context(env: Readonly<Record<string, string | undefined>> = {}, input = '') {
  const stdin = Object.assign(Readable.from(input === '' ? [] : [Buffer.from(input)]), {
    isTTY: input === '',
  }) as unknown as NodeJS.ReadStream
  return { context: { env: { PATH: process.env['PATH'], ...env }, stdin } }
}

function fileOf(name: string, content: string): string {
  const file = join(directory, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  return file
}

const p256 = fileOf('p256.pem', pemOf(localKeys['P-256']))
const rsa = fileOf('rsa.pem', pemOf(localKeys['RSA-2048']))
const publicPem = publicHalf(localKeys['P-256']).export({ format: 'pem', type: 'spki' }) as string
const pub = fileOf('my keys/pub.pem', publicPem)

test('opens a private key in a file, by an absolute or a relative path', async () => {
  for (const path of [p256, 'p256.pem', './p256.pem']) {
    await assertSignsAcceptedAssertion(await openSigner(path, context()), localKeys['P-256'])
  }
})

test('opens a private key on standard input', async () => {
  for (const reference of ['-', undefined]) {
    const signer = await openSigner(reference, context({}, pemOf(localKeys.Ed25519)))
    await assertSignsAcceptedAssertion(signer, localKeys.Ed25519)
  }
})

test('gives a file the key ID and the algorithm that were asked for', async () => {
  const signer = await openSigner(rsa, { ...context(), kid: 'k1', alg: 'PS384' })
  assert.equal(signer.kid, 'k1')
  assert.equal(signer.alg, 'PS384')
  await assertSignsAcceptedAssertion(signer)
})

test('takes a drive letter and a path with a colon for files', async () => {
  for (const path of ['C:\\keys\\a.pem', './a:b', '/a:b', '-']) {
    assert.equal(isSignerReference(path), false, path)
  }
  fileOf('a:b', pemOf(localKeys['P-256']))
  await assertSignsAcceptedAssertion(await openSigner('./a:b', context()))
})

test('lists the kinds of key when the scheme is none of them', async () => {
  for (const reference of ['https://kms.example/key', 'gpg:me', 'AWSKMS:///x', 'constructor:x']) {
    const { message, hint, exitCode } = await failureOf(() => openSigner(reference, context()))
    assert.match(
      message,
      /is no kind of key; there are ssh-agent:, pkcs11:, command:, awskms:, gcpkms:, azurekms:, vault: and files/,
    )
    assert.match(hint, /"\.\//)
    assert.equal(exitCode, ExitCode.usage)
  }
})

test('documents each kind that it opens', () => {
  const documented = SIGNER_REFERENCES.slice(1).map(([form]) => form.split(':')[0])
  assert.deepEqual(documented, [
    'ssh-agent',
    'pkcs11',
    'command',
    'awskms',
    'gcpkms',
    'azurekms',
    'vault',
  ])
})

test('opens a command', { skip }, async () => {
  const reference = `command:public-key='${pub}' openssl dgst -sha256 -sign p256.pem`
  const signer = await openSigner(reference, { ...context(), kid: 'hsm-1' })
  assert.equal(signer.kid, 'hsm-1')
  await assertSignsAcceptedAssertion(signer, localKeys['P-256'])
})

test('asks which public key a command is meant to sign with', async () => {
  const jwk = (kid: string) => ({
    ...publicHalf(localKeys['P-256']).export({ format: 'jwk' }),
    kid,
  })
  fileOf('set.json', JSON.stringify({ keys: [jwk('a'), jwk('b')] }))
  const reference = 'command:public-key=set.json false'
  const { message, hint } = await failureOf(() => openSigner(reference, context()))
  assert.match(message, /"set.json" holds 2 public keys/)
  assert.match(hint, /--kid/)
  assert.equal((await openSigner(reference, { ...context(), kid: 'b' })).kid, 'b')
  const none = await failureOf(() => openSigner('command:public-key=none.pem false', context()))
  assert.match(none.message, /"none.pem" does not exist/)
})

test('takes the agent, the token and Vault from the environment that it is given', async () => {
  const agent = await failureOf(() => openSigner('ssh-agent:', context()))
  assert.match(agent.message, /SSH_AUTH_SOCK is not set/)
  const token = await failureOf(() => openSigner('pkcs11:object=a', context()))
  assert.match(token.hint, /KEYGRANT_PKCS11_MODULE/)
  const vault = await failureOf(() => openSigner('vault:deploy', context()))
  assert.match(vault.message, /VAULT_ADDR is not set/)
})

for (const [reference, name] of [
  ['awskms:///alias/a', '@aws-sdk/client-kms'],
  [
    'gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1',
    '@google-cloud/kms',
  ],
  ['azurekms://v.vault.azure.net/k', '@azure/keyvault-keys'],
] as const) {
  test(`says to install ${name}`, async (t) => {
    try {
      await import(name)
      t.skip(`${name} is installed beside this program`)
      return
    } catch {
      // Not installed, as it should be.
    }
    const { message, hint, exitCode } = await failureOf(() => openSigner(reference, context()))
    assert.match(message, new RegExp(`need the package ${name}, which is not installed`))
    assert.match(hint, new RegExp(`npm install ${name}`))
    assert.equal(exitCode, ExitCode.environment)
  })
}

/** Packages of the project in the current directory that stand for the vendors' SDKs. */
function installStandIns(): void {
  const install = (name: string, code: string): void => {
    fileOf(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }))
    fileOf(`node_modules/${name}/index.js`, code)
  }
  const spki = publicHalf(localKeys['P-256']).export({ format: 'der', type: 'spki' })
  const { x, y } = publicHalf(localKeys['P-256']).export({ format: 'jwk' })
  install(
    '@aws-sdk/client-kms',
    `exports.KMS = class {
      constructor(config) { this.config = config }
      async getPublicKey({ KeyId }) {
        if (KeyId.endsWith('tell')) throw new Error('config ' + JSON.stringify(this.config))
        return { KeyId, KeyUsage: 'SIGN_VERIFY', PublicKey: Buffer.from('${spki.toString('base64')}', 'base64') }
      }
    }`,
  )
  install(
    '@google-cloud/kms',
    `exports.KeyManagementServiceClient = class {
      async initialize() {}
      async getPublicKey({ name }) {
        return [{ pem: ${JSON.stringify(publicPem)}, algorithm: name.endsWith('/cryptoKeyVersions/7') ? 'EC_SIGN_P256_SHA256' : name }]
      }
    }`,
  )
  install(
    '@azure/keyvault-keys',
    `exports.KeyClient = class {
      constructor(url, credential) { this.url = url; this.credential = credential }
      async getKey(name, { version }) {
        if (name === 'tell') throw new Error([this.url, version, this.credential.is].join(' '))
        const b = (t) => Buffer.from(t, 'base64url')
        return { id: 'id', key: { kty: 'EC-HSM', crv: 'P-256', x: b('${x}'), y: b('${y}') } }
      }
    }
    exports.CryptographyClient = class {
      constructor(id, credential) { this.id = id; this.credential = credential }
      async sign(alg, digest) { throw new Error([this.id, alg, digest.length, this.credential.is].join(' ')) }
    }`,
  )
  install('@azure/identity', `exports.DefaultAzureCredential = class { is = 'default' }`)
}

test('loads the SDKs of the project in the current directory', async () => {
  installStandIns()
  const aws = await openSigner('awskms:///alias/my-key', { ...context(), kid: 'k' })
  assert.deepEqual([aws.alg, aws.kid], ['ES256', 'k'])
  const azure = await openSigner('azurekms://v.vault.azure.net/keys/k/v1', context())
  const refused = await failureOf(() => azure.sign(new Uint8Array()))
  assert.match(refused.message, /\(id ES256 32 default\)/)
  for (const segment of ['cryptoKeyVersions', 'versions']) {
    const name = `projects/p/locations/l/keyRings/r/cryptoKeys/k/${segment}/7`
    assert.equal((await openSigner(`gcpkms://${name}`, context())).alg, 'ES256')
    assert.equal((await openSigner(`gcpkms:${name}`, context())).alg, 'ES256')
  }
  const wrong = await failureOf(() => openSigner('gcpkms://projects/p', context()))
  assert.match(wrong.message, /"projects\/p" does not name a key version/)
})

for (const [reference, expected] of [
  ['awskms:///tell', /config \{\}/],
  ['awskms:///tell?region=eu-west-1', /config \{"region":"eu-west-1"\}/],
  ['awskms:///arn:aws:kms:us-east-2:111122223333:alias/tell', /config \{"region":"us-east-2"\}/],
  ['awskms://localhost:4566/tell', /config \{"endpoint":"http:\/\/localhost:4566"\}/],
  ['awskms://kms.example/tell', /config \{"endpoint":"https:\/\/kms.example"\}/],
  ['azurekms://v.vault.azure.net/tell', /\(https:\/\/v.vault.azure.net +default\)/],
  ['azurekms://v.vault.azure.net/tell/v1', /\(https:\/\/v.vault.azure.net v1 default\)/],
] as const) {
  test(`configures the client of ${reference}`, async () => {
    installStandIns()
    assert.match((await failureOf(() => openSigner(reference, context()))).message, expected)
  })
}

for (const [reference, expected] of [
  ['awskms:', /names no key/],
  ['awskms:///', /names no key/],
  ['awskms:///a?profile=x', /"\?profile", which is not understood/],
  ['awskms:///a b', /characters or segments/],
  ['azurekms://my-vault/k', /does not name the vault by its host/],
  ['azurekms://v.vault.azure.net', /does not name a key/],
  ['azurekms://v.vault.azure.net/k/v/more', /does not name a key/],
  ['vault:', /names no key/],
  ['vault:k?version=0', /version that is not a number/],
  ['vault:k?version=latest', /version that is not a number/],
  ['vault:../sys/seal', /characters or segments/],
] as const) {
  test(`refuses ${reference}`, async () => {
    const { message, hint, exitCode } = await failureOf(() => openSigner(reference, context()))
    assert.match(message, expected)
    assert.match(hint, /write it like/)
    assert.equal(exitCode, ExitCode.usage)
  })
}

test('opens a key in Vault by its mount, name and version', async () => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${String(request.headers['x-vault-token'])}`)
    response.end(
      JSON.stringify({ data: { latest_version: 1, keys: { 1: { public_key: publicPem } } } }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => server.close())
  const { port } = server.address() as AddressInfo
  const env = { VAULT_ADDR: `http://127.0.0.1:${port}`, VAULT_TOKEN: 't' }
  for (const reference of ['vault:k', 'vault:a/b/k?version=1', 'vault://transit/k']) {
    assert.equal((await openSigner(reference, context(env))).alg, 'ES256')
  }
  assert.deepEqual(asked, [
    'GET /v1/transit/keys/k t',
    'GET /v1/a/b/keys/k t',
    'GET /v1/transit/keys/k t',
  ])
})

test('says that a package is there and does not load', async () => {
  fileOf('node_modules/broken/package.json', JSON.stringify({ name: 'broken', main: 'index.js' }))
  fileOf('node_modules/broken/index.js', 'throw new Error("no such luck")')
  const { message } = await failureOf(() => loadVendorSdk('broken', 'X', directory))
  assert.match(message, /is installed and can not be loaded: no such luck/)
})

test('loads a package that is an ES module', async () => {
  const main = { name: 'modern', type: 'module', exports: './index.js' }
  fileOf('node_modules/modern/package.json', JSON.stringify(main))
  fileOf('node_modules/modern/index.js', 'export const answer = 42')
  const sdk = await loadVendorSdk<{ readonly answer: number }>('modern', 'X', directory)
  assert.equal(sdk.answer, 42)
})

test('does not repeat a key that was pasted for a file name', async () => {
  const pem = pemOf(localKeys['P-256'])
  const { message, hint } = await failureOf(() => openSigner(pem, context()))
  assert.match(message, /a key was given on the command line/)
  assert.doesNotMatch(message + hint, /BEGIN/)
})
