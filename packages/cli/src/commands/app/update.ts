/**
 * `keygrant app update`.
 * @module
 */

import { type ChangeFlags, makeChange } from '../../admin-change.ts'
import type { App } from '../../admin-api.ts'
import { withoutAbsent } from '../../client-configuration.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { decodeText, readInput } from '../../input.ts'
import { openOperatorApi, resolveApp } from '../../operator-api.ts'

/** Flags of `keygrant app update`. */
export interface UpdateFlags extends ChangeFlags {
  readonly name?: string
  readonly from?: string
  readonly selfServiceRotation?: boolean
  readonly requireDpop?: boolean
}

type Members = Readonly<Record<string, unknown>>

const MAX_PATCH = 262_144

/** Reads an app, changes what was asked, and sends it back whole: what a PUT leaves out would be lost. */
export async function updateApp(
  this: CliContext,
  flags: UpdateFlags,
  appName: string,
): Promise<void> {
  const { name, from, selfServiceRotation, requireDpop } = flags
  const settings = withoutAbsent({
    self_service_key_rotation: selfServiceRotation,
    dpop_bound_access_tokens: requireDpop,
  })
  const isSet = Object.keys(settings).length > 0
  if ((name ?? from) === undefined && !isSet) {
    throw new CommandError(
      ExitCode.usage,
      'nothing to change was given',
      'use --name, --require-dpop, --self-service-rotation or --from',
    )
  }
  const patch = [
    ...(from === undefined ? [] : [await readPatch(this, from)]),
    ...(name === undefined ? [] : [{ label: name }]),
    ...(isSet ? [{ settings: { oauthClient: settings } }] : []),
  ].reduce(mergePatch)
  const api = await openOperatorApi(this, flags, ['okta.apps.manage'])
  const app = await api.getApp(await resolveApp(api, appName))
  const made = await makeChange(this, flags, api, api.replaceApp(mergePatch(app, patch) as App))
  if (made === undefined) return
  if (flags.json === true) this.output.json(made.answer)
  else this.output.line(`Changed the service app ${app.id}.`)
}

async function readPatch(context: CliContext, file: string): Promise<Members> {
  const octets = await readInput(file, { context, what: 'a JSON object', maxOctets: MAX_PATCH })
  try {
    const value: unknown = JSON.parse(decodeText(octets) ?? '')
    if (isObject(value)) return value
  } catch {
    // Said below.
  }
  throw new CommandError(
    ExitCode.input,
    'what --from names is no JSON object',
    'write it like {"label":"A new name"}',
  )
}

/** RFC 7396, section 2; the ID of the app is not to be changed. */
function mergePatch(target: unknown, patch: Members): Members {
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name]
    else merged[name] = isObject(value) ? mergePatch(merged[name], value) : value
  }
  return isObject(target) && 'id' in target ? { ...merged, id: target['id'] } : merged
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
