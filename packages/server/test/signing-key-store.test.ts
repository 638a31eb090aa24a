import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { inspect } from 'node:util'
import Database from 'libsql'
import { KeyError } from '@keygrant/core/errors'
import {
  exportPrivateJwk,
  type JwsAlgorithm,
  jwsAlgorithm,
  type PrivateKey,
  type PublicKey,
} from '@keygrant/core/keys'
import {
  generateEnvelopeKey,
  generateSigningKeys,
  type KeptSigningKeys,
  type SigningAlgorithm,
  type Storage,
} from '@keygrant/server'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'
import {
  type CurrentKey,
  type NextKey,
  publishedKeys,
  type SigningKeyRing,
} from '../src/signing-key-ring.ts'
import { openSigningKeys, type RingActor, type SigningKeyStore } from '../src/signing-key-store.ts'
import { NOW } from './a-server.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const DAY = 86_400
const MINUTE = 60
const SUPER_ADMIN: RingActor = { actorId: '0oa1', requestId: 'r', require: () => undefined }

/** One process: its own connection to the database, its own clock, its own memory. */
interface TestNode {
  readonly keys: SigningKeyStore
  readonly storage: Storage
  /** Seconds since 1970. */
  readonly clock: { now: number }
  /** Resolves when it knows what the other processes did: the next token request makes sure of that. */
  hear(): Promise<void>
}

let uses = 0

class Processes {
  readonly file: string
  readonly envelopeKey = generateEnvelopeKey()
  readonly #t: TestContext

  private constructor(t: TestContext, file: string) {
    this.#t = t
    this.file = file
  }

  static async share(t: TestContext): Promise<Processes> {
    return new Processes(t, join(await temporaryDirectory(t), 'keygrant.db'))
  }

  async start(
    kept: Partial<KeptSigningKeys> = {},
    wrap = (storage: Storage) => storage,
  ): Promise<TestNode> {
    const storage = wrap(openSqliteStorage(new Database(this.file)))
    this.#t.after(() => storage.close())
    const clock = { now: NOW }
    const keys = await openSigningKeys({
      storage,
      kept: { envelopeKeys: [this.envelopeKey], ...kept },
      clock: () => clock.now * 1000,
      onFailure: (error) => assert.fail(inspect(error)),
    })
    const hear = async (): Promise<void> => {
      const replayKey = createHash('sha256').update(String(++uses)).digest()
      await storage.replay.recordOnce({ replayKey, expiresAt: clock.now + 60 })
      await keys.reading()
    }
    return { keys, storage, clock, hear }
  }
}

const kidsOf = ({ keys }: TestNode): string[] => keys.publicKeys.map(({ kid }) => kid)
const ringOf = ({ keys }: TestNode): SigningKeyRing => keys.ring as SigningKeyRing
const statesOf = (node: TestNode): string[] =>
  publishedKeys(ringOf(node)).map(({ state, alg }) => `${state} ${alg}`)
const isSignedBy = async (key: PrivateKey, publicKey: PublicKey | undefined): Promise<boolean> => {
  const octets = Buffer.from('signed')
  const algorithm = jwsAlgorithm(key.alg) as JwsAlgorithm
  return publicKey?.verify(algorithm, await key.sign(octets), octets) ?? false
}
const eventsOf = async ({ storage }: TestNode): Promise<string[]> => {
  const entries = await storage.audit.read({ limit: 100, order: 'oldest_first' })
  return entries.map(({ event }) => event)
}

