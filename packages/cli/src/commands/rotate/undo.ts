/**
 * Going back: the old key is in force again, and the next one is gone.
 * @module
 */

import { CommandError } from '../../command-error.ts'
import { ExitCode } from '../../exit-codes.ts'
import { nameKey } from './next-key.ts'
import {
  readIfThere,
  removeFile,
  replaceFile,
  type RotationState,
  switchKey,
} from './rotation-files.ts'
import { findRegistered, type RotationWork, waitUntilUnused } from './steps.ts'

/**
 * Undoes a rotation, in the order in which a working key is always there: the old one is made active and put
 * back first.
 *
 * @throws {@link CommandError} when the old key is gone for good.
 */
export async function undoRotation(
  work: RotationWork,
  state: RotationState,
  { waits }: { readonly waits: boolean },
): Promise<void> {
  const { files, registry, readHeld } = work
  const old = await findRegistered(registry, state.old)
  if (old === undefined) {
    throw new CommandError(
      ExitCode.input,
      `the old key ${state.old.kid} is deleted: there is nothing to go back to`,
      'run the command again without --undo to finish',
    )
  }
  if (old.status === 'INACTIVE') await registry.setStatus(old.id, 'ACTIVE')
  if ((await nameKey((await readHeld()).key)).thumbprint !== state.old.thumbprint) {
    const text = await readIfThere(files.previous)
    if (text === undefined) {
      throw new CommandError(
        ExitCode.environment,
        'the old key is neither in its file nor beside it',
        'run the command again without --undo to finish',
      )
    }
    await replaceFile(files.next, text)
    await switchKey(files)
  }
  const { next: made } = state
  const next = made === undefined ? undefined : await findRegistered(registry, made)
  if (next !== undefined && state.switchedAt !== undefined && !waits) {
    work.progress(`the key ${next.kid} stays active; see keygrant app key deactivate`)
  } else if (next !== undefined) {
    if (state.switchedAt !== undefined) await waitUntilUnused(work, state, next, Date.now())
    if (next.status === 'ACTIVE') await registry.setStatus(next.id, 'INACTIVE')
    await registry.remove(next.id)
  }
  for (const file of [files.next, files.previous, files.state]) await removeFile(file)
}
