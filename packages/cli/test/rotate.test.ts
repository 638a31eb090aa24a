/**
 * `keygrant rotate`: cut off after every change that it makes, refused, undone, and under load.
 * @module
 */

import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { requestAccessToken } from '@keygrant/core/client'
import {
  exportPkcs8Pem,
  exportPrivateJwk,
  generateKey,
  importPrivateKey,
  KEY_KINDS,
  type KeyKind,
} from '@keygrant/core/keys'
import { type AdminApi, createAdminApi } from '../src/admin-api.ts'
import { rotateUnderLoad } from './rotation-load.ts'
import { type Finished, runCli, type RunningServer, startServer } from './source-cli.ts'

const PRELOAD = fileURLToPath(new URL('killed-at.mjs', import.meta.url))
const SCOPE = 'okta.apps.read'

let root: string
let server: RunningServer
let api: AdminApi

before(async () => {
  root = mkdtempSync(join(tmpdir(), 'keygrant-rotate-'))
  server = await startServer(['--data', 'data', '--port', '0'], { cwd: root })
  const operator = JSON.parse(readFileSync(join(root, 'data/operator.json'), 'utf8')) as {
    clientId: string
  }
  api = createAdminApi({
    issuer: server.url,
    clientId: operator.clientId,
    signer: await importPrivateKey(readFileSync(join(root, 'data/operator-key.json'))),
    scopes: ['okta.apps.manage', 'okta.appGrants.manage', 'okta.roles.manage', 'okta.logs.read'],
  })
})

after(() => {
  server.child.kill('SIGKILL')
  rmSync(root, { recursive: true, force: true })
})

interface Service {
  readonly clientId: string
  readonly folder: string
  readonly keyFile: string
}

let serial = 0

/** A service app with a key in a file of a folder of its own. */
async function aService(
  options: { kind?: string; form?: 'jwk' | 'pem'; alg?: 'PS256' } = {},
): Promise<Service> {
  const { kind = 'P-256', form = 'jwk', alg } = options
  const folder = join(root, `service-${++serial}`)
  mkdirSync(folder)
  const key = await generateKey(KEY_KINDS[kind] as KeyKind, alg === undefined ? {} : { alg })
  const keyFile = join(folder, form === 'jwk' ? 'key.json' : 'key.pem')
  writeFileSync(
    keyFile,
    form === 'jwk' ? JSON.stringify(exportPrivateJwk(key)) : exportPkcs8Pem(key),
    { mode: 0o600 },
  )
  const { id: clientId } = await api.addApp(`service ${serial}`, [key.publicKey.jwk]).send()
  await api.addGrant(clientId, SCOPE).send()
  return { clientId, folder, keyFile }
}

function rotate(
  { clientId, keyFile }: Service,
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const quiet = flags.includes('--quiet') ? [] : ['--quiet', '0']
  return runCli(
    ['rotate', clientId, '--key', keyFile, '--data', 'data', '--yes', ...quiet, ...flags],
    { cwd: root, env: { ...process.env, ...env } },
  )
}

function killedAt(change: number): Readonly<Record<string, string>> {
  return {
    NODE_OPTIONS: `--import=${PRELOAD}`,
    ...(change === 0 ? {} : { KILL_AT: String(change) }),
  }
}

/** Gets a token with the key that is in the file now: it fails when that key does not work. */
async function useKey({ clientId, keyFile }: Service): Promise<string> {
  const signer = await importPrivateKey(readFileSync(keyFile))
  await requestAccessToken({
    tokenEndpoint: `${server.url}/oauth2/v1/token`,
    audience: server.url,
    clientId,
    signer,
    scope: SCOPE,
  })
  return signer.kid
}

async function statuses(service: Service): Promise<readonly string[]> {
  return (await api.listKeys(service.clientId)).map(({ kid, status }) => `${kid} ${status}`)
}

