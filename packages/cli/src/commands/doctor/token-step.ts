/**
 * The token request itself: made as a client would make it, then with one thing changed at a time until
 * the server takes it. What made the difference is the cause.
 * @module
 */

import type { AuthorizationServerMetadata, TokenResponse } from '@keygrant/core/client'
import { generateKey, type PrivateKey, type Signer } from '@keygrant/core/keys'
import { attempt, type AttemptOptions, type Outcome } from './attempt.ts'
import { type Cause, causeOf, type Diagnosis } from './cause.ts'
import { causeOfExchange } from './exchange-cause.ts'
import { causeOfRefusal } from './refusal-cause.ts'

/** What the experiments know about the server. */
export interface TokenStepOptions {
  readonly attempt: AttemptOptions
  readonly issuer: string | undefined
  readonly metadata: AuthorizationServerMetadata | undefined
  /** The key IDs that the key would have if none had been chosen for it. */
  readonly ownKids: readonly string[]
  /** How far the clock of the server is ahead of this one, in seconds. */
  readonly serverAhead: number | undefined
  /** Whether more than one token request may be made. */
  readonly mayExperiment: boolean
}

/** What the step found out. */
export interface TokenStepResult {
  readonly response: TokenResponse | undefined
  /** How often the token endpoint was asked. */
  readonly requests: number
}

/** One thing to change, and what it means when that helps. */
interface Experiment {
  readonly name: string
  readonly change: Partial<AttemptOptions>
  readonly cause: Cause
}

const MAX_REQUESTS = 14
const MAX_SCOPES = 8

/** Asks for a token, and finds out why there is none. */
export async function askForToken(
  diagnosis: Diagnosis,
  options: TokenStepOptions,
): Promise<TokenStepResult> {
  let requests = 0
  const ask = async (request: AttemptOptions): Promise<Outcome> => {
    requests++
    return attempt(request)
  }
  let request = options.attempt
  let outcome = await ask(request)
  const tried = new Set<string>()
  while (outcome.kind === 'refused' && options.mayExperiment) {
    const before: Outcome = outcome
    const stated = await causeOfRefusal(outcome.refusal)
    let found: { request: AttemptOptions; outcome: Outcome; cause: Cause } | undefined
    for (const { name, change, cause } of await experiments(options, request, stated)) {
      if (requests >= MAX_REQUESTS || tried.has(name)) continue
      tried.add(name)
      const changed = { ...request, ...change }
      const answer = await ask(changed)
      if (!(await isFurther(answer, before, cause))) continue
      found = { request: changed, outcome: answer, cause }
      break
    }
    if (found === undefined) break
    diagnosis.blame(found.cause)
    ;({ request, outcome } = found)
  }
  const response = await conclude(diagnosis, options, request, outcome, ask)
  return { response, requests }
}

async function conclude(
  diagnosis: Diagnosis,
  options: TokenStepOptions,
  request: AttemptOptions,
  outcome: Outcome,
  ask: (request: AttemptOptions) => Promise<Outcome>,
): Promise<TokenResponse | undefined> {
  switch (outcome.kind) {
    case 'failed':
      diagnosis.blame(
        causeOfExchange(outcome.exchange, 'assertion') ??
          causeOf('assertion', 'error', 'likely')(
            'answer-unusable',
            outcome.failure.message,
            'check that the address is that of a token endpoint',
          ),
      )
      return undefined
    case 'refused': {
      const overload = causeOfExchange(outcome.exchange, 'assertion')
      const stated = overload ?? (await causeOfRefusal(outcome.refusal))
      const isScope = stated.step === 'scope'
      if (isScope) diagnosis.note('assertion', 'pass', 'the server knows the client by this key')
      const scopes = scopesOf(request.scope)
      if (!isScope) diagnosis.blame(stated)
      else if (scopes.length === 0) diagnosis.blame(SCOPE_MISSING)
      else diagnosis.blame(await findUngranted(options, request, scopes, stated, ask))
      return undefined
    }
    case 'token': {
      if (!diagnosis.hasFailed('assertion')) {
        diagnosis.note('assertion', 'pass', 'the server knows the client by this key')
      }
      judgeScope(diagnosis, scopesOf(request.scope), outcome.response)
      return outcome.response
    }
  }
}

const SCOPE_MISSING: Cause = causeOf('scope', 'error', 'certain')(
  'scope-missing',
  'no scope is asked for, and this server wants some to be named',
  'name them with --scope',
)

