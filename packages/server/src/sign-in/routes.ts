/**
 * Signing in, and what belongs to people: the paths.
 * @module
 */

import { type AdminRow, adminRoute, answerOf, denialEntry } from '../admin/routes.ts'
import type { Answer, IncomingRequest, Route } from '../http/exchange.ts'
import {
  addPasskey,
  deletePasskey,
  endSessionOf,
  endSessionsOf,
  invite,
  listPasskeys,
  listSessionsOf,
  passkeyOptions,
  renamePasskey,
  showInvitationOf,
  withdraw,
} from './account.ts'
import { enrol, enrolmentOptions, showInvitation } from './enrolment.ts'
import type { AnonymousCall, SignInEnvironment } from './environment.ts'
import type { ProvedSession } from './guard.ts'
import { confirm, confirmOptions, showSession, signIn, signInOptions, signOut } from './sign-in.ts'

type OpenHandler = (environment: SignInEnvironment, call: AnonymousCall) => Promise<Answer>
type OwnHandler = (
  environment: SignInEnvironment,
  call: AnonymousCall,
  session: ProvedSession,
) => Promise<Answer>
type Name = `${Route['method']} ${string}`

const OWN = '/api/v1/sessions/me'
const PERSON = '/api/v1/users/:userId'
const PASSKEYS = `${PERSON}/passkeys`
const READ = ['okta.users.read'] as const
const MANAGE = ['okta.users.manage'] as const

/** For whoever comes. */
const OPEN: readonly (readonly [Name, OpenHandler])[] = [
  ['POST /api/v1/authn/options', signInOptions],
  ['POST /api/v1/authn', signIn],
  ['POST /api/v1/invitation', showInvitation],
  ['POST /api/v1/invitation/options', enrolmentOptions],
  ['POST /api/v1/invitation/accept', enrol],
]

/** For whoever has a session, whatever they may do. */
const SIGNED_IN: readonly (readonly [Name, OwnHandler])[] = [
  [`GET ${OWN}`, showSession],
  [`DELETE ${OWN}`, signOut],
  [`POST ${OWN}/confirm/options`, confirmOptions],
  [`POST ${OWN}/confirm`, confirm],
]

/** Part of the admin API. */
const ADMIN: readonly AdminRow<SignInEnvironment>[] = [
  [`GET ${PERSON}/sessions`, READ, listSessionsOf],
  [`DELETE ${PERSON}/sessions`, MANAGE, endSessionsOf],
  [`DELETE ${PERSON}/sessions/:sessionId`, MANAGE, endSessionOf],
  [`GET ${PASSKEYS}`, READ, listPasskeys],
  [`POST ${PASSKEYS}/options`, MANAGE, passkeyOptions],
  [`POST ${PASSKEYS}`, MANAGE, addPasskey],
  [`PUT ${PASSKEYS}/:passkeyId`, MANAGE, renamePasskey],
  [`DELETE ${PASSKEYS}/:passkeyId`, MANAGE, deletePasskey],
  [`GET ${PERSON}/invitation`, READ, showInvitationOf],
  [`POST ${PERSON}/invitation`, MANAGE, invite],
  [`DELETE ${PERSON}/invitation`, MANAGE, withdraw],
]

/** What {@link signInRoutes} needs. */
export interface SignInOptions extends SignInEnvironment {
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** All of it as routes. */
export function signInRoutes(options: SignInOptions): readonly Route[] {
  const { guard, clock } = options
  const route = (name: Name, handle: OpenHandler): Route => {
    const [method, path] = name.split(' ') as [Route['method'], string]
    return {
      method,
      path,
      ...(method === 'POST' ? { accepts: 'json' as const } : undefined),
      handle: (request) => answered(options, { request, now: clock() }, handle),
    }
  }
  return [
    ...OPEN.map(([name, handle]) => route(name, handle)),
    ...SIGNED_IN.map(([name, handle]) =>
      route(name, async (environment, call) =>
        handle(environment, call, await guard.requireSession(call.request, call.now)),
      ),
    ),
    ...ADMIN.map((row) => adminRoute({ ...options, requireScope: guard.requireScope }, row)),
  ]
}

async function answered(
  environment: SignInEnvironment,
  call: { readonly request: IncomingRequest; readonly now: number },
  handle: OpenHandler,
): Promise<Answer> {
  try {
    return await handle(environment, call)
  } catch (failure) {
    const answer = answerOf(failure)
    if (answer.status === 403) {
      const actorId = call.request.notes.clientId
      environment.audit.append(
        denialEntry(call.request, failure, { status: 403, actorId, now: call.now }),
      )
    }
    return answer
  }
}
