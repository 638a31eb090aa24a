/**
 * `keygrant doctor`: what stands between a client and its token.
 * @module
 */

import { lintConfiguration } from '@keygrant/core/client'
import { generateKey, readJwkSet, type Signer } from '@keygrant/core/keys'
import type { Finding } from '@keygrant/core/assertion'
import { configure, type IdentityFlags } from '../../client-choice.ts'
import type { KeyReference } from '../../client-configuration.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { readInput } from '../../input.ts'
import { identifyOperator } from '../../operator-api.ts'
import { openSigner } from '../../signers/open-signer.ts'
import { assertionManners, whoseServer } from '../../whose-server.ts'
import { type Cause, causeOf, Diagnosis, type StepName } from './cause.ts'
import { openKey } from './key-step.ts'
import { judgeAlgorithm, readMetadata } from './metadata-step.ts'
import { type Exchange, serverAheadSeconds } from './observe.ts'
import { reach } from './reach.ts'
import { compareWithJwkSet, compareWithRecords } from './records.ts'
import { printDiagnosis } from './report-lines.ts'
import { checkToken } from './token-check.ts'
import { askForToken, clockCause } from './token-step.ts'

/** Flags of `keygrant doctor`. */
export interface DoctorFlags extends IdentityFlags {
  readonly scope?: string
  readonly lifetime?: number
  readonly dpop?: boolean
  readonly registered?: string
  readonly once?: boolean
  readonly timeout?: number
  readonly failOn: 'error' | 'warning'
  readonly json?: boolean
}

const DEFAULT_TIMEOUT_SECONDS = 10
const DEFAULT_LIFETIME_SECONDS = 60
const MAX_JWK_SET_OCTETS = 1_048_576
/** Differences of the clocks that are worth a word. */
const NOTED_SECONDS = 5

/** Looks at everything between a client and its token, and says what is wrong. */
export async function doctor(this: CliContext, flags: DoctorFlags): Promise<void> {
  const diagnosis = new Diagnosis()
  const asked = await withSurroundings(this, diagnosis, flags)
  const requests = await this.output.during('looking', diagnose(this, diagnosis, asked))
  const { steps, causes } = diagnosis
  const worst = causes[0]?.severity
  const verdict =
    worst === 'error' ? 'broken' : worst === 'warning' ? 'works, with warnings' : 'works'
  if (flags.json === true) this.output.json({ verdict, tokenRequests: requests, steps, causes })
  else printDiagnosis(this.output, { verdict, requests, steps, causes })
  const isBad = worst === 'error' || (worst === 'warning' && flags.failOn === 'warning')
  this.exitWith(isBad ? ExitCode.refused : ExitCode.ok)
}

/** Flags, with what else says who asks whom. */
interface Asked extends Omit<DoctorFlags, 'key'> {
  readonly key?: KeyReference
}

/** What profile, environment and `okta.yaml` say where no flag does; what can't be used of it is a cause. */
async function withSurroundings(
  context: CliContext,
  diagnosis: Diagnosis,
  flags: DoctorFlags,
): Promise<Asked> {
  if (flags.operator === true) return flags
  const { configuration, faults } = await configure(context, flags)
  for (const { sentence, fix } of faults) {
    diagnosis.blame(
      causeOf('configuration', 'warning', 'certain')('configuration-unusable', sentence, fix),
    )
  }
  const { isBound, ...asked } = configuration
  return { ...(isBound === true ? { dpop: true } : undefined), ...flags, ...asked }
}

interface Client {
  readonly issuer: string | undefined
  readonly clientId: string | undefined
  readonly signer: Signer | undefined
}

