/**
 * The configuration of a client from where people have it: the environment, Okta's files, key files of Google and Zitadel.
 * @module
 */

import { ConfigurationError, type ConfigurationProblem } from '../errors.ts'
import { isJsonObject, parseJson } from '../json.ts'
import type { JwsAlgorithmName } from '../keys/index.ts'
import { lintConfiguration } from './lint.ts'
import { readOktaYaml } from './okta-yaml.ts'
import type { TokenClientOptions } from './options.ts'
import { type Provider, providerNamed, type ProviderName } from './providers.ts'

/** Where the configuration may come from. What stands first here wins. */
export interface ConfigurationSources {
  /** What the program says itself. */
  readonly options?: Partial<TokenClientOptions>
  /** Variables of the environment: `KEYGRANT_…`, then `OKTA_CLIENT_…`. On Node: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Texts of `okta.yaml` files, the one that wins first: that of the project, then that of the home. */
  readonly oktaYaml?: readonly string[]
  /** Text of a key file of a Google or Zitadel service account. */
  readonly serviceAccount?: string
}

type Options = Partial<TokenClientOptions>
type Mutable<T> = { -readonly [Name in keyof T]: T[Name] }

const KEY_OPTIONS = ['key', 'signer', 'keys', 'keyFile', 'keyDirectory'] as const

/** What the sources say, and what is wrong with them. */
export interface FoundConfiguration {
  readonly options: Partial<TokenClientOptions>
  /** Does not name what is missing. */
  readonly problems: readonly ConfigurationProblem[]
}

/**
 * Puts together what the sources say, for programs that can do with a part of it. Does not judge whether
 * it is enough, or whether its values can be right: {@link readConfiguration} does.
 */
export function findConfiguration(sources: ConfigurationSources): FoundConfiguration {
  const problems: ConfigurationProblem[] = []
  const { env = {}, oktaYaml = [], serviceAccount } = sources
  const layers: readonly Options[] = [
    sources.options ?? {},
    fromKeygrant(env, problems),
    fromOkta(oktaVariables(env), 'OKTA_CLIENT_AUTHORIZATIONMODE', problems),
    ...oktaYaml.map((text) => fromYaml(text, problems)),
    ...(serviceAccount === undefined ? [] : [fromServiceAccount(serviceAccount, problems)]),
  ]
  const options: Mutable<Options> = {}
  for (const layer of layers) merge(options, layer)
  return { options, problems }
}

/**
 * Puts the options of a client together from all sources. Reads no file and no environment by itself:
 * what is passed in is all it sees.
 *
 * @throws {@link ConfigurationError} that lists everything that is missing or wrong at once, each with
 * what to set. It never shows a value that may be secret.
 * @example
 * ```ts
 * const client = createTokenClient(readConfiguration({ env: process.env }))
 * ```
 */
export function readConfiguration(sources: ConfigurationSources): TokenClientOptions {
  const found = findConfiguration(sources)
  const { options } = found
  const problems = [...found.problems, ...missing(options), ...wrong(options)]
  if (problems.length > 0) throw new ConfigurationError(problems)
  return options as TokenClientOptions
}

/** Adds what is not there yet. A key comes with what belongs to it, and the server with its kind. */
function merge(options: Mutable<Options>, layer: Options): void {
  const hasKey = KEY_OPTIONS.some((name) => options[name] !== undefined)
  const hasServer = options.issuer !== undefined || options.tokenEndpoint !== undefined
  for (const [name, value] of Object.entries(layer)) {
    const isOfKey = [...KEY_OPTIONS, 'kid', 'alg', 'passphrase'].includes(name)
    const isOfServer = ['issuer', 'tokenEndpoint', 'provider', 'audience'].includes(name)
    const isTaken = Object.hasOwn(options, name) || (isOfKey && hasKey) || (isOfServer && hasServer)
    if (value !== undefined && !isTaken) Object.assign(options, { [name]: value })
  }
}

