/**
 * What the server makes of an assertion that an administrator shows to it: the same judgement as at the token
 * endpoint, and what only an administrator may be told. Nothing is used up and nothing is issued.
 * @module
 */

import { setImmediate } from 'node:timers/promises'
import {
  type AssertionProfile,
  type CheckResult,
  diagnoseAssertion,
  explain,
  failedChecks,
  type Finding,
  findSigner,
  inspectAssertion,
  parseJwt,
  verifyAssertion,
} from '@keygrant/core/assertion'
import { UnavailableError } from '@keygrant/core/errors'
import {
  importPublicKey,
  type JwsAlgorithm,
  jwsAlgorithm,
  type PublicKey,
} from '@keygrant/core/keys'
import { profileOf, widestProfileOf } from './app-policy.ts'
import { isKeyInForce, keyFault } from './client-key-state.ts'
import { kidOf, type Place, requireProvable } from './client-auth.ts'
import type { KeyIndex } from './key-index.ts'
import { OAuthError } from './oauth-error.ts'
import type { RegisteredApp, Registry } from './registry.ts'
import type { Resources, TokenTarget } from './resources.ts'
import type { Restoration } from './restoration.ts'
import {
  chooseTarget,
  grantedScopes,
  requireTarget,
  type ScopeParameters,
  ungrantedScopes,
} from './scope-decision.ts'
import { isOfType, signerCandidates } from './signer-candidates.ts'
import type { ClientKey, ReplayStore, ServiceApp } from './storage/ports.ts'

/** What is shown. */
export interface ExplanationRequest {
  readonly assertion: string
  /** The `client_id` parameter. */
  readonly clientId: string | undefined
  /** The URL of the token endpoint. Default: that of the server itself. */
  readonly endpoint: string | undefined
  /** What else the token request says; `undefined`: nothing is to be said about scopes. */
  readonly scopes: ScopeParameters | undefined
}

/** The key that made a signature. */
export interface Signer {
  readonly app: ServiceApp
  readonly kid: string
  /** As it is registered; `undefined` for a key that the app publishes. */
  readonly key: ClientKey | undefined
}

/** What would become of the scopes that a request asks for. */
export type ScopeDecision =
  | {
      readonly error: undefined
      readonly granted: readonly string[]
      readonly notGranted: string[]
    }
  | { readonly error: string; readonly description: string }

/** What the server makes of it. */
export interface AssertionExplanation {
  readonly place: Place
  readonly profile: AssertionProfile
  readonly checks: readonly CheckResult[]
  /** Whether the assertion would authenticate the app now. */
  readonly isAccepted: boolean
  /** Why not, the closest cause first. */
  readonly causes: readonly Finding[]
  /** The app that the assertion claims to be. */
  readonly app: ServiceApp | undefined
  readonly signer: Signer | undefined
  /** Whether a signer that is not there was looked for among all keys of all apps. */
  readonly isEveryKeyTried: boolean
  readonly scopes: ScopeDecision | undefined
}

/** Explains an assertion; `undefined` when there is no such endpoint. */
export type ExplainAssertion = (
  request: ExplanationRequest,
  now: number,
) => Promise<AssertionExplanation | undefined>

/** What {@link createExplainer} needs. */
export interface ExplainerOptions {
  readonly issuer: string
  /** Paths of the token endpoints, after the issuer: that of the server itself, and that of a resource. */
  readonly paths: { readonly own: string; ofResource(id: string): string }
  /** That of the server. */
  readonly profile: AssertionProfile
  readonly registry: Pick<Registry, 'find' | 'keysOf'>
  /** Which keys are registered for which apps. */
  readonly keyIndex: Pick<KeyIndex, 'read'>
  readonly resources: Pick<Resources, 'choose' | 'find' | 'list'>
  readonly replay: Pick<ReplayStore, 'isRecorded'>
  readonly restoration: Pick<Restoration, 'knownSince'>
  /** The scopes of a token (`client_credentials`). */
  readonly grantScopes: (request: {
    readonly scope: string | undefined
    readonly target: TokenTarget
    readonly granted: ReadonlySet<string>
    readonly ungranted: 'left_out' | 'refused'
  }) => readonly string[]
}

/** Keys of other apps that a signature is held against. */
const MAX_KEYS_TRIED = 500

