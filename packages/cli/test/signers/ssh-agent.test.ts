import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openSshAgentSigner } from '../../src/signers/ssh-agent.ts'
import { encodeSshString, encodeUint32 } from '../../src/signers/ssh-wire.ts'
import {
  assertSignsAcceptedAssertion,
  failureOf,
  localKeys,
  scratchDirectory,
  skipWithout,
} from './fixtures.ts'

const skip = skipWithout('ssh-agent', 'ssh-agent', 'ssh-add', 'ssh-keygen')
const directory = scratchDirectory()

/** A real agent in the foreground, at a socket of its own, that ends with the tests. */
async function startAgent(name: string): Promise<string> {
  const socket = join(directory, name)
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
  after(() => agent.kill())
  // The socket has its place in the file system some moments before anybody listens there.
  for (let round = 0; round < 100 && !(await isAnswered(socket)); round++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return socket
}

function isAnswered(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket, () => {
      connection.destroy()
      resolve(true)
    })
    connection.on('error', () => resolve(false))
  })
}

function makeKey(comment: string, ...type: readonly string[]): string {
  const file = join(directory, comment)
  execFileSync('ssh-keygen', ['-q', '-N', '', '-C', comment, '-f', file, '-t', ...type])
  return file
}

function addKey(socket: string, file: string, ...flags: readonly string[]): void {
  const env = { ...process.env, SSH_AUTH_SOCK: socket }
  execFileSync('ssh-add', ['-q', ...flags, file], { env, stdio: 'pipe' })
}

function fingerprintOf(file: string): string {
  const line = execFileSync('ssh-keygen', ['-l', '-f', file], { encoding: 'utf8' })
  return line.split(' ')[1] ?? assert.fail(line)
}

const KEYS = [
  ['rsa-key', ['rsa', '-b', '2048'], ['RS256', 'RS512']],
  ['p256-key', ['ecdsa', '-b', '256'], ['ES256']],
  ['p384-key', ['ecdsa', '-b', '384'], ['ES384']],
  ['p521-key', ['ecdsa', '-b', '521'], ['ES512']],
  ['ed25519-key', ['ed25519'], ['EdDSA', 'Ed25519']],
] as const

const socket = skip === false ? await startAgent('agent') : ''
const files: Record<string, string> = {}
for (const [comment, type] of skip === false ? KEYS : []) {
  files[comment] = makeKey(comment, ...type)
  addKey(socket, files[comment])
}

for (const [comment, , algs] of KEYS) {
  for (const alg of algs) {
    test(`signs ${alg} with a real agent`, { skip }, async () => {
      const signer = await openSshAgentSigner(comment, { socket, alg })
      assert.equal(signer.alg, alg)
      for (let round = 0; round < 8; round++) await assertSignsAcceptedAssertion(signer)
    })
  }
}

test('finds a key by its fingerprint, and names it by its thumbprint', { skip }, async () => {
  const signer = await openSshAgentSigner(fingerprintOf(files['p256-key'] ?? ''), { socket })
  assert.equal(signer.publicKey.crv, 'P-256')
  assert.equal(signer.alg, 'ES256')
  assert.match(signer.kid, /^[\w-]{43}$/)
})

test('takes the key ID that was asked for', { skip }, async () => {
  const signer = await openSshAgentSigner('ed25519-key', { socket, kid: 'deploy-1' })
  assert.equal(signer.kid, 'deploy-1')
  assert.equal(signer.publicKey.kid, 'deploy-1')
})

test('lists what there is when no key fits', { skip }, async () => {
  const { message, hint, exitCode } = await failureOf(() =>
    openSshAgentSigner('nobody', { socket }),
  )
  assert.match(message, /no key with the comment or fingerprint "nobody"/)
  assert.match(hint, /SHA256:\S+ \(ssh-rsa, rsa-key\).*\(ssh-ed25519, ed25519-key\)/)
  assert.equal(exitCode, 3)
})

test('asks for a fingerprint when several keys fit', { skip }, async () => {
  const { message, hint } = await failureOf(() => openSshAgentSigner('', { socket }))
  assert.match(message, /holds 5 keys that fit/)
  assert.match(hint, /ssh-agent:SHA256:/)
})

