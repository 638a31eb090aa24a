/**
 * `keygrant app key …`: the table of its commands.
 * @module
 */

import { buildCommand, buildRouteMap, type RouteMap } from '@stricli/core'
import type { ChangeFlags, DeletionFlags } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { administratorFlags, appArgument, dryRunFlag, yesFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import type { AdministratorFlags } from '../../operator-api.ts'
import { parseArgument, parseInstant } from '../../parsers.ts'
import type { AddKeyFlags } from './key-add.ts'

const changeFlags = { dryRun: dryRunFlag, ...administratorFlags }
const RULE = 'Once the app holds grants of the admin API, only a SUPER_ADMIN may do this.'

const keyArgument = {
  brief: 'The key: its ID, or its Key ID (kid)',
  placeholder: 'KEY',
  parse: parseArgument,
} as const
const oneKey = { kind: 'tuple', parameters: [appArgument, keyArgument] } as const

const addCommand = buildCommand<AddKeyFlags, [string, string], CliContext>({
  docs: helpText({
    brief: 'Register a public key with a service app',
    details: [
      'The app can use it at once, beside the keys that it has. Only the public half is ever sent.',
      RULE,
    ],
    examples: [
      'keygrant app key add 0oa1 public-key.json',
      'keygrant app key add 0oa1 public-key.json --expires 2027-01-31T00:00:00Z',
    ],
  }),
  loader: async () => (await import('./key-add.ts')).addKey,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        appArgument,
        {
          brief: 'The key or keys in any form, either half; "-" is standard input',
          placeholder: 'FILE',
          parse: parseArgument,
        },
      ],
    },
    flags: {
      expires: {
        kind: 'parsed',
        parse: parseInstant,
        brief: 'When it ceases to be good, such as 2027-01-31T00:00:00Z (never)',
        placeholder: 'time',
        optional: true,
      },
      ...changeFlags,
    },
  },
})

const listCommand = buildCommand<AdministratorFlags, [string], CliContext>({
  docs: helpText({
    brief: 'List the public keys of a service app',
    examples: ['keygrant app key list 0oa1'],
  }),
  loader: async () => (await import('./key-list.ts')).listKeys,
  parameters: {
    positional: { kind: 'tuple', parameters: [appArgument] },
    flags: administratorFlags,
  },
})

const showCommand = buildCommand<AdministratorFlags, [string, string], CliContext>({
  docs: helpText({
    brief: 'Show one public key of a service app',
    examples: ['keygrant app key show 0oa1 pks1', 'keygrant app key show 0oa1 my-kid --json'],
  }),
  loader: async () => (await import('./key-show.ts')).showAppKey,
  parameters: { positional: oneKey, flags: administratorFlags },
})

const activateCommand = buildCommand<ChangeFlags, [string, string], CliContext>({
  docs: helpText({
    brief: 'Let a service app use a key again',
    details: [RULE],
    examples: ['keygrant app key activate 0oa1 my-kid'],
  }),
  loader: async () => (await import('./key-status.ts')).activateKey,
  parameters: { positional: oneKey, flags: changeFlags },
})

const deactivateCommand = buildCommand<ChangeFlags, [string, string], CliContext>({
  docs: helpText({
    brief: 'Refuse what a key has signed, from now on',
    details: ['The last active key of an app stays active; register the next one first.', RULE],
    examples: ['keygrant app key deactivate 0oa1 my-kid'],
  }),
  loader: async () => (await import('./key-status.ts')).deactivateKey,
  parameters: { positional: oneKey, flags: changeFlags },
})

const expireCommand = buildCommand<ChangeFlags, [string, string, number | 'never'], CliContext>({
  docs: helpText({
    brief: 'Set when a key ceases to be good, or that it never does',
    details: [
      'There are warnings 30, 14, 7 and 1 days ahead, in the log of the server and in app key list.',
      RULE,
    ],
    examples: [
      'keygrant app key expire 0oa1 my-kid 2027-01-31T00:00:00Z',
      'keygrant app key expire 0oa1 my-kid never',
    ],
  }),
  loader: async () => (await import('./key-expire.ts')).expireKey,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        appArgument,
        keyArgument,
        {
          brief: 'A time such as 2027-01-31T00:00:00Z, or never',
          placeholder: 'TIME',
          parse: (input: string) => (input === 'never' ? input : parseInstant(input)),
        },
      ],
    },
    flags: changeFlags,
  },
})

const revokeCommand = buildCommand<DeletionFlags, [string, string], CliContext>({
  docs: helpText({
    brief: 'Take a key that is in the wrong hands out of use for good, with what it got',
    details: [
      'Also the only key of an app. Of an app that publishes its keys, name the key by its Key ID.',
      'Asks first on a terminal; elsewhere it wants --yes.',
      RULE,
    ],
    examples: ['keygrant app key revoke 0oa1 leaked-kid --yes'],
  }),
  loader: async () => (await import('./key-revoke.ts')).revokeKey,
  parameters: { positional: oneKey, flags: { yes: yesFlag, ...changeFlags } },
})

const deleteCommand = buildCommand<DeletionFlags, [string, string], CliContext>({
  docs: helpText({
    brief: 'Delete a key that is inactive',
    details: ['Asks first on a terminal; elsewhere it wants --yes.', RULE],
    examples: ['keygrant app key delete 0oa1 my-kid --yes'],
  }),
  loader: async () => (await import('./key-delete.ts')).deleteKey,
  parameters: { positional: oneKey, flags: { yes: yesFlag, ...changeFlags } },
})

/** `keygrant app key`. */
export const keyRoutes: RouteMap<CliContext> = buildRouteMap({
  routes: {
    add: addCommand,
    list: listCommand,
    show: showCommand,
    activate: activateCommand,
    deactivate: deactivateCommand,
    expire: expireCommand,
    revoke: revokeCommand,
    delete: deleteCommand,
  },
  docs: { brief: 'The public keys of a service app' },
})
