/**
 * `keygrant app key add`.
 * @module
 */

import type { AppKey } from '../../admin-api.ts'
import type { CliContext } from '../../context.ts'
import { readPublicKeys } from '../../key-file.ts'
import { openOperatorApi, type OperatorFlags, resolveApp } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'

/** Registers every key of a file. */
export async function addKey(
  this: CliContext,
  flags: OperatorFlags,
  appName: string,
  file: string,
): Promise<void> {
  const keys = await readPublicKeys(this, file)
  const api = await openOperatorApi(this, flags, ['okta.apps.read', 'okta.apps.manage'])
  const appId = await resolveApp(api, appName)
  const added: AppKey[] = []
  for (const { jwk } of keys) {
    const key = await api.addKey(appId, jwk)
    added.push(key)
    if (flags.json !== true) {
      this.output.line(`Registered the key ${escapeControls(key.kid)} with ${appId}.`)
    }
  }
  if (flags.json === true) this.output.json(added)
}