suite('signing keys in the store', () => {
  for (const algorithm of ['ES256', 'RS256', 'EdDSA'] as const) {
    test(`begin with one that signs and one that is next, for ${algorithm}`, async (t) => {
      const node = await (await Processes.share(t)).start({ algorithm })
      assert.deepEqual(statesOf(node), [`current ${algorithm}`, `next ${algorithm}`])
      assert.deepEqual(await eventsOf(node), ['signing_key.created', 'signing_key.created'])
      const { current, publicKeys } = node.keys
      assert.equal(current.alg, algorithm)
      assert.ok(await isSignedBy(current, publicKeys[0]))
    })
  }

  test('are the same after a restart, and in all processes that start at once', async (t) => {
    const processes = await Processes.share(t)
    const nodes = await Promise.all([1, 2, 3].map(() => processes.start()))
    for (const node of [...nodes, await processes.start()]) {
      await node.hear()
      assert.deepEqual(kidsOf(node), kidsOf(nodes[0] as TestNode))
    }
    assert.equal((await eventsOf(nodes[0] as TestNode)).length, 2)
  })

  test('do not lie in the database in clear, nor can they be seen in memory', async (t) => {
    const processes = await Processes.share(t)
    const node = await processes.start()
    const { d } = exportPrivateJwk(node.keys.current) as unknown as { d: string }
    await node.storage.close()
    const folder = dirname(processes.file)
    for (const name of await readdir(folder)) {
      assert.ok(!(await readFile(join(folder, name), 'latin1')).includes(d), name)
    }
    assert.ok(!inspect(node.keys, { depth: 9, getters: true }).includes(d))
  })

  test('lose the private half of a key that signs no more', async (t) => {
    const node = await (await Processes.share(t)).start()
    node.clock.now += DAY
    await node.keys.rotate(SUPER_ADMIN)
    const sealed = ringOf(node).keys.filter((key) => 'sealed' in key)
    assert.deepEqual(
      sealed.map(({ state }) => state),
      ['current', 'next'],
    )
  })
})

