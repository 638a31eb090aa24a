import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { inspect } from 'node:util'
import Database from 'libsql'
import {
  generateEnvelopeKey,
  generateSigningKeys,
  openDataDirectory,
  prepareOperator,
  prepareSharedOperator,
  type Storage,
  StorageError,
} from '@keygrant/server'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'
import { SCOPES } from '../src/scopes.ts'
import { ISSUER } from './a-server.ts'
import { temporaryDirectory } from './temporary-directory.ts'

async function refusal(path: string): Promise<string> {
  try {
    await openDataDirectory(path)
  } catch (error) {
    assert.ok(error instanceof StorageError)
    assert.equal(error.code, 'ERR_STORAGE_UNAVAILABLE')
    return error.message
  }
  return assert.fail('it was opened')
}

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8)
}

suite('a data directory', () => {
  test('is made for its owner alone, with an envelope key for its owner alone', async (t) => {
    const path = join(await temporaryDirectory(t), 'deep', 'data')
    const directory = await openDataDirectory(path)
    assert.equal(directory.isNew, true)
    assert.equal(directory.databaseFile, join(path, 'keygrant.db'))
    assert.equal(await modeOf(path), '700')
    assert.equal(await modeOf(join(path, 'envelope-key')), '600')
    assert.deepEqual(await readdir(path), ['envelope-key'])
  })

  test('has the same envelope key the next time', async (t) => {
    const path = join(await temporaryDirectory(t), 'data')
    const first = await openDataDirectory(path)
    const second = await openDataDirectory(path)
    assert.equal(second.isNew, false)
    assert.deepEqual(second.signingKeys, first.signingKeys)
  })

  test('has one envelope key when several processes open it at once', async (t) => {
    const path = join(await temporaryDirectory(t), 'data')
    const opened = await Promise.all([1, 2, 3, 4].map(() => openDataDirectory(path)))
    for (const { signingKeys } of opened) assert.deepEqual(signingKeys, opened[0]?.signingKeys)
    assert.deepEqual(await readdir(path), ['envelope-key'])
  })

  test('that others may read is closed to them', async (t) => {
    const path = join(await temporaryDirectory(t), 'data')
    await mkdir(path, { mode: 0o755 })
    await openDataDirectory(path)
    assert.equal(await modeOf(path), '700')
  })

  test('may be what a crash left of its making', async (t) => {
    const path = join(await temporaryDirectory(t), 'data')
    await mkdir(path)
    await writeFile(join(path, 'envelope-key.0123.tmp'), 'Zm')
    const directory = await openDataDirectory(path)
    assert.equal(directory.signingKeys.envelopeKeys.length, 1)
  })

  test('is refused when it holds other files', async (t) => {
    const path = await temporaryDirectory(t)
    await writeFile(join(path, 'thesis.tex'), '')
    assert.match(await refusal(path), /holds other files and no Keygrant data/)
    assert.deepEqual(await readdir(path), ['thesis.tex'])
  })

  test('is refused when it is a file, or below one', async (t) => {
    const path = join(await temporaryDirectory(t), 'file')
    await writeFile(path, '')
    assert.match(await refusal(path), /is a file, or lies below one/)
    assert.match(await refusal(join(path, 'data')), /is a file, or lies below one/)
  })

  for (const path of ['/proc/keygrant', '/sys/keygrant/data']) {
    test(
      `is refused when it can not be made, such as ${path}`,
      { skip: process.platform !== 'linux' && 'Linux only' },
      async () => {
        assert.match(await refusal(path), /data directory \S+ can not be (?:used|written)/)
      },
    )
  }

  test('is refused when others may read its envelope key', async (t) => {
    const path = join(await temporaryDirectory(t), 'data')
    await openDataDirectory(path)
    const file = join(path, 'envelope-key')
    await chmod(file, 0o644)
    assert.equal(
      await refusal(path),
      `${file} can be read or written by others; run: chmod 600 ${file}`,
    )
  })

  test('is refused when its envelope key is damaged, without quoting it', async (t) => {
    const path = join(await temporaryDirectory(t), 'data')
    await openDataDirectory(path)
    const file = join(path, 'envelope-key')
    const key = (await readFile(file, 'utf8')).trim()
    for (const damaged of ['', key.slice(1), `${key}A`, `${key}=`, `${key}\n${key.slice(2)}`]) {
      await writeFile(file, damaged)
      const sentence = await refusal(path)
      assert.match(sentence, /envelope-key can not be used: an envelope key is 32 octets/)
      assert.ok(!sentence.includes(key.slice(2, 20)))
    }
  })

  test('takes the envelope key from a file that is named, and still opens with its own', async (t) => {
    const folder = await temporaryDirectory(t)
    const path = join(folder, 'data')
    const own = (await openDataDirectory(path)).signingKeys.envelopeKeys
    const envelopeKeyFile = join(folder, 'shared-key')
    await assert.rejects(openDataDirectory(path, { envelopeKeyFile }), /shared-key is not there/)
    const shared = generateEnvelopeKey()
    const text = Buffer.from(shared).toString('base64url')
    await writeFile(envelopeKeyFile, text, { mode: 0o600 })
    const { signingKeys } = await openDataDirectory(path, { envelopeKeyFile })
    const asText = (keys: readonly Uint8Array[]) =>
      keys.map((each) => Buffer.from(each).toString('base64url'))
    assert.deepEqual(asText(signingKeys.envelopeKeys), [text, ...asText(own)])
  })

  test('is refused when signing keys from before are damaged, without quoting them', async (t) => {
    const path = join(await temporaryDirectory(t), 'data')
    await openDataDirectory(path)
    const file = join(path, 'signing-keys.json')
    const text = JSON.stringify((await generateSigningKeys()).privateJwkSet)
    await writeFile(file, text, { mode: 0o600 })
    const { d } = (JSON.parse(text) as { keys: { d: string }[] }).keys[0] as { d: string }
    for (const damaged of [
      text.slice(0, -4),
      '{}',
      '{"keys":[]}',
      text.replace('"P-256"', '"P-384"'),
    ]) {
      await writeFile(file, damaged)
      await assert.rejects(openDataDirectory(path), (error) => {
        assert.ok(!inspect(error, { depth: 9 }).includes(d))
        return (error as { code: string }).code.startsWith('ERR_KEY_')
      })
    }
  })
})