async function diagnose(context: CliContext, diagnosis: Diagnosis, flags: Asked): Promise<number> {
  const client = await readClient(context, diagnosis, flags)
  const { issuer, clientId, signer } = client
  lint(diagnosis, client, flags)
  const timeoutMs = (flags.timeout ?? DEFAULT_TIMEOUT_SECONDS) * 1000
  const address = issuer ?? flags.tokenEndpoint
  if (address === undefined || !URL.canParse(address)) return 0
  if (!(await reach(diagnosis, new URL(address), timeoutMs))) return 0

  const exchanges: Exchange[] = []
  const observe = (exchange: Exchange): void => void exchanges.push(exchange)
  const metadata =
    issuer === undefined ? undefined : await readMetadata(diagnosis, issuer, { timeoutMs, observe })
  if (issuer === undefined) diagnosis.note('metadata', 'skip', 'no issuer was given')
  const serverAhead = exchanges.map(serverAheadSeconds).find((seconds) => seconds !== undefined)
  judgeClock(diagnosis, serverAhead)
  if (signer === undefined) return 0
  judgeAlgorithm(diagnosis, metadata, signer)
  const scopes = flags.scope?.split(' ').filter((scope) => scope !== '') ?? []
  if (flags.registered !== undefined) {
    await compareWithJwkSet(diagnosis, signer, await readRegistered(context, flags.registered))
  } else if (clientId !== undefined) {
    const query = { issuer, clientId, signer, scopes, data: flags.data }
    await compareWithRecords(diagnosis, context, query)
  }
  diagnosis.note('registration', 'skip', 'what is registered can be seen by the operator alone')

  const tokenEndpoint = flags.tokenEndpoint ?? metadata?.token_endpoint
  if (tokenEndpoint === undefined || clientId === undefined) return 0
  // An assertion does not go where it can be read on the way.
  if (diagnosis.causes.some(({ rule }) => rule === 'not-https' || rule === 'endpoint-scheme'))
    return 0
  const provider = whoseServer(flags.provider, tokenEndpoint)
  const manners = assertionManners(provider, { issuer, tokenEndpoint })
  const { response, requests } = await askForToken(diagnosis, {
    issuer,
    metadata,
    serverAhead,
    ownKids: await ownKids(context, flags),
    mayExperiment: flags.once !== true,
    attempt: {
      tokenEndpoint,
      clientId,
      signer,
      audience: flags.audience ?? manners.audience,
      typ: manners.typ,
      aheadSeconds: 0,
      lifetimeSeconds: flags.lifetime ?? DEFAULT_LIFETIME_SECONDS,
      scope: flags.scope,
      dpopKey: flags.dpop === true ? await generateKey({ kty: 'EC', crv: 'P-256' }) : undefined,
      timeoutMs,
    },
  })
  judgeDpop(diagnosis, flags, response?.token_type)
  if (response === undefined) return requests
  softenWhatWorked(diagnosis)
  await checkToken(diagnosis, response, metadata, timeoutMs)
  return requests
}

async function readClient(
  context: CliContext,
  diagnosis: Diagnosis,
  flags: Asked,
): Promise<Client> {
  const { issuer, tokenEndpoint, clientId, key, kid, alg } = flags
  if (flags.operator === true) {
    if ((issuer ?? clientId ?? key) !== undefined) {
      throw new CommandError(
        ExitCode.usage,
        '--operator stands for --issuer, --client-id and --key: leave those out',
      )
    }
    const operator = await identifyOperator(context, flags)
    diagnosis.note('key', 'pass', `the operator's, key ID ${operator.signer.kid}`)
    return operator
  }
  if ((issuer ?? tokenEndpoint) === undefined) {
    throw new CommandError(
      ExitCode.usage,
      '--issuer is missing',
      'say which server to look at; with --client-id and --key the token is asked for as well',
    )
  }
  if (key === undefined) diagnosis.note('key', 'skip', 'no --key was given')
  const signer =
    key === undefined ? undefined : await openKey(diagnosis, context, key, { kid, alg })
  return { issuer, clientId, signer }
}

