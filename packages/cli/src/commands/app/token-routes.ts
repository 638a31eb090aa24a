/**
 * `keygrant app token …`: the table of its commands.
 * @module
 */

import { buildCommand, buildRouteMap, type RouteMap } from '@stricli/core'
import type { CliContext } from '../../context.ts'
import { administratorFlags, appArgument, dryRunFlag, yesFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import { parseArgument, parseCount, parseInstant } from '../../parsers.ts'
import type { TokenListFlags } from './token-list.ts'
import type { TokenRevokeFlags } from './token-revoke.ts'

const positional = { kind: 'tuple', parameters: [appArgument] } as const

const keyFlag = {
  kind: 'parsed',
  parse: parseArgument,
  brief: 'Only those that this key got: its ID or its Key ID',
  placeholder: 'key',
  optional: true,
} as const

const listCommand = buildCommand<TokenListFlags, [string], CliContext>({
  docs: helpText({
    brief: 'List the access tokens that a service app, or one of its keys, got',
    details: [
      'Those that may not have ended yet; with --since all of them, as far back as the log is kept.',
      'The tokens themselves are kept nowhere.',
    ],
    examples: [
      'keygrant app token list 0oa1',
      'keygrant app token list 0oa1 --key leaked-kid --since 2026-01-31T00:00:00Z --limit 1000',
    ],
  }),
  loader: async () => (await import('./token-list.ts')).listTokens,
  parameters: {
    positional,
    flags: {
      key: keyFlag,
      since: {
        kind: 'parsed',
        parse: parseInstant,
        brief: 'From this time on: seconds since 1970, or 2026-01-31T12:00:00Z',
        placeholder: 'time',
        optional: true,
      },
      limit: {
        kind: 'parsed',
        parse: parseCount,
        brief: 'At most this many',
        placeholder: 'count',
        default: '20',
      },
      ...administratorFlags,
    },
  },
})

const revokeCommand = buildCommand<TokenRevokeFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Void the access tokens that a service app, or one of its keys, got up to now',
    details: [
      'The app gets new ones with its keys. To stop it: keygrant app deactivate, or app key revoke.',
      'Asks first on a terminal; elsewhere it wants --yes.',
    ],
    examples: [
      'keygrant app token revoke 0oa1 --yes',
      'keygrant app token revoke 0oa1 --key my-kid',
      'keygrant app token revoke 0oa1 --token AT.xyz',
    ],
  }),
  loader: async () => (await import('./token-revoke.ts')).revokeTokens,
  parameters: {
    positional,
    flags: {
      key: keyFlag,
      token: {
        kind: 'parsed',
        parse: parseArgument,
        brief: 'Only this one: its ID (jti)',
        placeholder: 'id',
        optional: true,
      },
      yes: yesFlag,
      dryRun: dryRunFlag,
      ...administratorFlags,
    },
  },
})

/** `keygrant app token`. */
export const tokenRoutes: RouteMap<CliContext> = buildRouteMap({
  routes: { list: listCommand, revoke: revokeCommand },
  docs: { brief: 'The access tokens that a service app got' },
})
