/**
 * `keygrant serve`: its place in the table.
 * @module
 */

import { buildCommand, type Command } from '@stricli/core'
import type { CliContext } from '../../context.ts'
import { jsonFlag, type TextFlag } from '../../flags.ts'
import { helpText } from '../../help.ts'
import { parseText } from '../../parsers.ts'
import type { ServeFlags } from './serve.ts'
import { type Setting, type SettingName, SETTINGS } from './settings.ts'

/** `keygrant serve`. */
export const serveCommand: Command<CliContext> = buildCommand<ServeFlags, [], CliContext>({
  docs: helpText({
    brief: 'Run the authorization server',
    details: [
      'Keeps everything in one data directory, and makes it with its keys on the first start.',
      'Several servers with one --database are nodes of one server (docs/scaling.md).',
      'Behind a proxy that does TLS, say with --issuer what clients call it. Ctrl+C stops it.',
      'Every setting is also a line of the file --config (port = 8400) and a variable of the environment',
      '(KEYGRANT_SERVE_PORT; KEYGRANT_DATA). A flag counts before a variable, and a variable before the file.',
      '--check ends with 0 when nothing is wrong, 1 with warnings, 2 or 6 when the server could not start.',
    ],
    examples: [
      'keygrant serve --dev --demo',
      'keygrant serve --data /var/lib/keygrant --issuer https://auth.example.com',
      'keygrant serve --database postgres://keygrant@db.internal/keygrant?sslmode=verify-full --workers 0',
      'keygrant serve --config /etc/keygrant.toml --check',
    ],
  }),
  loader: async () => (await import('./serve.ts')).serve,
  parameters: {
    flags: {
      config: {
        kind: 'parsed',
        parse: parseText,
        brief: 'File with settings, in TOML (KEYGRANT_SERVE_CONFIG)',
        placeholder: 'file',
        optional: true,
      },
      ...settingFlags(),
      check: {
        kind: 'boolean',
        brief: 'Say what would run and everything that is wrong with it, and start nothing',
        optional: true,
        withNegated: false,
      },
      demo: {
        kind: 'boolean',
        brief: 'On the first start, go from a key pair to an API call in six steps, and show them',
        optional: true,
        withNegated: false,
      },
      afterRestore: {
        kind: 'boolean',
        brief:
          'The database was put back to an earlier time: take nothing that may have been used since',
        optional: true,
        withNegated: false,
      },
      json: { ...jsonFlag, brief: 'Print what --check says as one JSON document' },
      // How the first process of several starts the others.
      worker: {
        kind: 'boolean',
        brief: 'Be one of several processes',
        optional: true,
        hidden: true,
        withNegated: false,
      },
    },
  },
})

/** Values stay as they were written: what is wrong with them is said together with all other faults. */
function settingFlags(): Readonly<Record<SettingName, TextFlag>> {
  const flags = Object.entries(SETTINGS).map(([name, setting]) => [name, toFlag(setting)])
  return Object.fromEntries(flags) as Readonly<Record<SettingName, TextFlag>>
}

function toFlag({ kind, brief, default: byDefault }: Setting): object {
  if (kind.type === 'switch') return { kind: 'boolean', brief, optional: true, withNegated: false }
  const choices = kind.type === 'choice' ? `: ${kind.choices.join(', ')}` : ''
  return {
    kind: 'parsed',
    parse: parseText,
    brief: brief + choices + (byDefault === undefined ? '' : ` [${byDefault}]`),
    placeholder: kind.type === 'choice' ? 'word' : kind.placeholder,
    optional: true,
  }
}
