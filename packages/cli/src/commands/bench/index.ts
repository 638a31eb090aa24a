/**
 * `keygrant bench`: its place in the table.
 * @module
 */

import { buildCommand, type Command } from '@stricli/core'
import type { CliContext } from '../../context.ts'
import { dataFlag, jsonFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import { parseSeconds, parseText } from '../../parsers.ts'
import type { BenchFlags } from './bench.ts'

/** `keygrant bench`. */
export const benchCommand: Command<CliContext> = buildCommand<BenchFlags, [], CliContext>({
  docs: helpText({
    brief: 'Measure what this machine and its store bear, and what bounds it',
    details: [
      'Gives tokens with a server of its own, in a folder that it makes on the disk of the data directory',
      'and removes again. Nothing that is there is read or changed, and nothing listens. Takes about four',
      'times --seconds. With --database the store is a PostgreSQL: name an empty database beside the one that',
      'servers use (createdb keygrant_bench). docs/scaling.md says how to reckon on with the figures.',
    ],
    examples: [
      'keygrant bench',
      'keygrant bench --data /var/lib/keygrant --seconds 10 --json',
      'keygrant bench --database postgres://keygrant@db.internal/keygrant_bench',
    ],
  }),
  loader: async () => (await import('./bench.ts')).bench,
  parameters: {
    flags: {
      data: dataFlag,
      database: {
        kind: 'parsed',
        parse: parseText,
        brief: 'Empty PostgreSQL database to measure with',
        placeholder: 'url',
        optional: true,
      },
      seconds: {
        kind: 'parsed',
        parse: parseSeconds,
        brief: 'How long to measure each thing',
        placeholder: 'seconds',
        default: '2',
      },
      json: jsonFlag,
    },
  },
})
