/**
 * Every text of the frame of the key, ready to be translated.
 * @module
 */

/** The texts of the frame that holds the private key; the page around it does not carry them. */
export const vaultStrings = {
  paste: 'Private key',
  placeholder: '{"kty":"EC", … "d": …}  ·  -----BEGIN PRIVATE KEY-----',
  passphrase: 'Passphrase',
  pick: 'Which key (kid)',
  use: 'Use this key',
  open: 'Open file…',
  stays: 'Paste a private key, open a file, or generate a new pair. It stays in this frame.',
  generate: 'Generate key pair…',
  makeTitle: 'New key pair',
  kind: 'Kind',
  notes: {
    'ES256 · P-256': 'recommended',
    'RS256 · RSA-2048': 'Okta’s default',
    'ML-DSA-44 · ML-DSA-44': 'experimental',
  } as Readonly<Record<string, string>>,
  kidFrom: 'Key ID (kid)',
  kids: { thumbprint: 'RFC 7638 thumbprint', date: 'Date and time', own: 'Own text' },
  kid: 'Own Key ID',
  make: 'Generate',
  cancel: 'Cancel',
  making: 'Making the pair …',
  reading: 'Reading the key …',
  encoding: 'Format',
  encodings: { jwk: 'JWK (“JWT” in Okta’s guide)', pem: 'PEM' },
  save: { jwk: 'Save private key (.jwk)', pem: 'Save private key (.pem)' },
  show: 'Show',
  hide: 'Hide',
  clear: 'Clear key',
  keep: 'Keep the key',
  made: 'A new pair was made. Only you have the private key: save it before you leave. If you lose it, make a new one.',
  saved: 'Saved as a file.',
  cleared: 'The key was cleared.',
  dropped: 'The key was not used for 15 minutes and was cleared.',
  idle: 'The key was not used for a while. It is cleared in 2 minutes.',
  recognised: (form: string) => `${form} recognised.`,
  nothing: 'Paste a private key first, open a file, or generate a new pair.',
  noKey: 'There is no key yet. Paste one, or generate a new pair.',
  failed: 'This key could not be used.',
  facts: ({
    jwk,
    algorithms,
  }: {
    readonly jwk: Readonly<Record<string, unknown>>
    readonly algorithms: readonly string[]
  }): string => {
    const { kid, kty, crv, n } = jwk
    // Three octets are four characters.
    const kind = crv ?? (typeof n === 'string' ? `RSA ${Math.floor((n.length * 3) / 4) * 8}` : kty)
    return `${algorithms[0] ?? ''} · ${String(kind)} · ${String(kid)}`
  },
} as const
