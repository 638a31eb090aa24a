/**
 * `keygrant rotate`: from where a rotation is to where it ends.
 * @module
 */

import type { JwsAlgorithmName } from '@keygrant/core/keys'
import { createAdminApi } from '../../admin-api.ts'
import type { AdminScope } from '../../admin-call.ts'
import { confirm, type DeletionFlags } from '../../admin-change.ts'
import { configure } from '../../client-choice.ts'
import { withoutAbsent } from '../../client-configuration.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import {
  type AdministratorIdentity,
  identifyAdministrator,
  resolveApp,
} from '../../operator-api.ts'
import { shortPath } from '../../shell.ts'
import { escapeControls, quoteInput } from '../../untrusted-text.ts'
import { nameKey, readHeldKey } from './next-key.ts'
import { createKeyRegistry, type KeyRegistry } from './registry.ts'
import {
  locateFiles,
  readState,
  removeFile,
  type RotationFiles,
  type RotationState,
  whileLocked,
  writeState,
} from './rotation-files.ts'
import { findRegistered, type RotationWork, STEPS } from './steps.ts'
import { createSelfServiceRegistry } from './self-service.ts'
import { undoRotation } from './undo.ts'

/** Flags of `keygrant rotate`. */
export interface RotateFlags extends DeletionFlags {
  readonly key: string
  readonly type?: string
  readonly alg?: JwsAlgorithmName
  readonly kid?: string
  readonly scope?: string
  readonly quiet?: number
  readonly patience: number
  readonly wait: boolean
  readonly keepOld?: boolean
  readonly self?: boolean
  readonly selfService?: boolean
  readonly status?: boolean
  readonly undo?: boolean
}

/** The one scope that a service app has to have to change its own keys. */
const OWN_SCOPE: AdminScope = 'okta.apps.manage'
const SCOPES: readonly AdminScope[] = [
  'okta.apps.read',
  'okta.apps.manage',
  'okta.appGrants.read',
  'okta.logs.read',
]

/** Rotates the key of a service app. */
export async function rotate(this: CliContext, flags: RotateFlags, appName: string): Promise<void> {
  const files = await locateFiles(flags.key)
  if (flags.status === true) return showStatus(this, flags, files)
  if (flags.selfService === true) return rotateBySelfService(this, flags, files, appName)
  const identity = await identify(this, flags, appName)
  const api = createAdminApi({
    ...identity,
    scopes: flags.self === true ? [OWN_SCOPE] : SCOPES,
    // Who rotates its own key has another one behind the switch.
    renewSigner: async () => (await identify(this, flags, appName)).signer,
    during: this.output.during,
  })
  const clientId = flags.self === true ? identity.clientId : await resolveApp(api, appName)
  const registry = createKeyRegistry(api, clientId)
  const { provider } = identity
  await goThrough(this, flags, files, registry, { issuer: api.issuer, provider, clientId })
}

/** The app replaces its own key, and needs no right for that but the two keys. */
async function rotateBySelfService(
  context: CliContext,
  flags: RotateFlags,
  files: RotationFiles,
  clientId: string,
): Promise<void> {
  const { issuer, provider } = await identify(context, { ...flags, self: true }, clientId)
  const registry = await createSelfServiceRegistry({ issuer, clientId, files })
  await goThrough(context, flags, files, registry, { issuer, provider, clientId })
}

async function goThrough(
  context: CliContext,
  flags: RotateFlags,
  files: RotationFiles,
  registry: KeyRegistry,
  { provider, ...place }: Place & Pick<RotationWork, 'provider'>,
): Promise<void> {
  const work = prepare(context, flags, files, registry, provider)
  if (flags.dryRun === true) {
    return showPlan(context, flags, work, await begin(work, place))
  }
  await whileLocked(files, async () => {
    const state = await resume(context, flags, work, place)
    if (flags.undo === true) {
      await undoRotation(work, state, { waits: flags.wait })
      return finish(context, flags, state, 'undone')
    }
    await runSteps(context, flags, work, state)
  })
}

/** Who changes the keys: an administrator, or the app with the key that is in its file now. */
async function identify(
  context: CliContext,
  flags: RotateFlags,
  appName: string,
): Promise<AdministratorIdentity> {
  if (flags.self !== true) return identifyAdministrator(context, flags)
  if ((flags.admin ?? flags.adminKey) !== undefined) {
    throw new CommandError(
      ExitCode.usage,
      `${flags.selfService === true ? '--self-service' : '--self'} and --admin both say who changes the keys; choose one`,
    )
  }
  const { issuer: server, profile } = flags
  const { configuration } = await configure(context, withoutAbsent({ issuer: server, profile }))
  const { issuer, provider } = configuration
  if (issuer === undefined) {
    throw new CommandError(
      ExitCode.usage,
      '--issuer is missing',
      'say which server the app is registered with',
    )
  }
  return {
    issuer,
    provider,
    clientId: appName,
    signer: (await readHeldKey(context, flags.key)).key,
  }
}

function prepare(
  context: CliContext,
  flags: RotateFlags,
  files: RotationFiles,
  registry: KeyRegistry,
  provider: RotationWork['provider'],
): RotationWork {
  const { type, alg, kid } = flags
  return {
    files,
    registry,
    provider,
    next: {
      ...(type === undefined ? {} : { type }),
      ...(alg === undefined ? {} : { alg }),
      ...(kid === undefined ? {} : { kid }),
    },
    scope: flags.scope ?? (flags.self === true ? OWN_SCOPE : undefined),
    quietSeconds: flags.quiet,
    patienceSeconds: flags.patience,
    keepsOld: flags.keepOld === true,
    readHeld: () => readHeldKey(context, files.key),
    progress: (text) => context.output.note(escapeControls(text)),
  }
}

