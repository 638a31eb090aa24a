/**
 * Flags that several commands have, described once.
 * @module
 */

import { parseArgument, parseText, parseUrl, parseVia } from './parsers.ts'

/** `--json`. */
export const jsonFlag = {
  kind: 'boolean',
  brief: 'Print one JSON document',
  optional: true,
  withNegated: false,
} as const

/** `--force`. */
export const forceFlag = {
  kind: 'boolean',
  brief: 'Replace files that are there',
  optional: true,
  withNegated: false,
} as const

/** `--data`. */
export const dataFlag: TextFlag = {
  kind: 'parsed',
  parse: parseText,
  brief: 'Data directory of the server (KEYGRANT_DATA, or .keygrant)',
  placeholder: 'dir',
  optional: true,
}

/** `--profile`. */
export const profileFlag: TextFlag = {
  kind: 'parsed',
  parse: parseText,
  brief: 'Profile that says whom to ask, and as whom (KEYGRANT_PROFILE)',
  placeholder: 'name',
  optional: true,
}

/** Who administers what: the flags of every command of an administrator. */
export const administratorFlags: {
  readonly data: TextFlag
  readonly profile: TextFlag
  readonly issuer: TextFlag
  readonly admin: TextFlag
  readonly adminKey: TextFlag
  readonly via: TextFlag
  readonly json: typeof jsonFlag
} = {
  data: dataFlag,
  profile: profileFlag,
  issuer: {
    kind: 'parsed',
    parse: parseUrl,
    brief: 'Server to administer, instead of that of the data directory; its issuer',
    placeholder: 'url',
    optional: true,
  },
  admin: {
    kind: 'parsed',
    parse: parseText,
    brief: 'Client ID of the administrator there',
    placeholder: 'id',
    optional: true,
  },
  adminKey: {
    kind: 'parsed',
    parse: parseText,
    brief: 'Private key of the administrator: a file, or a key elsewhere',
    placeholder: 'file',
    optional: true,
  },
  via: {
    kind: 'parsed',
    parse: parseVia,
    brief:
      'Where to reach the server, if not by its issuer: http://127.0.0.1:8400 on its own machine',
    placeholder: 'url',
    optional: true,
  },
  json: jsonFlag,
}

/** `--dry-run`. */
export const dryRunFlag = {
  kind: 'boolean',
  brief: 'Show what would be sent, and change nothing',
  optional: true,
  withNegated: false,
} as const

/** `--yes`. */
export const yesFlag = {
  kind: 'boolean',
  brief: 'Do not ask whether to go on',
  optional: true,
  withNegated: false,
} as const

/** A flag with any text. */
export interface TextFlag {
  readonly kind: 'parsed'
  readonly parse: (input: string) => string
  readonly brief: string
  readonly placeholder: string
  readonly optional: true
}

/** The service app that a command is about. */
export const appArgument: {
  readonly brief: string
  readonly placeholder: string
  readonly parse: (input: string) => string
} = {
  brief: 'The service app: its client ID or its name',
  placeholder: 'APP',
  parse: parseArgument,
}
