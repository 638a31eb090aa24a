/**
 * The settings of a server from a file, the environment and flags, with every fault in one report.
 * @module
 */

import { readFile } from 'node:fs/promises'
import { CommandError, systemErrorCode } from '../../command-error.ts'
import { ExitCode } from '../../exit-codes.ts'
import { shortPath } from '../../shell.ts'
import { quoteInput } from '../../untrusted-text.ts'
import {
  CONFIG_VARIABLE,
  fileName,
  type Setting,
  SETTING_NAMES,
  type SettingKind,
  type SettingName,
  type Settings,
  SETTINGS,
  VARIABLE_PREFIX,
  variableName,
} from './settings.ts'

/** Where a value is from, as it is written there: a flag, a variable, a line of a file. */
export type Origins = Readonly<Partial<Record<SettingName, string>>>

/** What was found, and everything that is wrong with it. */
export interface ConfigurationReport {
  /** Settings with a fault have their default here, or are absent. */
  readonly settings: Settings
  readonly origins: Origins
  /** Where the values are from that can not be used. */
  readonly unusable: Origins
  /** Whether there is no file, or it could be read. */
  readonly isFileRead: boolean
  readonly faults: readonly CommandError[]
}

/** Settings as they were written at the command line. */
export type SettingFlags = Readonly<Partial<Record<SettingName, string | boolean>>>

/** Where settings are from: each counts before the next. */
export interface ConfigurationSources {
  readonly flags: SettingFlags
  readonly env: Readonly<Record<string, string | undefined>>
  /** The configuration file; `undefined` is none. */
  readonly file: string | undefined
}

/** A setting as it was written somewhere. */
interface Given {
  readonly value: unknown
  readonly origin: string
}

/** Gathers the settings: flags before the environment before the file before the defaults. */
export async function readConfiguration(
  sources: ConfigurationSources,
): Promise<ConfigurationReport> {
  const { flags, env, file } = sources
  const inFile =
    file === undefined ? { given: NOTHING_GIVEN, faults: [] } : await readSettingsFile(file)
  const faults = [...findUnknownVariables(env), ...inFile.faults]
  const settings: Partial<Record<SettingName, unknown>> = {}
  const origins: Partial<Record<SettingName, string>> = {}
  const unusable: Partial<Record<SettingName, string>> = {}
  for (const name of SETTING_NAMES) {
    const setting: Setting = SETTINGS[name]
    if (setting.default !== undefined) settings[name] = readValue(setting.kind, setting.default)
    const variable = variableName(name)
    const found = [
      { origin: `--${fileName(name)}`, value: flags[name] },
      // An empty variable is how a unit file or a shell leaves one out.
      { origin: variable, value: env[variable] === '' ? undefined : env[variable] },
      inFile.given?.get(name),
    ].find((each): each is Given => each?.value !== undefined)
    if (found === undefined) continue
    const value = readValue(setting.kind, found.value)
    if (value === undefined) {
      unusable[name] = found.origin
      const what = `${shown(found.value)} is no value for ${found.origin}`
      faults.push(fault(`${what}: expected ${expectedOf(setting.kind)}`, `it is: ${setting.brief}`))
    } else {
      settings[name] = value
      origins[name] = found.origin
    }
  }
  return {
    settings: settings as unknown as Settings,
    origins,
    unusable,
    isFileRead: inFile.given !== undefined,
    faults,
  }
}

const NOTHING_GIVEN: ReadonlyMap<SettingName, Given> = new Map()

function fault(message: string, hint: string): CommandError {
  return new CommandError(ExitCode.usage, message, hint)
}

/** A variable that is misspelt would be a setting that is not made. */
function findUnknownVariables(env: ConfigurationSources['env']): readonly CommandError[] {
  const known: readonly string[] = [CONFIG_VARIABLE, ...SETTING_NAMES.map(variableName)]
  return Object.keys(env)
    .filter((name) => name.startsWith(VARIABLE_PREFIX) && !known.includes(name))
    .map((name) =>
      fault(`there is no setting for the variable ${quoteInput(name)}`, suggest(known, name)),
    )
}

