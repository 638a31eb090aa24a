/**
 * `keygrant rotate`: its place in the table.
 * @module
 */

import { buildCommand, type Command } from '@stricli/core'
import type { CliContext } from '../../context.ts'
import { administratorFlags, appArgument, dryRunFlag, yesFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import { parseAlgorithm, parseSeconds, parseText } from '../../parsers.ts'
import type { RotateFlags } from './rotate.ts'

/** Who asks. Tokens are tried as well, so the issuer itself has to be in reach. */
const { via: _via, ...whoRotates } = administratorFlags

/** `keygrant rotate`. */
export const rotateCommand: Command<CliContext> = buildCommand<
  Omit<RotateFlags, 'via'>,
  [string],
  CliContext
>({
  docs: helpText({
    brief: 'Replace the key of a service app, with no moment without a working key',
    details: [
      'Makes the next key beside the file, registers it, proves it with a real token request, and only',
      'then puts it into the file, in one step. Watches the log until nobody has used the old key for as',
      'long as --quiet says; then deactivates it, proves the new one again, and deletes the old one.',
      '',
      'What was done is kept in a file beside the key. After a crash, Ctrl+C or a refusal, the same',
      'command goes on where it stopped; --status says where that is, --undo goes back.',
      '',
      'The administrator does it: the operator of the data directory, a profile, or --admin. With --self',
      'the app does it, with its own key; it needs okta.apps.manage and SUPER_ADMIN for that. With',
      '--self-service the app does it by proof of the old key and the new one, and needs nothing else:',
      'a SUPER_ADMIN has to have allowed it once, with keygrant app update --self-service-rotation.',
    ],
    examples: [
      'keygrant rotate 0oa1 --key service-key.json --dry-run',
      'keygrant rotate 0oa1 --key service-key.json',
      'keygrant rotate "Nightly report" --key report.pem --quiet 60 --yes --json',
      'keygrant rotate 0oa1 --key service-key.json --self --issuer https://auth.example.com',
      'keygrant rotate 0oa1 --key service-key.json --self-service --issuer https://auth.example.com',
      'keygrant rotate 0oa1 --key service-key.json --undo',
    ],
  }),
  loader: async () => (await import('./rotate.ts')).rotate,
  parameters: {
    positional: { kind: 'tuple', parameters: [appArgument] },
    flags: {
      key: {
        kind: 'parsed',
        parse: parseText,
        brief: 'File of its private key: JWK or PEM; the next key takes its place',
        placeholder: 'file',
      },
      type: {
        kind: 'parsed',
        parse: parseText,
        brief: 'Kind of the next key, such as P-256 or RSA-3072 (that of the old one)',
        placeholder: 'type',
        optional: true,
      },
      alg: {
        kind: 'parsed',
        parse: parseAlgorithm,
        brief: 'Algorithm that the next key is bound to (that of the old one)',
        placeholder: 'alg',
        optional: true,
      },
      kid: {
        kind: 'parsed',
        parse: parseText,
        brief: 'Key ID of the next key (its thumbprint)',
        placeholder: 'kid',
        optional: true,
      },
      scope: {
        kind: 'parsed',
        parse: parseText,
        brief: 'Scopes of the token request that proves a key (one that is granted)',
        placeholder: 'scopes',
        optional: true,
      },
      quiet: {
        kind: 'parsed',
        parse: parseQuiet,
        brief: 'How long nobody has used the old key before it goes (as long as a token lives)',
        placeholder: 'seconds',
        optional: true,
      },
      patience: {
        kind: 'parsed',
        parse: parseSeconds,
        brief: 'How long to try until the server takes the next key',
        placeholder: 'seconds',
        default: '60',
      },
      wait: {
        kind: 'boolean',
        brief: 'Wait for the old key; without, stop after the switch and go on when called again',
        default: true,
      },
      keepOld: {
        kind: 'boolean',
        brief: 'Deactivate the old key, and do not delete it',
        optional: true,
        withNegated: false,
      },
      self: {
        kind: 'boolean',
        brief: 'The app rotates its own key, with that key',
        optional: true,
        withNegated: false,
      },
      selfService: {
        kind: 'boolean',
        brief: 'The app rotates its own key by proof of both, where a SUPER_ADMIN allowed that',
        optional: true,
        withNegated: false,
      },
      status: {
        kind: 'boolean',
        brief: 'Say where a rotation is, and do nothing',
        optional: true,
        withNegated: false,
      },
      undo: {
        kind: 'boolean',
        brief: 'Go back to the old key, and delete the next one',
        optional: true,
        withNegated: false,
      },
      yes: yesFlag,
      dryRun: dryRunFlag,
      ...whoRotates,
    },
  },
})

/** No time at all is a choice too, for tests and for keys that were stolen. */
function parseQuiet(input: string): number {
  return input === '0' ? 0 : parseSeconds(input)
}
