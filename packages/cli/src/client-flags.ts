/**
 * The flags that say who asks whom, as every command that gets a token has them.
 * @module
 */

import type { ProviderName } from '@keygrant/core/client'
import type { JwsAlgorithmName } from '@keygrant/core/keys'
import { dataFlag, profileFlag, type TextFlag } from './flags.ts'
import { parseAlgorithm, parseProvider, parseSeconds, parseText, parseUrl } from './parsers.ts'

interface ParsedFlag<T> {
  readonly kind: 'parsed'
  readonly parse: (input: string) => T
  readonly brief: string
  readonly placeholder: string
  readonly optional: true
}

interface SwitchFlag {
  readonly kind: 'boolean'
  readonly brief: string
  readonly optional: true
  readonly withNegated: false
}

/** The order in which the sources count, for the help. */
export const PRECEDENCE: readonly string[] = [
  'Whom to ask and as whom is said by flags, then by the profile, then by the environment',
  '(KEYGRANT_ISSUER, KEYGRANT_CLIENT_ID, KEYGRANT_KEY_FILE …, or OKTA_CLIENT_ORGURL …), then by okta.yaml.',
]

/** `--key`, where there has to be one. */
export const keyFlag: Omit<TextFlag, 'optional'> = {
  kind: 'parsed',
  parse: parseText,
  brief:
    'Its private key: a file in any form (JWK, PEM, …), or a key elsewhere (ssh-agent:, pkcs11:, command:, awskms:, gcpkms:, azurekms:, vault:)',
  placeholder: 'file',
}

/** Who asks whom. */
interface IdentityFlagTable {
  readonly issuer: TextFlag
  readonly clientId: TextFlag
  readonly key: TextFlag
  readonly profile: TextFlag
  readonly operator: SwitchFlag
  readonly data: TextFlag
  readonly tokenEndpoint: TextFlag
  readonly provider: ParsedFlag<ProviderName>
  readonly audience: TextFlag
  readonly kid: TextFlag
  readonly alg: ParsedFlag<JwsAlgorithmName>
}

/** The flags of `IdentityFlags`. */
export const identityFlags: IdentityFlagTable = {
  issuer: {
    kind: 'parsed',
    parse: parseUrl,
    brief: 'Issuer identifier of the server; its metadata names the token endpoint',
    placeholder: 'url',
    optional: true,
  },
  clientId: text('The client that asks', 'id'),
  key: { ...keyFlag, optional: true },
  profile: profileFlag,
  operator: {
    kind: 'boolean',
    brief: 'Ask as the operator of the data directory, instead of --issuer, --client-id, --key',
    optional: true,
    withNegated: false,
  },
  data: dataFlag,
  tokenEndpoint: {
    kind: 'parsed',
    parse: parseUrl,
    brief: 'The token endpoint, where there is no metadata',
    placeholder: 'url',
    optional: true,
  },
  provider: {
    kind: 'parsed',
    parse: parseProvider,
    brief: 'Whose server it is, where its address does not tell: okta, auth0, entra, …',
    placeholder: 'name',
    optional: true,
  },
  audience: text('"aud" of the assertion: the issuer, or for Okta the token endpoint', 'url'),
  kid: text('Key ID: picks the key out of a JWK Set, or names a PEM', 'kid'),
  alg: {
    kind: 'parsed',
    parse: parseAlgorithm,
    brief: 'Algorithm, where the key leaves a choice',
    placeholder: 'alg',
    optional: true,
  },
}

/** The flags of `ClientFlags`: who asks whom, and for what. */
export const clientFlags: IdentityFlagTable & {
  readonly scope: TextFlag
  readonly resource: TextFlag
  readonly lifetime: ParsedFlag<number>
  readonly dpopKey: TextFlag
} = {
  ...identityFlags,
  scope: text('Scopes, separated by spaces', 'scopes'),
  resource: text('The API that the token is for (RFC 8707)', 'url'),
  lifetime: {
    kind: 'parsed',
    parse: parseSeconds,
    brief: 'Seconds until the assertion expires (60)',
    placeholder: 'seconds',
    optional: true,
  },
  dpopKey: text('Private key to bind the token to (DPoP, RFC 9449), in a file', 'file'),
}

function text(brief: string, placeholder: string): TextFlag {
  return { kind: 'parsed', parse: parseText, brief, placeholder, optional: true }
}

/** Flags of the tokens that are kept between calls. */
export const cacheFlags: {
  readonly cache: {
    readonly kind: 'boolean'
    readonly brief: string
    readonly default: true
    readonly withNegated: true
  }
  readonly fresh: SwitchFlag
} = {
  cache: {
    kind: 'boolean',
    brief: 'Keep the token for the next call, and use the one that is kept',
    default: true,
    withNegated: true,
  },
  fresh: {
    kind: 'boolean',
    brief: 'Ask for a new token though one is kept',
    optional: true,
    withNegated: false,
  },
}
