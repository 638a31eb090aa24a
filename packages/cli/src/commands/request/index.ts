/**
 * `keygrant request`: its place in the table.
 * @module
 */

import { buildCommand, type Command } from '@stricli/core'
import { cacheFlags, clientFlags, PRECEDENCE } from '../../client-flags.ts'
import type { CliContext } from '../../context.ts'
import { helpText } from '../../help.ts'
import { parseArgument, parseSeconds, parseText } from '../../parsers.ts'
import { parseHeader } from './header.ts'
import type { RequestFlags } from './request.ts'

/** `keygrant request`. */
export const requestCommand: Command<CliContext> = buildCommand<
  RequestFlags,
  [string, string?],
  CliContext
>({
  docs: helpText({
    brief: 'Call an API with an access token',
    details: [
      'keygrant request [METHOD] URL gets a token, or takes the one that is kept, sends the request and',
      'writes the body of the answer to stdout. With --dpop or --dpop-key the token is bound to a key and',
      'each request has its proof; a nonce that server or API ask for is sent. A token that the API',
      'refuses is replaced once. Redirects are not followed, so that the token stays where it belongs.',
      '',
      'Bodies are streamed both ways. --data is sent as application/json when it is JSON, else as a form;',
      '--data-binary as application/octet-stream; -H "Content-Type: …" says otherwise. @FILE reads a',
      'file, @- standard input. Without METHOD it is GET, or POST when there is a body.',
      '',
      ...PRECEDENCE,
      'The exit code is 0 whatever the API answers; with --fail it is 4 for a status from 400 on.',
    ],
    examples: [
      'keygrant request --profile reports https://api.example/reports',
      'keygrant request --profile reports POST https://api.example/reports -d \'{"month":"2026-01"}\'',
      'keygrant request --operator --scope okta.apps.read http://127.0.0.1:8400/api/v1/apps -i',
      'keygrant request --profile reports PUT https://api.example/file --data-binary @big.bin -f -o answer.json',
    ],
  }),
  loader: async () => (await import('./request.ts')).sendRequest,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'The method; GET or POST when it is left out',
          placeholder: 'METHOD',
          parse: parseArgument,
        },
        { brief: 'The URL', placeholder: 'URL', parse: parseArgument, optional: true },
      ],
    },
    aliases: { H: 'header', d: 'data', o: 'output', i: 'include', f: 'fail' },
    flags: {
      ...clientFlags,
      // Both names are taken by the body here and by curl.
      data: {
        kind: 'parsed',
        parse: parseText,
        brief: 'Body: a text, @FILE, or @- for standard input',
        placeholder: 'data',
        optional: true,
      },
      dataBinary: {
        kind: 'parsed',
        parse: parseText,
        brief: 'Body, octet for octet: a text, @FILE, or @-',
        placeholder: 'data',
        optional: true,
      },
      dataDirectory: clientFlags.data,
      header: {
        kind: 'parsed',
        parse: parseHeader,
        brief: 'A header field, "Name: value"; may be given again',
        placeholder: 'header',
        optional: true,
        variadic: true,
      },
      output: {
        kind: 'parsed',
        parse: parseText,
        brief: 'Write the body to this file',
        placeholder: 'file',
        optional: true,
      },
      include: {
        kind: 'boolean',
        brief: 'Show status and header of the answer before its body',
        optional: true,
        withNegated: false,
      },
      fail: {
        kind: 'boolean',
        brief: 'Write no body and fail when the status is 400 or more',
        optional: true,
        withNegated: false,
      },
      dpop: {
        kind: 'boolean',
        brief: 'Bind the token to a key that is made for this call (DPoP)',
        optional: true,
        withNegated: false,
      },
      timeout: {
        kind: 'parsed',
        parse: parseSeconds,
        brief: 'Seconds until the answer has to begin (30)',
        placeholder: 'seconds',
        optional: true,
      },
      ...cacheFlags,
    },
  },
})
