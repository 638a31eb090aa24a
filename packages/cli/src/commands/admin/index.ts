/**
 * `keygrant admin …`: the table of its commands.
 * @module
 */

import { buildCommand, buildRouteMap, type RouteMap } from '@stricli/core'
import type { DeletionFlags } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { administratorFlags, dryRunFlag, yesFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import type { AdministratorFlags } from '../../operator-api.ts'
import { parseArgument } from '../../parsers.ts'
import type { InviteFlags } from './invite.ts'

const changeFlags = { dryRun: dryRunFlag, ...administratorFlags }
const person = {
  kind: 'tuple',
  parameters: [
    { brief: 'The person: their email address', placeholder: 'EMAIL', parse: parseArgument },
  ],
} as const

const inviteCommand = buildCommand<InviteFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Print a link by which a person signs up as an administrator',
    details: [
      'Adds the person if need be. At the end of the link they make a passkey, with which they sign in from',
      'then on. The link is good once, and for a day; for somebody who has passkeys it is good for 15 minutes,',
      'and the new passkey replaces those that were lost: all their sessions end.',
    ],
    examples: [
      'keygrant admin invite ada@example.com --role SUPER_ADMIN',
      'keygrant admin invite ada@example.com',
    ],
  }),
  loader: async () => (await import('./invite.ts')).inviteAdministrator,
  parameters: {
    positional: person,
    flags: {
      role: {
        kind: 'enum',
        values: ['SUPER_ADMIN', 'APP_ADMIN', 'READ_ONLY_ADMIN'],
        brief: 'What the person may do; wanted for somebody new',
        optional: true,
      },
      ...changeFlags,
    },
  },
})

const listCommand = buildCommand<AdministratorFlags, [], CliContext>({
  docs: helpText({
    brief: 'List the people who administer',
    examples: ['keygrant admin list'],
  }),
  loader: async () => (await import('./list.ts')).listAdministrators,
  parameters: { flags: administratorFlags },
})

const removeCommand = buildCommand<DeletionFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Remove a person from those who administer',
    details: ['Their sessions end at once. Asks first on a terminal; elsewhere it wants --yes.'],
    examples: ['keygrant admin remove ada@example.com --yes'],
  }),
  loader: async () => (await import('./remove.ts')).removeAdministrator,
  parameters: { positional: person, flags: { yes: yesFlag, ...changeFlags } },
})

/** `keygrant admin`. */
export const adminRoutes: RouteMap<CliContext> = buildRouteMap({
  routes: { invite: inviteCommand, list: listCommand, remove: removeCommand },
  docs: { brief: 'Invite people who administer, and remove them' },
})
