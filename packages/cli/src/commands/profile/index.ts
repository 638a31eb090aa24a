/**
 * `keygrant profile …`: the table of its commands.
 * @module
 */

import { buildCommand, buildRouteMap, type RouteMap } from '@stricli/core'
import { clientFlags } from '../../client-flags.ts'
import type { CliContext } from '../../context.ts'
import { dryRunFlag, jsonFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import { parseProfileName, PROFILE_MEMBERS } from '../../profiles.ts'
import type { ListFlags } from './list.ts'
import type { RemoveFlags } from './remove.ts'
import type { SetFlags } from './set.ts'

const { issuer, tokenEndpoint, provider, audience, clientId, key, kid, alg, scope } = clientFlags

const positional = {
  kind: 'tuple',
  parameters: [{ brief: 'Name of the profile', placeholder: 'NAME', parse: parseProfileName }],
} as const

const listCommand = buildCommand<ListFlags, [], CliContext>({
  docs: helpText({
    brief: 'List the profiles',
    examples: ['keygrant profile list', 'keygrant profile list --json'],
  }),
  loader: async () => (await import('./list.ts')).listProfiles,
  parameters: { flags: { json: jsonFlag } },
})

const showCommand = buildCommand<ListFlags, [string], CliContext>({
  docs: helpText({ brief: 'Show a profile', examples: ['keygrant profile show prod'] }),
  loader: async () => (await import('./show.ts')).showProfile,
  parameters: { positional, flags: { json: jsonFlag } },
})

const setCommand = buildCommand<SetFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Make a profile, or change it',
    details: [
      'What is not named stays; --unset takes a member out. A profile holds the name of a key, and',
      'never the key itself.',
    ],
    examples: [
      'keygrant profile set prod --issuer https://auth.example.com --client-id 0oa1 --key prod-key.json',
      'keygrant profile set local --data .keygrant',
      'keygrant profile set prod --scope "reports.read" --unset audience',
    ],
  }),
  loader: async () => (await import('./set.ts')).setProfile,
  parameters: {
    positional,
    flags: {
      issuer,
      tokenEndpoint,
      provider,
      audience,
      clientId,
      key,
      kid,
      alg,
      scope,
      data: {
        ...clientFlags.data,
        brief: 'Data directory of a server on this machine, whose operator administers it',
      },
      unset: {
        kind: 'enum',
        values: PROFILE_MEMBERS,
        brief: 'Members to take out',
        optional: true,
        variadic: ',',
      },
      dryRun: dryRunFlag,
      json: jsonFlag,
    },
  },
})

const removeCommand = buildCommand<RemoveFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Remove a profile; the key that it names stays where it is',
    examples: ['keygrant profile remove prod'],
  }),
  loader: async () => (await import('./remove.ts')).removeProfile,
  parameters: { positional, flags: { dryRun: dryRunFlag, json: jsonFlag } },
})

/** `keygrant profile`. */
export const profileRoutes: RouteMap<CliContext> = buildRouteMap({
  routes: { list: listCommand, show: showCommand, set: setCommand, remove: removeCommand },
  docs: { brief: 'Keep under a name whom to ask, and as whom' },
})
