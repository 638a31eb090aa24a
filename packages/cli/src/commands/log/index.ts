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
import { parseAnchor } from './anchor.ts'
import type { ExportFlags } from './export.ts'
import type { FollowFlags } from './follow.ts'
import type { ListFlags } from './list.ts'
import type { VerifyFlags } from './verify.ts'

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
  changes: {
    kind: 'boolean',
    brief: 'Only what was changed: apps, keys, scopes, roles, people, settings',
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
      'keygrant log list --changes --since 2026-01-31T00:00:00Z',
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

const exportCommand = buildCommand<ExportFlags, [], CliContext>({
  docs: helpText({
    brief: 'Write the audit log as JSON Lines, to keep it elsewhere',
    details: [
      'Each line is an entry with its place and its hash. With --out, a file that is there is gone on with:',
      'what came since its last line is added, if it follows from that line.',
    ],
    examples: [
      'keygrant log export --out /archive/keygrant-log.jsonl',
      'keygrant log export | jq -r .event | sort | uniq -c',
      'keygrant log export --after 120000 | gzip > log-from-120001.jsonl.gz',
    ],
  }),
  loader: async () => (await import('./export.ts')).exportLog,
  parameters: {
    flags: {
      out: {
        kind: 'parsed',
        parse: parseText,
        brief: 'File to write, or to go on with; default: standard output',
        placeholder: 'file',
        optional: true,
      },
      after: {
        kind: 'parsed',
        parse: parsePlace,
        brief: 'Begin behind the entry with this number',
        placeholder: 'number',
        optional: true,
      },
      ...administratorFlags,
    },
  },
})

const verifyCommand = buildCommand<VerifyFlags, [string?], CliContext>({
  docs: helpText({
    brief: 'Find out whether anybody tampered with the audit log',
    details: [
      'Each entry bears a hash over itself and all before it. Finds entries that were edited, deleted, put',
      'in, moved, or cut off at the end. That somebody computed the whole log anew is found only with an',
      'anchor from before, which is the number and the hash of an entry: every line of an export is one.',
      'Without FILE reads the log of the server. Ends with 1 when the log is not whole.',
    ],
    examples: [
      'keygrant log verify',
      'keygrant log verify --against /archive/keygrant-log.jsonl',
      'keygrant log verify /archive/keygrant-log.jsonl',
      'keygrant log verify --database copy/keygrant.db --against /archive/keygrant-log.jsonl',
    ],
  }),
  loader: async () => (await import('./verify.ts')).verifyLog,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'An export to verify, instead of the server; "-" is standard input',
          placeholder: 'FILE',
          parse: parseArgument,
          optional: true,
        },
      ],
    },
    flags: {
      anchor: {
        kind: 'parsed',
        parse: parseAnchor,
        brief: 'An entry that has to be there still, as it was: its number and its hash',
        placeholder: 'number:hash',
        optional: true,
      },
      database: {
        kind: 'parsed',
        parse: parseText,
        brief: 'SQLite file to verify, of a server that does not run; as evidence, take a copy',
        placeholder: 'file',
        optional: true,
      },
      against: {
        kind: 'parsed',
        parse: parseText,
        brief: 'An earlier export, whose last line has to be there still',
        placeholder: 'file',
        optional: true,
      },
      ...administratorFlags,
    },
  },
})

/** The number of an entry, or 0 for the beginning. */
function parsePlace(input: string): number {
  if (/^[0-9]{1,15}$/.test(input)) return Number(input)
  throw new Error('expected the number of an entry')
}

/** None at all is a number too. */
function parseTail(input: string): number {
  return input === '0' ? 0 : parseCount(input)
}

/** `keygrant log`. */
export const logRoutes: RouteMap<CliContext> = buildRouteMap({
  routes: {
    list: listCommand,
    follow: followCommand,
    show: showCommand,
    export: exportCommand,
    verify: verifyCommand,
  },
  docs: { brief: 'Read, verify and export the audit log; learn why a request was refused' },
})
