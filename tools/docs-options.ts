/**
 * Writes docs/options.md from the table of settings of `keygrant serve`. `--check` compares instead of
 * writing.
 * @module
 */

import {
  CONFIG_VARIABLE,
  fileName,
  type Setting,
  SETTING_NAMES,
  type SettingKind,
  type SettingName,
  SETTINGS,
  variableName,
} from '../packages/cli/src/commands/serve/settings.ts'
import { writePage } from './generated-page.ts'

const page = [
  '# Settings of the server',
  '',
  '<!-- Generated from the code by `npm run docs`. Do not edit. -->',
  '',
  'Each setting of `keygrant serve` can be given in three places. The first that has it counts:',
  '',
  '1. a flag: `keygrant serve --port 8443`',
  '2. a variable of the environment: `KEYGRANT_SERVE_PORT=8443`; an empty one counts as none',
  `3. a line of the file that \`--config\` or \`${CONFIG_VARIABLE}\` names, in TOML: \`port = 8443\``,
  '',
  'Else the default counts. `keygrant serve --check` with the same flags shows each setting, where it is from, and',
  'everything that is wrong, and starts and changes nothing. It ends with 0 when nothing is wrong, 1 when the server would',
  'start but something calls for attention, 2 when a setting is wrong, 6 when this machine can not do it; `--json` says the',
  'same to a program. A name that is no setting, in the file or behind `KEYGRANT_SERVE_`, is a fault.',
  '',
  '```toml',
  ...exampleFile(),
  '```',
  '',
  '| Setting | Default | What it is |',
  '|---|---|---|',
  ...SETTING_NAMES.map((name) => {
    const { brief, default: byDefault } = SETTINGS[name]
    return `| [\`${fileName(name)}\`](#${fileName(name)}) | ${byDefault === undefined ? '' : `\`${byDefault}\``} | ${brief} |`
  }),
  '',
  ...SETTING_NAMES.flatMap((name) => section(name, SETTINGS[name])),
].join('\n')

writePage('docs/options.md', page)

function section(name: SettingName, { kind, brief, more, default: byDefault }: Setting): string[] {
  return [
    `## ${fileName(name)}`,
    '',
    `${brief}.${more === undefined ? '' : ` ${more}`}`,
    '',
    `- Value: ${valuesOf(kind)}${byDefault === undefined ? '' : `; default: \`${byDefault}\``}`,
    `- Flag: \`--${fileName(name)}\`; variable: \`${variableName(name)}\``,
    '',
  ]
}

function valuesOf(kind: SettingKind): string {
  switch (kind.type) {
    case 'text':
      return kind.placeholder === 'dir' ? 'a directory' : `a text (${kind.placeholder})`
    case 'list':
      return 'a list; with commas between its items in a flag or a variable'
    case 'number':
      return `a number from ${kind.min} to ${kind.max}`
    case 'choice':
      return kind.choices.map((choice) => `\`${choice}\``).join(', ')
    case 'switch':
      return '`true` or `false`; the flag alone is `true`'
  }
}

function exampleFile(): string[] {
  const lines: readonly (readonly [SettingName, string])[] = [
    ['data', '"/var/lib/keygrant"'],
    ['issuer', '"https://auth.example.com"'],
    ['trustedProxy', '["10.0.0.0/8"]'],
    ['metricsPort', '9464'],
  ]
  return lines.map(([name, value]) => `${fileName(name)} = ${value}`)
}
