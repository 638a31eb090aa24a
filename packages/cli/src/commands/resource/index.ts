/**
 * `keygrant resource …`: the table of its commands.
 * @module
 */

import { buildCommand, buildRouteMap, type RouteMap } from '@stricli/core'
import type { ChangeFlags, DeletionFlags } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { administratorFlags, dryRunFlag, type TextFlag, yesFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import type { AdministratorFlags } from '../../operator-api.ts'
import { parseArgument, parseSeconds, parseText } from '../../parsers.ts'
import type { AddFlags } from './add.ts'
import type { AddScopesFlags } from './scope-add.ts'
import type { UpdateFlags } from './update.ts'

const changeFlags = { dryRun: dryRunFlag, ...administratorFlags }
const idArgument = {
  brief: 'The resource: its ID, as it is in paths',
  placeholder: 'ID',
  parse: parseArgument,
}
const positional = { kind: 'tuple', parameters: [idArgument] } as const
const resourceAndScopes = {
  kind: 'array',
  minimum: 2,
  parameter: {
    brief: 'The resource, then names of scopes',
    placeholder: 'ID SCOPE',
    parse: parseArgument,
  },
} as const

function textFlag(brief: string, placeholder: string): TextFlag {
  return { kind: 'parsed', parse: parseText, brief, placeholder, optional: true }
}

const describingFlags = {
  description: textFlag('What it is, for people', 'text'),
  tokenLifetime: {
    kind: 'parsed',
    parse: parseSeconds,
    brief: 'Seconds for which its tokens are good, 300 to 3600 (that of the profile)',
    placeholder: 'seconds',
    optional: true,
  },
  dpop: {
    kind: 'boolean',
    brief: 'Only give tokens that are bound to a key of the client (RFC 9449)',
    optional: true,
  },
} as const

const addCommand = buildCommand<AddFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Register an API that tokens are for',
    details: [
      'Takes its name. Its identifier is the aud of its tokens; its ID is in paths: /oauth2/ID/v1/token.',
      'Only a SUPER_ADMIN may change resources.',
    ],
    examples: ["keygrant resource add 'Orders' --id orders --audience https://orders.example.com"],
  }),
  loader: async () => (await import('./add.ts')).addResource,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Name of the resource', placeholder: 'NAME', parse: parseArgument }],
    },
    flags: {
      audience: {
        kind: 'parsed',
        parse: parseText,
        brief: 'Its identifier, such as https://orders.example.com',
        placeholder: 'uri',
      },
      id: textFlag('Its ID in paths: lower-case letters, digits and hyphens (one is made)', 'id'),
      ...describingFlags,
      ...changeFlags,
    },
  },
})

const listCommand = buildCommand<AdministratorFlags, [], CliContext>({
  docs: helpText({
    brief: 'List the APIs that tokens are for',
    examples: ['keygrant resource list'],
  }),
  loader: async () => (await import('./list.ts')).listResources,
  parameters: { flags: administratorFlags },
})

const showCommand = buildCommand<AdministratorFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Show a resource with its scopes and where its endpoints are',
    examples: ['keygrant resource show orders'],
  }),
  loader: async () => (await import('./show.ts')).showResource,
  parameters: { positional, flags: administratorFlags },
})

const updateCommand = buildCommand<UpdateFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Change a resource',
    details: ['What is not named stays as it is.'],
    examples: ['keygrant resource update orders --token-lifetime 600 --dpop'],
  }),
  loader: async () => (await import('./update.ts')).updateResource,
  parameters: {
    positional,
    flags: {
      name: textFlag('Name', 'text'),
      audience: textFlag('Its identifier: tokens that are out name the old one', 'uri'),
      ...describingFlags,
      ...changeFlags,
    },
  },
})

const activateCommand = buildCommand<ChangeFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Give tokens for a resource again',
    examples: ['keygrant resource activate orders'],
  }),
  loader: async () => (await import('./status.ts')).activateResource,
  parameters: { positional, flags: changeFlags },
})

const deactivateCommand = buildCommand<ChangeFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Give no more tokens for a resource; those that are out are inactive',
    examples: ['keygrant resource deactivate orders --dry-run'],
  }),
  loader: async () => (await import('./status.ts')).deactivateResource,
  parameters: { positional, flags: changeFlags },
})

const deleteCommand = buildCommand<DeletionFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Delete a resource that is inactive, with its scopes and the grants of them',
    details: ['Asks first on a terminal; elsewhere it wants --yes.'],
    examples: ['keygrant resource deactivate orders && keygrant resource delete orders --yes'],
  }),
  loader: async () => (await import('./delete.ts')).deleteResource,
  parameters: { positional, flags: { yes: yesFlag, ...changeFlags } },
})

const scopeAddCommand = buildCommand<AddScopesFlags, string[], CliContext>({
  docs: helpText({
    brief: 'Add scopes to a resource',
    details: ['Then grant them: keygrant grant add APP SCOPE --resource ID'],
    examples: ["keygrant resource scope add orders orders.read --description 'Read orders'"],
  }),
  loader: async () => (await import('./scope-add.ts')).addScopes,
  parameters: {
    positional: resourceAndScopes,
    flags: {
      description: textFlag('What they are for, for people', 'text'),
      default: {
        kind: 'boolean',
        brief: 'A request that names no scope asks for them',
        optional: true,
        withNegated: false,
      },
      ...changeFlags,
    },
  },
})

const scopeListCommand = buildCommand<AdministratorFlags, [string], CliContext>({
  docs: helpText({
    brief: 'List the scopes of a resource',
    examples: ['keygrant resource scope list orders'],
  }),
  loader: async () => (await import('./scope-list.ts')).listScopes,
  parameters: { positional, flags: administratorFlags },
})

const scopeRemoveCommand = buildCommand<DeletionFlags, string[], CliContext>({
  docs: helpText({
    brief: 'Delete scopes of a resource, and the grants of them',
    details: ['Asks first on a terminal; elsewhere it wants --yes.'],
    examples: ['keygrant resource scope remove orders orders.read --yes'],
  }),
  loader: async () => (await import('./scope-remove.ts')).removeScopes,
  parameters: { positional: resourceAndScopes, flags: { yes: yesFlag, ...changeFlags } },
})

/** `keygrant resource`. */
export const resourceRoutes: RouteMap<CliContext> = buildRouteMap({
  routes: {
    add: addCommand,
    list: listCommand,
    show: showCommand,
    update: updateCommand,
    activate: activateCommand,
    deactivate: deactivateCommand,
    delete: deleteCommand,
    scope: buildRouteMap({
      routes: { add: scopeAddCommand, list: scopeListCommand, remove: scopeRemoveCommand },
      docs: { brief: 'The scopes of a resource' },
    }),
  },
  docs: { brief: 'The APIs that tokens are for, and their scopes' },
})
