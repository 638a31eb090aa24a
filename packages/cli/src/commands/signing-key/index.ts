/**
 * `keygrant signing-key …`: the table of its commands.
 * @module
 */

import { buildCommand, buildRouteMap, type RouteMap } from '@stricli/core'
import type { DeletionFlags } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { administratorFlags, dryRunFlag, yesFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import type { AdministratorFlags } from '../../operator-api.ts'
import { parseArgument } from '../../parsers.ts'
import type { RotateFlags } from './rotate.ts'

const changeFlags = { dryRun: dryRunFlag, ...administratorFlags }

const listCommand = buildCommand<AdministratorFlags, [], CliContext>({
  docs: helpText({
    brief: 'List the keys that the server signs access tokens with',
    details: [
      'One signs (ACTIVE), one is published ahead of its use (NEXT), and those of before (EXPIRED) are',
      'published until the last of their tokens has ended.',
    ],
    examples: ['keygrant signing-key list'],
  }),
  loader: async () => (await import('./list.ts')).listSigningKeys,
  parameters: { flags: administratorFlags },
})

const rotateCommand = buildCommand<RotateFlags, [], CliContext>({
  docs: helpText({
    brief: 'Let the next signing key take over, without a refused token',
    details: [
      'Tokens that are out stay good. Happens by itself every 90 days (serve --signing-key-days).',
      'With --alg a key of that algorithm becomes the next one, and takes over by itself eleven minutes',
      'later, when every API has had time to learn of it.',
    ],
    examples: ['keygrant signing-key rotate', 'keygrant signing-key rotate --alg RS256'],
  }),
  loader: async () => (await import('./rotate.ts')).rotateSigningKey,
  parameters: {
    flags: {
      alg: {
        kind: 'enum',
        values: ['ES256', 'RS256', 'EdDSA'],
        brief: 'Algorithm of the key that takes over (that of the present one)',
        optional: true,
      },
      ...changeFlags,
    },
  },
})

const revokeCommand = buildCommand<DeletionFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Take a signing key that is compromised out of use at once',
    details: [
      'It leaves the published keys, and its tokens are inactive from then on. APIs that keep the published',
      'keys take its tokens for ten more minutes at most; restart them to be rid of it at once.',
      'Asks first on a terminal; elsewhere it wants --yes.',
    ],
    examples: ['keygrant signing-key revoke KID --yes'],
  }),
  loader: async () => (await import('./revoke.ts')).revokeSigningKey,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'The Key ID', placeholder: 'KID', parse: parseArgument }],
    },
    flags: { yes: yesFlag, ...changeFlags },
  },
})

/** `keygrant signing-key`. */
export const signingKeyRoutes: RouteMap<CliContext> = buildRouteMap({
  routes: { list: listCommand, rotate: rotateCommand, revoke: revokeCommand },
  docs: { brief: 'The keys that the server signs access tokens with' },
})
