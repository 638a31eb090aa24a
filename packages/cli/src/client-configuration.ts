/**
 * Who asks whom, as the flags, the profile, the environment and `okta.yaml` say it together: what stands
 * first here counts. Loads what reads the last two only where there is something to read.
 * @module
 */

import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ProviderName } from '@keygrant/core/client'
import type { JwsAlgorithmName } from '@keygrant/core/keys'
import { CommandError } from './command-error.ts'
import type { CliContext } from './context.ts'
import { ExitCode } from './exit-codes.ts'
import { parseAlgorithm, parseProvider } from './parsers.ts'
import type { Profile } from './profiles.ts'

/** A private key: the path of its file, a reference to one elsewhere, or the key that a variable or `okta.yaml` holds. */
export type KeyReference = string | HeldKey

/** A key that was given as a text. Never printed, and never kept. */
export interface HeldKey {
  readonly text: string
}

/** Who asks whom; what is not said is absent. */
export interface ClientConfiguration {
  readonly issuer?: string
  readonly tokenEndpoint?: string
  readonly provider?: ProviderName
  readonly audience?: string
  readonly clientId?: string
  readonly key?: KeyReference
  readonly kid?: string
  readonly alg?: JwsAlgorithmName
  readonly scope?: string
  readonly resource?: string
  /** Whether tokens are to be bound to a key (DPoP). */
  readonly isBound?: boolean
}

/** What can not be used of a variable or a file. */
export interface ConfigurationFault {
  readonly sentence: string
  readonly fix: string
}

/** What was found, and what can not be used of it. */
export interface ConfigurationReport {
  readonly configuration: ClientConfiguration
  readonly faults: readonly ConfigurationFault[]
}

/** What flags say, by the names that profiles have for it. */
export interface NamedConfiguration extends Omit<Profile, 'alg' | 'provider' | 'data'> {
  readonly alg?: string | undefined
  readonly provider?: string | undefined
  readonly resource?: string | undefined
}

const VARIABLE =
  /^(?:KEYGRANT_(?:ISSUER|TOKEN_ENDPOINT|CLIENT_ID|KEY|KEY_FILE|KEY_DIRECTORY|KEY_ID|ALG|SCOPE|RESOURCE|AUDIENCE|PROVIDER|DPOP)|OKTA_CLIENT_.+)$/

/**
 * Puts together what flags and the profile say, then what the environment and `okta.yaml` say beside it.
 *
 * @param named What flags say, over what the profile says.
 */
export async function readClientConfiguration(
  { env }: Pick<CliContext, 'env'>,
  named: NamedConfiguration,
): Promise<ConfigurationReport> {
  const oktaYaml = oktaYamlTexts(env)
  const isAlone = oktaYaml.length === 0 && !Object.keys(env).some((name) => VARIABLE.test(name))
  const { key, alg, provider, ...texts } = withoutAbsent(named)
  const own = {
    ...texts,
    ...(alg === undefined ? undefined : { alg: parseAlgorithm(alg) }),
    ...(provider === undefined ? undefined : { provider: parseProvider(provider) }),
  }
  if (isAlone) {
    return { configuration: { ...own, ...(key === undefined ? undefined : { key }) }, faults: [] }
  }
  const { findConfiguration } = await import('@keygrant/core/client')
  const { options, problems } = findConfiguration({
    options: { ...own, ...(key === undefined ? undefined : { keyFile: key }) },
    env,
    oktaYaml,
  })
  const { issuer, tokenEndpoint, audience, clientId, kid, scope } = options
  const found = {
    issuer,
    tokenEndpoint,
    // Only files of service accounts have more than the name.
    provider: typeof options.provider === 'object' ? undefined : options.provider,
    audience,
    clientId,
    key: typeof options.key === 'string' ? { text: options.key } : options.keyFile,
    kid,
    alg: options.alg === undefined ? undefined : parseAlgorithm(options.alg),
    scope: typeof scope === 'string' || scope === undefined ? scope : scope.join(' '),
    resource: typeof options.resource === 'string' ? options.resource : undefined,
    isBound: typeof options.dpop === 'boolean' ? options.dpop : undefined,
  }
  const faults = problems.map(({ option, fault, fix }) => ({ sentence: `${option} ${fault}`, fix }))
  if (options.keyDirectory !== undefined) {
    faults.push({
      sentence: 'KEYGRANT_KEY_DIRECTORY is for programs that go on, and not for a command',
      fix: 'name the file in KEYGRANT_KEY_FILE',
    })
  }
  return { configuration: withoutAbsent(found), faults }
}

/** What a command can not do without, and how its flag is called. */
export type Needed = readonly (readonly [flag: string, isThere: boolean])[]

/**
 * The one error that lists all that is missing and all that can not be used.
 *
 * @throws {@link CommandError} when anything is missing.
 */
export function requireAll(
  needed: Needed,
  faults: readonly ConfigurationFault[],
  hint: string,
): void {
  const missing = needed.filter(([, isThere]) => !isThere).map(([flag]) => flag)
  if (missing.length === 0) return
  const sentence = `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`
  const said = faults.map((fault) => `${fault.sentence} (${fault.fix})`)
  throw new CommandError(ExitCode.usage, [sentence, ...said].join('; '), hint)
}

/** Where the values of a client can be said, for hints. */
export const WHERE_TO_SAY =
  'with flags, in a profile (--profile), in the environment (KEYGRANT_ISSUER, KEYGRANT_CLIENT_ID, KEYGRANT_KEY_FILE) or in okta.yaml'

/** Texts of the files that Okta's SDKs read: that of the project, then that of the home. */
function oktaYamlTexts(env: CliContext['env']): readonly string[] {
  const home = env['HOME'] ?? ''
  const files = [
    'okta.yaml',
    join('.okta', 'okta.yaml'),
    join(home === '' ? homedir() : home, '.okta', 'okta.yaml'),
  ]
  return files.flatMap((file) => {
    try {
      const text = readFileSync(file, 'utf8')
      return text.length > MAX_FILE_SIZE ? [] : [text]
    } catch {
      return []
    }
  })
}

const MAX_FILE_SIZE = 1_048_576

/** Without the members that are `undefined`. */
export function withoutAbsent<T extends object>(
  values: T,
): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>
  }
}