suite('rotation of the signing keys', () => {
  test('happens by itself after 90 days, and not before', async (t) => {
    const node = await (await Processes.share(t)).start()
    const [first, second] = kidsOf(node)
    node.clock.now += 90 * DAY - 1
    await node.keys.maintain()
    assert.equal(node.keys.current.kid, first)
    assert.equal(node.keys.rotatesAt, (NOW + 90 * DAY) * 1000)
    node.clock.now += 1
    await node.keys.maintain()
    assert.equal(node.keys.current.kid, second)
    assert.deepEqual(statesOf(node), ['current ES256', 'next ES256', 'previous ES256'])
    assert.deepEqual((await eventsOf(node)).slice(2), [
      'signing_key.retired',
      'signing_key.activated',
      'signing_key.created',
    ])
    node.clock.now += 69 * MINUTE
    await node.keys.maintain()
    assert.ok(kidsOf(node).includes(first as string))
    node.clock.now += MINUTE
    await node.keys.maintain()
    assert.ok(!kidsOf(node).includes(first as string))
  })

  test('does not happen by itself when it is set to never', async (t) => {
    const node = await (await Processes.share(t)).start({ rotateAfterDays: 0 })
    const [first] = kidsOf(node)
    node.clock.now += 4000 * DAY
    await node.keys.maintain()
    assert.equal(node.keys.current.kid, first)
    assert.equal(node.keys.rotatesAt, undefined)
  })

  test('waits until verifiers that keep the published keys know the next one', async (t) => {
    const node = await (await Processes.share(t)).start()
    const [first, second] = kidsOf(node)
    node.clock.now += 659
    const mayRotateAt = (NOW + 660) * 1000
    assert.deepEqual(await node.keys.rotate(SUPER_ADMIN), { refused: 'too_early', mayRotateAt })
    assert.equal(node.keys.current.kid, first)
    node.clock.now += 1
    assert.equal(await node.keys.rotate(SUPER_ADMIN), undefined)
    assert.equal(node.keys.current.kid, second)
  })

  test('never shows a key that a verifier does not know, nor forgets one whose tokens are out', async (t) => {
    const processes = await Processes.share(t)
    const nodes = [
      await processes.start({ rotateAfterDays: 1 }),
      await processes.start({ rotateAfterDays: 1 }),
    ]
    // A clock that is half a minute behind.
    const behind = 30
    // Each verifier fetches when what it holds is as old as it may be, from any node.
    const verifiers = [0, 1, 2].map((delay) => ({
      fetched: NOW - delay * 200,
      kids: new Set<string>(),
    }))
    for (const verifier of verifiers) verifier.kids = new Set(kidsOf(nodes[0] as TestNode))
    const tokens: { kid: string; exp: number }[] = []
    const signers = new Set<string>()
    for (let step = 0, now = NOW; now < NOW + 5 * DAY; step++, now += 97) {
      nodes.forEach(({ clock }, place) => (clock.now = now - place * behind))
      const before = nodes.map((node) => kidsOf(node).join())
      await Promise.all(nodes.map(({ keys }) => keys.maintain()))
      if (nodes.some((node, place) => kidsOf(node).join() !== before[place])) {
        for (const node of nodes) await node.hear()
      }
      const node = nodes[step % 2] as TestNode
      for (const verifier of verifiers) {
        if (now - verifier.fetched < 600) continue
        verifier.fetched = now
        verifier.kids = new Set(kidsOf(node))
        for (const { kid } of tokens) assert.ok(verifier.kids.has(kid))
      }
      const { kid } = node.keys.current
      signers.add(kid)
      for (const { kids } of verifiers) assert.ok(kids.has(kid), `unknown kid after ${now - NOW} s`)
      tokens.push({ kid, exp: now + 3600 })
      while (tokens[0] !== undefined && tokens[0].exp < now) tokens.shift()
    }
    assert.equal(signers.size, 5)
  })

  test('is one when two processes find it due at once', async (t) => {
    const processes = await Processes.share(t)
    const nodes = [await processes.start(), await processes.start()]
    for (const { clock } of nodes) clock.now += 90 * DAY
    await Promise.all(nodes.map(({ keys }) => keys.maintain()))
    for (const node of nodes) await node.hear()
    const [one, other] = nodes as [TestNode, TestNode]
    assert.deepEqual(kidsOf(one), kidsOf(other))
    const activated = (await eventsOf(one)).filter((event) => event === 'signing_key.activated')
    assert.equal(activated.length, 1)
  })

  test('is one when two administrators ask for it at once', async (t) => {
    const processes = await Processes.share(t)
    const nodes = [await processes.start(), await processes.start()]
    for (const { clock } of nodes) clock.now += DAY
    const answers = await Promise.all(nodes.map(({ keys }) => keys.rotate(SUPER_ADMIN)))
    assert.deepEqual(
      new Set(answers.map((answer) => answer?.refused)),
      new Set(['too_early', undefined]),
    )
  })

  for (const [from, to] of [
    ['ES256', 'RS256'],
    ['ES256', 'EdDSA'],
    ['RS256', 'ES256'],
  ] satisfies [SigningAlgorithm, SigningAlgorithm][]) {
    test(`goes from ${from} to ${to} by way of a next key`, async (t) => {
      const node = await (await Processes.share(t)).start({ algorithm: from })
      node.clock.now += DAY
      assert.equal(await node.keys.rotate(SUPER_ADMIN, to), undefined)
      assert.deepEqual(statesOf(node), [`current ${from}`, `next ${to}`])
      node.clock.now += 659
      await node.keys.maintain()
      assert.equal(node.keys.current.alg, from)
      node.clock.now += 1
      await node.keys.maintain()
      assert.deepEqual(statesOf(node), [`current ${to}`, `next ${to}`, `previous ${from}`])
    })
  }

  test('that an administrator may not ask for changes nothing', async (t) => {
    const node = await (await Processes.share(t)).start()
    node.clock.now += DAY
    const before = ringOf(node)
    const nobody: RingActor = {
      ...SUPER_ADMIN,
      require: () => {
        throw new Error('may not')
      },
    }
    await assert.rejects(node.keys.rotate(nobody), /may not/)
    await assert.rejects(node.keys.revoke(nobody, node.keys.current.kid), /may not/)
    await node.hear()
    assert.deepEqual(ringOf(node), before)
  })

  for (const [when, breakAt] of [
    ['before it is written', 'before'],
    ['after it was written', 'after'],
  ] as const) {
    test(`that a crash ends ${when} is whole or was not`, async (t) => {
      const processes = await Processes.share(t)
      let isBreaking = false
      const node = await processes.start({}, (storage) => ({
        ...storage,
        records: {
          ...storage.records,
          async change(subjects, decide) {
            if (isBreaking && breakAt === 'before') throw new Error('crash')
            const answer = await storage.records.change(subjects, decide)
            if (isBreaking) throw new Error('crash')
            return answer
          },
        },
      }))
      const [first, second] = kidsOf(node)
      node.clock.now += DAY
      isBreaking = true
      await assert.rejects(node.keys.rotate(SUPER_ADMIN), /crash/)
      const next = await processes.start()
      assert.equal(next.keys.current.kid, breakAt === 'before' ? first : second)
      assert.equal(kidsOf(next).length, breakAt === 'before' ? 2 : 3)
    })
  }
})

