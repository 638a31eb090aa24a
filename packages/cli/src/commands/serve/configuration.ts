/**
 * The settings of a server from a file, the environment and flags, with every fault in one report.
 * @module
 */

import { readFile } from 'node:fs/promises'
import { systemErrorCode } from '../../command-error.ts'
import { shortPath } from '../../shell.ts'
import { quoteInput } from '../../untrusted-text.ts'
import {
  fileName,
  type Setting,
  SETTING_NAMES,
  type SettingName,
  SETTINGS,
  variableName,
} from './settings.ts'

/** A value of each kind of setting. */
interface Values {
  readonly text: string
  readonly list: readonly string[]
  readonly number: number
  readonly choice: string
  readonly switch: boolean
}

type Value = Values[keyof Values]
type Kind<Name extends SettingName> = (typeof SETTINGS)[Name]['kind']
type ValueOf<Name extends SettingName> =
  Kind<Name> extends { readonly choices: readonly (infer Choice)[] }
    ? Choice
    : Values[Kind<Name>['type']]
type HasDefault<Name extends SettingName> = (typeof SETTINGS)[Name] extends {
  readonly default: string
}
  ? true
  : false

/** The settings of a server: those with a default are always there. */
export type Configuration = {
  readonly [Name in SettingName]: HasDefault<Name> extends true
    ? ValueOf<Name>
    : ValueOf<Name> | undefined
}

/** Where a value is from, in words. */
export type Origins = Readonly<Partial<Record<SettingName, string>>>

/** Something that is wrong with the settings. */
export interface ConfigurationFault {
  readonly message: string
  readonly hint?: string
}

/** What was found, and everything that is wrong with it. */
export interface ConfigurationReport {
  /** Settings with a fault have their default here, or are absent. */
  readonly settings: Configuration
  readonly origins: Origins
  readonly faults: readonly ConfigurationFault[]
}

/** Where settings are from: each counts before the next. */
export interface ConfigurationSources {
  readonly flags: Readonly<Partial<Record<SettingName, string | boolean>>>
  readonly env: Readonly<Record<string, string | undefined>>
  /** The configuration file; `undefined` is none. */
  readonly file: string | undefined
}

/** Gathers the settings: flags before the environment before the file before the defaults. */
export async function readConfiguration(
  sources: ConfigurationSources,
): Promise<ConfigurationReport> {
  const faults: ConfigurationFault[] = []
  const inFile = sources.file === undefined ? {} : await readFileSettings(sources.file, faults)
  const settings: Partial<Record<SettingName, Value>> = {}
  const origins: Partial<Record<SettingName, string>> = {}
  for (const name of SETTING_NAMES) {
    const setting: Setting = SETTINGS[name]
    for (const [origin, given] of [
      [`--${fileName(name)}`, sources.flags[name]],
      [variableName(name), sources.env[variableName(name)]],
      [`${fileName(name)} in ${shortPath(sources.file ?? '')}`, inFile[fileName(name)]],
    ] as const) {
      // An empty variable is how a unit file or a shell leaves one out.
      if (given === undefined || given === '') continue
      const read = readValue(setting, given)
      if (read.isGood) {
        settings[name] = read.value
        origins[name] = origin
      } else {
        faults.push({
          message: `${shown(given)} is no value for ${origin}: ${read.expected}`,
          hint: setting.kind.type === 'choice' ? read.expected : 'see keygrant serve --help',
        })
      }
      break
    }
    if (settings[name] === undefined && setting.default !== undefined) {
      const byDefault = readValue(setting, setting.default)
      if (byDefault.isGood) settings[name] = byDefault.value
    }
  }
  return { settings: settings as Configuration, origins, faults }
}

async function readFileSettings(
  file: string,
  faults: ConfigurationFault[],
): Promise<Readonly<Record<string, unknown>>> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    faults.push({
      message: `the configuration file ${quoteInput(shortPath(file))} can not be read (${systemErrorCode(error) ?? 'unknown reason'})`,
      hint: 'check the path and the permissions of the file',
    })
    return {}
  }
  const { parse, TomlError } = await import('smol-toml')
  let values: Record<string, unknown>
  try {
    values = parse(text)
  } catch (error) {
    // The parser's message goes on with the lines around the fault, which may hold anything.
    const where = error instanceof TomlError ? `, line ${error.line}, column ${error.column}` : ''
    faults.push({
      message: `the configuration file ${quoteInput(shortPath(file))} is not TOML${where}`,
      hint: 'write one setting on each line, such as: port = 8400, or: issuer = "https://auth.example.com"',
    })
    return {}
  }
  const known = SETTING_NAMES.map(fileName)
  for (const name of Object.keys(values)) {
    if (known.includes(name)) continue
    const like = known.find((each) => plain(each) === plain(name))
    faults.push({
      message: `there is no setting ${quoteInput(name)}, which is in ${shortPath(file)}`,
      hint: like === undefined ? 'keygrant serve --help lists them' : `did you mean ${like}?`,
    })
  }
  return values
}

function plain(name: string): string {
  return name.replaceAll(/[-_]/g, '').toLowerCase()
}

function shown(given: unknown): string {
  return typeof given === 'string' ? quoteInput(given) : `[${typeof given}]`
}

type Read =
  | { readonly isGood: true; readonly value: Value }
  | { readonly isGood: false; readonly expected: string }

const good = (value: Value): Read => ({ isGood: true, value })
const bad = (expected: string): Read => ({ isGood: false, expected })

function readValue({ kind }: Setting, given: unknown): Read {
  switch (kind.type) {
    case 'text':
      return typeof given === 'string' ? good(given) : bad('expected a text in quotes')
    case 'list': {
      const items: unknown[] = Array.isArray(given)
        ? given
        : typeof given === 'string'
          ? given.split(',').map((item) => item.trim())
          : [given]
      return items.every((item) => typeof item === 'string' && item !== '')
        ? good(items as string[])
        : bad('expected a list of texts')
    }
    case 'number': {
      const digits = typeof given === 'number' ? String(given) : given
      const isWhole = typeof digits === 'string' && /^[0-9]{1,9}$/.test(digits)
      const value = isWhole ? Number(digits) : -1
      return value >= kind.min && value <= kind.max
        ? good(value)
        : bad(
            `expected ${kind.placeholder === 'port' ? 'a port' : 'a number'} from ${kind.min} to ${kind.max}`,
          )
    }
    case 'choice':
      return typeof given === 'string' && kind.choices.includes(given)
        ? good(given)
        : bad(`use one of ${kind.choices.join(', ')}`)
    case 'switch':
      if (typeof given === 'boolean') return good(given)
      if (given === 'true' || given === '1') return good(true)
      if (given === 'false' || given === '0') return good(false)
      return bad('use true or false')
  }
}
