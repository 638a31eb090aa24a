/**
 * `keygrant app …`: the table of its commands.
 * @module
 */

import { buildCommand, buildRouteMap, type RouteMap } from '@stricli/core'
import type { ChangeFlags, DeletionFlags } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { administratorFlags, appArgument, dryRunFlag, yesFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import type { AdministratorFlags } from '../../operator-api.ts'
import { parseAlgorithm, parseArgument, parseSeconds, parseText, parseUrl } from '../../parsers.ts'
import type { AddFlags } from './add.ts'
import { keyRoutes } from './key-routes.ts'
import { tokenRoutes } from './token-routes.ts'
import type { UpdateFlags } from './update.ts'

const positional = { kind: 'tuple', parameters: [appArgument] } as const
const changeFlags = { dryRun: dryRunFlag, ...administratorFlags }

/** What one app has of its own. */
const settingFlags = {
  jwksUri: {
    kind: 'parsed',
    parse: parseUrl,
    brief: 'Where the app publishes its keys itself (https), instead of registered ones',
    placeholder: 'url',
    optional: true,
  },
  assertionProfile: {
    kind: 'enum',
    values: ['okta', 'strict', 'default'],
    brief: 'What is expected of its assertions; default is what holds for the server',
    optional: true,
  },
  assertionAlg: {
    kind: 'parsed',
    parse: orDefault(parseAlgorithm),
    brief: 'The only algorithm that it may sign with; default is those of the profile',
    placeholder: 'alg',
    optional: true,
  },
  tokenLifetime: {
    kind: 'parsed',
    parse: orDefault(parseSeconds),
    brief:
      'Seconds for which its tokens are good, 300 to 3600; default is as the API or the profile has it',
    placeholder: 'seconds',
    optional: true,
  },
  maxAssertionLifetime: {
    kind: 'parsed',
    parse: orDefault(parseSeconds),
    brief:
      'Seconds for which its assertions may be good, 30 to 3600; never more than the profile allows, which is the default',
    placeholder: 'seconds',
    optional: true,
  },
  requireJti: {
    kind: 'boolean',
    brief: 'Whether its assertions need a jti where the profile does without',
    optional: true,
  },
  allowedNetworks: {
    kind: 'parsed',
    parse: orDefault(parseNetworks),
    brief:
      'Where its requests have to come from, such as 203.0.113.0/24,2001:db8::/32; default is anywhere',
    placeholder: 'networks',
    optional: true,
  },
  requireDpop: {
    kind: 'boolean',
    brief: 'Whether its tokens have to be bound to a key (DPoP, RFC 9449)',
    optional: true,
  },
  selfServiceRotation: {
    kind: 'boolean',
    brief: 'Whether the app may replace its own key (keygrant rotate --self-service)',
    optional: true,
  },
} as const

const addCommand = buildCommand<AddFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Create a service app',
    details: [
      'Registers the public key with it when --key names one; only the public half is ever sent.',
      'An app that publishes its keys itself has --jwks-uri instead.',
    ],
    examples: [
      'keygrant app add "Nightly report" --key private-key.json',
      'APP=$(keygrant app add "Nightly report" --key public-key.pem --id)',
      'keygrant app add "Nightly report" --jwks-uri https://reports.example/jwks.json --assertion-profile strict',
    ],
  }),
  loader: async () => (await import('./add.ts')).addApp,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'A name for people', placeholder: 'NAME', parse: parseArgument }],
    },
    flags: {
      key: {
        kind: 'parsed',
        parse: parseText,
        brief: 'Its key or keys in any form, either half; "-" is standard input',
        placeholder: 'file',
        optional: true,
      },
      id: {
        kind: 'boolean',
        brief: 'Print the client ID alone',
        optional: true,
        withNegated: false,
      },
      ...settingFlags,
      ...changeFlags,
    },
  },
})

