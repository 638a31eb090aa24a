/**
 * A fleet under load that keeps a history of it, and the judgement in the end.
 * @module
 */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { exportJwkSet, generateKey, type PrivateKey } from '@keygrant/core/keys'
import type { ServiceApp } from '@keygrant/server'
import { anApp, anAssertion, anOperator, aKey, tokenForm } from '../a-server.ts'
import { type Answer, aFleet, type Fleet, type Node, openStore, postForm } from './fleet.ts'
import { type Change, type Fault, type Taken, type TokenRequest, violations } from './history.ts'
import type { NodeOrder, StoreOrder } from './node.ts'

const SENDERS = 6
const PACE_MS = 15
/** Of so many requests one sends what got a token before. */
const REPLAY_EVERY = 4
const SCOPE = 'okta.apps.read'

/** What a token request is made of. */
export interface Sending {
  readonly key?: PrivateKey
  readonly scope?: string
  readonly node?: Node
  /** How far the clock of the sender is ahead, in seconds. */
  readonly clockAheadSeconds?: number
  readonly lifetimeSeconds?: number
}

/** An assertion that was sent. */
export interface Sent {
  readonly form: string
  readonly jti: string
  readonly status: Answer['status']
}

/** A fleet, an app, and what happens to them. */
export interface World {
  readonly fleet: Fleet
  readonly app: ServiceApp
  /** A second key of the app, which tests may take away. */
  readonly otherKey: PrivateKey
  /** Makes a new assertion, which is sent by others. */
  prepare(): Promise<Sent>
  /** Sends a new assertion. */
  send(sending?: Sending): Promise<Sent>
  /** Sends the same bytes again. */
  replay(sent: Sent, node?: Node): Promise<Answer>
  /** Calls the admin API as an operator. */
  administer(node: Node, method: 'POST' | 'DELETE', path: string, body?: object): Promise<Answer>
  /** Makes an app, and notes whether that was acknowledged. */
  makeApp(node: Node): Promise<Change>
  /** Notes that something was taken away, just now. */
  took(what: Omit<Taken, 'acknowledgedAt'>): void
  /** Keeps requests coming while work goes on, and notes it as a fault unless told that it is none. */
  underLoad(work: () => Promise<void>, isFault?: boolean): Promise<void>
  /** Holds everything that happened so far against the invariants. */
  judge(): Promise<void>
}

