/**
 * `keygrant backup`: its place in the table.
 * @module
 */

import { buildCommand, type Command } from '@stricli/core'
import type { CliContext } from '../../context.ts'
import { dataFlag, jsonFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import { parseArgument } from '../../parsers.ts'
import type { BackupFlags } from './backup.ts'

/** `keygrant backup`. */
export const backupCommand: Command<CliContext> = buildCommand<BackupFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Back up the data directory of a server, while it runs',
    details: [
      'Makes a new folder with the database as it is at one moment, the keys of the server and of the',
      'operator, and a list of their digests; then looks through the copy, page by page, and verifies its',
      'log. A folder that is there was backed up whole. Nothing is ever replaced.',
      'A server on PostgreSQL keeps its database there: docs/operating.md says how that is backed up.',
    ],
    examples: [
      'keygrant backup /backup/keygrant-$(date +%F) --data /var/lib/keygrant',
      'keygrant backup /backup/keygrant-$(date +%F) --without-keys',
    ],
  }),
  loader: async () => (await import('./backup.ts')).backUp,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'The folder to make; it must not be there',
          placeholder: 'DIR',
          parse: parseArgument,
        },
      ],
    },
    flags: {
      data: dataFlag,
      withoutKeys: {
        kind: 'boolean',
        brief: 'Leave the private keys out; then keep envelope-key somewhere else',
        optional: true,
        withNegated: false,
      },
      json: jsonFlag,
    },
  },
})
