/**
 * `keygrant log …`: the table of its commands.
 * @module
 */

import { buildCommand, buildRouteMap, type RouteMap } from '@stricli/core'
import type { CliContext } from '../../context.ts'
import { administratorFlags } from '../../flags.ts'
import { helpText } from '../../help.ts'
import type { AdministratorFlags } from '../../operator-api.ts'
import { parseArgument, parseCount, parseInstant, parseSeconds, parseText } from '../../parsers.ts'
import type { FollowFlags } from './follow.ts'
import type { ListFlags } from './list.ts'

const filterFlags = {
  app: {
    kind: 'parsed',
    parse: parseArgument,
    brief: 'Only what is about this service app: its client ID or its name',
    placeholder: 'app',
    optional: true,
  },
  actor: {
    kind: 'parsed',
    parse: parseArgument,
    brief: 'Only what this service app did: its client ID or its name',
    placeholder: 'app',
    optional: true,
  },
  event: {
    kind: 'parsed',
    parse: parseText,
    brief: 'Only this type of event, such as app.oauth2.token.grant',
    placeholder: 'type',
    optional: true,
  },
  key: {
    kind: 'parsed',
    parse: parseText,
    brief: 'Only what has to do with this key: its ID or its Key ID',
    placeholder: 'key',
    optional: true,
  },
  refused: {
    kind: 'boolean',
    brief: 'Only what did not succeed',
    optional: true,
    withNegated: false,
  },
} as const

const listCommand = buildCommand<ListFlags, [], CliContext>({
  docs: helpText({
    brief: 'List what happened, newest first',
    details: ['Filters add up: an entry is listed when it fits all of them.'],
    examples: [
      'keygrant log list',
      'keygrant log list --app 0oa1 --refused --limit 100',
      'keygrant log list --event app.oauth2.token.grant --since 2026-01-31T00:00:00Z',
    ],
  }),
  loader: async () => (await import('./list.ts')).listLog,
  parameters: {
    flags: {
      ...filterFlags,
      since: {
        kind: 'parsed',
        parse: parseInstant,
        brief: 'Only from this time on: seconds since 1970, or 2026-01-31T12:00:00Z',
        placeholder: 'time',
        optional: true,
      },
      until: {
        kind: 'parsed',
        parse: parseInstant,
        brief: 'Only before this time',
        placeholder: 'time',
        optional: true,
      },
      limit: {
        kind: 'parsed',
        parse: parseCount,
        brief: 'At most this many entries',
        placeholder: 'count',
        default: '20',
      },
      ...administratorFlags,
    },
  },
})

const followCommand = buildCommand<FollowFlags, [], CliContext>({
  docs: helpText({
    brief: 'Print what happens as it happens',
    details: ['With --json, one JSON document a line. Ctrl+C stops it.'],
    examples: ['keygrant log follow --refused', 'keygrant log follow --app 0oa1 --json'],
  }),
  loader: async () => (await import('./follow.ts')).followLog,
  parameters: {
    flags: {
      ...filterFlags,
      tail: {
        kind: 'parsed',
        parse: parseTail,
        brief: 'How many of the last entries to print first',
        placeholder: 'count',
        default: '10',
      },
      interval: {
        kind: 'parsed',
        parse: parseSeconds,
        brief: 'Seconds between two looks',
        placeholder: 'seconds',
        default: '2',
      },
      limit: {
        kind: 'parsed',
        parse: parseCount,
        brief: 'Stop after this many entries',
        placeholder: 'count',
        optional: true,
      },
      ...administratorFlags,
    },
  },
})

const showCommand = buildCommand<AdministratorFlags, [string], CliContext>({
  docs: helpText({
    brief: 'Say why a request was refused',
    details: ['Every answer of the server bears a request ID: the header x-request-id.'],
    examples: ['keygrant log show 2f1c7f0e-1df4-4a57-a4a2-9d7f0d4e8f11'],
  }),
  loader: async () => (await import('./show.ts')).showRequest,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'ID of the request', placeholder: 'REQUEST_ID', parse: parseArgument }],
    },
    flags: administratorFlags,
  },
})

/** None at all is a number too. */
function parseTail(input: string): number {
  return input === '0' ? 0 : parseCount(input)
}

/** `keygrant log`. */
export const logRoutes: RouteMap<CliContext> = buildRouteMap({
  routes: { list: listCommand, follow: followCommand, show: showCommand },
  docs: { brief: 'Read the audit log, and learn why a request was refused' },
})