test('takes the only key of an agent without a name', { skip }, async () => {
  const lonely = await startAgent('lonely')
  const empty = await failureOf(() => openSshAgentSigner('', { socket: lonely }))
  assert.match(empty.message, /holds no key/)
  addKey(lonely, files['p384-key'] ?? '')
  assert.equal((await openSshAgentSigner('', { socket: lonely })).alg, 'ES384')
})

for (const alg of ['PS256', 'RS384', 'ES256'] as const) {
  test(`says that an RSA key in an agent does not sign ${alg}`, { skip }, async () => {
    const { message } = await failureOf(() => openSshAgentSigner('rsa-key', { socket, alg }))
    assert.match(message, new RegExp(`can not sign with ${alg} .* offers RS256, RS512`))
  })
}

test('says that a locked agent shows no keys and does not sign', { skip }, async () => {
  const locked = await startAgent('locked')
  addKey(locked, files['p256-key'] ?? '')
  const signer = await openSshAgentSigner('p256-key', { socket: locked })
  const askpass = join(directory, 'askpass')
  execFileSync('sh', ['-c', `printf '#!/bin/sh\\necho pw\\n' > "$0" && chmod 700 "$0"`, askpass])
  const env = { ...process.env, SSH_AUTH_SOCK: locked, SSH_ASKPASS: askpass }
  execFileSync('ssh-add', ['-x'], {
    env: { ...env, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' },
    stdio: 'pipe',
  })
  const { message, hint } = await failureOf(() => signer.sign(new Uint8Array(8)))
  assert.match(message, /refused to sign/)
  assert.match(hint, /ssh-add -X/)
  const gone = await failureOf(() => openSshAgentSigner('p256-key', { socket: locked }))
  assert.match(gone.hint, /ssh-add -X/)
})

test('says that the key was removed since', { skip }, async () => {
  const other = await startAgent('removed')
  addKey(other, files['p256-key'] ?? '')
  const signer = await openSshAgentSigner('', { socket: other })
  addKey(other, files['p256-key'] ?? '', '-d')
  assert.match((await failureOf(() => signer.sign(new Uint8Array(8)))).message, /refused to sign/)
})

test('reads the public key that ssh-keygen wrote', { skip }, async () => {
  const signer = await openSshAgentSigner('p521-key', { socket })
  const pem = execFileSync('ssh-keygen', ['-e', '-m', 'PKCS8', '-f', `${files['p521-key']}.pub`], {
    encoding: 'utf8',
  })
  await assertSignsAcceptedAssertion(signer, createPublicKey(pem))
  assert.match(readFileSync(`${files['p521-key']}.pub`, 'utf8'), /^ecdsa-sha2-nistp521 /)
})

test('says how to start an agent when there is none', async () => {
  for (const none of [undefined, '', join(directory, 'nothing')]) {
    const { message, hint, exitCode } = await failureOf(() =>
      openSshAgentSigner('', { socket: none }),
    )
    assert.match(message, /ssh-agent/)
    assert.match(hint, /ssh-add KEYFILE/)
    assert.equal(exitCode, 6)
  }
})

/** Something at a socket that answers every request with these octets. */
async function startImpostor(
  name: string,
  answer: (request: Buffer) => Uint8Array | undefined,
): Promise<string> {
  const path = join(directory, name)
  const server: Server = createServer((connection) => {
    connection.on('error', () => undefined)
    connection.on('data', (request) => {
      const octets = answer(request)
      if (octets === undefined) connection.end()
      else connection.write(octets)
    })
  })
  server.listen(path)
  await once(server, 'listening')
  after(() => server.close())
  return path
}

const framed = (...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  return Buffer.concat([encodeUint32(content.length), content])
}

const { x } = localKeys.Ed25519.export({ format: 'jwk' })
const ed25519Blob = Buffer.concat([
  encodeSshString('ssh-ed25519'),
  encodeSshString(Buffer.from(x ?? '', 'base64url')),
])
const identities = (...blobs: readonly (readonly [Uint8Array, string])[]): Buffer =>
  framed(
    Buffer.of(12),
    encodeUint32(blobs.length),
    ...blobs.flatMap(([blob, comment]) => [encodeSshString(blob), encodeSshString(comment)]),
  )

for (const [what, answer, expected] of [
  ['hangs up', () => undefined, /hung up/],
  [
    'answers in HTTP',
    () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
    /no ssh-agent: it announced/,
  ],
  ['announces too much', () => Buffer.from('7fffffff', 'hex'), /announced a message of 2147483647/],
  ['announces nothing', () => Buffer.alloc(4), /announced a message of 0/],
  [
    'lists more keys than it sends',
    () => framed(Buffer.of(12), encodeUint32(9)),
    /not in the form/,
  ],
  ['says failure', () => framed(Buffer.of(5)), /does not list its keys/],
  ['sends a broken key', () => identities([Buffer.of(1, 2), 'k']), /not in the form/],
] as const) {
  test(`names an agent that ${what}`, async () => {
    const path = await startImpostor(what.replaceAll(' ', '-'), answer)
    const { message } = await failureOf(() => openSshAgentSigner('k', { socket: path }))
    assert.match(message, expected)
  })
}

test('gives up on an agent that does not answer', async () => {
  const path = await startImpostor('silent', (request) =>
    request[4] === 11 ? identities([ed25519Blob, 'k']) : Buffer.alloc(0),
  )
  const signer = await openSshAgentSigner('k', { socket: path, timeoutMs: 100 })
  const { message, exitCode } = await failureOf(() => signer.sign(new Uint8Array(8)))
  assert.match(message, /the ssh-agent did not answer within 0.1 s/)
  assert.equal(exitCode, 5)
})

test('does not use a signature that is not by the key', async () => {
  const path = await startImpostor('forger', (request) =>
    request[4] === 11
      ? identities([ed25519Blob, 'k'])
      : framed(
          Buffer.of(14),
          encodeSshString(
            Buffer.concat([encodeSshString('ssh-ed25519'), encodeSshString(Buffer.alloc(64, 7))]),
          ),
        ),
  )
  const signer = await openSshAgentSigner('', { socket: path })
  assert.match((await failureOf(() => signer.sign(new Uint8Array(8)))).message, /another key/)
})

test('names an agent that signs RSA with SHA-1 because it does not know the flag', async () => {
  const { n, e } = localKeys['RSA-2048'].export({ format: 'jwk' })
  const unsigned = (text = ''): Buffer =>
    encodeSshString(Buffer.concat([Buffer.alloc(1), Buffer.from(text, 'base64url')]))
  const blob = Buffer.concat([encodeSshString('ssh-rsa'), unsigned(e), unsigned(n)])
  const path = await startImpostor('old', (request) =>
    request[4] === 11
      ? identities([blob, 'k'])
      : framed(
          Buffer.of(14),
          encodeSshString(
            Buffer.concat([encodeSshString('ssh-rsa'), encodeSshString(Buffer.alloc(256, 7))]),
          ),
        ),
  )
  const signer = await openSshAgentSigner('', { socket: path })
  const { message } = await failureOf(() => signer.sign(new Uint8Array(8)))
  assert.match(message, /signed with "ssh-rsa" where rsa-sha2-256 was asked for/)
})

for (const [what, type, expected] of [
  ['a security key', 'sk-ssh-ed25519@openssh.com', /security key/],
  ['a certificate', 'ssh-ed25519-cert-v01@openssh.com', /it is a certificate/],
  ['a DSA key', 'ssh-dss', /no JWT algorithm/],
] as const) {
  test(`says why ${what} can not sign a JWT`, async () => {
    const blob = Buffer.concat([encodeSshString(type), encodeSshString('rest')])
    const path = await startImpostor(`type-${type}`, () => identities([blob, 'evil\u001b[2J']))
    const named = await failureOf(() => openSshAgentSigner('evil\u001b[2J', { socket: path }))
    assert.match(named.message, expected)
    assert.doesNotMatch(named.message, /\u001b/)
    const unnamed = await failureOf(() => openSshAgentSigner('', { socket: path }))
    assert.match(unnamed.message, /no key that can sign a JWT/)
  })
}
