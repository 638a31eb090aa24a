/**
 * `keygrant exec`: its place in the table.
 * @module
 */

import { buildCommand, type Command } from '@stricli/core'
import { cacheFlags, clientFlags, PRECEDENCE } from '../../client-flags.ts'
import type { CliContext } from '../../context.ts'
import { helpText } from '../../help.ts'
import { parseText } from '../../parsers.ts'
import { type ExecFlags, parseVariable } from './exec-flags.ts'

/** `keygrant exec`. */
export const execCommand: Command<CliContext> = buildCommand<
  ExecFlags,
  readonly string[],
  CliContext
>({
  docs: helpText({
    brief: 'Run a program with an access token',
    details: [
      'keygrant exec [flags] -- PROGRAM [ARG…] gets a token, puts it into the environment of the program',
      'as KEYGRANT_ACCESS_TOKEN, and ends with its exit code. With --header-file the program gets the name of a',
      'file with the header instead, in KEYGRANT_HEADER_FILE: nothing of the token is in its environment, and',
      'the file is gone when the program ends. The program gets no passphrase of a key. The token is not',
      'renewed while it runs: a program that runs for hours has to ask again, or use the library.',
      '',
      ...PRECEDENCE,
    ],
    examples: [
      'keygrant exec --profile reports -- sh -c \'curl -H "Authorization: Bearer $KEYGRANT_ACCESS_TOKEN" https://api.example/reports\'',
      'keygrant exec --profile reports --header-file -- sh -c \'curl -H "@$KEYGRANT_HEADER_FILE" https://api.example/reports\'',
      'keygrant exec --operator --scope okta.apps.manage --env OKTA_ACCESS_TOKEN -- terraform plan',
    ],
  }),
  loader: async () => (await import('./exec.ts')).execProgram,
  parameters: {
    positional: {
      kind: 'array',
      parameter: {
        brief: 'The program and its arguments, behind "--"',
        placeholder: 'PROGRAM',
        parse: parseText,
      },
    },
    flags: {
      ...clientFlags,
      env: {
        kind: 'parsed',
        parse: parseVariable,
        brief: 'Name of the variable (KEYGRANT_ACCESS_TOKEN)',
        placeholder: 'name',
        optional: true,
      },
      headerFile: {
        kind: 'boolean',
        brief: 'Give the name of a file with the header, not the token',
        optional: true,
        withNegated: false,
      },
      ...cacheFlags,
    },
  },
})
