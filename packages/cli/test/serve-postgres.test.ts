/**
 * `keygrant serve --database`: nodes with data directories of their own that are one server by a PostgreSQL.
 */

import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite, test, type TestContext } from 'node:test'
import { signAssertion } from '@keygrant/core/assertion'
import { createDpopProof } from '@keygrant/core/dpop'
import { generateKey, importPrivateKey } from '@keygrant/core/keys'
import { aPool, aPostgres } from '../../server/test/a-postgres.ts'
import { NO_POSTGRES } from '../../server/test/postgres-cluster.ts'
import { parseDatabaseUrl } from '../src/postgres.ts'
import { type RunningServer, runCli, startServer } from './source-cli.ts'
import { type Answer, anAssertion, askForToken, send, times } from './token-requests.ts'

suite('the URL of a database', () => {
  for (const [url, shown, ...traits] of [
    ['postgres://db.internal/keygrant', 'postgres://db.internal/keygrant'],
    ['postgresql://kg@db:5432/x', 'postgresql://kg@db:5432/x'],
    ['postgres://kg:s3cret@db/x', 'postgres://kg@db/x', 'hasPassword'],
    ['postgres://kg:a@b:c@db/x', 'postgres://kg@db/x', 'hasPassword'],
    ['postgres://kg@db/x?password=s3cret', 'postgres://kg@db/x', 'hasPassword'],
    ['postgres://db/x?sslmode=verify-full', 'postgres://db/x', 'isVerified'],
    ['postgres://db/x?sslmode=require', 'postgres://db/x'],
    ['postgres://127.0.0.1:5433/x', 'postgres://127.0.0.1:5433/x', 'isLocal'],
    ['postgres://[::1]:5433/x', 'postgres://[::1]:5433/x', 'isLocal'],
    ['postgres://kg@/x?host=%2Frun%2Fpostgresql', 'postgres://kg@/x', 'isLocal'],
    ['postgres://localhost/x?host=db.internal', 'postgres://localhost/x'],
  ] as const) {
    test(`${url} is shown as ${shown}, and is ${traits.join(', ') || 'nothing more'}`, () => {
      const { shown: text, ...read } = parseDatabaseUrl(url)
      assert.equal(text, shown)
      const names: readonly string[] = traits
      for (const [name, value] of Object.entries(read)) assert.equal(value, names.includes(name))
    })
  }

  for (const url of [
    'keygrant',
    'mysql://db/x',
    'postgres:db',
    'postgres://kg:s3/cret@db/x',
    'postgres://kg:s3?cret@db/x',
    'postgres://kg:s3#cret@db/x',
  ]) {
    test(`${url} is refused, and not repeated`, () => {
      assert.throws(
        () => parseDatabaseUrl(url),
        (error: Error) => !/cret|s3|mysql|db\b/.test(error.message),
      )
    })
  }
})

/** A folder for the data directories of nodes. */
function aFolder(t: TestContext): string {
  const cwd = mkdtempSync(join(tmpdir(), 'keygrant-nodes-'))
  t.after(() => rmSync(cwd, { recursive: true, force: true }))
  return cwd
}

/** The environment of a node: the URL is where no other user of the machine sees it. */
function withDatabase(url: string): NodeJS.ProcessEnv {
  return { ...process.env, KEYGRANT_SERVE_DATABASE: url }
}

suite('a server with a database that can not be used', () => {
  const password = 's3cret'

  test('says why and what to do, and shows no password', async (t) => {
    const url = `postgres://kg:${password}@127.0.0.1:1/keygrant`
    const { code, stdout, stderr } = await runCli(['serve', '--port', '0'], {
      cwd: aFolder(t),
      env: withDatabase(url),
    })
    assert.equal(code, 6)
    assert.match(stderr, /"postgres:\/\/kg@127\.0\.0\.1:1\/keygrant" can not be used: nothing/)
    assert.match(stderr, /start PostgreSQL/)
    assert.ok(!(stdout + stderr).includes(password))
  })

  test('--check shows the database without its password, and what is unwise about its URL', async (t) => {
    const cwd = aFolder(t)
    mkdirSync(join(cwd, 'data'), { mode: 0o700 })
    for (const name of ['envelope-key', 'keygrant.db']) writeFileSync(join(cwd, 'data', name), '')
    const url = `postgres://kg:${password}@db.example/keygrant`
    const flags = ['--port', '0', '--data', 'data', '--check', '--database', url]
    for (const form of [[], ['--json']]) {
      const { code, stdout, stderr } = await runCli(['serve', ...flags, ...form], { cwd })
      assert.equal(code, 1)
      assert.match(stdout, /postgres:\/\/kg@db\.example\/keygrant/)
      const said = stdout + stderr
      assert.match(said, /can see the password in --database/)
      assert.match(said, /sslmode=verify-full/)
      assert.match(said, /keygrant\.db.* is not used/)
      assert.ok(!said.includes(password))
    }
  })
})

