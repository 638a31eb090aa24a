/**
 * `keygrant assertion …`: the table of its commands.
 * @module
 */

import { buildCommand, buildRouteMap, type RouteMap } from '@stricli/core'
import { clientFlags, keyFlag } from '../../client-flags.ts'
import type { CliContext } from '../../context.ts'
import { jsonFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import { parseArgument, parseInstant, parseText, parseUrl } from '../../parsers.ts'
import type { SignFlags } from './sign.ts'
import type { VerifyFlags } from './verify.ts'

const signCommand = buildCommand<SignFlags, [], CliContext>({
  docs: helpText({
    brief: 'Sign a client assertion',
    details: [
      'Adds the claims that are missing and says which; a claim that you give stays as it is.',
      'Prints the JWT alone, so that it can be used in a command line. It is valid for a minute, once.',
      '--raw adds nothing: to see what a server says to an assertion that is wrong.',
    ],
    examples: [
      'keygrant assertion sign --key private-key.json --client-id 0oa1 --audience https://example.okta.com/oauth2/v1/token',
      'keygrant assertion sign --key private-key.pem --kid my-key --claims claims.json',
      `keygrant assertion sign --key private-key.json --raw --claims '{"iss":"0oa1","sub":"0oa1","aud":"https://as.example"}'`,
    ],
  }),
  loader: async () => (await import('./sign.ts')).sign,
  parameters: {
    flags: {
      key: keyFlag,
      clientId: {
        ...clientFlags.clientId,
        brief: 'The client: "iss" and "sub" where the claims have none',
      },
      audience: {
        ...clientFlags.audience,
        brief: 'The server: "aud" where the claims have none',
      },
      claims: {
        kind: 'parsed',
        parse: parseText,
        brief: 'Claims to begin with: a file, "-", or JSON itself',
        placeholder: 'json',
        optional: true,
      },
      lifetime: {
        ...clientFlags.lifetime,
        brief: 'Seconds until it expires, where the claims have no "exp" (60)',
      },
      kid: clientFlags.kid,
      alg: clientFlags.alg,
      typ: {
        kind: 'parsed',
        parse: parseText,
        brief: 'Header "typ" (client-authentication+jwt); older servers want JWT',
        placeholder: 'typ',
        optional: true,
      },
      raw: {
        kind: 'boolean',
        brief: 'Sign exactly the claims that are given, under a header with "alg" alone',
        optional: true,
        withNegated: false,
      },
    },
  },
})

const verifyCommand = buildCommand<VerifyFlags, [string?], CliContext>({
  docs: helpText({
    brief: 'Judge a client assertion as a server would',
    details: [
      'Makes every check and says of each whether it holds, and how to mend it if not.',
      'Ends with 0 when the assertion is accepted and 1 when it is refused.',
      'Does not know whether an assertion was used before: only the server that got it does.',
    ],
    examples: [
      'keygrant assertion verify eyJ… --key public-key.json --issuer https://as.example',
      'keygrant assertion verify --jwks jwks.json --issuer https://example.okta.com --endpoint https://example.okta.com/oauth2/v1/token < assertion.txt',
    ],
  }),
  loader: async () => (await import('./verify.ts')).verify,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'The assertion, or a file that holds it; "-" or a pipe is standard input',
          placeholder: 'JWT',
          parse: parseArgument,
          optional: true,
        },
      ],
    },
    flags: {
      key: {
        kind: 'parsed',
        parse: parseText,
        brief: "The client's key, either half",
        placeholder: 'file',
        optional: true,
      },
      jwks: {
        kind: 'parsed',
        parse: parseText,
        brief: "The client's keys: a JWK Set",
        placeholder: 'file',
        optional: true,
      },
      kid: {
        kind: 'parsed',
        parse: parseText,
        brief: 'Key ID of --key, where the file has none',
        placeholder: 'kid',
        optional: true,
      },
      issuer: {
        kind: 'parsed',
        parse: parseUrl,
        brief: 'Issuer identifier of the server that judges',
        placeholder: 'url',
      },
      endpoint: {
        kind: 'parsed',
        parse: parseUrl,
        brief: 'URL of the token endpoint, which the okta profile accepts as "aud"',
        placeholder: 'url',
        optional: true,
      },
      clientId: {
        kind: 'parsed',
        parse: parseText,
        brief: 'The client that it has to be from',
        placeholder: 'id',
        optional: true,
      },
      profile: {
        kind: 'enum',
        values: ['okta', 'strict'],
        default: 'okta',
        brief: 'The rules to judge by',
      },
      now: {
        kind: 'parsed',
        parse: parseInstant,
        brief: 'Time of receipt, in seconds since 1970 or as a date (the clock)',
        placeholder: 'time',
        optional: true,
      },
      json: jsonFlag,
    },
  },
})

/** `keygrant assertion`. */
export const assertionRoutes: RouteMap<CliContext> = buildRouteMap({
  routes: { sign: signCommand, verify: verifyCommand },
  docs: { brief: 'Sign client assertions, and judge them' },
})