type Place = Pick<RotationState, 'issuer' | 'clientId'>

/** The rotation that is under way, else a new one, once the person agrees. */
async function resume(
  context: CliContext,
  flags: RotateFlags,
  work: RotationWork,
  place: Place,
): Promise<RotationState> {
  const { files } = work
  const state = await readState(files)
  if (state !== undefined) {
    if (state.clientId === place.clientId && state.issuer === place.issuer) {
      if (flags.undo !== true && state.step !== 'begun') {
        context.output.note(`going on behind "${state.step}": ${whenOf(state)}`)
      }
      return state
    }
    throw new CommandError(
      ExitCode.input,
      `a rotation of this key file is under way, for ${state.clientId} at ${state.issuer}`,
      'finish that one first, or go back with --undo',
    )
  }
  if (flags.undo === true) {
    throw new CommandError(ExitCode.input, 'no rotation of this key file is under way')
  }
  const begun = await begin(work, place)
  const file = shortPath(files.key)
  await confirm(
    context,
    flags,
    `Replace the key in ${file}, of ${place.clientId} at ${place.issuer}, and delete the old one?`,
  )
  await writeState(files, begun)
  return begun
}

/** A rotation that has changed nothing yet: the old key is one that the app can use. */
async function begin({ registry, readHeld, files }: RotationWork, place: Place) {
  const old = await nameKey((await readHeld()).key)
  const registered = await findRegistered(registry, old)
  if (registered === undefined || registered.status !== 'ACTIVE') {
    throw new CommandError(
      ExitCode.input,
      `the key in ${quoteInput(files.key)} (${old.kid}) is ${registered === undefined ? 'not registered with' : 'inactive for'} ${place.clientId}`,
      'is it the right app? keygrant app key list shows its keys',
    )
  }
  const state: RotationState = {
    version: 1,
    step: 'begun',
    ...place,
    old: { ...old, kid: registered.kid, id: registered.id },
    begunAt: Date.now(),
  }
  return state
}

async function runSteps(
  context: CliContext,
  flags: RotateFlags,
  work: RotationWork,
  begun: RotationState,
): Promise<void> {
  const { output } = context
  let state = begun
  for (const [index, step] of STEPS.entries()) {
    if (isBehind(state, step.name)) continue
    if (step.name === 'unused' && !flags.wait) {
      output.note('the old key is still active; the same command retires it later')
      return finish(context, flags, state, 'switched')
    }
    const { change, said } = await step.run(work, state)
    state = { ...state, ...change, step: step.name }
    await writeState(work.files, state)
    if (flags.json !== true) {
      const title = step.title.padEnd(34)
      output.line(`${index + 1}/${STEPS.length}  ${title}  ${escapeControls(said)}`)
    }
  }
  for (const file of [work.files.next, work.files.previous, work.files.state]) {
    await removeFile(file)
  }
  finish(context, flags, state, 'done')
}

function isBehind({ step }: RotationState, name: RotationState['step']): boolean {
  const order = ['begun', ...STEPS.map((each) => each.name)]
  return order.indexOf(name) <= order.indexOf(step)
}

type Ending = 'done' | 'switched' | 'undone'

function finish(
  { output }: CliContext,
  { json }: RotateFlags,
  { clientId, issuer, old, next }: RotationState,
  ending: Ending,
): void {
  if (json === true) return output.json({ result: ending, issuer, clientId, old, next })
  switch (ending) {
    case 'done':
      return output.line(`Done: ${clientId} uses ${escapeControls(next?.kid ?? '')}.`)
    case 'switched':
      return output.line(`Switched: ${clientId} uses ${escapeControls(next?.kid ?? '')}.`)
    case 'undone':
      return output.line(`Undone: ${clientId} uses ${escapeControls(old.kid)} as before.`)
  }
}

async function showStatus(
  { output }: CliContext,
  { json }: RotateFlags,
  files: RotationFiles,
): Promise<void> {
  const state = await readState(files)
  if (json === true) return output.json(state ?? null)
  if (state === undefined) return output.line('No rotation of this key file is under way.')
  const following = STEPS.find((step) => !isBehind(state, step.name))
  output.line(`A rotation of the key of ${state.clientId} at ${state.issuer} is under way.`)
  output.line(`Done: ${state.step}, ${whenOf(state)}. Next: ${following?.title ?? 'clean up'}.`)
}

function showPlan(
  { output }: CliContext,
  { json }: RotateFlags,
  { files }: RotationWork,
  { issuer, clientId, old }: RotationState,
): void {
  if (json === true) {
    output.json({ dryRun: true, issuer, clientId, old, steps: STEPS.map(({ title }) => title) })
    return
  }
  output.line(`Would rotate the key of ${clientId} at ${issuer}:`)
  output.line(`  key file  ${escapeControls(shortPath(files.key))}`)
  output.line(`  old key   ${escapeControls(old.kid)} (${String(old.id)})`)
  for (const [index, { title }] of STEPS.entries())
    output.line(`${index + 1}/${STEPS.length}  ${title}`)
}

function whenOf({ begunAt }: RotationState): string {
  return `it began ${new Date(begunAt).toISOString()}`
}
