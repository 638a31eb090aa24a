import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import fc from 'fast-check'
import type { Role, ServiceApp, Storage } from '@keygrant/server'
import type { PrivateKey } from '@keygrant/core/keys'
import { SCOPES } from '../../src/scopes.ts'
import {
  aJwt,
  aKey,
  anAccessToken,
  anApp,
  anAssertion,
  apiWith,
  aServer,
  ASSERTION_TYPE,
  type CallApi,
  ISSUER,
  NOW,
  postToken,
  type TestAppOptions,
  type TestServer,
} from '../a-server.ts'

/** A change that was made: what it was about, before and after, and who made it, as it was at that moment. */
interface Transition {
  readonly before: ServiceApp | undefined
  readonly after: ServiceApp | undefined
  readonly actor: ServiceApp | undefined
}

/** Notes every change of an app that is made, in the order in which the store makes them. */
function recorded(storage: Storage, transitions: Transition[]): Storage {
  return {
    ...storage,
    serviceApps: {
      ...storage.serviceApps,
      async change(subjects, decide) {
        let latest: Transition | undefined
        try {
          const answer = await storage.serviceApps.change(subjects, (current, app, person) => {
            const decision = decide(current, app, person)
            const made = { before: current, after: decision.next, actor: app }
            // The store may ask again; the last time counts.
            if (latest !== undefined) transitions.splice(transitions.indexOf(latest), 1)
            transitions.push(made)
            latest = made
            return decision
          })
          return answer
        } catch (error) {
          if (latest !== undefined) transitions.splice(transitions.indexOf(latest), 1)
          throw error
        }
      },
    },
  }
}

/** What decides who can speak as an app: nothing of it may change without the right to its keys. */
function identity(app: ServiceApp | undefined): unknown {
  if (app === undefined) return undefined
  const { profile, algorithms, isDpopRequired, jwksUri, isSelfRotationAllowed } = app.settings ?? {}
  return {
    keys: app.keys.map(({ jwk, status }) => ({ jwk, status })),
    settings: [
      profile,
      algorithms,
      isDpopRequired === true,
      jwksUri,
      isSelfRotationAllowed === true,
    ],
  }
}

const isEqual = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

const hasRole = (actor: ServiceApp | undefined, ...roles: readonly Role[]): boolean =>
  actor?.status === 'ACTIVE' && actor.roles.some(({ role }) => roles.includes(role))

const isPrivileged = ({ grants, roles }: ServiceApp): boolean =>
  roles.length > 0 || grants.some(({ scope }) => scope.startsWith('okta.'))

/** The rules, said anew: why a change must not have been made; `undefined` when it was right. */
function fault({ before: from, after: to, actor }: Transition): string | undefined {
  if (isEqual(from, to)) return undefined
  const isSuper = hasRole(actor, 'SUPER_ADMIN')
  if (!isEqual(from?.grants ?? [], to?.grants ?? []) && to !== undefined && !isSuper) {
    return 'grants changed without a SUPER_ADMIN'
  }
  if (!isEqual(from?.roles ?? [], to?.roles ?? []) && to !== undefined && !isSuper) {
    return 'roles changed without a SUPER_ADMIN'
  }
  const mayAfter = to?.settings?.isSelfRotationAllowed === true
  const mayBefore = from?.settings?.isSelfRotationAllowed === true
  if (mayAfter && !mayBefore && !isSuper) {
    return 'leave to rotate was given without a SUPER_ADMIN'
  }
  if (from !== undefined && !isEqual(identity(from), identity(to))) {
    const isItself = actor?.clientId === from.clientId
    // An app that may, replaces its own key: one comes, or one goes, and nothing else is touched.
    if (isItself && mayBefore && isOwnRotation(from, to)) return undefined
    if (isPrivileged(from) && !isSuper) return 'a privileged app speaks with other keys'
  }
  return hasRole(actor, 'SUPER_ADMIN', 'APP_ADMIN') ? undefined : 'changed without a role'
}

function isOwnRotation(from: ServiceApp, to: ServiceApp | undefined): boolean {
  if (to === undefined || !isEqual(from.settings, to.settings)) return false
  const isActive = (app: ServiceApp, kid: string): boolean =>
    app.keys.some(({ jwk, status }) => jwk.kid === kid && status === 'ACTIVE')
  const kids = new Set([...from.keys, ...to.keys].map(({ jwk }) => jwk.kid))
  const changed = [...kids].filter((kid) => isActive(from, kid) !== isActive(to, kid))
  const come = changed.filter((kid) => isActive(to, kid))
  return come.length <= 1 && changed.length - come.length <= 1
}

