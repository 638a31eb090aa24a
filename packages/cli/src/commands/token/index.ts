/**
 * `keygrant token …`: the table of its commands.
 * @module
 */

import { buildCommand, buildRouteMap, type RouteMap } from '@stricli/core'
import type { CliContext } from '../../context.ts'
import { dataFlag, jsonFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import { parseAlgorithm, parseSeconds, parseText, parseUrl } from '../../parsers.ts'
import type { GetFlags } from './get.ts'

const getCommand = buildCommand<GetFlags, [], CliContext>({
  docs: helpText({
    brief: 'Get an access token',
    details: [
      'Signs a new assertion, exchanges it at the token endpoint, and prints the token alone.',
      'When the server refuses, says why, and what is most likely wrong with the assertion.',
    ],
    examples: [
      'keygrant token get --issuer https://as.example --client-id 0oa1 --key private-key.json --scope "okta.apps.read"',
      'curl -H "Authorization: Bearer $(keygrant token get --operator --scope okta.apps.read)" http://127.0.0.1:8400/api/v1/apps',
    ],
  }),
  loader: async () => (await import('./get.ts')).getToken,
  parameters: {
    flags: {
      issuer: {
        kind: 'parsed',
        parse: parseUrl,
        brief: 'Issuer identifier of the server; its metadata names the token endpoint',
        placeholder: 'url',
        optional: true,
      },
      clientId: {
        kind: 'parsed',
        parse: parseText,
        brief: 'The client that asks',
        placeholder: 'id',
        optional: true,
      },
      key: {
        kind: 'parsed',
        parse: parseText,
        brief:
          'Its private key: a file in any form (JWK, PEM, …), or a key elsewhere (ssh-agent:, pkcs11:, command:, awskms:, gcpkms:, azurekms:, vault:)',
        placeholder: 'file',
        optional: true,
      },
      scope: {
        kind: 'parsed',
        parse: parseText,
        brief: 'Scopes, separated by spaces',
        placeholder: 'scopes',
        optional: true,
      },
      operator: {
        kind: 'boolean',
        brief: 'Ask as the operator of the data directory, instead of --issuer, --client-id, --key',
        optional: true,
        withNegated: false,
      },
      data: dataFlag,
      tokenEndpoint: {
        kind: 'parsed',
        parse: parseUrl,
        brief: 'The token endpoint, where there is no metadata',
        placeholder: 'url',
        optional: true,
      },
      audience: {
        kind: 'parsed',
        parse: parseText,
        brief: '"aud" of the assertion: the issuer, or for Okta the token endpoint',
        placeholder: 'url',
        optional: true,
      },
      kid: {
        kind: 'parsed',
        parse: parseText,
        brief: 'Key ID: picks the key out of a JWK Set, or names a PEM',
        placeholder: 'kid',
        optional: true,
      },
      alg: {
        kind: 'parsed',
        parse: parseAlgorithm,
        brief: 'Algorithm, where the key leaves a choice',
        placeholder: 'alg',
        optional: true,
      },
      lifetime: {
        kind: 'parsed',
        parse: parseSeconds,
        brief: 'Seconds until the assertion expires (60)',
        placeholder: 'seconds',
        optional: true,
      },
      json: jsonFlag,
    },
  },
})

/** `keygrant token`. */
export const tokenRoutes: RouteMap<CliContext> = buildRouteMap({
  routes: { get: getCommand },
  docs: { brief: 'Get access tokens' },
})