suite('keygrant rotate', { concurrency: 2 }, () => {
  test('works after a crash behind every single change, and goes on to the same end', async () => {
    const counted = await rotate(await aService(), [], killedAt(0))
    const changes = Number(/changes: (\d+)/.exec(counted.stderr)?.[1])
    assert.equal(counted.code, 0, counted.stderr)
    assert.ok(changes > 30, `a rotation makes ${changes} changes`)
    let next = 1
    const crashOneByOne = async (): Promise<void> => {
      for (let change = next++; change <= changes; change = next++) {
        const service = await aService()
        const old = await useKey(service)
        const crashed = await rotate(service, [], killedAt(change))
        assert.equal(crashed.code, null, `change ${change}: ${crashed.stdout}${crashed.stderr}`)
        await useKey(service)
        const resumed = await rotate(service)
        assert.equal(resumed.code, 0, `after change ${change}: ${resumed.stderr}`)
        const kid = await useKey(service)
        assert.notEqual(kid, old, `after change ${change} the key is another one`)
        assert.deepEqual(await statuses(service), [`${kid} ACTIVE`], `after change ${change}`)
        const left = readdirSync(service.folder).filter((name) => !name.includes('.lock.'))
        assert.deepEqual(left, ['key.json'], `after change ${change}`)
      }
    }
    await Promise.all([crashOneByOne(), crashOneByOne()])
  })

  test('goes back after a crash behind any step, with the old key in force all along', async () => {
    for (const change of [4, 9, 14, 19, 24, 29]) {
      const service = await aService()
      const old = await useKey(service)
      await rotate(service, ['--no-wait'], killedAt(change))
      await useKey(service)
      const undone = await rotate(service, ['--undo', '--json'])
      if (undone.code === 3)
        assert.match(undone.stderr, /no rotation of this key file is under way/)
      else assert.equal(undone.code, 0, `after change ${change}: ${undone.stderr}`)
      assert.equal(await useKey(service), old)
      assert.deepEqual(await statuses(service), [`${old} ACTIVE`], `after change ${change}`)
    }
  })

  for (const [what, options, expected] of [
    ['P-256 in a JWK', {}, { kty: 'EC', crv: 'P-256' }],
    [
      'RSA bound to PS256 in a JWK',
      { kind: 'RSA-2048', alg: 'PS256' },
      { kty: 'RSA', alg: 'PS256' },
    ],
    ['Ed25519 in a PEM', { kind: 'Ed25519', form: 'pem' }, { kty: 'OKP', crv: 'Ed25519' }],
  ] as const) {
    test(`makes the next key of the same kind and form: ${what}`, async () => {
      const service = await aService(options)
      chmodSync(service.keyFile, 0o640)
      const { code, stderr } = await rotate(service)
      assert.equal(code, 0, stderr)
      await useKey(service)
      const text = readFileSync(service.keyFile, 'utf8')
      const { jwk } = (await importPrivateKey(text)).publicKey
      assert.deepEqual({ ...jwk, ...expected }, jwk)
      assert.equal(text.startsWith('-----BEGIN'), service.keyFile.endsWith('.pem'))
      assert.equal(statSync(service.keyFile).mode & 0o777, 0o640)
    })
  }

  test('replaces the file that a link leads to, and not the link', async () => {
    const service = await aService()
    const link = join(root, 'link.json')
    symlinkSync(service.keyFile, link)
    const { code } = await rotate({ ...service, keyFile: link })
    assert.equal(code, 0)
    assert.equal(await useKey(service), await useKey({ ...service, keyFile: link }))
  })

  test('waits while the old key is in use, and says so', async () => {
    const service = await aService()
    const old = await importPrivateKey(readFileSync(service.keyFile))
    const running = rotate(service, ['--quiet', '2'])
    let isDone = false
    void running.then(() => (isDone = true))
    const begun = Date.now()
    // A service that has not seen the new file yet.
    for (let request = 0; request < 12; request++) {
      assert.equal(isDone, false, 'the old key was taken away while it was in use')
      await requestAccessToken({
        tokenEndpoint: `${server.url}/oauth2/v1/token`,
        audience: server.url,
        clientId: service.clientId,
        signer: old,
        scope: SCOPE,
      })
      await new Promise((resolve) => setTimeout(resolve, 400))
    }
    const { code, stdout } = await running
    assert.equal(code, 0)
    assert.ok(Date.now() - begun > 4800)
    assert.match(stdout, /\d+ uses since the switch/)
  })

  test('lets an app that may do so rotate its own key', async () => {
    const service = await aService()
    await api.addGrant(service.clientId, 'okta.apps.manage').send()
    await api.assignRole(service.clientId, 'SUPER_ADMIN').send()
    const old = await useKey(service)
    const { code, stderr, stdout } = await runCli(
      [
        'rotate',
        service.clientId,
        '--key',
        service.keyFile,
        '--self',
        '--issuer',
        server.url,
        '--quiet',
        '0',
        '--yes',
        '--json',
      ],
      { cwd: root },
    )
    assert.equal(code, 0, stderr)
    const kid = await useKey(service)
    assert.notEqual(kid, old)
    const { result, next } = JSON.parse(stdout) as { result: string; next: { kid: string } }
    assert.deepEqual([result, next.kid], ['done', kid])
  })

  const selfService = (service: Service, more: readonly string[] = []) =>
    runCli(
      [
        'rotate',
        service.clientId,
        '--key',
        service.keyFile,
        '--self-service',
        '--issuer',
        server.url,
        '--quiet',
        '0',
        '--yes',
        ...more,
      ],
      { cwd: root },
    )
  const allow = async (service: Service): Promise<void> => {
    const update = ['app', 'update', service.clientId, '--self-service-rotation', '--data', 'data']
    const { code, stderr } = await runCli(update, { cwd: root })
    assert.equal(code, 0, stderr)
  }

  test('lets an app without any right replace its own key, once a SUPER_ADMIN allowed it', async () => {
    const service = await aService()
    const old = await useKey(service)
    const refused = await selfService(service)
    assert.equal(refused.code, 4)
    assert.match(refused.stderr, /unauthorized_client: This app may not replace its own key/)
    assert.match(refused.stderr, /hint: a SUPER_ADMIN allows it once: keygrant app update/)
    assert.equal(await useKey(service), old)

    await allow(service)
    // It goes on where the refusal stopped it.
    const { code, stderr } = await selfService(service)
    assert.equal(code, 0, stderr)
    const kid = await useKey(service)
    assert.notEqual(kid, old)
    assert.deepEqual(await statuses(service), [`${old} INACTIVE`, `${kid} ACTIVE`])
    assert.deepEqual(readdirSync(service.folder), ['key.json'])
  })

  for (const [what, isSwitched] of [
    ['before the switch', false],
    ['after the switch', true],
  ] as const) {
    test(`lets an app go back by itself ${what}`, async () => {
      const service = await aService()
      await allow(service)
      const old = await useKey(service)
      const stopped = isSwitched
        ? await selfService(service, ['--no-wait'])
        : // The key is registered; then the proof of it fails for want of the scope.
          await selfService(service, ['--scope', 'okta.users.read', '--patience', '1'])
      assert.equal(stopped.code === 0, isSwitched, stopped.stderr)
      const { code, stderr } = await selfService(service, ['--undo'])
      assert.equal(code, 0, stderr)
      assert.equal(await useKey(service), old)
      const active = (await statuses(service)).filter((text) => text.endsWith(' ACTIVE'))
      assert.deepEqual(active, [`${old} ACTIVE`])
    })
  }

  test('fails none of 1,000 token requests that are made while it runs', async () => {
    const { clientId, keyFile } = await aService()
    const load = { issuer: server.url, clientId, keyFile, scope: SCOPE, cwd: root }
    const result = await rotateUnderLoad({ ...load, requests: 1000, clients: 4 })
    assert.deepEqual(result.failures, [])
    assert.deepEqual(
      result.rotations.map(({ code }) => code),
      [0],
      result.rotations[0]?.stderr,
    )
    assert.equal(result.kids.length, 2)
    assert.ok(result.requests >= 1000)
  })

  test('proves a key with a DPoP proof where the app has to bind its tokens', async () => {
    const service = await aService()
    const update = ['app', 'update', service.clientId, '--require-dpop', '--data', 'data']
    const updated = await runCli(update, { cwd: root })
    assert.equal(updated.code, 0, updated.stderr)
    const { code, stdout, stderr } = await rotate(service)
    assert.equal(code, 0, stderr)
    assert.match(stdout, /it got a token/)
    assert.doesNotMatch(stdout, /the server took it/)
  })

  test('leaves the old key in force when the next one is refused', async () => {
    const service = await aService()
    const old = await useKey(service)
    const { code, stderr } = await rotate(service, ['--type', 'ML-DSA-99'])
    assert.equal(code, 2)
    assert.match(stderr, /^error: "ML-DSA-99" is no kind of key\nhint: use one of /)
    assert.equal(await useKey(service), old)
    assert.deepEqual(await statuses(service), [`${old} ACTIVE`])
  })

  test('refuses a second rotation of the same file while the first one runs', async () => {
    const service = await aService()
    const first = rotate(service, ['--quiet', '4'])
    const state = join(service.folder, '.key.json.rotation')
    for (let look = 0; look < 1500 && !existsSync(state); look++) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const second = await rotate(service)
    assert.equal(second.code, 6)
    assert.match(second.stderr, /^error: another rotation of .* is running \(process \d+\)\n/)
    assert.equal((await first).code, 0)
  })

  for (const [what, spoil, expected, code] of [
    [
      'a key that is not registered with the app',
      async (service: Service) => {
        const other = await generateKey(KEY_KINDS['P-256'] as KeyKind)
        writeFileSync(service.keyFile, JSON.stringify(exportPrivateJwk(other)))
      },
      /^error: the key in "[^"]+" \([\w-]+\) is not registered with 0oa/,
      3,
    ],
    [
      'a file with a public key',
      async (service: Service) => {
        const { publicKey } = await importPrivateKey(readFileSync(service.keyFile))
        writeFileSync(service.keyFile, JSON.stringify(publicKey.jwk))
      },
      /^error: "[^"]+" holds a public key, and not one private key\nhint: /,
      3,
    ],
    [
      'a damaged state file',
      async ({ folder }: Service) => writeFileSync(join(folder, '.key.json.rotation'), '{'),
      /^error: "[^"]+\.rotation" is damaged\nhint: compare the keys/,
      6,
    ],
  ] as const) {
    test(`refuses ${what}, in a sentence`, async () => {
      const service = await aService()
      await spoil(service)
      const finished = await rotate(service)
      assert.match(finished.stderr, expected)
      assert.equal(finished.code, code)
    })
  }
})
