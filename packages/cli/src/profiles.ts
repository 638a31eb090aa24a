/**
 * Profiles: who asks whom, under a name. They are in one file that people may edit, which holds names of
 * keys and never a key: `$XDG_CONFIG_HOME/keygrant/config.json`, or `~/.config/keygrant/config.json`.
 * @module
 */

import { mkdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { CommandError, systemErrorCode } from './command-error.ts'
import type { CliContext } from './context.ts'
import { ExitCode } from './exit-codes.ts'
import { writeNewFile } from './new-file.ts'
import { parseProvider, parseUrl } from './parsers.ts'
import { isSignerReference } from './signer-reference.ts'
import { holdsKey, quoteInput } from './untrusted-text.ts'

type Env = CliContext['env']

/** What a profile may say. */
export interface Profile {
  /** Issuer identifier of the server. */
  readonly issuer?: string
  /** The token endpoint, where there is no metadata. */
  readonly tokenEndpoint?: string
  /** Whose server it is, where its address does not tell. */
  readonly provider?: string
  /** `aud` of the assertion, where it is neither the issuer nor what the provider wants. */
  readonly audience?: string
  readonly clientId?: string
  /** A private key: the path of its file, or a reference such as `ssh-agent:`. */
  readonly key?: string
  readonly kid?: string
  readonly alg?: string
  /** Scopes, separated by spaces. */
  readonly scope?: string
  /** Data directory of a server on this machine. */
  readonly data?: string
}

/** The names of the members, in the order in which they are shown. */
export const PROFILE_MEMBERS: readonly (keyof Profile)[] = [
  'issuer',
  'tokenEndpoint',
  'provider',
  'audience',
  'clientId',
  'key',
  'kid',
  'alg',
  'scope',
  'data',
]

/** Every profile by its name. */
export type Profiles = Readonly<Record<string, Profile>>

const MAX_FILE_SIZE = 1_048_576
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** Where the profiles are. */
export function profilesFile(env: Env): string {
  const base = env['XDG_CONFIG_HOME'] ?? ''
  return join(isAbsolute(base) ? base : join(homeOf(env), '.config'), 'keygrant', 'config.json')
}

/**
 * Reads every profile. No file means no profile.
 *
 * @throws {@link CommandError} that lists everything that is wrong with the file.
 */
export async function readProfiles(env: Env): Promise<Profiles> {
  const file = profilesFile(env)
  const text = await readIfThere(file)
  if (text === undefined) return {}
  const faults: string[] = []
  const profiles = parseProfiles(text, faults)
  if (faults.length === 0) return profiles
  throw new CommandError(
    ExitCode.environment,
    `${quoteInput(file)} can not be used: ${faults.join('; ')}`,
    'mend it by hand, or move it away and set the profiles anew: keygrant profile set NAME …',
  )
}

/**
 * The profile that `--profile` or `KEYGRANT_PROFILE` names, with absolute paths; nothing when neither does.
 *
 * @throws {@link CommandError} when there is no such profile.
 */
export async function findProfile(
  flag: string | undefined,
  env: Env,
): Promise<Profile | undefined> {
  const named = env['KEYGRANT_PROFILE']
  const name = flag ?? (named === '' ? undefined : named)
  if (name === undefined) return undefined
  return absolute(requireProfile(await readProfiles(env), name), env)
}

/**
 * The profile of a name.
 *
 * @throws {@link CommandError} that names those there are.
 */
export function requireProfile(profiles: Profiles, name: string): Profile {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined
  if (profile !== undefined) return profile
  const names = Object.keys(profiles)
  throw new CommandError(
    ExitCode.input,
    `there is no profile ${quoteInput(name)}`,
    names.length === 0
      ? 'there is none yet; keygrant profile set NAME makes one'
      : `there are ${names.join(', ')}`,
  )
}

/** Writes every profile, for this user's eyes only. */
export async function writeProfiles(profiles: Profiles, env: Env): Promise<void> {
  const file = profilesFile(env)
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new CommandError(
      ExitCode.environment,
      `${quoteInput(dirname(file))} can not be made (${systemErrorCode(error) ?? 'unknown reason'})`,
    )
  }
  const text = `${JSON.stringify({ profiles }, undefined, 2)}\n`
  await writeNewFile(file, text, { mode: 0o600, isForced: true })
}

/**
 * A name that a profile may have.
 *
 * @throws {@link Error} that says what it is made of.
 */
export function parseProfileName(input: string): string {
  if (NAME.test(input)) return input
  throw new Error('expected letters, digits, "." "_" "-", at most 64 of them')
}

function parseProfiles(text: string, faults: string[]): Profiles {
  const file = parseObject(text)
  if (file === undefined) {
    faults.push('it is no JSON object')
    return {}
  }
  for (const name of Object.keys(file)) {
    if (name !== 'profiles') faults.push(`${quoteInput(name)} is no setting; there is "profiles"`)
  }
  const profiles = file['profiles'] ?? {}
  if (!isObject(profiles)) {
    faults.push('"profiles" is no object')
    return {}
  }
  const entries = Object.entries(profiles).map(
    ([name, value]) => [name, parseProfile(name, value, faults)] as const,
  )
  return Object.fromEntries(entries)
}

function parseProfile(name: string, value: unknown, faults: string[]): Profile {
  const place = `profile ${quoteInput(name)}`
  if (!NAME.test(name)) faults.push(`${place} has a name that can not be used`)
  if (!isObject(value)) {
    faults.push(`${place} is no object`)
    return {}
  }
  for (const [member, content] of Object.entries(value)) {
    const fault = faultOf(member, content)
    if (fault !== undefined) faults.push(`${place}: ${fault}`)
  }
  return value
}

function faultOf(member: string, content: unknown): string | undefined {
  if (!(PROFILE_MEMBERS as readonly string[]).includes(member)) {
    return `${quoteInput(member)} is no member; there are ${PROFILE_MEMBERS.join(', ')}`
  }
  if (typeof content !== 'string' || content === '') return `"${member}" is no text`
  if (holdsKey(content)) return `"${member}" holds a key; name the file that it is in`
  const parse = PARSERS[member]
  if (parse === undefined) return undefined
  try {
    parse(content)
    return undefined
  } catch (error) {
    return `"${member}": ${(error as Error).message}`
  }
}

/** Members that are more than any text. */
const PARSERS: Readonly<Record<string, (content: string) => unknown>> = {
  issuer: parseUrl,
  tokenEndpoint: parseUrl,
  provider: parseProvider,
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A path in the file is relative to the file, wherever the command is run. */
function absolute(profile: Profile, env: Env): Profile {
  const folder = dirname(profilesFile(env))
  const { key, data } = profile
  return {
    ...profile,
    ...(key === undefined || isSignerReference(key) ? undefined : { key: resolve(folder, key) }),
    ...(data === undefined ? undefined : { data: resolve(folder, data) }),
  }
}

function homeOf(env: Env): string {
  const home = env['HOME'] ?? ''
  return isAbsolute(home) ? home : homedir()
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    const text = await readFile(file, 'utf8')
    if (text.length <= MAX_FILE_SIZE) return text
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new CommandError(
      ExitCode.environment,
      `${quoteInput(file)} can not be read (${code ?? 'unknown reason'})`,
    )
  }
  throw new CommandError(
    ExitCode.environment,
    `${quoteInput(file)} is larger than ${MAX_FILE_SIZE} octets, which no file of profiles is`,
  )
}
