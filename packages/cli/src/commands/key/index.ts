/**
 * `keygrant key …`: the table of its commands.
 * @module
 */

import { buildCommand, buildRouteMap, type RouteMap } from '@stricli/core'
import type { CliContext } from '../../context.ts'
import { forceFlag, jsonFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import { parseAlgorithm, parseArgument, parseText } from '../../parsers.ts'
import type { CheckFlags } from './check.ts'
import type { ConvertFlags } from './convert.ts'
import type { KeyTypeName, NewFlags } from './new.ts'
import type { ShowFlags } from './show.ts'
import type { ThumbprintFlags } from './thumbprint.ts'

/** For the table of flags. */
export const KEY_TYPES: readonly KeyTypeName[] = [
  'P-256',
  'P-384',
  'P-521',
  'RSA-2048',
  'RSA-3072',
  'RSA-4096',
  'Ed25519',
  'ML-DSA-44',
  'ML-DSA-65',
  'ML-DSA-87',
]
const TARGETS = ['jwk', 'pem', 'jwks', 'public-jwk', 'public-pem'] as const

const file = {
  kind: 'tuple',
  parameters: [
    {
      brief:
        'A key in any form: JWK, JWK Set, PEM, DER, OpenSSH, …; "-" or a pipe is standard input',
      placeholder: 'FILE',
      parse: parseArgument,
      optional: true,
    },
  ],
} as const
const kid = {
  kind: 'parsed',
  parse: parseText,
  brief: 'Key ID: picks the key out of a JWK Set, or names one that has none',
  placeholder: 'kid',
  optional: true,
} as const

const newCommand = buildCommand<NewFlags, [], CliContext>({
  docs: helpText({
    brief: 'Make a key pair',
    details: [
      'The private key goes into a new file that only you can read, and nowhere else.',
      'Prints its Key ID and the public JWK, which is what a server needs.',
    ],
    examples: [
      'keygrant key new',
      'keygrant key new --type RSA-2048 --alg RS256 --out okta.json',
      'keygrant key new --type Ed25519 --format pem --out key.pem --public-out key.pub.pem',
      'keygrant key new --out - > key.json',
    ],
  }),
  loader: async () => (await import('./new.ts')).newKey,
  parameters: {
    flags: {
      type: {
        kind: 'enum',
        values: KEY_TYPES,
        default: 'P-256',
        brief: 'What kind of key; ML-DSA needs Node 24.6 or later',
      },
      alg: {
        kind: 'parsed',
        parse: parseAlgorithm,
        brief: 'Bind the key to one algorithm, such as ES256, RS256 or PS256',
        placeholder: 'alg',
        optional: true,
      },
      kid: {
        kind: 'parsed',
        parse: parseText,
        brief: 'Key ID; without it, the RFC 7638 thumbprint',
        placeholder: 'kid',
        optional: true,
      },
      format: {
        kind: 'enum',
        values: ['jwk', 'pem'],
        default: 'jwk',
        brief: 'Form of the files; PEM has no place for the Key ID',
      },
      out: {
        kind: 'parsed',
        parse: parseText,
        brief: 'File for the private key (private-key.json or .pem); "-" prints it',
        placeholder: 'file',
        optional: true,
      },
      publicOut: {
        kind: 'parsed',
        parse: parseText,
        brief: 'File for the public key',
        placeholder: 'file',
        optional: true,
      },
      force: forceFlag,
      json: jsonFlag,
    },
  },
})

const showCommand = buildCommand<ShowFlags, [string?], CliContext>({
  docs: helpText({
    brief: 'Say what a key is',
    details: [
      'Form, type, algorithm, Key ID, thumbprint and public JWK. Never shows a private member.',
      'The passphrase of an encrypted key is taken from KEYGRANT_PASSPHRASE.',
    ],
    examples: [
      'keygrant key show private-key.json',
      'curl -s https://as.example/jwks | keygrant key show',
    ],
  }),
  loader: async () => (await import('./show.ts')).showKey,
  parameters: { positional: file, flags: { kid, json: jsonFlag } },
})

const convertCommand = buildCommand<ConvertFlags, [string?], CliContext>({
  docs: helpText({
    brief: 'Write a key in another form',
    details: [
      'jwk and pem keep the half that is there; jwks, public-jwk and public-pem give the public half.',
      'A private key is written to a file, or printed when you say --out -.',
    ],
    examples: [
      'keygrant key convert private-key.json --to pem --out private-key.pem',
      'keygrant key convert private-key.pem --to public-jwk',
      'keygrant key convert private-key.json --to jwks > jwks.json',
    ],
  }),
  loader: async () => (await import('./convert.ts')).convertKey,
  parameters: {
    positional: file,
    flags: {
      to: { kind: 'enum', values: TARGETS, brief: 'The form to write' },
      out: {
        kind: 'parsed',
        parse: parseText,
        brief: 'File to write; "-" prints, also a private key',
        placeholder: 'file',
        optional: true,
      },
      kid,
      alg: {
        kind: 'parsed',
        parse: parseAlgorithm,
        brief: 'Bind a key that names no algorithm to this one',
        placeholder: 'alg',
        optional: true,
      },
      force: forceFlag,
    },
  },
})

const thumbprintCommand = buildCommand<ThumbprintFlags, [string?], CliContext>({
  docs: helpText({
    brief: 'Print the RFC 7638 thumbprint of a key',
    details: ['The same for the private and the public half, and for every form of the key.'],
    examples: ['keygrant key thumbprint private-key.json', 'keygrant key thumbprint < key.pem'],
  }),
  loader: async () => (await import('./thumbprint.ts')).printThumbprint,
  parameters: { positional: file, flags: { kid, json: jsonFlag } },
})

const checkCommand = buildCommand<CheckFlags, [string?], CliContext>({
  docs: helpText({
    brief: 'Say whether a public key may be registered',
    details: [
      'Reads a public key in any form, or a JWK Set, and looks for what no server should take: keys',
      'that are too small or known to be broken (ROCA, close primes, small factors, published',
      'examples), private members, a "kid" used twice. The exit code is 1 when something is wrong.',
    ],
    examples: [
      'keygrant key check public-key.json',
      'curl -s https://as.example/jwks | keygrant key check',
    ],
  }),
  loader: async () => (await import('./check.ts')).checkKey,
  parameters: { positional: file, flags: { json: jsonFlag } },
})

/** `keygrant key`. */
export const keyRoutes: RouteMap<CliContext> = buildRouteMap({
  routes: {
    new: newCommand,
    show: showCommand,
    check: checkCommand,
    convert: convertCommand,
    thumbprint: thumbprintCommand,
  },
  docs: { brief: 'Make keys, look at them, and write them in other forms' },
})