const ACTORS = ['super', 'appAdmin', 'reader', 'roleless', 'scopeless'] as const
type ActorName = (typeof ACTORS)[number]

const ACTS = [
  'grant',
  'ungrant',
  'give role',
  'take role',
  'promote appAdmin',
  'demote appAdmin',
  'add key',
  'activate key',
  'deactivate key',
  'delete key',
  'PUT keys',
  'PUT algorithm',
  'PUT jwks_uri',
  'PUT profile',
  'PUT DPoP',
  'PUT label',
  'client PUT keys',
  'client PUT jwks_uri',
  'client PUT method',
  'client PUT algorithm',
  'allow rotation',
  'forbid rotation',
  'rotate itself',
  'rotate itself and keep',
  'deactivate',
  'activate',
  'delete',
  'delete client',
] as const
type Act = (typeof ACTS)[number]

interface World {
  readonly server: TestServer
  readonly apis: Readonly<Record<ActorName, CallApi>>
  readonly appAdmin: ServiceApp
  readonly transitions: Transition[]
  readonly keys: readonly PrivateKey[]
}

interface Outcome {
  readonly actor: ActorName
  readonly act: Act
  readonly status: number
}

const APP_RIGHTS = '/api/v1/apps'
let serial = 0

/** An act by an actor on an app, with what is there when it begins. */
async function perform(
  { server, apis, appAdmin, keys }: World,
  clientId: string,
  [actor, act, index]: readonly [ActorName, Act, number],
): Promise<Outcome> {
  const api = apis[actor]
  const app = await server.storage.serviceApps.find(clientId)
  const url = `${APP_RIGHTS}/${clientId}`
  const client = `/oauth2/v1/clients/${clientId}`
  const registered = app?.keys[index % Math.max(app.keys.length, 1)]?.id ?? 'pksnone'
  const keyUrl = `${url}/credentials/jwks/${registered}`
  const jwk = keys[index % keys.length]?.publicKey.jwk
  const jwks = { keys: [jwk] }
  const put = (oauthClient: object) => api('PUT', url, { label: 'x', settings: { oauthClient } })
  const putClient = (members: object) => api('PUT', client, { client_name: 'y', ...members })
  const rolesOf = (id: string): string => `/oauth2/v1/clients/${id}/roles`
  const alg = ['ES256', 'ES384', 'EdDSA'][index % 3]
  const role = (['READ_ONLY_ADMIN', 'APP_ADMIN', 'SUPER_ADMIN'] as const)[index % 3]
  const answer = (() => {
    switch (act) {
      case 'grant':
        return api('POST', `${url}/grants`, { scopeId: SCOPES[index % SCOPES.length] })
      case 'ungrant':
        return api('DELETE', `${url}/grants/${app?.grants[0]?.id ?? 'oagnone'}`)
      case 'give role':
        return api('POST', rolesOf(clientId), { type: role })
      case 'take role':
        return api('DELETE', `${rolesOf(clientId)}/${app?.roles[0]?.id ?? 'ra1none'}`)
      case 'promote appAdmin':
        return api('POST', rolesOf(appAdmin.clientId), { type: 'SUPER_ADMIN' })
      case 'demote appAdmin':
        return demote(server, api, appAdmin.clientId)
      case 'add key':
        return api('POST', `${url}/credentials/jwks`, jwk)
      case 'activate key':
        return api('POST', `${keyUrl}/lifecycle/activate`)
      case 'deactivate key':
        return api('POST', `${keyUrl}/lifecycle/deactivate`)
      case 'delete key':
        return api('DELETE', keyUrl)
      case 'PUT keys':
        return put({ jwks })
      case 'PUT algorithm':
        return put({ token_endpoint_auth_signing_alg: alg })
      case 'PUT jwks_uri':
        return put({ jwks_uri: `https://client.example/${index}` })
      case 'PUT profile':
        return put({ security_profile: index % 2 === 0 ? 'strict' : 'okta' })
      case 'PUT DPoP':
        return put({ dpop_bound_access_tokens: index % 2 === 0 })
      case 'PUT label':
        return api('PUT', url, { label: `label ${index}` })
      case 'client PUT keys':
        return putClient({ jwks })
      case 'client PUT jwks_uri':
        return putClient({ jwks_uri: `https://client.example/${index}` })
      case 'client PUT method':
        return putClient({ token_endpoint_auth_method: 'client_secret_basic' })
      case 'client PUT algorithm':
        return putClient({ token_endpoint_auth_signing_alg: alg })
      case 'allow rotation':
        return put({ self_service_key_rotation: true })
      case 'forbid rotation':
        return putClient({ self_service_key_rotation: false })
      case 'rotate itself':
        return rotateItself(server, clientId, keys[0], keys[index % keys.length], 'deactivate')
      case 'rotate itself and keep':
        return rotateItself(server, clientId, keys[0], keys[index % keys.length], 'keep')
      case 'deactivate':
        return api('POST', `${url}/lifecycle/deactivate`)
      case 'activate':
        return api('POST', `${url}/lifecycle/activate`)
      case 'delete':
        return api('DELETE', url)
      case 'delete client':
        return api('DELETE', client)
    }
  })()
  return { actor, act, status: (await answer).status }
}

