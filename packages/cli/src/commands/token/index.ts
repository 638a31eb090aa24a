/**
 * `keygrant token …`: the table of its commands.
 * @module
 */

import { buildCommand, buildRouteMap, type RouteMap } from '@stricli/core'
import { cacheFlags, clientFlags, identityFlags, PRECEDENCE } from '../../client-flags.ts'
import type { CliContext } from '../../context.ts'
import { dryRunFlag, jsonFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import { parseArgument, parseText, parseUrl } from '../../parsers.ts'
import type { GetFlags } from './get.ts'
import type { RevokeFlags } from './revoke.ts'
import type { TokenStateFlags } from './token-state.ts'

const getCommand = buildCommand<GetFlags, [], CliContext>({
  docs: helpText({
    brief: 'Get an access token',
    details: [
      'Signs a new assertion, exchanges it at the token endpoint, and prints the token alone. The token',
      'is kept for the next call, in a file that only this user can read, below $XDG_CACHE_HOME/keygrant',
      'or ~/.cache/keygrant; while it is good the server is not asked. --no-cache keeps nothing.',
      'When the server refuses, says why, and what is most likely wrong with the assertion.',
      '',
      '--trace shows on stderr what goes over the wire: every header, parameter and claim, without',
      'signatures, tokens and secrets. --script writes a shell script that makes the same request with',
      'openssl and curl. Both ask for a new token, and are safe to attach to a ticket.',
      '',
      ...PRECEDENCE,
    ],
    examples: [
      'keygrant token get --issuer https://as.example --client-id 0oa1 --key private-key.json --scope "okta.apps.read"',
      'curl -H "Authorization: Bearer $(keygrant token get --operator --scope okta.apps.read)" http://127.0.0.1:8400/api/v1/apps',
      'keygrant token get --profile reports --header-file token.h && curl -H @token.h https://api.example/reports',
      'keygrant token get --profile reports --trace --script ask-again.sh',
    ],
  }),
  loader: async () => (await import('./get.ts')).getToken,
  parameters: {
    flags: {
      ...clientFlags,
      ...cacheFlags,
      headerFile: {
        kind: 'parsed',
        parse: parseText,
        brief: 'Write the header to this file, for curl -H @FILE; "-" prints it',
        placeholder: 'file',
        optional: true,
      },
      trace: {
        kind: 'boolean',
        brief: 'Show what goes over the wire, without secrets',
        optional: true,
        withNegated: false,
      },
      script: {
        kind: 'parsed',
        parse: parseText,
        brief: 'Write a shell script that asks again with openssl and curl',
        placeholder: 'file',
        optional: true,
      },
      json: jsonFlag,
    },
  },
})

const stateParameters = {
  positional: {
    kind: 'tuple',
    parameters: [
      {
        brief: 'The token, or a file that holds it; "-" or a pipe is standard input',
        placeholder: 'TOKEN',
        parse: parseArgument,
        optional: true,
      },
    ],
  },
  flags: {
    ...identityFlags,
    endpoint: {
      kind: 'parsed',
      parse: parseUrl,
      brief: 'The endpoint, where the metadata does not name it',
      placeholder: 'url',
      optional: true,
    },
    json: jsonFlag,
  },
} as const

const introspectCommand = buildCommand<TokenStateFlags, [string?], CliContext>({
  docs: helpText({
    brief: 'Ask the server whether a token is active',
    details: [
      'Sends the token to the introspection endpoint (RFC 7662), as a client that may ask there. The exit',
      'code is 1 when the token is not active. To look into a token without any server: keygrant inspect.',
    ],
    examples: [
      'keygrant token get --profile reports | keygrant token introspect --profile reports',
      'keygrant token introspect token.txt --issuer https://as.example --client-id 0oa1 --key private-key.json --json',
    ],
  }),
  loader: async () => (await import('./introspect.ts')).introspectToken,
  parameters: stateParameters,
})

const revokeCommand = buildCommand<RevokeFlags, [string?], CliContext>({
  docs: helpText({
    brief: 'Take a token back',
    details: [
      'Sends the token to the revocation endpoint (RFC 7009), and forgets it where it is kept here. A',
      'client can take back its own tokens. An API that does not ask the server takes the token until it',
      'expires.',
    ],
    examples: [
      'keygrant token get --profile reports | keygrant token revoke --profile reports',
      'keygrant token revoke token.txt --issuer https://as.example --client-id 0oa1 --key private-key.json',
    ],
  }),
  loader: async () => (await import('./revoke.ts')).revokeToken,
  parameters: {
    ...stateParameters,
    flags: { dryRun: dryRunFlag, ...stateParameters.flags },
  },
})

/** `keygrant token`. */
export const tokenRoutes: RouteMap<CliContext> = buildRouteMap({
  routes: { get: getCommand, introspect: introspectCommand, revoke: revokeCommand },
  docs: { brief: 'Get access tokens, ask about them, take them back' },
})