/** Which of several scopes stand in the way: each is asked for alone. */
async function findUngranted(
  { metadata, mayExperiment }: TokenStepOptions,
  request: AttemptOptions,
  scopes: readonly string[],
  stated: Cause,
  ask: (request: AttemptOptions) => Promise<Outcome>,
): Promise<Cause> {
  let refused = scopes
  if (mayExperiment && scopes.length > 1 && scopes.length <= MAX_SCOPES) {
    const outcomes: Outcome[] = []
    for (const scope of scopes) outcomes.push(await ask({ ...request, scope }))
    refused = scopes.filter((_, index) => outcomes[index]?.kind !== 'token')
  }
  const known = metadata?.['scopes_supported']
  const unknown = Array.isArray(known) ? refused.filter((scope) => !known.includes(scope)) : []
  if (unknown.length > 0) {
    return causeOf('scope', 'error', 'likely')(
      'scope-unknown',
      `the server names no scope ${unknown.join(', ')} in its metadata`,
      'check the spelling: a scope is compared letter by letter',
    )
  }
  if (refused.length === 0) return stated
  return ungranted(refused)
}

function ungranted(scopes: readonly string[]): Cause {
  return causeOf('scope', 'error', 'certain')(
    'scope-not-granted',
    `the server does not give ${scopes.join(', ')}: ${scopes.length === 1 ? 'it is' : 'they are'} not granted to the app`,
    'have an administrator grant it to the app, or leave it out of --scope; with Keygrant: keygrant grant add APP SCOPE',
  )
}

function judgeScope(
  diagnosis: Diagnosis,
  wanted: readonly string[],
  { scope }: TokenResponse,
): void {
  const given = scope === undefined ? wanted : scopesOf(scope)
  const missing = wanted.filter((each) => !given.includes(each))
  if (missing.length > 0) diagnosis.blame(ungranted(missing))
  else diagnosis.note('scope', 'pass', given.length === 0 ? 'none asked for' : given.join(' '))
}

function scopesOf(scope: string | undefined): readonly string[] {
  return scope === undefined ? [] : scope.split(' ').filter((each) => each !== '')
}

/** Whether an answer is nearer to a token: it is one, or the refusal is for something later. */
async function isFurther(answer: Outcome, before: Outcome, { rule }: Cause): Promise<boolean> {
  if (answer.kind === 'token') return true
  if (answer.kind === 'failed' || before.kind !== 'refused') return false
  const was = await causeOfRefusal(before.refusal)
  const is = await causeOfRefusal(answer.refusal)
  // What it complained of was mended, and now it complains of something else.
  if (was.rule === rule && is.rule !== rule) return true
  if (was.step !== is.step) return is.step !== 'assertion' || was.step === 'metadata'
  return was.rule !== is.rule && was.rule !== UNSTATED && is.rule === UNSTATED
}

/** The rule of a refusal that gives no reason: it comes after all that is judged openly. */
const UNSTATED = 'client-not-recognised'

/** What may be changed, what the server seems to mean first. */
async function experiments(
  options: TokenStepOptions,
  request: AttemptOptions,
  stated: Cause,
): Promise<readonly Experiment[]> {
  if (stated.rule === 'replayed') return []
  if (stated.step === 'DPoP') return request.dpopKey === undefined ? [await dpopExperiment()] : []
  if (stated.step !== 'assertion') return []
  const all = [
    ...clockExperiments(options, request, stated),
    ...audienceExperiments(options, request),
    ...lifetimeExperiments(request),
    ...signerExperiments(options, request),
    ...typExperiments(request),
  ]
  const isStated = ({ cause }: Experiment): boolean => cause.rule === stated.rule
  return [...all.filter(isStated), ...all.filter((each) => !isStated(each))]
}

function certainly(step: Cause['step'], rule: string, sentence: string, fix: string): Cause {
  return causeOf(step, 'error', 'certain')(rule, sentence, fix)
}

/** Small differences are the resolution of "Date" and the time on the way. */
const TOLERATED_SECONDS = 2

function clockExperiments(
  { serverAhead }: TokenStepOptions,
  request: AttemptOptions,
  { rule }: Cause,
): readonly Experiment[] {
  if (serverAhead === undefined || Math.abs(serverAhead) <= TOLERATED_SECONDS) return []
  if (request.aheadSeconds !== 0) return []
  const isStated = rule === 'clock-ahead' || rule === 'clock-behind'
  const cause = clockCause(serverAhead, 'certain', 'error')
  return [
    {
      name: 'clock',
      change: { aheadSeconds: serverAhead },
      cause: isStated ? { ...cause, rule } : cause,
    },
  ]
}