suite('a signing key that is revoked', () => {
  test('is published no more, signs no more, and the next one takes over, in every process', async (t) => {
    const processes = await Processes.share(t)
    const [one, other] = [await processes.start(), await processes.start()]
    const [first, second] = kidsOf(one) as [string, string]
    assert.equal(await one.keys.revoke(SUPER_ADMIN, first), undefined)
    await other.hear()
    for (const node of [one, other]) {
      assert.equal(node.keys.current.kid, second)
      assert.ok(!kidsOf(node).includes(first))
      assert.deepEqual(statesOf(node), ['current ES256', 'next ES256'])
    }
    assert.deepEqual((await eventsOf(one)).slice(2), [
      'signing_key.revoked',
      'signing_key.activated',
      'signing_key.created',
    ])
  })

  test('makes whoever is about to sign wait until the keys are read again', async (t) => {
    const processes = await Processes.share(t)
    const [one, other] = [await processes.start(), await processes.start()]
    const first = one.keys.current.kid
    await one.keys.revoke(SUPER_ADMIN, first)
    const replayKey = createHash('sha256').update('a token request').digest()
    await other.storage.replay.recordOnce({ replayKey, expiresAt: NOW + 60 })
    await other.keys.reading()
    assert.notEqual(other.keys.current.kid, first)
    assert.equal(other.keys.reading(), undefined)
  })

  test('may be the next one or one of before', async (t) => {
    const node = await (await Processes.share(t)).start()
    const [first, second] = kidsOf(node) as [string, string]
    await node.keys.revoke(SUPER_ADMIN, second)
    assert.equal(node.keys.current.kid, first)
    assert.ok(!kidsOf(node).includes(second))
    node.clock.now += DAY
    await node.keys.rotate(SUPER_ADMIN)
    assert.ok(kidsOf(node).includes(first))
    await node.keys.revoke(SUPER_ADMIN, first)
    assert.ok(!kidsOf(node).includes(first))
    assert.deepEqual(statesOf(node), ['current ES256', 'next ES256'])
  })

  test('can not be revoked again, nor can one that is not there', async (t) => {
    const node = await (await Processes.share(t)).start()
    const first = node.keys.current.kid
    await node.keys.revoke(SUPER_ADMIN, first)
    assert.deepEqual(await node.keys.revoke(SUPER_ADMIN, first), { refused: 'already_revoked' })
    assert.deepEqual(await node.keys.revoke(SUPER_ADMIN, 'x'), { refused: 'unknown_key' })
    node.clock.now += 90 * DAY
    await node.keys.maintain()
    assert.ok(ringOf(node).keys.every(({ kid }) => kid !== first))
  })
})

