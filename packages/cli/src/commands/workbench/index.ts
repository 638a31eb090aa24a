/**
 * `keygrant workbench`: its place in the table.
 * @module
 */

import { buildCommand, type Command } from '@stricli/core'
import type { CliContext } from '../../context.ts'
import { jsonFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import { parseText, parseUrl } from '../../parsers.ts'
import type { WorkbenchFlags } from './workbench.ts'

/** `keygrant workbench`. */
export const workbenchCommand: Command<CliContext> = buildCommand<WorkbenchFlags, [], CliContext>({
  docs: helpText({
    brief: 'Open the workbench from this package, without a server or a network',
    details: [
      'Makes or reads a key, signs assertions and shows every check, in one HTML file of this package that may',
      'connect to nobody. With --server it is a copy in a folder of its own that may talk to that server and to no',
      'other; the server has to allow calls from a page (CORS). The private key stays in a frame without a network',
      'in either case. The page beside it is the inspector.',
    ],
    examples: [
      'keygrant workbench',
      'keygrant workbench --server https://as.example',
      'keygrant workbench --out pages --no-open',
    ],
  }),
  loader: async () => (await import('./workbench.ts')).workbench,
  parameters: {
    flags: {
      server: {
        kind: 'parsed',
        parse: parseUrl,
        brief: 'Issuer identifier of the server that the page may talk to',
        placeholder: 'url',
        optional: true,
      },
      out: {
        kind: 'parsed',
        parse: parseText,
        brief: 'Write the pages to this folder, to take them elsewhere',
        placeholder: 'dir',
        optional: true,
      },
      open: {
        kind: 'boolean',
        brief: 'Open it in the browser',
        default: true,
      },
      json: jsonFlag,
    },
  },
})