async function demote({ storage }: TestServer, api: CallApi, clientId: string) {
  const app = await storage.serviceApps.find(clientId)
  const assignment = app?.roles.find(({ role }) => role === 'SUPER_ADMIN')
  return api('DELETE', `/oauth2/v1/clients/${clientId}/roles/${assignment?.id ?? 'ra1none'}`)
}

async function rotateItself(
  server: TestServer,
  clientId: string,
  old: PrivateKey | undefined,
  next: PrivateKey | undefined,
  oldKey: string,
) {
  const aud = `${ISSUER}/oauth2/v1/rotate`
  const now = { iat: NOW, exp: NOW + 60 }
  const proof = await aJwt(
    { iss: clientId, sub: clientId, aud, ...now, jti: `p${++serial}`, replaces: old?.kid },
    next,
    { typ: 'key-proof+jwt', kid: undefined, jwk: next?.publicKey.jwk },
  )
  const form = new URLSearchParams({
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await anAssertion({ clientId }, { aud: ISSUER }, old),
    key_proof: proof,
    old_key: oldKey,
  })
  return postToken(server, form.toString(), {}, '/oauth2/v1/rotate')
}

/** Sets an app back to how it was made. */
async function reset({ storage }: TestServer, app: ServiceApp): Promise<void> {
  const { clientId } = app
  await storage.serviceApps.change({ clientId, actorId: clientId }, () => ({
    next: app,
    audit: [],
    answer: undefined,
  }))
}

/** Those who may do something are heard more often than those who may do nothing. */
const anActor = fc.constantFrom<ActorName>(
  'super',
  'super',
  'appAdmin',
  'appAdmin',
  'appAdmin',
  ...ACTORS,
)
/** Acts after which there is less to try are rarer. */
const FINAL: readonly Act[] = ['ungrant', 'take role', 'deactivate', 'delete', 'delete client']
const anAct = fc.tuple(
  anActor,
  fc.constantFrom<Act>(...ACTS, ...ACTS.filter((act) => !FINAL.includes(act))),
  fc.nat(20),
)
/** How the app is when a history begins. */
const aBeginning = fc.constantFrom<Pick<TestAppOptions, 'scopes' | 'roles' | 'settings'>>(
  { scopes: [], roles: [] },
  { scopes: ['okta.logs.read'], roles: [] },
  { scopes: [], roles: ['READ_ONLY_ADMIN'] },
  { scopes: ['okta.apps.manage'], roles: ['APP_ADMIN'] },
  { scopes: ['okta.apps.read'], settings: { isSelfRotationAllowed: true } },
)
/** Batches that are sent at once, one after another. */
const aHistory = fc.array(fc.array(anAct, { minLength: 1, maxLength: 5 }), {
  minLength: 3,
  maxLength: 8,
})
/** A history in which each act that has to be seen is made by one who may: chance alone leaves one out now and then. */
const EACH_ACT: readonly [ActorName, Act, number][] = [
  ['appAdmin', 'add key', 1],
  ['super', 'add key', 2],
  ['super', 'PUT keys', 3],
  ['super', 'allow rotation', 0],
  ['super', 'grant', 0],
  ['super', 'PUT jwks_uri', 1],
]
const RUNS = Number(process.env['AUTHORITY_RUNS'] ?? 40)

