/**
 * `keygrant inspect`: its place in the table.
 * @module
 */

import { buildCommand, type Command } from '@stricli/core'
import type { CliContext } from '../../context.ts'
import { jsonFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import { parseArgument, parseInstant, parseText, parseUrl } from '../../parsers.ts'
import type { InspectFlags } from './inspect.ts'

/** `keygrant inspect`. */
export const inspectCommand: Command<CliContext> = buildCommand<
  InspectFlags,
  [string?],
  CliContext
>({
  docs: helpText({
    brief: 'Look into a JWT, token request, token response, JWK Set or key',
    details: [
      'Paste what you have: a JWT, an assertion, a curl line or the body of a token request, the answer of a',
      'token endpoint, a JWK Set, a key. Shows header and claims with times that can be read, and makes every',
      'check that it can make offline. Give a key, an issuer and the like, and it makes more of them. Sends',
      'nothing anywhere, and shows no private key.',
    ],
    examples: [
      'keygrant inspect eyJ…',
      'keygrant inspect --key public-key.json --issuer https://as.example < assertion.txt',
      'keygrant inspect "Authorization: Bearer eyJ…"',
      'keygrant inspect --method POST --url https://as.example/oauth2/v1/token < proof.txt',
      'keygrant inspect request.txt',
      'curl -s https://as.example/oauth2/v1/keys | keygrant inspect',
    ],
  }),
  loader: async () => (await import('./inspect.ts')).inspect,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'The text, or a file that holds it; "-" or a pipe is standard input',
          placeholder: 'TEXT',
          parse: parseArgument,
          optional: true,
        },
      ],
    },
    flags: {
      key: {
        kind: 'parsed',
        parse: parseText,
        brief: 'The key, or the JWK Set, of whoever signed it',
        placeholder: 'file',
        optional: true,
      },
      issuer: {
        kind: 'parsed',
        parse: parseUrl,
        brief: 'Issuer identifier of the authorization server',
        placeholder: 'url',
        optional: true,
      },
      endpoint: {
        kind: 'parsed',
        parse: parseUrl,
        brief: 'URL of the token endpoint, for an assertion',
        placeholder: 'url',
        optional: true,
      },
      audience: {
        kind: 'parsed',
        parse: parseText,
        brief: 'The API that it is for, for an access token',
        placeholder: 'url',
        optional: true,
      },
      method: {
        kind: 'parsed',
        parse: parseText,
        brief: 'Method of the request that it came with, for a DPoP proof',
        placeholder: 'method',
        optional: true,
      },
      url: {
        kind: 'parsed',
        parse: parseUrl,
        brief: 'URL of the request that it came with, for a DPoP proof',
        placeholder: 'url',
        optional: true,
      },
      clientId: {
        kind: 'parsed',
        parse: parseText,
        brief: 'The client that it has to be from, for an assertion',
        placeholder: 'id',
        optional: true,
      },
      profile: {
        kind: 'enum',
        values: ['okta', 'strict'],
        default: 'okta',
        brief: 'The rules to judge an assertion by',
      },
      now: {
        kind: 'parsed',
        parse: parseInstant,
        brief: 'Time to judge by, in seconds since 1970 or as a date (the clock)',
        placeholder: 'time',
        optional: true,
      },
      json: jsonFlag,
    },
  },
})