/** What a difference of the clocks means. */
export function clockCause(
  serverAhead: number,
  certainty: Cause['certainty'],
  severity: Cause['severity'],
): Cause {
  const seconds = Math.abs(serverAhead)
  const isBehind = serverAhead > 0
  return causeOf('clock', severity, certainty)(
    isBehind ? 'clock-behind' : 'clock-ahead',
    `the clock of this machine is ${seconds} s ${isBehind ? 'behind' : 'ahead of'} the server`,
    'set the clock of this machine (NTP): timedatectl set-ntp true, or restart the virtual machine that drifted',
  )
}

function audienceExperiments(
  { issuer }: TokenStepOptions,
  { audience, tokenEndpoint }: AttemptOptions,
): readonly Experiment[] {
  const candidates = [...(issuer === undefined ? [] : [issuer]), tokenEndpoint, `${issuer}/`]
  return candidates
    .filter((other) => other !== audience && URL.canParse(other))
    .map((other) => ({
      name: `aud ${other}`,
      change: { audience: other },
      cause: certainly(
        'assertion',
        'aud-wrong',
        `the server wants "aud" to be ${other}, and it was ${audience}`,
        `set --audience ${other}`,
      ),
    }))
}

/** An assertion is made for one request. */
const PLAIN_LIFETIME_SECONDS = 60

function lifetimeExperiments({ lifetimeSeconds }: AttemptOptions): readonly Experiment[] {
  if (lifetimeSeconds <= PLAIN_LIFETIME_SECONDS) return []
  return [
    {
      name: 'lifetime',
      change: { lifetimeSeconds: PLAIN_LIFETIME_SECONDS },
      cause: certainly(
        'assertion',
        'lifetime-too-long',
        `the assertion is valid for ${lifetimeSeconds} s, which is longer than the server allows`,
        'leave out --lifetime: 60 seconds are enough for one request',
      ),
    },
  ]
}

function signerExperiments(
  { metadata, ownKids }: TokenStepOptions,
  { signer }: AttemptOptions,
): readonly Experiment[] {
  const { kid } = signer
  const found: Experiment[] = ownKids
    .filter((own) => own !== kid)
    .map((own) => ({
      name: `kid ${own}`,
      change: { signer: withKid(signer, own) },
      cause: certainly(
        'registration',
        'kid-wrong',
        `the server knows the key as ${own}, and the assertion says ${kid}`,
        `name it so: --kid ${own}`,
      ),
    }))
  const named = metadata?.token_endpoint_auth_signing_alg_values_supported
  for (const alg of ['RS256', 'PS256'] as const) {
    if (signer.publicKey.kty !== 'RSA' || signer.alg === alg) continue
    if (Array.isArray(named) && !named.includes(alg)) continue
    if (!('withAlgorithm' in signer) || signer.publicKey.jwk.alg !== undefined) continue
    const other = (signer as PrivateKey).withAlgorithm(alg)
    found.push({
      name: `alg ${alg}`,
      change: { signer: withKid(other, kid) },
      cause: certainly(
        'registration',
        'alg-wrong',
        `the key is registered for ${alg}, and signs with ${signer.alg}`,
        `sign with --alg ${alg}, or register the key without "alg"`,
      ),
    })
  }
  return found
}

function withKid(signer: Signer, kid: string): Signer {
  return {
    kid,
    alg: signer.alg,
    publicKey: signer.publicKey,
    sign: (signingInput) => signer.sign(signingInput),
  }
}

function typExperiments({ typ }: AttemptOptions): readonly Experiment[] {
  if (typ === 'JWT') return []
  return [
    {
      name: 'typ',
      change: { typ: 'JWT' },
      cause: certainly(
        'assertion',
        'typ-not-supported',
        'the server takes the assertion only with "typ": "JWT"',
        'set "typ" to JWT in the client',
      ),
    },
  ]
}

async function dpopExperiment(): Promise<Experiment> {
  return {
    name: 'DPoP',
    change: { dpopKey: await generateKey({ kty: 'EC', crv: 'P-256' }) },
    cause: certainly(
      'DPoP',
      'dpop-required',
      'the server gives this client tokens only with a DPoP proof',
      'have the client send one: --dpop, or "dpop" in its options',
    ),
  }
}
