/**
 * `keygrant doctor`: its place in the table.
 * @module
 */

import { buildCommand, type Command } from '@stricli/core'
import { clientFlags, identityFlags, PRECEDENCE } from '../../client-flags.ts'
import type { CliContext } from '../../context.ts'
import { jsonFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import { parseSeconds, parseText } from '../../parsers.ts'
import type { DoctorFlags } from './doctor.ts'

/** `keygrant doctor`. */
export const doctorCommand: Command<CliContext> = buildCommand<DoctorFlags, [], CliContext>({
  docs: helpText({
    brief: 'Find out why a client gets no token',
    details: [
      'Looks at the configuration, the key, the way to the server, TLS, its metadata, the clocks, the',
      'algorithm, what is registered, the assertion, each scope, DPoP and the token, in this order. When',
      'the server refuses, changes one thing at a time and asks again, up to 14 times, until it is known',
      'what made the difference. Prints causes, the likeliest first, each with its fix. Prints no token.',
      '',
      'Without --client-id and --key it looks at the server alone. On the machine of the server it also',
      'looks into its records (--data). The exit code is 0 when a token can be had, 1 when it can not;',
      'with --fail-on warning it is 1 for warnings too.',
      '',
      ...PRECEDENCE,
    ],
    examples: [
      'keygrant doctor --issuer https://as.example --client-id 0oa1 --key private-key.json --scope "okta.apps.read"',
      'keygrant doctor --issuer https://as.example',
      'keygrant doctor --operator --scope okta.apps.read --json',
    ],
  }),
  loader: async () => (await import('./doctor.ts')).doctor,
  parameters: {
    flags: {
      ...identityFlags,
      scope: clientFlags.scope,
      lifetime: clientFlags.lifetime,
      registered: {
        kind: 'parsed',
        parse: parseText,
        brief: 'A file with the JWK Set that is registered for the client, to compare with',
        placeholder: 'file',
        optional: true,
      },
      dpop: {
        kind: 'boolean',
        brief: 'Send a DPoP proof along, with a key made for it',
        optional: true,
        withNegated: false,
      },
      once: {
        kind: 'boolean',
        brief: 'Make one token request and no experiments',
        optional: true,
        withNegated: false,
      },
      timeout: {
        kind: 'parsed',
        parse: parseSeconds,
        brief: 'Seconds to wait for each answer (10)',
        placeholder: 'seconds',
        optional: true,
      },
      failOn: {
        kind: 'enum',
        values: ['error', 'warning'],
        default: 'error',
        brief: 'What makes the exit code 1',
      },
      json: jsonFlag,
    },
  },
})
