/**
 * `keygrant app update`.
 * @module
 */

import { type ChangeFlags, changeRead, makeChange } from '../../admin-change.ts'
import type { App } from '../../admin-api.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { decodeText, readInput } from '../../input.ts'
import { openOperatorApi, resolveApp } from '../../operator-api.ts'
import { type SettingFlags, settingMembers } from './setting-flags.ts'

/** Flags of `keygrant app update`. */
export interface UpdateFlags extends ChangeFlags, SettingFlags {
  readonly name?: string
  readonly from?: string
}

type Members = Readonly<Record<string, unknown>>

const MAX_PATCH = 262_144

/** Reads an app, changes what was asked, and sends it back whole: what a PUT leaves out would be lost. */
export async function updateApp(
  this: CliContext,
  flags: UpdateFlags,
  appName: string,
): Promise<void> {
  const { name, from } = flags
  const settings = settingMembers(flags)
  const isSet = Object.keys(settings).length > 0
  if ((name ?? from) === undefined && !isSet) {
    throw new CommandError(
      ExitCode.usage,
      'nothing to change was given',
      'use --name, a flag of a setting, or --from: keygrant app update --help',
    )
  }
  const patch = [
    ...(from === undefined ? [] : [await readPatch(this, from)]),
    ...(name === undefined ? [] : [{ label: name }]),
    ...(isSet ? [{ settings: { oauthClient: settings } }] : []),
  ].reduce(mergePatch)
  const api = await openOperatorApi(this, flags, ['okta.apps.manage'])
  const appId = await resolveApp(api, appName)
  const made = await changeRead(async () => {
    const { record, etag } = await api.readApp(appId)
    const next = mergePatch(withOneSourceOfKeys(record, patch), patch)
    return makeChange(this, flags, api, api.replaceApp({ ...next, id: record.id } as App, etag))
  })
  if (made === undefined) return
  for (const path of staying(patch, made.answer)) {
    this.output.warn(`"${path}" stays: the server does not take it back`)
  }
  if (flags.json === true) this.output.json(made.answer)
  else this.output.line(`Changed the service app ${made.answer.id}.`)
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

/**
 * RFC 7396, section 2, but that `null` stays: a PUT that does not name a setting leaves it as it is, and one with `null` takes
 * it back.
 */
function mergePatch(target: unknown, patch: Members): Members {
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    merged[name] = isObject(value) ? mergePatch(merged[name], value) : value
  }
  return merged
}

/** An app without the keys that a patch replaces by keys of the other kind. */
function withOneSourceOfKeys(app: App, patch: Members): Members {
  const sent = memberOf(memberOf(patch, 'settings'), 'oauthClient')
  const { jwks, jwks_uri: jwksUri, ...rest } = app.settings.oauthClient
  const kept = {
    ...(memberOf(sent, 'jwks_uri') === undefined && jwks !== undefined ? { jwks } : undefined),
    ...(memberOf(sent, 'jwks') === undefined && jwksUri !== undefined
      ? { jwks_uri: jwksUri }
      : undefined),
  }
  return { ...app, settings: { ...app.settings, oauthClient: { ...rest, ...kept } } }
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) ? (value[name] ?? undefined) : undefined
}

/** What a patch takes back by `null` and the answer still has. */
function staying(patch: Members, answer: unknown, path = ''): readonly string[] {
  return Object.entries(patch).flatMap(([name, value]) => {
    const left = isObject(answer) ? answer[name] : undefined
    if (isObject(value)) return staying(value, left, `${path}${name}.`)
    return value === null && (left ?? false) !== false ? [`${path}${name}`] : []
  })
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