async function readSettingsFile(file: string): Promise<{
  /** `undefined`: it can not be read. */
  readonly given: ReadonlyMap<SettingName, Given> | undefined
  readonly faults: readonly CommandError[]
}> {
  const path = shortPath(file)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const reason = systemErrorCode(error) ?? 'unknown reason'
    const message = `the configuration file ${quoteInput(path)} can not be read (${reason})`
    return {
      given: undefined,
      faults: [fault(message, 'check the path and the permissions of the file')],
    }
  }
  const { parse, TomlError } = await import('smol-toml')
  let values: Record<string, unknown>
  try {
    values = parse(text)
  } catch (error) {
    // The parser's message goes on with the lines around the fault, which may hold anything.
    const where = error instanceof TomlError ? `, line ${error.line}, column ${error.column}` : ''
    return {
      given: undefined,
      faults: [
        fault(
          `the configuration file ${quoteInput(path)} is not TOML${where}`,
          'write one setting on each line, such as: port = 8400, or: issuer = "https://auth.example.com"',
        ),
      ],
    }
  }
  const lines = text.split('\n')
  const place = (key: string): string => {
    const line = lines.findIndex((each) => keyOf(each) === key)
    return line < 0 ? path : `${path}, line ${line + 1}`
  }
  const names = new Map(SETTING_NAMES.map((name) => [fileName(name), name]))
  const given = new Map<SettingName, Given>()
  const faults: CommandError[] = []
  for (const [key, value] of Object.entries(values)) {
    const name = names.get(key)
    if (name !== undefined) given.set(name, { value, origin: `${key} in ${place(key)}` })
    else {
      faults.push(
        fault(
          `there is no setting ${quoteInput(key)}, which is in ${place(key)}`,
          suggest([...names.keys()], key),
        ),
      )
    }
  }
  return { given, faults }
}

/** The key at the beginning of a line of TOML, or the name of the table. */
function keyOf(line: string): string | undefined {
  return /^\s*\[*\s*["']?([\w-]+)["']?\s*[=.\]]/.exec(line)?.[1]
}

function suggest(known: readonly string[], name: string): string {
  const plain = (text: string): string => text.replaceAll(/[-_]/g, '').toLowerCase()
  const like = known.find((each) => plain(each) === plain(name))
  return like === undefined ? 'keygrant serve --help lists them all' : `did you mean ${like}?`
}

function shown(value: unknown): string {
  return typeof value === 'object' ? 'what is written' : quoteInput(`${value as string | number}`)
}

/** The value in the form that the program uses; `undefined` when it is none. */
function readValue(kind: SettingKind, given: unknown): unknown {
  switch (kind.type) {
    case 'text':
      return typeof given === 'string' && given !== '' ? given : undefined
    case 'list': {
      const items: readonly unknown[] =
        typeof given === 'string'
          ? given.split(',').map((item) => item.trim())
          : Array.isArray(given)
            ? given
            : [given]
      const isText = (item: unknown): item is string => typeof item === 'string' && item !== ''
      return items.every(isText) ? items : undefined
    }
    case 'number': {
      const value = typeof given === 'string' && /^[0-9]{1,9}$/.test(given) ? Number(given) : given
      return typeof value === 'number' &&
        Number.isInteger(value) &&
        value >= kind.min &&
        value <= kind.max
        ? value
        : undefined
    }
    case 'choice':
      return kind.choices.find((choice) => choice === given)
    case 'switch':
      if (given === true || given === 'true' || given === '1') return true
      return given === false || given === 'false' || given === '0' ? false : undefined
  }
}

function expectedOf(kind: SettingKind): string {
  switch (kind.type) {
    case 'text':
      return 'a text'
    case 'list':
      return 'a list of texts'
    case 'number':
      return `a ${kind.placeholder === 'port' ? 'port' : 'whole number'} from ${kind.min} to ${kind.max}`
    case 'choice':
      return `one of ${kind.choices.join(', ')}`
    case 'switch':
      return 'true or false'
  }
}