/** What is wrong with the configuration by itself. */
function lint(diagnosis: Diagnosis, { issuer, clientId }: Client, flags: Asked): void {
  const { tokenEndpoint, audience, scope, lifetime } = flags
  const findings = lintConfiguration({
    ...(issuer === undefined ? undefined : { issuer }),
    ...(tokenEndpoint === undefined ? undefined : { tokenEndpoint }),
    ...(clientId === undefined ? undefined : { clientId }),
    ...(audience === undefined ? undefined : { audience }),
    ...(scope === undefined ? undefined : { scope }),
    ...(lifetime === undefined ? undefined : { lifetimeSeconds: lifetime }),
  })
  for (const finding of findings) {
    if (!isAskedFor(finding, flags)) continue
    const isSure = finding.severity === 'error'
    diagnosis.blame({
      ...finding,
      step: 'configuration',
      certainty: isSure && !EXPERIMENTS_TELL.has(finding.rule) ? 'certain' : 'possible',
    })
  }
  diagnosis.note('configuration', 'pass', 'nothing is wrong with it by itself')
}

/** Rules that the token request settles: what they say may be wanted by this server. */
const EXPERIMENTS_TELL = new Set(['lifetime-over-hour', 'audience-okta'])

/** Whoever looks at a server alone needs no client ID and no scope. */
function isAskedFor({ rule }: Finding, { key, operator }: Asked): boolean {
  const isClient = key !== undefined || operator === true
  if (rule === 'client-id-missing') return isClient && operator !== true
  return rule !== 'scope-missing' || isClient
}

async function readRegistered(context: CliContext, file: string) {
  const octets = await readInput(file, {
    context,
    what: 'a JWK Set',
    maxOctets: MAX_JWK_SET_OCTETS,
  })
  return readJwkSet(octets)
}

/** The key ID that the key has when `--kid` does not name another. */
async function ownKids(context: CliContext, { key, kid }: Asked): Promise<readonly string[]> {
  if (kid === undefined || key === undefined || key === '-') return []
  try {
    return [(await openSigner(key, { context })).kid]
  } catch {
    // Of a JWK Set with several keys none is meant without --kid.
    return []
  }
}

function judgeClock(diagnosis: Diagnosis, serverAhead: number | undefined): void {
  if (serverAhead === undefined) {
    diagnosis.note('clock', 'skip', 'the server did not say its time')
  } else if (Math.abs(serverAhead) <= NOTED_SECONDS) {
    diagnosis.note('clock', 'pass', `${Math.abs(serverAhead)} s from the server`)
  } else {
    diagnosis.blame(clockCause(serverAhead, 'likely', 'error'))
  }
}

function judgeDpop(diagnosis: Diagnosis, { dpop }: Asked, tokenType: string | undefined): void {
  if (tokenType === undefined) return
  const isBound = tokenType.toLowerCase() === 'dpop'
  if (dpop === true && !isBound) {
    diagnosis.blame({
      rule: 'dpop-ignored',
      step: 'DPoP',
      severity: 'warning',
      certainty: 'certain',
      sentence:
        'the server took the request with its DPoP proof and gave a token that is not bound',
      fix: 'use a server that knows DPoP (RFC 9449), or do without --dpop',
    })
  }
  const word = isBound ? 'the token is bound to the key of the proof' : 'not wanted'
  diagnosis.note('DPoP', isBound ? 'pass' : 'skip', word)
}

/** What looked like a fault, and did not keep the server from giving a token. */
function softenWhatWorked(diagnosis: Diagnosis): void {
  const isProved = ({ certainty, severity }: Cause): boolean =>
    certainty === 'certain' && severity === 'error'
  const steps: readonly StepName[] = ['configuration', 'clock', 'algorithm', 'metadata']
  for (const step of steps) {
    const causes = diagnosis.causes.filter((cause) => cause.step === step)
    if (step === 'algorithm' || !causes.some(isProved)) diagnosis.soften(step)
  }
}