/** Makes the function that explains. */
export function createExplainer(options: ExplainerOptions): ExplainAssertion {
  const { issuer, paths, registry, keyIndex, resources, replay, restoration } = options

  const placeOf = (
    endpoint = issuer + paths.own,
  ): { readonly place: Place; readonly at: TokenTarget | undefined } | undefined => {
    if (endpoint === issuer + paths.own) return { place: { issuer, endpoint }, at: undefined }
    const found = resources.list().find(({ id }) => endpoint === issuer + paths.ofResource(id))
    const resource = found && resources.find(found.id)
    return resource && { place: { issuer: resource.issuer, endpoint }, at: resource.target }
  }

  const decideScopes = (
    app: ServiceApp,
    profile: AssertionProfile,
    parameters: ScopeParameters,
    at: TokenTarget | undefined,
  ): ScopeDecision => {
    const { scope } = parameters
    try {
      const target = requireTarget(chooseTarget(parameters, resources, at))
      const granted = options.grantScopes({
        scope,
        target,
        granted: grantedScopes(app, target),
        ungranted: ungrantedScopes(profile),
      })
      const asked = scope === undefined ? granted : [...new Set(scope.split(' '))]
      const notGranted = asked.filter((name) => !granted.includes(name))
      return { error: undefined, granted, notGranted }
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error
      return { error: error.code, description: error.description }
    }
  }

  return async ({ assertion, clientId, endpoint, scopes }, now) => {
    const found = placeOf(endpoint)
    if (found === undefined) return undefined
    const { place, at } = found
    const jwt = parseJwt(assertion)
    const sub = jwt.claims?.['sub']
    const claimed = typeof sub === 'string' && sub !== '' ? sub : undefined
    const registered = claimed === undefined ? undefined : await registry.find(claimed)
    const app = registered?.app
    const profile = app === undefined ? options.profile : profileOf(app, options.profile)
    const expected = { ...place, profile, clientId, now }
    const keys = await keysInForce(registry, registered, assertion)
    const judged = await judge()
    const all = await keysOfApp(app, now * 1000, keys)
    const signer = await lookForSigner(assertion, judged.checks, app, all)
    const known = { ...expected, keys: all.active, inactiveKeys: all.inactive }
    const causes = [
      ...(keys === undefined ? [KEYS_UNAVAILABLE] : []),
      ...(judged.unprovable === undefined ? [] : [unprovable(judged.unprovable)]),
      ...clientCauses(claimed, app, signer.found),
    ]
    const isKeyExplained = causes.length > 0
    const closer = (await diagnoseAssertion(assertion, known))
      .filter(({ rule }) => !isKeyExplained || !/^(?:key-no-|signature-bad)/.test(rule))
      .map((cause) =>
        cause.rule === 'key-inactive' ? inactiveCause(cause, signer.found, now) : cause,
      )
    return {
      place,
      profile,
      checks: judged.checks,
      isAccepted: judged.accepted,
      causes: [...causes, ...closer, ...replayCauses(judged.checks), ...networkNotes(app)],
      app,
      signer: signer.found,
      isEveryKeyTried: signer.isEveryKeyTried,
      scopes:
        app === undefined || scopes === undefined
          ? undefined
          : decideScopes(app, profile, scopes, at),
    }

    /** The judgement of the token endpoint, but for the record of the use: whether there is one is looked up. */
    async function judge(): Promise<{
      readonly accepted: boolean
      readonly checks: readonly CheckResult[]
      readonly unprovable?: string
    }> {
      if (keys === undefined) {
        return { accepted: false, checks: (await inspectAssertion(assertion, expected)).checks }
      }
      try {
        return await verifyAssertion(assertion, {
          ...expected,
          keys,
          async replay(use) {
            const taken = app === undefined ? profile : widestProfileOf(app, options.profile)
            requireProvable(assertion, restoration.knownSince(), taken, now)
            return !(await replay.isRecorded(use))
          },
        })
      } catch (error) {
        if (!(error instanceof OAuthError)) throw error
        const { checks } = await inspectAssertion(assertion, { ...expected, keys })
        return { accepted: false, checks, unprovable: error.description }
      }
    }
  }

  async function lookForSigner(
    assertion: string,
    checks: readonly CheckResult[],
    app: ServiceApp | undefined,
    { active, inactive }: AppKeys,
  ): Promise<{ readonly found: Signer | undefined; readonly isEveryKeyTried: boolean }> {
    if (app !== undefined) {
      const own = await findSigner(assertion, [...active, ...inactive])
      if (own !== undefined) return { found: signerOf(app, own.key.kid), isEveryKeyTried: false }
    }
    const { header, signature } = parseJwt(assertion)
    const algorithm = signature === undefined ? undefined : jwsAlgorithm(header?.['alg'])
    const isOpen = checks.some(
      ({ check, status }) => (check === 'key' || check === 'signature') && status !== 'pass',
    )
    if (algorithm === undefined || !isOpen) return { found: undefined, isEveryKeyTried: false }
    return lookAmongOthers(assertion, algorithm, app?.clientId)
  }

  /** Keys of the same name are tried first, then those of the type that the header names, then the rest: it may lie. */
  async function lookAmongOthers(
    assertion: string,
    algorithm: JwsAlgorithm,
    own: string | undefined,
  ): Promise<{ readonly found: Signer | undefined; readonly isEveryKeyTried: boolean }> {
    const kid = kidOf(assertion)
    const { candidates, isAll } = signerCandidates(
      await keyIndex.read(),
      (key) => {
        if (key.clientId === own) return undefined
        if (key.kid === kid) return 0
        return isOfType(key, algorithm) ? 1 : 2
      },
      MAX_KEYS_TRIED,
    )
    for (const { clientId, keyId } of candidates) {
      const registered = await registry.find(clientId)
      const key = registered?.app.keys.find(({ id }) => id === keyId)
      if (registered !== undefined && key !== undefined) {
        const signer = await findSigner(assertion, [await importPublicKey(key.jwk)])
        if (signer !== undefined) {
          return { found: signerOf(registered.app, key.jwk.kid), isEveryKeyTried: false }
        }
      }
      // Requests have their turn between two keys.
      await setImmediate()
    }
    return { found: undefined, isEveryKeyTried: isAll }
  }
}