function missing(options: Options): readonly ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = []
  if (options.issuer === undefined && options.tokenEndpoint === undefined) {
    problems.push({
      option: 'issuer',
      fault: 'is missing',
      fix: 'set KEYGRANT_ISSUER, OKTA_CLIENT_ORGURL, okta.client.orgUrl or the option "issuer" to the URL of the server',
    })
  }
  if (options.clientId === undefined) {
    problems.push({
      option: 'clientId',
      fault: 'is missing',
      fix: 'set KEYGRANT_CLIENT_ID, OKTA_CLIENT_CLIENTID, okta.client.clientId or the option "clientId" to the client_id of the service app',
    })
  }
  const keys = KEY_OPTIONS.filter((name) => options[name] !== undefined)
  if (keys.length === 0) {
    problems.push({
      option: 'key',
      fault: 'is missing',
      fix: 'set KEYGRANT_KEY_FILE, KEYGRANT_KEY, OKTA_CLIENT_PRIVATEKEY, okta.client.privateKey or the option "key" to the private key',
    })
  }
  if (keys.length > 1) {
    problems.push({
      option: keys[0] as string,
      fault: `stands beside ${keys.slice(1).join(' and ')}`,
      fix: 'give the key in one way',
    })
  }
  return problems
}

/** What the linter calls an error in what is there. */
function wrong(options: Options): readonly ConfigurationProblem[] {
  const { issuer, tokenEndpoint, clientId, scope, lifetimeSeconds } = options
  const scopes = typeof scope === 'string' ? scope : scope?.join(' ')
  const findings = lintConfiguration({
    ...(issuer === undefined ? undefined : { issuer }),
    ...(tokenEndpoint === undefined ? undefined : { tokenEndpoint }),
    ...(clientId === undefined ? undefined : { clientId }),
    ...(scopes === undefined ? undefined : { scope: scopes }),
    ...(lifetimeSeconds === undefined ? undefined : { lifetimeSeconds }),
  })
  return findings
    .filter(({ rule, severity }) => severity === 'error' && !rule.endsWith('-missing'))
    .filter(({ rule }) => rule !== 'not-https' || options.allowHttp !== true)
    .map(({ sentence, fix }) => {
      const [, option = 'options', fault = sentence] = /^"(\w+)" (.*)$/.exec(sentence) ?? []
      return { option, fault, fix }
    })
}

function fromKeygrant(
  env: Readonly<Record<string, string | undefined>>,
  problems: ConfigurationProblem[],
): Options {
  const read = (name: string): string | undefined => nonEmpty(env[`KEYGRANT_${name}`])
  const provider = read('PROVIDER')
  if (provider !== undefined && providerNamed(provider) === undefined) {
    problems.push({
      option: 'KEYGRANT_PROVIDER',
      fault: 'names no provider that is known',
      fix: 'leave it out, or use okta, auth0, entra, google, keycloak, zitadel, ory or duende',
    })
  }
  const dpop = read('DPOP')
  if (dpop !== undefined && !/^(?:true|false|1|0)$/.test(dpop)) {
    problems.push({ option: 'KEYGRANT_DPOP', fault: 'is not true or false', fix: 'set it to true' })
  }
  return defined({
    issuer: read('ISSUER'),
    tokenEndpoint: read('TOKEN_ENDPOINT'),
    clientId: read('CLIENT_ID'),
    key: read('KEY'),
    keyFile: read('KEY_FILE'),
    keyDirectory: read('KEY_DIRECTORY'),
    kid: read('KEY_ID'),
    passphrase: read('KEY_PASSPHRASE'),
    alg: read('ALG') as JwsAlgorithmName | undefined,
    scope: read('SCOPE'),
    resource: read('RESOURCE'),
    audience: read('AUDIENCE'),
    provider: provider as ProviderName | undefined,
    dpop: dpop === undefined ? undefined : dpop === 'true' || dpop === '1',
  })
}

type OktaValues = Readonly<Record<string, string | readonly string[] | undefined>>

