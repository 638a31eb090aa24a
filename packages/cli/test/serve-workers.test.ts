/**
 * `keygrant serve --workers`: several processes that are one server to everybody outside.
 */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite, test, type TestContext } from 'node:test'
import { createDpopProof } from '@keygrant/core/dpop'
import { generateKey, importPrivateKey, type PrivateKey } from '@keygrant/core/keys'
import { type RunningServer, runCli, startServer } from './source-cli.ts'
import { anAssertion, askForToken, send, times } from './token-requests.ts'

interface Fleet extends RunningServer {
  readonly cwd: string
  readonly clientId: string
  readonly key: PrivateKey
}

/** Every process says when it comes to its end by itself, as a tracer does that has something to send still. */
const TELLS_ITS_END = `--import=data:text/javascript,process.once('beforeExit',()=>console.error('ends:',process.pid))`

async function startFleet(context: TestContext, ...flags: readonly string[]): Promise<Fleet> {
  const cwd = mkdtempSync(join(tmpdir(), 'keygrant-workers-'))
  context.after(() => rmSync(cwd, { recursive: true, force: true }))
  const server = await startServer(['--port', '0', '--data', 'data', '--workers', '2', ...flags], {
    cwd,
    env: { ...process.env, NODE_OPTIONS: TELLS_ITS_END },
  })
  context.after(() => server.child.kill('SIGKILL'))
  await server.printed('mode 0600')
  const read = (name: string): string => readFileSync(join(cwd, 'data', name), 'utf8')
  const { clientId } = JSON.parse(read('operator.json')) as { clientId: string }
  return { ...server, cwd, clientId, key: await importPrivateKey(read('operator-key.json')) }
}

/** The processes that answer requests. */
function workersOf({ child }: Fleet): readonly number[] {
  const text = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
  return text.trim().split(' ').map(Number)
}

const isLinux = process.platform === 'linux'

