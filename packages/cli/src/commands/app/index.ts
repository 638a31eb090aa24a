/**
 * `keygrant app …`: the table of its commands.
 * @module
 */

import { buildCommand, buildRouteMap, type RouteMap } from '@stricli/core'
import type { CliContext } from '../../context.ts'
import { dataFlag, jsonFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import type { OperatorFlags } from '../../operator-api.ts'
import { parseArgument, parseText } from '../../parsers.ts'
import type { AddFlags } from './add.ts'

const app = {
  brief: 'The service app: its client ID or its name',
  placeholder: 'APP',
  parse: parseArgument,
} as const

const addCommand = buildCommand<AddFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Create a service app',
    details: [
      'Registers the public key with it when --key names one; only the public half is ever sent.',
    ],
    examples: [
      'keygrant app add "Nightly report" --key private-key.json',
      'APP=$(keygrant app add "Nightly report" --key public-key.pem --id)',
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
      data: dataFlag,
      json: jsonFlag,
    },
  },
})

const listCommand = buildCommand<OperatorFlags, [], CliContext>({
  docs: helpText({ brief: 'List the service apps', examples: ['keygrant app list'] }),
  loader: async () => (await import('./list.ts')).listApps,
  parameters: { flags: { data: dataFlag, json: jsonFlag } },
})

const keyAddCommand = buildCommand<OperatorFlags, [string, string], CliContext>({
  docs: helpText({
    brief: 'Register a public key with a service app',
    details: [
      'The app can use it at once, beside the keys that it has. Only the public half is ever sent.',
      'Once the app holds grants of the admin API, only a SUPER_ADMIN may do this.',
    ],
    examples: ['keygrant app key add 0oa1 public-key.json'],
  }),
  loader: async () => (await import('./key-add.ts')).addKey,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        app,
        {
          brief: 'The key or keys in any form, either half; "-" is standard input',
          placeholder: 'FILE',
          parse: parseArgument,
        },
      ],
    },
    flags: { data: dataFlag, json: jsonFlag },
  },
})

const keyListCommand = buildCommand<OperatorFlags, [string], CliContext>({
  docs: helpText({
    brief: 'List the public keys of a service app',
    examples: ['keygrant app key list 0oa1'],
  }),
  loader: async () => (await import('./key-list.ts')).listKeys,
  parameters: {
    positional: { kind: 'tuple', parameters: [app] },
    flags: { data: dataFlag, json: jsonFlag },
  },
})

const keyRoutes = buildRouteMap({
  routes: { add: keyAddCommand, list: keyListCommand },
  docs: { brief: 'The public keys of a service app' },
})

/** `keygrant app`. */
export const appRoutes: RouteMap<CliContext> = buildRouteMap({
  routes: { add: addCommand, list: listCommand, key: keyRoutes },
  docs: { brief: 'Create service apps and register their keys, as the operator' },
})