function oktaVariables(env: Readonly<Record<string, string | undefined>>): OktaValues {
  const read = (name: string): string | undefined => nonEmpty(env[`OKTA_CLIENT_${name}`])
  return {
    orgUrl: read('ORGURL'),
    authorizationMode: read('AUTHORIZATIONMODE'),
    clientId: read('CLIENTID'),
    scopes: read('SCOPES'),
    privateKey: read('PRIVATEKEY'),
    // Okta's SDKs do not agree on this name.
    keyId: read('KEYID') ?? read('PRIVATEKEYID') ?? read('KID'),
  }
}

function fromYaml(text: string, problems: ConfigurationProblem[]): Options {
  const reading = readOktaYaml(text)
  if ('client' in reading) {
    const { client } = reading
    const keyId = client['keyId'] ?? client['privateKeyId'] ?? client['kid']
    const values = { ...client, ...(keyId === undefined ? undefined : { keyId }) }
    return fromOkta(values, 'okta.client.authorizationMode', problems)
  }
  problems.push({
    option: 'okta.yaml',
    fault: `can not be read in line ${reading.line}: ${reading.fault}`,
    fix: 'write it as maps by indentation, with texts, lists and block texts',
  })
  return {}
}

/** What Okta's SDKs call their configuration, whether it comes from a file or from variables. */
function fromOkta(values: OktaValues, modeName: string, problems: ConfigurationProblem[]): Options {
  const text = (name: string): string | undefined => {
    const value = values[name]
    return typeof value === 'string' ? nonEmpty(value) : undefined
  }
  const mode = text('authorizationMode')
  if (mode !== undefined && mode.toLowerCase() !== 'privatekey') {
    problems.push({
      option: modeName,
      fault: 'is another mode than PrivateKey',
      fix: 'set it to PrivateKey, or leave it out: there are no API tokens here',
    })
  }
  const { scopes } = values
  const list = typeof scopes === 'string' ? scopes.split(/[\s,]+/) : scopes
  const privateKey = text('privateKey')
  // SDKs of Okta take a path, too; a key is never without one of these.
  const isPath = privateKey !== undefined && !/-----|[{\n]|\\n/.test(privateKey)
  const orgUrl = text('orgUrl')?.replace(/\/+$/, '')
  return defined({
    issuer: orgUrl,
    provider: orgUrl === undefined ? undefined : ('okta' as const),
    clientId: text('clientId'),
    scope: list?.filter((scope) => scope !== ''),
    key: isPath ? undefined : privateKey,
    keyFile: isPath ? privateKey : undefined,
    kid: text('keyId'),
  })
}

/** The key files that Google and Zitadel give to service accounts. */
function fromServiceAccount(text: string, problems: ConfigurationProblem[]): Options {
  const json = parseJson(text)
  const file = json.ok && isJsonObject(json.value) ? json.value : {}
  const read = (name: string): string | undefined => {
    const value = file[name]
    return typeof value === 'string' ? nonEmpty(value) : undefined
  }
  switch (file['type']) {
    case 'service_account':
      return defined({
        tokenEndpoint: read('token_uri'),
        clientId: read('client_email'),
        key: read('private_key'),
        kid: read('private_key_id'),
        provider: 'google' as const,
      })
    case 'serviceaccount':
      return defined({
        clientId: read('userId'),
        ...zitadelKey(read),
        provider: 'zitadel' as const,
      })
    case 'application':
      return defined({
        clientId: read('clientId'),
        ...zitadelKey(read),
        provider: {
          ...(providerNamed('zitadel') as Provider),
          grant: 'client_credentials' as const,
        },
      })
    default:
      problems.push({
        option: 'serviceAccount',
        fault: 'is no key file of a Google or Zitadel service account',
        fix: 'pass the text of the JSON file as it was downloaded',
      })
      return {}
  }
}

function zitadelKey(read: (name: string) => string | undefined): {
  readonly key: string | undefined
  readonly kid: string | undefined
} {
  return { key: read('key'), kid: read('keyId') }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim()
}

/** Without the members that are `undefined`. */
function defined<T extends object>(record: T): { [Name in keyof T]?: NonNullable<T[Name]> } {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [Name in keyof T]?: NonNullable<T[Name]> }
}
