/**
 * What a backup does not hold: the changes that an export of the log tells of and that came later.
 * @module
 */

import type { AuditLink, AuditPlace } from '@keygrant/server'
import { exportedPart, verifyAuditChain } from '@keygrant/server/audit-log'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { linksOfExport } from '../../log-export.ts'
import { quoteInput } from '../../untrusted-text.ts'

/** A change of an administrator that is to be made again. */
export interface LostChange {
  readonly time: string
  readonly event: string
  /** The service app, or `-`. */
  readonly app: string
  /** The Key ID, or `-`. */
  readonly key: string
  readonly by: string
}

/** What is no change of anything that is kept, or is void after a restoration anyway. */
const NO_CHANGE =
  /^(?:token\.|introspection\.|revocation\.|rotation\.refused|session\.|audit\.|admin\.)/

/**
 * The changes behind the end of a backup.
 *
 * @throws {@link CommandError} when the log is not whole, or is not the one that goes on there.
 */
export async function findLostChanges(
  file: string,
  end: AuditPlace | undefined,
  stdin: CliContext['stdin'],
): Promise<readonly LostChange[]> {
  const changes: LostChange[] = []
  let hasEnd = end === undefined || end.id === 0
  const note = (link: AuditLink): AuditLink => {
    if (link.id === end?.id && link.hash === end.hash) hasEnd = true
    const [at, event, , , actorId, clientId, keyId] = link.values
    if (link.id > (end?.id ?? 0) && !NO_CHANGE.test(event)) {
      const time = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
      changes.push({ time, event, app: clientId ?? '-', key: keyId ?? '-', by: actorId ?? '-' })
    }
    return link
  }
  const { isWhole } = await verifyAuditChain(await exportedPart(each(file, stdin, note)))
  if (!isWhole) {
    throw new CommandError(
      ExitCode.input,
      `the log ${quoteInput(file)} is not whole`,
      'see what is wrong with it: keygrant log verify FILE',
    )
  }
  if (hasEnd) return changes
  throw new CommandError(
    ExitCode.input,
    `the log ${quoteInput(file)} does not hold entry ${end?.id ?? 0}, with which the backup ends`,
    'name an export of the log of this server that was made after the backup',
  )
}

async function* each(
  file: string,
  stdin: CliContext['stdin'],
  note: (link: AuditLink) => AuditLink,
): AsyncGenerator<AuditLink, void, undefined> {
  for await (const link of linksOfExport(file, stdin)) yield note(link)
}