suite('the envelope key', () => {
  test('that is another one keeps the server from starting, and changes nothing', async (t) => {
    const processes = await Processes.share(t)
    const node = await processes.start()
    await assert.rejects(processes.start({ envelopeKeys: [generateEnvelopeKey()] }), (error) => {
      assert.ok(error instanceof KeyError)
      assert.match(error.message, /sealed with an envelope key that is not here/)
      return true
    })
    const again = await processes.start()
    assert.deepEqual(kidsOf(again), kidsOf(node))
  })

  test('that is lost can be replaced, and tokens that are out stay good', async (t) => {
    const processes = await Processes.share(t)
    const node = await processes.start()
    const [first, second] = kidsOf(node) as [string, string]
    const kept = { envelopeKeys: [generateEnvelopeKey()], replaceUnreadable: true }
    const next = await processes.start(kept)
    assert.deepEqual(statesOf(next), ['current ES256', 'next ES256', 'previous ES256'])
    assert.equal(kidsOf(next)[2], first)
    assert.ok(!kidsOf(next).includes(second))
    const again = await processes.start(kept)
    assert.deepEqual(kidsOf(again), kidsOf(next))
  })

  test('can be replaced by one more on the first line', async (t) => {
    const processes = await Processes.share(t)
    const node = await processes.start()
    const newer = generateEnvelopeKey()
    await processes.start({ envelopeKeys: [newer, processes.envelopeKey] })
    const last = await processes.start({ envelopeKeys: [newer] })
    assert.deepEqual(kidsOf(last), kidsOf(node))
    assert.ok(await isSignedBy(last.keys.current, node.keys.publicKeys[0]))
  })

  test('does not open what was changed or moved', async (t) => {
    const processes = await Processes.share(t)
    const node = await processes.start()
    const ring = ringOf(node)
    const [current, next] = ring.keys as readonly [CurrentKey, NextKey]
    const flipped = current.sealed.replace(/.(?=.{30}$)/, (letter) => (letter === 'A' ? 'B' : 'A'))
    for (const sealed of [flipped, next.sealed, current.sealed.slice(0, -9), '']) {
      const content = { ...ring, keys: [{ ...current, sealed }, next] }
      const subjects = { kind: 'signing_key', id: 'ring', actorId: 'x' } as const
      node.keys.close()
      await node.storage.records.change(subjects, () => ({
        next: { kind: 'signing_key', id: 'ring', content },
        audit: [],
        answer: undefined,
      }))
      await assert.rejects(processes.start(), (error) => {
        assert.ok(error instanceof KeyError)
        assert.match(error.message, /damaged, or was moved/)
        return true
      })
    }
  })
})

suite('signing keys from before', () => {
  async function imported() {
    const { keys } = await generateSigningKeys()
    let forgotten = 0
    const forget = async () => void forgotten++
    return { kept: { imported: { keys, forget } }, kid: keys.current.kid, count: () => forgotten }
  }

  test('go on to sign, and are forgotten where they were once the store has them', async (t) => {
    const processes = await Processes.share(t)
    const { kept, kid, count } = await imported()
    const node = await processes.start(kept)
    assert.equal(node.keys.current.kid, kid)
    assert.deepEqual(statesOf(node), ['current ES256', 'next ES256'])
    assert.equal(count(), 1)
    assert.equal((await processes.start()).keys.current.kid, kid)
  })

  test('are forgotten after a crash between the two steps', async (t) => {
    const processes = await Processes.share(t)
    const { kept, kid, count } = await imported()
    const crash = async () => {
      throw new Error('crash')
    }
    await assert.rejects(
      processes.start({ imported: { ...kept.imported, forget: crash } }),
      /crash/,
    )
    const node = await processes.start(kept)
    assert.equal(node.keys.current.kid, kid)
    assert.equal(count(), 1)
  })

  test('are left alone when the store has others', async (t) => {
    const processes = await Processes.share(t)
    const first = await processes.start()
    const { kept, count } = await imported()
    const node = await processes.start(kept)
    assert.deepEqual(kidsOf(node), kidsOf(first))
    assert.equal(count(), 0)
  })
})
