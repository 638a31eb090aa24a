import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { exportPkcs8Pem, exportPrivateJwk, type PrivateKey } from '@keygrant/core/keys'
import { aClient, aKey, aServer } from './fixtures.ts'

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keygrant-key-files-'))
})
after(() => rm(directory, { recursive: true }))

/** Writes as a careful program does: beside it, then in its place. */
async function put(path: string, key: PrivateKey): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(exportPrivateJwk(key)), { mode: 0o600 })
  await rename(`${path}.new`, path)
}

test('a key file is read, and read again when it was replaced', async () => {
  const [old, next] = [await aKey('old'), await aKey('next')]
  const server = aServer(old, next)
  const keyFile = join(directory, 'replaced.json')
  await put(keyFile, old)
  const client = aClient(server, { keyFile })
  await client.getToken()
  await put(keyFile, next)
  await client.getToken({ refresh: true })
  assert.deepEqual(server.requests.map(kidOf), ['old', 'next'])
})

test('a PEM takes its kid from the options', async () => {
  const key = await aKey('named')
  const server = aServer(key)
  const keyFile = join(directory, 'key.pem')
  await writeFile(keyFile, exportPkcs8Pem(key))
  await aClient(server, { keyFile, kid: 'named' }).getToken()
  assert.deepEqual(server.requests.map(kidOf), ['named'])
})

test('when the new key is not registered yet the one before it still gets the token', async () => {
  const [old, next] = [await aKey('old'), await aKey('next')]
  const server = aServer(old)
  const keyFile = join(directory, 'overlap.json')
  await put(keyFile, old)
  const client = aClient(server, { keyFile })
  await client.getToken()
  await put(keyFile, next)
  await client.getToken({ refresh: true })
  assert.deepEqual(server.requests.map(kidOf), ['old', 'next', 'old'])
})

test('a file that is half written or away leaves the key that was there in use', async () => {
  const key = await aKey('kept')
  const server = aServer(key)
  const keyFile = join(directory, 'half.json')
  await put(keyFile, key)
  const client = aClient(server, { keyFile })
  await client.getToken()
  await writeFile(keyFile, '{"kty":"EC","crv":"P-256"')
  await client.getToken({ refresh: true })
  await rm(keyFile)
  await client.getToken({ refresh: true })
  assert.deepEqual(server.requests.map(kidOf), ['kept', 'kept', 'kept'])
})

test('of a directory the newest key is preferred, the others are for when it is refused, and public files are left out', async () => {
  const [old, next] = [await aKey('old'), await aKey('next')]
  const server = aServer(old)
  const keyDirectory = join(directory, 'keys')
  await mkdir(keyDirectory)
  await put(join(keyDirectory, 'a.json'), next)
  await put(join(keyDirectory, 'b.json'), old)
  await utimes(join(keyDirectory, 'b.json'), 1_700_000_000, 1_700_000_000)
  await writeFile(join(keyDirectory, 'a.public.json'), JSON.stringify(next.publicKey.jwk))
  await writeFile(join(keyDirectory, 'broken.pem'), 'no key')
  await writeFile(join(keyDirectory, 'README'), 'no key either')
  const client = aClient(server, { keyDirectory })
  await client.getToken()
  assert.deepEqual(server.requests.map(kidOf), ['next', 'old'])
})

test('a key behind a link that is switched is picked up, as Kubernetes does it', async () => {
  const [old, next] = [await aKey('old'), await aKey('next')]
  const server = aServer(old, next)
  const mount = join(directory, 'mount')
  for (const [version, key] of [
    ['v1', old],
    ['v2', next],
  ] as const) {
    await mkdir(join(mount, version), { recursive: true })
    await put(join(mount, version, 'key.json'), key)
  }
  await symlink('v1', join(mount, 'data'))
  const client = aClient(server, { keyFile: join(mount, 'data', 'key.json') })
  await client.getToken()
  await symlink('v2', join(mount, 'data.new'))
  await rename(join(mount, 'data.new'), join(mount, 'data'))
  await client.getToken({ refresh: true })
  assert.deepEqual(server.requests.map(kidOf), ['old', 'next'])
})

for (const [what, options, message] of [
  [
    'a file that is not there',
    { keyFile: '/nowhere/key.pem' },
    /\/nowhere\/key\.pem can not be read: ENOENT/,
  ],
  [
    'a directory that is not there',
    { keyDirectory: '/nowhere' },
    /\/nowhere can not be read: ENOENT/,
  ],
] as const) {
  test(`${what} is an error that names it`, async () => {
    const server = aServer()
    await assert.rejects(aClient(server, options).getToken(), {
      code: 'ERR_KEY_NOT_FOUND',
      message,
    })
  })
}

test('a directory without a key is an error that says what belongs there', async () => {
  const keyDirectory = join(directory, 'empty')
  await mkdir(keyDirectory)
  await assert.rejects(aClient(aServer(), { keyDirectory }).getToken(), {
    code: 'ERR_KEY_NOT_FOUND',
    message: /there is no key in .*; put a private key there/,
  })
})

function kidOf({ assertion }: { readonly assertion: string }): string {
  return (JSON.parse(atob(assertion.split('.')[0] ?? '')) as { kid: string }).kid
}