suite('the operator', () => {
  async function setup(t: TestContext) {
    const path = join(await temporaryDirectory(t), 'data')
    const directory = await openDataDirectory(path)
    const storage = openSqliteStorage(new Database(directory.databaseFile))
    t.after(() => storage.close())
    return { path, directory, storage }
  }
  const theApps = (storage: Storage) => storage.serviceApps.list({ limit: 9 })

  test('is a SUPER_ADMIN with all scopes, whose key lies in a file for its owner alone', async (t) => {
    const { path, directory, storage } = await setup(t)
    const operator = await prepareOperator({ directory, storage, issuer: ISSUER })
    assert.equal(operator.isNew, true)
    assert.equal(operator.keyFile, join(path, 'operator-key.json'))
    assert.equal(await modeOf(operator.keyFile), '600')
    const [app] = await theApps(storage)
    assert.equal(app?.clientId, operator.clientId)
    assert.deepEqual(
      app.keys.map(({ source }) => source),
      ['data_directory'],
    )
    assert.deepEqual(
      app.roles.map(({ role }) => role),
      ['SUPER_ADMIN'],
    )
    assert.deepEqual(
      app.grants.map(({ scope }) => scope),
      SCOPES,
    )
    const { isNew: _isNew, ...written } = operator
    const file = join(path, 'operator.json')
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), { ...written, scopes: SCOPES })
    assert.equal(await modeOf(file), '600')
  })

  test('of a store that several servers share is made once, by the first of their data directories', async (t) => {
    const { storage } = await setup(t)
    const start = async (isNewWanted = false, path?: string) => {
      const directory = { path: path ?? (await temporaryDirectory(t)) }
      const options = { directory, storage, issuer: ISSUER, isNewWanted }
      return { path: directory.path, operator: await prepareSharedOperator(options) }
    }
    const started = await Promise.all([start(), start(), start()])
    const [first, ...others] = started.filter(({ operator }) => operator !== undefined)
    assert.deepEqual(others, [])
    for (const { path, operator } of started) {
      if (operator === undefined) assert.deepEqual(await readdir(path), [])
    }
    assert.equal((await theApps(storage)).length, 1)
    const again = await start(false, first?.path)
    assert.equal(again.operator?.clientId, first?.operator?.clientId)
    const replacement = await start(true)
    assert.equal(replacement.operator?.isNew, true)
    assert.equal((await start(false, replacement.path)).operator?.isNew, false)
    assert.equal((await theApps(storage)).length, 2)
  })

  test('does not show the key', async (t) => {
    const { directory, storage } = await setup(t)
    const operator = await prepareOperator({ directory, storage, issuer: ISSUER })
    const { d } = JSON.parse(await readFile(operator.keyFile, 'utf8')) as { d: string }
    const shown = inspect({ operator, directory, apps: await theApps(storage) }, { depth: 9 })
    assert.ok(!shown.includes(d))
  })

  test('is the same the next time', async (t) => {
    const { directory, storage } = await setup(t)
    const first = await prepareOperator({ directory, storage, issuer: ISSUER })
    const second = await prepareOperator({ directory, storage, issuer: ISSUER })
    assert.deepEqual(second, { ...first, isNew: false })
    assert.equal((await theApps(storage)).length, 1)
  })

  test('gets scopes that are new with this version, and none that were taken from it', async (t) => {
    const { path, directory, storage } = await setup(t)
    const { clientId } = await prepareOperator({ directory, storage, issuer: ISSUER })
    const [taken, isNewNow] = ['okta.logs.read', 'okta.authorizationServers.read']
    await storage.serviceApps.change({ clientId, actorId: clientId }, (app) => ({
      next: app && {
        ...app,
        grants: app.grants.filter(({ scope }) => scope !== taken && scope !== isNewNow),
      },
      audit: [],
      answer: undefined,
    }))
    const file = join(path, 'operator.json')
    const written = JSON.parse(await readFile(file, 'utf8')) as { scopes: string[] }
    written.scopes = written.scopes.filter((scope) => scope !== isNewNow)
    await writeFile(file, JSON.stringify(written))
    for (const _start of [1, 2]) {
      await prepareOperator({ directory, storage, issuer: ISSUER })
      const [app] = await theApps(storage)
      const scopes = new Set(app?.grants.map(({ scope }) => scope))
      assert.deepEqual([scopes.has(taken), scopes.has(isNewNow)], [false, true])
      assert.equal(scopes.size, app?.grants.length)
    }
  })

  test('goes on after a crash between any two steps', async (t) => {
    const { path, directory, storage } = await setup(t)
    const first = await prepareOperator({ directory, storage, issuer: ISSUER })
    // The app was not registered yet.
    await storage.serviceApps.change({ clientId: first.clientId, actorId: first.clientId }, () => ({
      next: undefined,
      audit: [],
      answer: undefined,
    }))
    const second = await prepareOperator({ directory, storage, issuer: ISSUER })
    assert.deepEqual(second, first)
    // Nor was the name written: only the key was.
    await rm(join(path, 'operator.json'))
    await storage.serviceApps.change({ clientId: first.clientId, actorId: first.clientId }, () => ({
      next: undefined,
      audit: [],
      answer: undefined,
    }))
    const key = await readFile(first.keyFile, 'utf8')
    const third = await prepareOperator({ directory, storage, issuer: ISSUER })
    assert.equal(await readFile(third.keyFile, 'utf8'), key)
    assert.equal((await theApps(storage)).length, 1)
  })

  test('gets a new key when the file is gone, and the old one does not work any more', async (t) => {
    const { directory, storage } = await setup(t)
    const first = await prepareOperator({ directory, storage, issuer: ISSUER })
    const [before] = await theApps(storage)
    await rm(first.keyFile)
    const second = await prepareOperator({ directory, storage, issuer: ISSUER })
    assert.equal(second.clientId, first.clientId)
    const [after] = await theApps(storage)
    assert.equal(after?.keys.length, 1)
    assert.notEqual(after.keys[0]?.jwk.kid, before?.keys[0]?.jwk.kid)
    const [entry] = await storage.audit.read({ limit: 1, order: 'newest_first' })
    assert.equal(entry?.event, 'key.created')
  })

  test('that lost its role is not given it back by a start', async (t) => {
    const { directory, storage } = await setup(t)
    const { clientId } = await prepareOperator({ directory, storage, issuer: ISSUER })
    await storage.serviceApps.change({ clientId, actorId: clientId }, (current) => ({
      next: current === undefined ? undefined : { ...current, roles: [] },
      audit: [],
      answer: undefined,
    }))
    await prepareOperator({ directory, storage, issuer: ISSUER })
    assert.deepEqual((await theApps(storage))[0]?.roles, [])
  })

  test('keeps its client ID when the issuer changes', async (t) => {
    const { path, directory, storage } = await setup(t)
    const first = await prepareOperator({ directory, storage, issuer: ISSUER })
    const issuer = 'http://127.0.0.1:8500'
    const second = await prepareOperator({ directory, storage, issuer })
    assert.equal(second.clientId, first.clientId)
    const written = JSON.parse(await readFile(join(path, 'operator.json'), 'utf8')) as object
    const { clientId, keyFile } = first
    assert.deepEqual(written, { issuer, clientId, keyFile, scopes: SCOPES })
  })

  test('is refused with a sentence when operator.json is damaged', async (t) => {
    const { path, directory, storage } = await setup(t)
    await prepareOperator({ directory, storage, issuer: ISSUER })
    await writeFile(join(path, 'operator.json'), '{')
    await assert.rejects(
      prepareOperator({ directory, storage, issuer: ISSUER }),
      /operator\.json in the data directory is damaged; restore it or delete it/,
    )
  })

  test('does not write through a link that somebody left', async (t) => {
    const { path, directory, storage } = await setup(t)
    const victim = join(await temporaryDirectory(t), 'victim')
    await symlink(victim, join(path, 'operator-key.json'))
    await assert.rejects(prepareOperator({ directory, storage, issuer: ISSUER }))
    await assert.rejects(stat(victim), { code: 'ENOENT' })
  })
})
