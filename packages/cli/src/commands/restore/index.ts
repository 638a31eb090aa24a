/**
 * `keygrant restore`: its place in the table.
 * @module
 */

import { buildCommand, type Command } from '@stricli/core'
import type { CliContext } from '../../context.ts'
import { dataFlag, jsonFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import { parseArgument, parseText } from '../../parsers.ts'
import type { RestoreFlags } from './restore.ts'

/** `keygrant restore`. */
export const restoreCommand: Command<CliContext> = buildCommand<RestoreFlags, [string], CliContext>(
  {
    docs: helpText({
      brief: 'Make a data directory from a backup, after looking through it',
      details: [
        'Nothing is ever replaced: the data directory must be new or empty. What happened since the backup is',
        'lost, so the server made from it refuses assertions that may have been used in that time, and access',
        'tokens from before; sessions and invitations of people are void. With --log, an export of the log that',
        'goes on behind the backup, the changes that are lost are listed, to be made again.',
        '--check looks through a backup, and makes nothing.',
      ],
      examples: [
        'keygrant restore /backup/keygrant-2026-11-24 --check',
        'keygrant restore /backup/keygrant-2026-11-24 --data /var/lib/keygrant --log /archive/keygrant-log.jsonl',
      ],
    }),
    loader: async () => (await import('./restore.ts')).restore,
    parameters: {
      positional: {
        kind: 'tuple',
        parameters: [
          { brief: 'A folder that keygrant backup made', placeholder: 'DIR', parse: parseArgument },
        ],
      },
      flags: {
        data: { ...dataFlag, brief: 'Data directory to make (KEYGRANT_DATA, or .keygrant)' },
        check: {
          kind: 'boolean',
          brief: 'Say whether the backup is good, and make nothing',
          optional: true,
          withNegated: false,
        },
        log: {
          kind: 'parsed',
          parse: parseText,
          brief: 'Export of the log, to list the changes that are lost',
          placeholder: 'file',
          optional: true,
        },
        json: jsonFlag,
      },
    },
  },
)
