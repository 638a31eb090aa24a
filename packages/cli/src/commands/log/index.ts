/**
 * `keygrant log …`: the table of its commands.
 * @module
 */

import { buildCommand, buildRouteMap, type RouteMap } from '@stricli/core'
import type { CliContext } from '../../context.ts'
import { dataFlag, jsonFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import type { OperatorFlags } from '../../operator-api.ts'
import { parseArgument, parseCount } from '../../parsers.ts'
import type { ListFlags } from './list.ts'

const listCommand = buildCommand<ListFlags, [], CliContext>({
  docs: helpText({
    brief: 'List what happened, newest first',
    examples: ['keygrant log list', 'keygrant log list --app 0oa1 --limit 100'],
  }),
  loader: async () => (await import('./list.ts')).listLog,
  parameters: {
    flags: {
      app: {
        kind: 'parsed',
        parse: parseArgument,
        brief: 'Only what is about this service app: its client ID or its name',
        placeholder: 'app',
        optional: true,
      },
      limit: {
        kind: 'parsed',
        parse: parseCount,
        brief: 'At most this many entries',
        placeholder: 'count',
        default: '20',
      },
      data: dataFlag,
      json: jsonFlag,
    },
  },
})

const showCommand = buildCommand<OperatorFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Say why a request was refused',
    details: ['Every answer of the server bears a request ID: the header x-request-id.'],
    examples: ['keygrant log show 2f1c7f0e-1df4-4a57-a4a2-9d7f0d4e8f11'],
  }),
  loader: async () => (await import('./show.ts')).showRequest,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'ID of the request', placeholder: 'REQUEST_ID', parse: parseArgument }],
    },
    flags: { data: dataFlag, json: jsonFlag },
  },
})

/** `keygrant log`. */
export const logRoutes: RouteMap<CliContext> = buildRouteMap({
  routes: { list: listCommand, show: showCommand },
  docs: { brief: 'Read the audit log, and learn why a request was refused' },
})
