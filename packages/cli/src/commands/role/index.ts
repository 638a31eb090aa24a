/**
 * `keygrant role …`: the table of its commands.
 * @module
 */

import { buildCommand, buildRouteMap, type RouteMap } from '@stricli/core'
import type { ChangeFlags, DeletionFlags } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { administratorFlags, appArgument, dryRunFlag, yesFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import type { AdministratorFlags } from '../../operator-api.ts'
import { parseArgument } from '../../parsers.ts'

const changeFlags = { dryRun: dryRunFlag, ...administratorFlags }
const appAndRole = {
  kind: 'tuple',
  parameters: [
    appArgument,
    {
      brief: 'The role, such as SUPER_ADMIN, APP_ADMIN or READ_ONLY_ADMIN',
      placeholder: 'ROLE',
      parse: parseArgument,
    },
  ],
} as const

const assignCommand = buildCommand<ChangeFlags, [string, string], CliContext>({
  docs: helpText({
    brief: 'Assign an admin role to a service app',
    details: [
      'In the admin API, a scope says what an app may ask for, and a role what it may then do: it needs',
      'both. Only a SUPER_ADMIN may assign roles.',
    ],
    examples: ['keygrant role assign 0oa1 READ_ONLY_ADMIN'],
  }),
  loader: async () => (await import('./assign.ts')).assignRole,
  parameters: { positional: appAndRole, flags: changeFlags },
})

const listCommand = buildCommand<AdministratorFlags, [string], CliContext>({
  docs: helpText({
    brief: 'List the admin roles of a service app',
    examples: ['keygrant role list 0oa1'],
  }),
  loader: async () => (await import('./list.ts')).listRoles,
  parameters: {
    positional: { kind: 'tuple', parameters: [appArgument] },
    flags: administratorFlags,
  },
})

const removeCommand = buildCommand<DeletionFlags, [string, string], CliContext>({
  docs: helpText({
    brief: 'Take an admin role back from a service app',
    details: ['Asks first on a terminal; elsewhere it wants --yes.'],
    examples: ['keygrant role remove 0oa1 READ_ONLY_ADMIN --yes'],
  }),
  loader: async () => (await import('./remove.ts')).removeRole,
  parameters: { positional: appAndRole, flags: { yes: yesFlag, ...changeFlags } },
})

/** `keygrant role`. */
export const roleRoutes: RouteMap<CliContext> = buildRouteMap({
  routes: { assign: assignCommand, list: listCommand, remove: removeCommand },
  docs: { brief: 'Assign admin roles to service apps, and take them back' },
})