suite('nodes that share a PostgreSQL', { skip: NO_POSTGRES }, () => {
  test('are one server: one operator, one set of keys, one use of an assertion, one second for a change', async (t) => {
    const url = await (await aPostgres()).database()
    const cwd = aFolder(t)
    const start = async (data: string, ...flags: string[]): Promise<RunningServer> => {
      const server = await startServer(['--port', '0', '--data', data, ...flags], {
        cwd,
        env: withDatabase(url),
      })
      t.after(() => server.child.kill('SIGKILL'))
      return server
    }
    const first = await start('first', '--workers', '2')
    const text = await first.printed('mode 0600')
    assert.match(text, /Database +postgresql:\/\/keygrant@\/keygrant_/)
    const issuer = first.url

    const stranger = await runCli(['serve', '--port', '0', '--data', 'stranger'], {
      cwd,
      env: withDatabase(url),
    })
    assert.equal(stranger.code, 6)
    assert.match(stranger.stderr, /signing keys in the database can not be opened/)
    assert.match(stranger.stderr, /copy that of another node/)

    copyFileSync(join(cwd, 'first/envelope-key'), join(cwd, 'envelope-key'))
    const flags = ['--issuer', issuer, '--envelope-key', 'envelope-key']
    const second = await start('second', ...flags)
    await second.printed('in the data directory of another node')

    const read = (name: string): string => readFileSync(join(cwd, 'first', name), 'utf8')
    const operator = {
      clientId: (JSON.parse(read('operator.json')) as { clientId: string }).clientId,
      key: await importPrivateKey(read('operator-key.json')),
      url: issuer,
    }
    const cli = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await runCli([...args, '--data', 'first'], { cwd })
      assert.equal(code, 0, stderr)
      return stdout
    }
    /** Registers an app with a new key, and the scope that requests ask for. */
    const addApp = async (label: string) => {
      const keyFile = join(cwd, `${label}.json`)
      assert.equal((await runCli(['key', 'new', '--out', keyFile])).code, 0)
      await cli('app', 'add', label, '--key', keyFile)
      await cli('grant', 'add', label, 'okta.apps.read')
      const apps = JSON.parse(await cli('app', 'list', '--json')) as {
        readonly id: string
        readonly label: string
      }[]
      return {
        clientId: apps.find((app) => app.label === label)?.id ?? assert.fail(),
        key: await importPrivateKey(readFileSync(keyFile, 'utf8')),
        url: issuer,
      }
    }

    await t.test(
      '[JTI-006] an assertion that comes 200 times over both gives one token',
      async () => {
        const assertion = await anAssertion(operator)
        const answers = await Promise.all(
          Array.from({ length: 200 }, (_, index) =>
            askForToken(index % 2 === 0 ? first : second, assertion),
          ),
        )
        const counts = new Map<number, number>()
        for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1)
        assert.deepEqual(Object.fromEntries(counts), { 200: 1, 401: 199 })
      },
    )

    await t.test('a nonce of one node is good at the other', async () => {
      const bound = await addApp('Bound')
      await cli('app', 'update', 'Bound', '--require-dpop')
      const proofKey = await generateKey({ kty: 'EC', crv: 'P-256' }, { alg: 'ES256' })
      const tokenEndpoint = `${issuer}/oauth2/v1/token`
      const ask = async (node: RunningServer, nonce?: string) => {
        const proof = { key: proofKey, method: 'POST', url: tokenEndpoint }
        const dpop = await createDpopProof({ ...proof, ...(nonce === undefined ? {} : { nonce }) })
        return askForToken(node, await anAssertion(bound), { dpop })
      }
      const challenge = await ask(first)
      assert.equal(challenge.body['error'], 'use_dpop_nonce')
      for (const node of [second, first]) {
        const answer = await ask(node, String(challenge.headers['dpop-nonce']))
        assert.equal(answer.body['token_type'], 'DPoP', JSON.stringify(answer.body))
      }
    })

    await t.test('an app that is deactivated is refused everywhere within a second', async () => {
      const service = await addApp('Service')
      const ask = async (node: RunningServer): Promise<readonly number[]> =>
        (await times(3, async () => askForToken(node, await anAssertion(service)))).map(
          ({ status }) => status,
        )
      for (const node of [first, second]) assert.deepEqual(await ask(node), [200, 200, 200])
      await cli('app', 'deactivate', 'Service')
      await sleep(1000)
      for (const node of [first, second]) assert.deepEqual(await ask(node), [401, 401, 401])
    })

    await t.test(
      'the second answers when the first is killed, and knows what that one recorded',
      async () => {
        const assertion = await anAssertion(operator)
        assert.equal((await askForToken(first, assertion)).status, 200)
        first.child.kill('SIGKILL')
        await first.ended
        assert.equal((await askForToken(second, assertion)).status, 401)
        assert.equal((await askForToken(second, await anAssertion(operator))).status, 200)
      },
    )

    await t.test(
      'a data directory that is lost is replaced with --new-operator, and no start makes one unasked',
      async () => {
        const third = await start('third', ...flags, '--new-operator')
        assert.match(await third.printed('mode 0600'), /Operator +0oa\w{17}/)
        const pool = aPool(url, 1)
        const { rows } = await pool.query(
          `SELECT count(*)::int AS n FROM keygrant.service_apps WHERE label = 'keygrant operator'`,
        )
        await pool.end()
        assert.deepEqual(rows, [{ n: 2 }])
      },
    )
  })

  test('[JTI-020] a database that was put back from a dump takes nothing that was used since, when it is started with --after-restore', async (t) => {
    const postgres = await aPostgres()
    const url = await postgres.database()
    const cwd = aFolder(t)
    const start = async (database: string, ...flags: string[]): Promise<RunningServer> => {
      const server = await startServer(['--port', '0', '--data', 'data', ...flags], {
        cwd,
        env: withDatabase(database),
      })
      t.after(() => server.child.kill('SIGKILL'))
      await server.printed('mode 0600')
      return server
    }
    const before = await start(url)
    const read = (name: string): string => readFileSync(join(cwd, 'data', name), 'utf8')
    const operator = {
      clientId: (JSON.parse(read('operator.json')) as { clientId: string }).clientId,
      key: await importPrivateKey(read('operator-key.json')),
      url: before.url,
    }
    const dump = await postgres.dumpAndRestore(url)
    const used = await anAssertion(operator)
    const answer = await askForToken(before, used)
    assert.equal(answer.status, 200)
    before.child.kill('SIGKILL')
    await before.ended

    const after = await start(dump, '--issuer', before.url, '--after-restore')
    await after.warned('for ten seconds no token is given')
    const again = await askForToken(after, used)
    assert.deepEqual([again.status, again.body['error']], [503, 'temporarily_unavailable'])
    const listApps = async ({ body }: Answer): Promise<number> => {
      const authorization = `Bearer ${String(body['access_token'])}`
      return (await send(`${after.url}/api/v1/apps`, { headers: { authorization } })).status
    }
    assert.equal(await listApps(answer), 401)

    // A clock may be ahead by ten seconds: what it signs is later than all that may have been used.
    await sleep(2000)
    const iat = Math.floor(Date.now() / 1000) + 10
    const ahead = { clientId: operator.clientId, audience: operator.url }
    const fresh = await askForToken(
      after,
      await signAssertion({ iat, exp: iat + 60 }, operator.key, ahead),
    )
    assert.equal(fresh.status, 200, JSON.stringify(fresh.body))
    assert.equal(await listApps(fresh), 200)

    const pool = aPool(dump, 1)
    const { rows } = await pool.query(
      `SELECT count(*)::int AS n FROM keygrant.audit WHERE event = 'server.restored'`,
    )
    await pool.end()
    assert.deepEqual(rows, [{ n: 1 }])
  })
})