suite('random histories of operations by five actors, some of them at once', () => {
  const transitions: Transition[] = []
  let keys: readonly PrivateKey[]
  before(async () => {
    keys = await Promise.all(
      ['', 'a', 'b', 'c'].map((name) => aKey('P-256', name)).concat(aKey('Ed25519'), aKey('P-384')),
    )
  })

  async function aWorld(server: TestServer): Promise<World> {
    const actor = async (roles: readonly Role[], scopes: readonly string[] = SCOPES) => {
      const app = await anApp(server, { roles, scopes, keys: [await aKey('P-256', 'actor')] })
      const key = await aKey('P-256', 'actor')
      return { app, api: apiWith(server, await anAccessToken(server, app, undefined, key)) }
    }
    const appAdmin = await actor(['APP_ADMIN'])
    const apis = {
      super: (await actor(['SUPER_ADMIN'])).api,
      appAdmin: appAdmin.api,
      reader: (await actor(['READ_ONLY_ADMIN'])).api,
      roleless: (await actor([])).api,
      // The role without the scopes.
      scopeless: (await actor(['SUPER_ADMIN'], ['okta.apps.read', 'okta.clients.read'])).api,
    }
    return { server, apis, appAdmin: appAdmin.app, transitions, keys }
  }

  test('[ADMI-001] [ADMI-002] [ADMI-003] change keys, grants and roles by those alone who may, in the order of the store', async (t) => {
    const limits = { apiCallsPerMinute: 0, tokensPerMinute: 0, failuresPerMinute: 0 }
    const server = await aServer(t, { limits, wrap: (storage) => recorded(storage, transitions) })
    const world = await aWorld(server)
    const done = new Set<string>()
    await fc.assert(
      fc.asyncProperty(aBeginning, aHistory, async (beginning, batches) => {
        await reset(server, world.appAdmin)
        const { clientId } = await anApp(server, { ...beginning, keys: keys.slice(0, 1) })
        transitions.splice(0)
        const outcomes: Outcome[] = []
        for (const batch of batches) {
          const made = await Promise.all(batch.map((act) => perform(world, clientId, act)))
          outcomes.push(...made)
        }
        for (const transition of transitions) {
          const wrong = fault(transition)
          assert.equal(wrong, undefined, `${wrong}: ${JSON.stringify(outcomes)}`)
        }
        // Effective right = scope AND role: one of both is nothing.
        for (const { actor, act, status } of outcomes) {
          if (act.startsWith('rotate itself')) continue
          if (status < 300) done.add(`${actor}: ${act}`)
          const isPowerless = actor !== 'super' && actor !== 'appAdmin'
          if (isPowerless) assert.ok(status >= 400, `${actor} could ${act}`)
          // Only an app that is active is kept from being deleted.
          if (actor === 'super' && act !== 'delete') assert.notEqual(status, 403, act)
        }
      }),
      {
        numRuns: RUNS,
        examples: [[{ scopes: [], roles: [] }, EACH_ACT.map((act) => [act])]],
      },
    )
    // A test in which nothing happens shows nothing.
    for (const act of ['grant', 'add key', 'PUT keys', 'allow rotation', 'PUT jwks_uri'] as const) {
      assert.ok(done.has(`super: ${act}`), `no history had a SUPER_ADMIN who could ${act}`)
    }
    assert.ok(done.has('appAdmin: add key') || done.has('appAdmin: PUT keys'))
  })

  test('finds a change that should not have been: the rules are no mirror of the code', async (t) => {
    const server = await aServer(t)
    const target = await anApp(server, { scopes: ['okta.apps.read'] })
    const actor = await anApp(server, { roles: ['APP_ADMIN'] })
    const changed = (next: Partial<ServiceApp>): Transition => ({
      before: target,
      after: { ...target, ...next },
      actor,
    })
    for (const transition of [
      changed({ keys: [] }),
      changed({ grants: [] }),
      changed({ roles: actor.roles }),
      changed({ settings: { algorithms: ['ES256'] } }),
      changed({ settings: { jwksUri: 'https://client.example/' } }),
      changed({ settings: { isSelfRotationAllowed: true } }),
      { before: target, after: undefined, actor },
      { ...changed({ label: 'x' }), actor: target },
    ]) {
      assert.notEqual(fault(transition), undefined)
    }
    assert.equal(fault(changed({ label: 'x' })), undefined)
  })
})
