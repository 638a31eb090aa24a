/**
 * `keygrant serve`: its place in the table.
 * @module
 */

import { buildCommand, type Command } from '@stricli/core'
import type { CliContext } from '../../context.ts'
import { dataFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import { parsePort, parseText, parseUrl } from '../../parsers.ts'
import type { ServeFlags } from './serve.ts'

/** `keygrant serve`. */
export const serveCommand: Command<CliContext> = buildCommand<ServeFlags, [], CliContext>({
  docs: helpText({
    brief: 'Run the authorization server',
    details: [
      'Keeps everything in one data directory, and makes it with its keys on the first start.',
      'Behind a proxy that does TLS, say with --issuer what clients call it. Ctrl+C stops it.',
    ],
    examples: [
      'keygrant serve --dev --demo',
      'keygrant serve --data /var/lib/keygrant --issuer https://auth.example.com',
    ],
  }),
  loader: async () => (await import('./serve.ts')).serve,
  parameters: {
    flags: {
      data: dataFlag,
      host: {
        kind: 'parsed',
        parse: parseText,
        brief: 'Address to listen on',
        placeholder: 'address',
        default: '127.0.0.1',
      },
      port: {
        kind: 'parsed',
        parse: parsePort,
        brief: 'Port to listen on; 0 takes a free one',
        placeholder: 'port',
        default: '8400',
      },
      issuer: {
        kind: 'parsed',
        parse: parseUrl,
        brief: 'Issuer identifier: the origin by which clients know it (the address it listens on)',
        placeholder: 'url',
        optional: true,
      },
      profile: {
        kind: 'enum',
        values: ['okta', 'strict'],
        default: 'okta',
        brief: 'What it expects of client assertions',
      },
      dev: {
        kind: 'boolean',
        brief: 'Put the whole report into the answer to a refused request; for your own machine',
        optional: true,
        withNegated: false,
      },
      demo: {
        kind: 'boolean',
        brief: 'On the first start, go from a key pair to an API call in six steps, and show them',
        optional: true,
        withNegated: false,
      },
    },
  },
})
