/**
 * What is registered for the client, where that can be seen: in the server's records, for its operator, or
 * in the JWK Set that the client publishes.
 * @module
 */

import { type JwkSetReading, jwkThumbprint, type PublicJwk, type Signer } from '@keygrant/core/keys'
import { type App, type AppKey, createAdminApi } from '../../admin-api.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { readOperator, resolveDataDirectory } from '../../data-directory.ts'
import { identifyOperator } from '../../operator-api.ts'
import { causeOf, type Diagnosis } from './cause.ts'

/** Whom and what to look for. */
export interface RecordsQuery {
  readonly issuer: string | undefined
  readonly clientId: string
  readonly signer: Signer
  readonly scopes: readonly string[]
  /** Data directory of the server, when one is named. */
  readonly data: string | undefined
}

/** Compares with the records of the server, when the data directory of this issuer is at hand. */
export async function compareWithRecords(
  diagnosis: Diagnosis,
  context: CliContext,
  query: RecordsQuery,
): Promise<void> {
  const { data, clientId, issuer } = query
  if (!(await isOperatorOf(context, issuer, data))) return
  let app: App | undefined
  let keys: readonly AppKey[]
  let grants: readonly string[]
  try {
    const operator = await identifyOperator(context, data === undefined ? {} : { data })
    const scopes = ['okta.apps.read', 'okta.appGrants.read'] as const
    const api = createAdminApi({ ...operator, scopes })
    app = (await api.listApps()).find(({ id }) => id === clientId)
    keys = app === undefined ? [] : await api.listKeys(clientId)
    grants = app === undefined ? [] : (await api.listGrants(clientId)).map(({ scopeId }) => scopeId)
  } catch {
    // What keeps the operator from asking is found by the other steps, or is the operator's own.
    diagnosis.note('registration', 'skip', "the server's records could not be read")
    return
  }
  judgeApp(diagnosis, query, app)
  if (app === undefined) return
  await judgeKeys(diagnosis, query.signer, keys)
  const ungranted = query.scopes.filter((scope) => !grants.includes(scope))
  if (ungranted.length > 0) {
    diagnosis.blame(
      causeOf('scope', 'error', 'certain')(
        'scope-not-granted',
        `${listed(ungranted)} ${ungranted.length === 1 ? 'is' : 'are'} not granted to the app`,
        `keygrant grant add ${clientId} ${ungranted[0] as string}`,
      ),
    )
  }
  diagnosis.note('registration', 'pass', "the server's records have the app and this key, active")
}

async function isOperatorOf(
  context: CliContext,
  issuer: string | undefined,
  data: string | undefined,
): Promise<boolean> {
  try {
    const operator = await readOperator(resolveDataDirectory(data, context.env))
    return operator.issuer === issuer
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    if (data !== undefined) throw error
    return false
  }
}

function judgeApp(diagnosis: Diagnosis, { clientId }: RecordsQuery, app: App | undefined): void {
  const certain = causeOf('registration', 'error', 'certain')
  if (app === undefined) {
    diagnosis.blame(
      certain(
        'client-unknown',
        `the server has no service app with the client ID ${clientId}`,
        'keygrant app list shows those that there are',
      ),
    )
  } else if (app.status !== 'ACTIVE') {
    diagnosis.blame(
      certain(
        'app-inactive',
        'the service app is not active',
        `activate it: POST /api/v1/apps/${clientId}/lifecycle/activate`,
      ),
    )
  }
}

async function judgeKeys(
  diagnosis: Diagnosis,
  { kid, alg, publicKey }: Signer,
  keys: readonly AppKey[],
): Promise<void> {
  const certain = causeOf('registration', 'error', 'certain')
  const thumbprint = await jwkThumbprint(publicKey.jwk)
  const prints = await Promise.all(keys.map(thumbprintOf))
  const own = keys.find((_, index) => prints[index] === thumbprint)
  if (own === undefined) {
    const isNameTaken = keys.some((key) => key.kid === kid)
    diagnosis.blame(
      isNameTaken
        ? certain(
            'key-differs',
            `another key than this one is registered as ${kid}`,
            'sign with the key that is registered, or register the public half of this one',
          )
        : certain(
            'key-not-registered',
            `the key ${kid} is not registered for the app`,
            'register its public half: keygrant app key add APP FILE',
          ),
    )
  } else if (own.status !== 'ACTIVE') {
    diagnosis.blame(
      certain(
        'key-inactive',
        `the key ${kid} is registered and not active`,
        'activate it, or sign with a key that is active',
      ),
    )
  } else if (own.kid !== kid) {
    diagnosis.blame(
      certain(
        'kid-wrong',
        `the key is registered as ${own.kid}, and the assertion says ${kid}`,
        `name it so: --kid ${own.kid}`,
      ),
    )
  } else if (own.alg !== null && own.alg !== undefined && own.alg !== alg) {
    diagnosis.blame(
      certain(
        'alg-wrong',
        `the key is registered for ${own.alg}, and signs with ${alg}`,
        `sign with --alg ${own.alg}, or register the key without "alg"`,
      ),
    )
  }
}

async function thumbprintOf(key: AppKey): Promise<string | undefined> {
  try {
    return await jwkThumbprint(key as unknown as PublicJwk)
  } catch {
    return undefined
  }
}

/** Compares with a JWK Set that is said to be the registered one. */
export async function compareWithJwkSet(
  diagnosis: Diagnosis,
  signer: Signer,
  { keys }: Pick<JwkSetReading, 'keys'>,
): Promise<void> {
  const asRecords = keys.map(({ jwk, kid }) => ({
    ...jwk,
    id: kid,
    kid,
    kty: jwk.kty,
    alg: jwk.alg ?? null,
    status: 'ACTIVE' as const,
    created: '',
  }))
  await judgeKeys(diagnosis, signer, asRecords)
  diagnosis.note('registration', 'pass', 'the JWK Set that was given has this key')
}

function listed(names: readonly string[]): string {
  return names.length > 4 ? `${names.slice(0, 4).join(', ')} and more` : names.join(', ')
}