/** Makes a fleet of two, with an app. */
export async function aWorld(
  t: TestContext,
  kind: StoreOrder['kind'],
  order: Partial<NodeOrder> = {},
): Promise<World> {
  const fleet = await aFleet(t, kind, 2, order)
  const key = await aKey()
  const otherKey = await generateKey({ kty: 'EC', crv: 'P-256' })
  const app = await anApp(fleet, { keys: [key, otherKey], scopes: [SCOPE, 'okta.logs.read'] })
  const operator = await anOperator(fleet)
  const requests: TokenRequest[] = []
  const changes: Change[] = []
  const taken: Taken[] = []
  const faults: Fault[] = []
  const tokens: string[] = []

  const someNode = (): Node => fleet.nodes[Math.floor(Math.random() * fleet.nodes.length)] as Node

  const post = async (
    node: Node,
    form: string,
    about: Pick<TokenRequest, 'jti' | 'kid' | 'scope' | 'isGood'>,
  ): Promise<Answer> => {
    const sentAt = performance.now()
    const answer = await postForm(node, form)
    const { status, retryAfter } = answer
    const hasRetryAfter = retryAfter !== undefined
    requests.push({ ...about, sentAt, endedAt: performance.now(), status, hasRetryAfter })
    if (answer.status === 200) tokens.push((JSON.parse(answer.text) as AccessToken).access_token)
    return answer
  }

  const assertion = (clientId: string, signer: PrivateKey, jti: string, sending: Sending) => {
    const { clockAheadSeconds = 0, lifetimeSeconds = 60 } = sending
    const now = Math.floor(Date.now() / 1000) + clockAheadSeconds
    const claims = { aud: fleet.issuer, iat: now, exp: now + lifetimeSeconds, jti }
    return anAssertion({ clientId }, claims, signer)
  }

  const send = async (sending: Sending = {}): Promise<Sent> => {
    const { key: signer = key, scope = SCOPE, node = someNode(), clockAheadSeconds } = sending
    const jti = crypto.randomUUID()
    const form = tokenForm(await assertion(app.clientId, signer, jti, sending), { scope })
    const isTaken = taken.some((each) => each.kid === signer.kid || each.scope === scope)
    const isGood = !isTaken && clockAheadSeconds === undefined
    const { status } = await post(node, form, { jti, kid: signer.kid, scope, isGood })
    return { form, jti, status }
  }

  const prepare = async (): Promise<Sent> => {
    const jti = crypto.randomUUID()
    const form = tokenForm(await assertion(app.clientId, key, jti, {}), { scope: SCOPE })
    return { form, jti, status: 'lost' }
  }

  const replay = ({ form, jti }: Sent, node = someNode()): Promise<Answer> =>
    post(node, form, { jti, kid: key.kid, scope: SCOPE, isGood: false })

  const administer: World['administer'] = async (node, method, path, body) => {
    const signed = await assertion(operator.clientId, key, crypto.randomUUID(), {})
    const scope = 'okta.apps.manage okta.appGrants.manage'
    const answer = await postForm(node, tokenForm(signed, { scope }))
    if (answer.status !== 200) return answer
    const { access_token: token } = JSON.parse(answer.text) as AccessToken
    return node.call(method, path, body === undefined ? '' : JSON.stringify(body), {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? undefined : { 'content-type': 'application/json' }),
    })
  }

  return {
    fleet,
    app,
    otherKey,
    prepare,
    send,
    replay,
    administer,
    async makeApp(node) {
      const id = crypto.randomUUID()
      const { keys } = exportJwkSet([key.publicKey])
      const { status } = await administer(node, 'POST', '/api/v1/apps', {
        name: 'oidc_client',
        label: id,
        signOnMode: 'OPENID_CONNECT',
        credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
        settings: {
          oauthClient: {
            grant_types: ['client_credentials'],
            application_type: 'service',
            jwks: { keys },
          },
        },
      })
      const change = { id, isAcknowledged: status === 200 || status === 201 }
      changes.push(change)
      return change
    },
    took: (what) => void taken.push({ ...what, acknowledgedAt: performance.now() }),
    async underLoad(work, isFault = true) {
      const over = new AbortController()
      const senders = Array.from({ length: SENDERS }, async () => {
        const mine: Sent[] = []
        for (let count = 1; !over.signal.aborted; count++) {
          const old = mine[Math.floor(Math.random() * mine.length)]
          if (count % REPLAY_EVERY === 0 && old !== undefined) await replay(old)
          else {
            const sent = await send()
            if (sent.status === 200) mine.push(sent)
          }
          await setTimeout(PACE_MS)
        }
      })
      const beganAt = performance.now()
      try {
        await work()
      } finally {
        over.abort()
        await Promise.all(senders)
        if (isFault) faults.push({ beganAt, endedAt: performance.now() })
      }
    },
    async judge() {
      const storage = await openStore(t, fleet.store)
      const made = new Set<string>()
      const auditEntries = new Map<string, number>()
      for (const { id } of changes) {
        const [found] = await storage.serviceApps.list({ limit: 1, labelStart: id })
        if (found === undefined) continue
        made.add(id)
        const { clientId } = found
        const entries = await storage.audit.read({
          limit: 9,
          order: 'oldest_first',
          clientId,
          event: 'app.created',
        })
        auditEntries.set(id, entries.length)
      }
      const logs = fleet.nodes.map((node) => node.log()).join('')
      assert.deepEqual(
        violations({ requests, changes, taken, faults }, { made, auditEntries, logs }),
        [],
      )
      const { text } = await (fleet.nodes[0] as Node).call('GET', '/oauth2/v1/keys')
      const keys = createLocalJWKSet(JSON.parse(text) as JSONWebKeySet)
      // I6: what was issued can be verified with what is published.
      for (const token of tokens.splice(0)) await jwtVerify(token, keys, { issuer: fleet.issuer })
      const isServed = requests.some(({ status }) => status === 200)
      assert.ok(isServed, 'no request got a token: nothing was shown')
    },
  }
}

interface AccessToken {
  readonly access_token: string
}