interface AppKeys {
  readonly active: readonly PublicKey[]
  readonly inactive: readonly PublicKey[]
}

/** Those that the token endpoint would try; `undefined` when those that the app publishes can't be had. */
async function keysInForce(
  registry: Pick<Registry, 'keysOf'>,
  registered: RegisteredApp | undefined,
  assertion: string,
): Promise<readonly PublicKey[] | undefined> {
  if (registered === undefined) return []
  try {
    return await registry.keysOf(registered, () => kidOf(assertion))
  } catch (error) {
    if (error instanceof UnavailableError) return undefined
    throw error
  }
}

/** All that an app has, by whether they count themselves: that the app is inactive is another matter. */
async function keysOfApp(
  app: ServiceApp | undefined,
  nowMs: number,
  inForce: readonly PublicKey[] = [],
): Promise<AppKeys> {
  if (app?.settings?.jwksUri !== undefined) return { active: inForce, inactive: [] }
  const active: PublicKey[] = []
  const inactive: PublicKey[] = []
  for (const key of app?.keys ?? []) {
    const list = isKeyInForce(key, nowMs) ? active : inactive
    list.push(await importPublicKey(key.jwk))
  }
  return { active, inactive }
}

function signerOf(app: ServiceApp, kid: string): Signer {
  return { app, kid, key: app.keys.find(({ jwk }) => jwk.kid === kid) }
}

const KEYS_UNAVAILABLE: Finding = {
  rule: 'keys-unavailable',
  severity: 'error',
  sentence: 'the keys that the app publishes can not be had now',
  fix: 'look at the jwks_uri of the app: the server has to reach it, and it has to answer with a JWK Set',
}

function unprovable(sentence: string): Finding {
  return {
    rule: 'replay-unprovable',
    severity: 'error',
    sentence: sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\..*$/s, ''),
    fix: 'sign a new assertion',
  }
}

/** What is registered and stands in the way. */
function clientCauses(
  claimed: string | undefined,
  app: ServiceApp | undefined,
  signer: Signer | undefined,
): readonly Finding[] {
  const causes: Finding[] = []
  if (app === undefined && claimed !== undefined) {
    causes.push({
      rule: 'client-unknown',
      severity: 'error',
      sentence: 'no service app of this server has the client_id in "sub"',
      fix: 'copy the client_id from the console into "iss" and "sub"; it may be that of another server',
    })
  }
  if (app?.status === 'INACTIVE') {
    causes.push({
      rule: 'client-inactive',
      severity: 'error',
      sentence: `the app ${app.label} is inactive`,
      fix: 'activate the app in the console',
    })
  }
  if (signer !== undefined && signer.app.clientId !== app?.clientId) {
    causes.push({
      rule: 'key-of-another-app',
      severity: 'error',
      sentence: `it is signed with the key ${signer.kid}, which is registered for the app ${signer.app.label} (${signer.app.clientId})`,
      fix: 'sign with a key of the app that it is about, or put the client_id of the other one into "iss" and "sub"',
    })
  }
  return causes
}

/** The cause, with why and since when the key does not count. */
function inactiveCause(cause: Finding, signer: Signer | undefined, now: number): Finding {
  const fault = signer?.key && keyFault(signer.key, now * 1000)
  if (signer === undefined || fault === undefined) return cause
  const { rule, words, fix } = fault
  return {
    ...cause,
    rule,
    sentence: `it is signed with the key ${signer.kid}, which ${words}`,
    fix,
  }
}

/** Where the assertion is good from is nothing that it says itself. */
function networkNotes(app: ServiceApp | undefined): readonly Finding[] {
  const networks = app?.settings?.allowedNetworks
  if (networks === undefined) return []
  return [
    {
      rule: 'client-networks',
      severity: 'info',
      sentence: `the app may send it from ${networks.join(', ')} alone`,
      fix: 'compare this with the address in the log, and with the allowed networks of the app',
    },
  ]
}

/** The record of its use is none of what a diagnosis looks at. */
function replayCauses(checks: readonly CheckResult[]): readonly Finding[] {
  return failedChecks({ checks })
    .filter(({ check }) => check === 'replay')
    .map((result) => {
      const { sentence, fix = '' } = explain(result)
      return { rule: 'replay-replayed', severity: 'error', sentence, fix }
    })
}
