/**
 * `keygrant grant …`: the table of its commands.
 * @module
 */

import { buildCommand, buildRouteMap, type RouteMap } from '@stricli/core'
import type { DeletionFlags } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { administratorFlags, appArgument, dryRunFlag, yesFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import type { AdministratorFlags } from '../../operator-api.ts'
import { parseArgument } from '../../parsers.ts'
import type { AddFlags } from './add.ts'

const appAndScopes = {
  kind: 'array',
  minimum: 2,
  parameter: {
    brief: 'The service app, then the scopes',
    placeholder: 'APP SCOPE',
    parse: parseArgument,
  },
} as const
const changeFlags = { dryRun: dryRunFlag, ...administratorFlags }

const addCommand = buildCommand<AddFlags, string[], CliContext>({
  docs: helpText({
    brief: 'Grant scopes to a service app',
    details: [
      'Takes the client ID or the name of the app, then one or more scopes. Only a SUPER_ADMIN may.',
    ],
    examples: [
      'keygrant grant add 0oa1 okta.apps.read okta.logs.read',
      'keygrant grant add 0oa1 orders.read --resource orders',
    ],
  }),
  loader: async () => (await import('./add.ts')).addGrants,
  parameters: {
    positional: appAndScopes,
    flags: {
      resource: {
        kind: 'parsed',
        parse: parseArgument,
        brief: 'ID of the resource whose scopes they are (the server itself)',
        placeholder: 'id',
        optional: true,
      },
      ...changeFlags,
    },
  },
})

const listCommand = buildCommand<AdministratorFlags, [string], CliContext>({
  docs: helpText({
    brief: 'List the scopes that are granted to a service app',
    examples: ['keygrant grant list 0oa1'],
  }),
  loader: async () => (await import('./list.ts')).listGrants,
  parameters: {
    positional: { kind: 'tuple', parameters: [appArgument] },
    flags: administratorFlags,
  },
})

const removeCommand = buildCommand<DeletionFlags, string[], CliContext>({
  docs: helpText({
    brief: 'Take scopes back from a service app',
    details: [
      'Takes the client ID or the name of the app, then one or more scopes or IDs of grants.',
      'Asks first on a terminal; elsewhere it wants --yes.',
    ],
    examples: ['keygrant grant remove 0oa1 okta.logs.read --yes'],
  }),
  loader: async () => (await import('./remove.ts')).removeGrants,
  parameters: { positional: appAndScopes, flags: { yes: yesFlag, ...changeFlags } },
})

/** `keygrant grant`. */
export const grantRoutes: RouteMap<CliContext> = buildRouteMap({
  routes: { add: addCommand, list: listCommand, remove: removeCommand },
  docs: { brief: 'Grant scopes to service apps, and take them back' },
})
