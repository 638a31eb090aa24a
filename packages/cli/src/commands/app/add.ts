/**
 * `keygrant app add`.
 * @module
 */

import { type ChangeFlags, makeChange } from '../../admin-change.ts'
import { labelled } from '../../columns.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { readPublicKeys } from '../../key-file.ts'
import { openOperatorApi } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'
import { type SettingFlags, settingMembers } from './setting-flags.ts'
import { settingRows } from './setting-rows.ts'

/** Flags of `keygrant app add`. */
export interface AddFlags extends ChangeFlags, SettingFlags {
  readonly key?: string
  readonly id?: boolean
}

/** Creates a service app, with its keys when there are some. */
export async function addApp(this: CliContext, flags: AddFlags, name: string): Promise<void> {
  const { output } = this
  if (flags.id === true && flags.json === true) {
    throw new CommandError(ExitCode.usage, '--id and --json both say what to print; choose one')
  }
  if (flags.key !== undefined && flags.jwksUri !== undefined) {
    throw new CommandError(
      ExitCode.usage,
      '--key and --jwks-uri both say what its keys are; choose one',
    )
  }
  const keys = flags.key === undefined ? [] : await readPublicKeys(this, flags.key)
  const api = await openOperatorApi(this, flags, ['okta.apps.manage'])
  const change = api.addApp(
    name,
    keys.map(({ jwk }) => jwk),
    settingMembers(flags),
  )
  const made = await makeChange(this, flags, api, change)
  if (made === undefined) return
  const { answer: app } = made
  if (flags.json === true) return output.json(app)
  if (flags.id === true) return output.line(app.id)
  const { bold } = output.colors
  output.line('Created a service app.')
  output.line()
  const rows = [
    ['Name', escapeControls(app.label)],
    ['Client ID', app.id],
    ...keys.map(({ kid }) => ['Key ID', escapeControls(kid)] as const),
    ...settingRows(app).map(([label, value]) => [label, escapeControls(value)] as const),
  ] as const
  for (const line of labelled(rows, bold)) output.line(line)
  if (keys.length === 0 && flags.jwksUri === undefined) {
    output.note(`it has no key yet, so it can't get a token: keygrant app key add ${app.id} FILE`)
  }
  output.note(`it may do nothing yet: keygrant grant add ${app.id} SCOPE`)
}