suite(
  'a server of several processes',
  { concurrency: 2, skip: isLinux ? false : 'no /proc here' },
  () => {
    test('[JTI-006] gives one token for an assertion that comes 200 times at once', async (context) => {
      const fleet = await startFleet(context)
      assert.equal(workersOf(fleet).length, 2)
      const assertion = await anAssertion(fleet)
      const answers = await Promise.all(
        Array.from({ length: 200 }, () => askForToken(fleet, assertion)),
      )
      const statuses = answers.map(({ status }) => status)
      assert.deepEqual(
        statuses.filter((status) => status === 200),
        [200],
      )
      assert.ok(
        statuses.every((status) => status === 200 || status === 401),
        String(statuses),
      )
    })

    test('has one set of signing keys, and believes the nonce that another process gave', async (context) => {
      const fleet = await startFleet(context, '--profile', 'strict')
      const proofKey = await generateKey({ kty: 'EC', crv: 'P-256' }, { alg: 'ES256' })
      const url = `${fleet.url}/oauth2/v1/token`
      const prove = (nonce?: string): Promise<string> =>
        createDpopProof({
          key: proofKey,
          method: 'POST',
          url,
          ...(nonce === undefined ? {} : { nonce }),
        })
      const challenge = await askForToken(fleet, await anAssertion(fleet), { dpop: await prove() })
      assert.equal(challenge.body['error'], 'use_dpop_nonce')
      const nonce = String(challenge.headers['dpop-nonce'])
      const kids = await times(6, async () => {
        const answer = await askForToken(fleet, await anAssertion(fleet), {
          dpop: await prove(nonce),
        })
        assert.equal(answer.body['token_type'], 'DPoP')
        const [header = ''] = String(answer.body['access_token']).split('.')
        return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }).kid
      })
      assert.equal(new Set(kids).size, 1)
    })

    test('refuses in every process, within a second, an app that one of them deactivated', async (context) => {
      const fleet = await startFleet(context)
      const cli = async (...args: string[]): Promise<string> => {
        const { code, stdout, stderr } = await runCli([...args, '--data', 'data'], {
          cwd: fleet.cwd,
        })
        assert.equal(code, 0, stderr)
        return stdout
      }
      const made = await runCli(['key', 'new', '--out', 'service.json'], { cwd: fleet.cwd })
      assert.equal(made.code, 0, made.stderr)
      await cli('app', 'add', 'Service', '--key', 'service.json')
      await cli('grant', 'add', 'Service', 'okta.apps.read')
      const [app] = (
        JSON.parse(await cli('app', 'list', '--json')) as { id: string; label: string }[]
      ).filter(({ label }) => label === 'Service')
      const key = await importPrivateKey(readFileSync(join(fleet.cwd, 'service.json'), 'utf8'))
      const service = { ...fleet, key, clientId: app?.id as string }
      for (const { status } of await times(4, async () =>
        askForToken(fleet, await anAssertion(service)),
      )) {
        assert.equal(status, 200)
      }
      await cli('app', 'deactivate', 'Service')
      await sleep(1000)
      for (const { status } of await times(6, async () =>
        askForToken(fleet, await anAssertion(service)),
      )) {
        assert.equal(status, 401)
      }
    })

    test('counts the requests of a client over all processes', async (context) => {
      const fleet = await startFleet(context, '--tokens-per-minute', '20')
      const used = await times(
        20,
        async () => (await askForToken(fleet, await anAssertion(fleet))).status,
      )
      assert.deepEqual(new Set(used), new Set([200]))
      // Time for the processes to tell each other. Each of them alone would still allow ten.
      await sleep(500)
      const more = await times(
        8,
        async () => (await askForToken(fleet, await anAssertion(fleet))).status,
      )
      assert.ok(more.filter((status) => status === 429).length >= 4, String(more))
    })

    test('adds up what all processes count, also those that are gone', async (context) => {
      const fleet = await startFleet(context, '--metrics-port', '0')
      const watch = (/Metrics +(\S+)\/metrics/.exec(await fleet.printed('Operator')) ?? [])[1]
      const read = async (name: string): Promise<number> => {
        const { body } = await send(`${watch}/metrics`)
        return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(String(body['text']))?.[1])
      }
      await times(6, async () => askForToken(fleet, await anAssertion(fleet)))
      assert.equal(await read('keygrant_tokens_issued_total'), 6)
      assert.equal(await read('keygrant_workers_ready'), 2)
      process.kill(workersOf(fleet)[0] as number, 'SIGKILL')
      await fleet.warned('a worker ended and is replaced')
      assert.equal(await read('keygrant_tokens_issued_total'), 6)
      assert.equal((await send(`${watch}/readyz`)).status, 200)
    })

    test('replaces a process that died, and answers all the time', async (context) => {
      const fleet = await startFleet(context)
      const before = workersOf(fleet)
      process.kill(before[0] as number, 'SIGKILL')
      await fleet.warned('a worker ended and is replaced')
      const statuses = await times(
        6,
        async () => (await askForToken(fleet, await anAssertion(fleet))).status,
      )
      assert.deepEqual(new Set(statuses), new Set([200]))
      while (workersOf(fleet).length < 2) await sleep(50)
      assert.notDeepEqual(workersOf(fleet), before)
    })

    test('finishes what every process accepted when it is told to stop, and leaves none behind', async (context) => {
      const fleet = await startFleet(context)
      const workers = workersOf(fleet)
      const halves = await Promise.all(
        Array.from({ length: 4 }, async () => {
          const body = 'grant_type=client_credentials'
          const headers = {
            'content-type': 'application/x-www-form-urlencoded',
            'content-length': body.length,
          }
          const outgoing = request(`${fleet.url}/oauth2/v1/token`, {
            method: 'POST',
            headers,
            agent: new Agent(),
          })
          outgoing.write(body.slice(0, 5))
          const answer = once(outgoing, 'response')
          return { finish: () => outgoing.end(body.slice(5)), answer }
        }),
      )
      // Answers of other connections: by then the halves of these have been read.
      await times(4, () => send(`${fleet.url}/oauth2/v1/keys`))
      // A terminal sends its signal to all of them.
      for (const pid of [...workers, fleet.child.pid as number]) process.kill(pid, 'SIGINT')
      await fleet.printed('Stopping')
      for (const { finish } of halves) finish()
      for (const { answer } of halves) {
        const [incoming] = (await answer) as [{ statusCode: number }]
        assert.equal(incoming.statusCode, 401)
      }
      const { code, stderr } = await fleet.ended
      assert.equal(code, 0)
      assert.doesNotMatch(stderr, /error/i)
      for (const pid of workers) {
        assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
        assert.match(stderr, new RegExp(`^ends: ${pid}$`, 'm'))
      }
    })

    test('ends when its first process is killed', async (context) => {
      const fleet = await startFleet(context)
      const workers = workersOf(fleet)
      fleet.child.kill('SIGKILL')
      for (const pid of workers) {
        while (isAlive(pid)) await sleep(50)
      }
    })
  },
)

function isAlive(pid: number): boolean {
  try {
    // What nobody has waited for yet is dead too.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
