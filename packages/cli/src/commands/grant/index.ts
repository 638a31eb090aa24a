/**
 * `keygrant grant …`: the table of its commands.
 * @module
 */

import { buildCommand, buildRouteMap, type RouteMap } from '@stricli/core'
import type { CliContext } from '../../context.ts'
import { dataFlag, jsonFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import type { OperatorFlags } from '../../operator-api.ts'
import { parseArgument } from '../../parsers.ts'

const addCommand = buildCommand<OperatorFlags, string[], CliContext>({
  docs: helpText({
    brief: 'Grant scopes to a service app',
    details: ['Takes the client ID or the name of the app, then one or more scopes.'],
    examples: ['keygrant grant add 0oa1 okta.apps.read okta.logs.read'],
  }),
  loader: async () => (await import('./add.ts')).addGrants,
  parameters: {
    positional: {
      kind: 'array',
      minimum: 2,
      parameter: {
        brief: 'The service app, then the scopes',
        placeholder: 'APP SCOPE',
        parse: parseArgument,
      },
    },
    flags: { data: dataFlag, json: jsonFlag },
  },
})

const listCommand = buildCommand<OperatorFlags, [string], CliContext>({
  docs: helpText({
    brief: 'List the scopes that are granted to a service app',
    examples: ['keygrant grant list 0oa1'],
  }),
  loader: async () => (await import('./list.ts')).listGrants,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'The service app: its client ID or its name',
          placeholder: 'APP',
          parse: parseArgument,
        },
      ],
    },
    flags: { data: dataFlag, json: jsonFlag },
  },
})

/** `keygrant grant`. */
export const grantRoutes: RouteMap<CliContext> = buildRouteMap({
  routes: { add: addCommand, list: listCommand },
  docs: { brief: 'Grant scopes to service apps, as the operator' },
})