const listCommand = buildCommand<AdministratorFlags, [], CliContext>({
  docs: helpText({
    brief: 'List the service apps',
    details: ['Every one of them, however many pages the server makes of it.'],
    examples: ['keygrant app list', 'keygrant app list --profile prod --json'],
  }),
  loader: async () => (await import('./list.ts')).listApps,
  parameters: { flags: administratorFlags },
})

const showCommand = buildCommand<AdministratorFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Show a service app: its keys, what it may do, its roles',
    examples: ['keygrant app show 0oa1', 'keygrant app show "Nightly report" --json'],
  }),
  loader: async () => (await import('./show.ts')).showApp,
  parameters: { positional, flags: administratorFlags },
})

const updateCommand = buildCommand<UpdateFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Change the name or the settings of a service app',
    details: [
      '--from takes a JSON document in the form of app show --json; its members replace those that are',
      'there, null takes one back, and what it does not name stays (a merge patch, RFC 7396).',
      'Keys in it take the place of all that are there, and of a jwks_uri; a jwks_uri that of the keys.',
    ],
    examples: [
      'keygrant app update 0oa1 --name "Nightly report 2"',
      'keygrant app update 0oa1 --assertion-profile strict --token-lifetime 600 --require-dpop',
      'keygrant app update 0oa1 --token-lifetime default',
      `echo '{"label":"Nightly report"}' | keygrant app update 0oa1 --from - --dry-run`,
    ],
  }),
  loader: async () => (await import('./update.ts')).updateApp,
  parameters: {
    positional,
    flags: {
      name: {
        kind: 'parsed',
        parse: parseText,
        brief: 'The new name',
        placeholder: 'name',
        optional: true,
      },
      from: {
        kind: 'parsed',
        parse: parseText,
        brief: 'File with the members to change; "-" is standard input',
        placeholder: 'file',
        optional: true,
      },
      ...settingFlags,
      ...changeFlags,
    },
  },
})

const activateCommand = buildCommand<ChangeFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Let a service app get tokens again',
    details: ['Tokens from before its deactivation stay void.'],
    examples: ['keygrant app activate 0oa1'],
  }),
  loader: async () => (await import('./status.ts')).activateApp,
  parameters: { positional, flags: changeFlags },
})

const deactivateCommand = buildCommand<ChangeFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Stop a service app: it gets no token, and those it has are void',
    details: ['Its keys, grants and roles stay, for when it is activated again.'],
    examples: ['keygrant app deactivate 0oa1', 'keygrant app deactivate 0oa1 --dry-run'],
  }),
  loader: async () => (await import('./status.ts')).deactivateApp,
  parameters: { positional, flags: changeFlags },
})

const deleteCommand = buildCommand<DeletionFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Delete a service app that is inactive, with its keys, grants and roles',
    details: [
      'Asks first on a terminal; elsewhere it wants --yes. The log keeps what the app has done.',
    ],
    examples: [
      'keygrant app delete 0oa1',
      'keygrant app deactivate 0oa1 && keygrant app delete 0oa1 --yes',
    ],
  }),
  loader: async () => (await import('./delete.ts')).deleteApp,
  parameters: { positional, flags: { yes: yesFlag, ...changeFlags } },
})

/** `keygrant app`. */
export const appRoutes: RouteMap<CliContext> = buildRouteMap({
  routes: {
    add: addCommand,
    list: listCommand,
    show: showCommand,
    update: updateCommand,
    activate: activateCommand,
    deactivate: deactivateCommand,
    delete: deleteCommand,
    key: keyRoutes,
    token: tokenRoutes,
  },
  docs: { brief: 'Create service apps, register their keys, stop and delete them' },
})

/** Networks with commas between them. The server says what is no network. */
function parseNetworks(input: string): readonly string[] {
  const networks = input.split(',').map((text) => text.trim())
  if (networks.includes('')) throw new Error('expected networks with a comma between any two')
  return networks
}

/** A value, or the word that takes a setting back to what holds for the server. */
function orDefault<T>(parse: (input: string) => T): (input: string) => T | 'default' {
  return (input) => (input === 'default' ? input : parse(input))
}
