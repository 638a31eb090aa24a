/**
 * Settings of the whole server: Okta's `/api/v1/org/settings`.
 * @module
 */

import type { Answer } from '../http/exchange.ts'
import type { RecordStore } from '../storage/ports.ts'
import { InputError } from './api-error.ts'
import { type AdminCall, type AdminEnvironment, changeEntry, jsonBody } from './call.ts'
import { actorOf, requireRole } from './permissions.ts'

/** Settings that are on or off, with what they are when nobody has said. */
const DEFAULTS = {
  /** Whether a grant of a protected scope brings the least role with which the scope is of use. */
  clientPrivileges: true,
} as const

type SettingName = keyof typeof DEFAULTS

const MEMBER = 'clientPrivilegesSetting'

/** Reads a setting. */
export async function readSetting(records: RecordStore, name: SettingName): Promise<boolean> {
  const stored: { readonly isOn?: boolean } | undefined = (await records.find('setting', name))
    ?.content
  return stored?.isOn ?? DEFAULTS[name]
}

/** Shows whether a grant brings a role with it. */
export async function getClientPrivileges({ records }: AdminEnvironment): Promise<Answer> {
  return { status: 200, body: { [MEMBER]: await readSetting(records, 'clientPrivileges') } }
}

/** Says whether a grant brings a role with it. What was granted before stays as it is. */
export async function setClientPrivileges(
  { records }: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const body = jsonBody(call) as Readonly<Record<string, unknown>> | null
  const isOn = body?.[MEMBER]
  if (typeof isOn !== 'boolean') {
    throw new InputError('ClientPrivilegesSetting', [`'${MEMBER}' must be true or false.`])
  }
  const subjects = { kind: 'setting', id: 'clientPrivileges', actorId: call.actorId } as const
  await records.change(subjects, (_current, app, person) => {
    requireRole(actorOf(app, person), 'SUPER_ADMIN')
    const { kind, id } = subjects
    const audit = [changeEntry(call, 'setting.changed', undefined, { setting: id, value: isOn })]
    return { next: { kind, id, content: { isOn } }, audit, answer: undefined }
  })
  return { status: 200, body: { [MEMBER]: isOn } }
}
