/**
 * Writes docs/findings.md from the code: makes assertions, keys, JWK Sets and configurations with one thing wrong each, and
 * puts down which rule finds it, in its words. Fails when a rule of the source was found by none of them. `--check` compares
 * instead of writing.
 * @module
 */

import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  diagnoseAssertion,
  type DiagnosisContext,
  type Finding,
  lintAssertion,
  OKTA_PROFILE,
  signJws,
  STRICT_PROFILE,
} from '@keygrant/core/assertion'
import { type ClientConfiguration, lintConfiguration } from '@keygrant/core/client'
import {
  checkKeyForRegistration,
  exportPkcs8Pem,
  exportPrivateJwk,
  generateKey,
  importPublicKey,
  type KeyInput,
  lintJwkSet,
  type PrivateKey,
} from '@keygrant/core/keys'
import { encodeDer, Tag } from '../packages/core/src/keys/der.ts'
import { writePage } from './generated-page.ts'

const ROOT = new URL('../', import.meta.url)
const NOW = 1_700_000_000
const ISSUER = 'https://as.example'
const ENDPOINT = `${ISSUER}/oauth2/v1/token`
const CLIENT = '0oar95zt9zIpYuz6A0h7'

const key = await generateKey({ kty: 'EC', crv: 'P-256' }, { kid: 'key-2026' })
const other = await generateKey({ kty: 'EC', crv: 'P-256' }, { kid: 'key-2025' })
const rsa = await generateKey({ kty: 'RSA', modulusBits: 2048 }, { kid: 'rsa-2026' })

/** Files whose texts in single quotes with a hyphen are the ids of rules. */
const SOURCES = [
  'assertion/causes.ts',
  'assertion/lint.ts',
  'client/lint.ts',
  'keys/registration/key-findings.ts',
  'keys/registration/jwk-set-findings.ts',
  'keys/registration/rsa-weakness.ts',
] as const

interface Rules {
  readonly title: string
  readonly about: string
  readonly findings: readonly Finding[]
}

const context: DiagnosisContext = {
  profile: OKTA_PROFILE,
  now: NOW,
  issuer: ISSUER,
  endpoint: ENDPOINT,
  keys: [key.publicKey, await importPublicKey({ ...rsa.publicKey.jwk, alg: 'RS256' })],
  inactiveKeys: [other.publicKey],
}

const good = await assertionOf()
const signingInput = good.slice(0, good.lastIndexOf('.'))
const der = sign('sha256', Buffer.from(signingInput), createPrivateKey(exportPkcs8Pem(key)))

const diagnosed: readonly (readonly [assertion: string, changes?: Partial<DiagnosisContext>])[] = [
  [`${good.slice(0, 30)}\n${good.slice(30)}`],
  [`Bearer ${good}`],
  [`"${good}"`],
  [good.replaceAll('.', '%2E')],
  [good.replace('.', '==.')],
  [(await urlSafeAssertion()).replaceAll('-', '+').replaceAll('_', '/')],
  [`client_assertion=${good}&scope=a`],
  [`${signingInput}.${der.toString('base64url')}`],
  [await assertionOf({}, { kid: undefined })],
  [await assertionOf({}, { kid: 'rsa-2026' })],
  [await assertionOf({}, {}, other)],
  [await assertionOf({}, { alg: 'RS384' }, rsa)],
  [await assertionOf({}, {}, rsa.withAlgorithm('PS256'))],
  [await assertionOf({ aud: ENDPOINT }), { profile: STRICT_PROFILE }],
  [await assertionOf({ aud: `${ENDPOINT}/` })],
  [await assertionOf({ exp: '1614664267' })],
  [await assertionOf({ exp: String(NOW + 60) })],
  [await assertionOf({ exp: (NOW + 60) * 1000 })],
  [await assertionOf({ iat: NOW + 95, exp: NOW + 155 })],
  [await assertionOf({ iat: NOW - 400, exp: NOW - 340 })],
]

const linted: readonly string[] = [
  await assertionOf({}, { kid: undefined, typ: undefined, jku: 'https://keys.example' }),
  await assertionOf({ jti: undefined, iat: undefined, aud: [ISSUER] }),
  await assertionOf({ jti: '1', exp: NOW + 3600, aud: ENDPOINT }),
]

const { n: modulus } = publicNumbers(rsa)
const explicit = generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' })

const registered: readonly KeyInput[] = [
  exportPrivateJwk(key),
  { ...key.publicKey.jwk, y: 'AAAA' },
  { kty: 'oct' },
  { keys: [key.publicKey.jwk, other.publicKey.jwk] },
  generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' }),
  certificateOf(key),
  explicit.publicKey.export({ format: 'pem', type: 'spki' }),
  { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
  rsaJwk(0n),
  rsaJwk(modulus + 1n),
  rsaJwk(modulus, 1n),
  rsaJwk(modulus * 17389n),
  rsaJwk(publicNumbers(rsa).p ** 2n),
  rsaJwk(rocaModulus()),
  { ...key.publicKey.jwk, use: 'enc' },
  { ...key.publicKey.jwk, kid: 'a\nb' },
  rsaJwk(modulus),
]

const sets: readonly unknown[] = [
  key.publicKey.jwk,
  { keys: [] },
  { keys: [key.publicKey.jwk, { ...other.publicKey.jwk, kid: key.kid }] },
  { keys: [key.publicKey.jwk, { ...other.publicKey.jwk, kid: undefined }] },
]

const configurations: readonly ClientConfiguration[] = [
  { issuer: 'https://{yourOktaDomain}', clientId: CLIENT, scope: 'reports.read' },
  {},
  { issuer: 'as.example', tokenEndpoint: '/token', clientId: ' 0oa ', scope: 'a,b' },
  { issuer: 'http://as.example?x', clientId: CLIENT, scope: 'openid reports.read' },
  { issuer: ENDPOINT, lifetimeSeconds: 900 },
  { issuer: `${ISSUER}/.well-known/openid-configuration`, lifetimeSeconds: 7200 },
  { issuer: `${ISSUER}/`, tokenEndpoint: 'https://other.example/token', audience: 'api' },
  { issuer: 'https://example.okta.com', audience: 'https://example.okta.com' },
]

const rooms: readonly Rules[] = [
  {
    title: 'Diagnosis of an assertion',
    about:
      '`diagnoseAssertion`, `keygrant inspect`, the workbench and the log of the server name these causes of a refusal, the closest first. What has no closer cause gets the words of its [check](checks.md), under the id of check and reason: `sub-mismatch`.',
    findings: (
      await Promise.all(
        diagnosed.map(([text, changes]) => diagnoseAssertion(text, { ...context, ...changes })),
      )
    ).flat(),
  },
  {
    title: 'Lint of an assertion',
    about: '`lintAssertion` names what works and is unwise.',
    findings: linted.flatMap((assertion) => lintAssertion(assertion)),
  },
  {
    title: 'A key that is to be registered',
    about:
      '`checkKeyForRegistration` judges a public key; the server registers none with an `error`.',
    findings: (await Promise.all(registered.map((input) => checkKeyForRegistration(input)))).flat(),
  },
  {
    title: 'Lint of a JWK Set',
    about:
      '`lintJwkSet` judges each key as for registration, and finds what only the set can show.',
    findings: (await Promise.all(sets.map((set) => lintJwkSet(set)))).flat(),
  },
  {
    title: 'Lint of a configuration',
    about: '`lintConfiguration` looks at the settings of a client before anything is sent.',
    findings: configurations.flatMap((configuration) => lintConfiguration(configuration)),
  },
]

const page = [
  '# Findings: the rules of lint and diagnosis',
  '',
  '<!-- Generated from the code by `npm run docs`. Do not edit. -->',
  '',
  'Each finding has the stable id of its rule, for scripts and CI, a severity, a sentence and a fix. `error`: it is refused.',
  '`warning`: it works and is unwise. `info`: worth knowing.',
  '',
  ...rooms.flatMap(({ title, about, findings }) => [
    `## ${title}`,
    '',
    about,
    '',
    '| Rule | Severity | For example | Fix |',
    '|---|---|---|---|',
    ...firstOfEachRule(findings).map(
      ({ rule, severity, sentence, fix }) =>
        `| \`${rule}\` | ${severity} | ${cell(sentence)} | ${cell(fix)} |`,
    ),
    '',
  ]),
].join('\n')

const forgotten = rulesOfSource().filter((rule) => !page.includes(`| \`${rule}\` |`))
if (forgotten.length > 0) {
  console.error(`error: no sample in tools/docs-findings.ts leads to ${forgotten.join(', ')}`)
  process.exitCode = 1
} else {
  writePage('docs/findings.md', page)
}

function firstOfEachRule(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.toReversed().map((each) => [each.rule, each])).values()].toReversed()
}

function rulesOfSource(): readonly string[] {
  const ids = SOURCES.flatMap((file) => {
    const source = readFileSync(new URL(`packages/core/src/${file}`, ROOT), 'utf8')
    return [...source.matchAll(/'([a-z]+(?:-[a-z\d]+)+)'/g)].map(([, id = '']) => id)
  })
  return [...new Set(ids)]
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

async function assertionOf(
  claims: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
  signer: PrivateKey = key,
): Promise<string> {
  const complete = {
    iss: CLIENT,
    sub: CLIENT,
    aud: ENDPOINT,
    iat: NOW,
    exp: NOW + 60,
    jti: 'c5f1e4f0a1b2c3d4',
    ...claims,
  }
  const payload = new TextEncoder().encode(JSON.stringify(complete))
  const members = { alg: signer.alg, kid: signer.kid, typ: 'JWT', ...header }
  return signJws(members, payload, signer)
}

/** One whose signature, too, has a letter that standard base64 does not have. ECDSA signs differently each time. */
async function urlSafeAssertion(): Promise<string> {
  for (;;) {
    const assertion = await assertionOf({ jti: '~~~~~~' })
    if (/[-_]/.test(assertion.slice(assertion.lastIndexOf('.')))) return assertion
  }
}

function publicNumbers(pair: PrivateKey): { readonly n: bigint; readonly p: bigint } {
  const { n, p } = exportPrivateJwk(pair) as { readonly n: string; readonly p: string }
  const read = (member: string): bigint =>
    BigInt(`0x${Buffer.from(member, 'base64url').toString('hex')}`)
  return { n: read(n), p: read(p) }
}

function rsaJwk(n: bigint, e = 65537n): object {
  return { kty: 'RSA', n: base64url(n), e: base64url(e) }
}

function base64url(value: bigint): string {
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')
}

/** 2048 bits that are a power of 65537 modulo each of the first primes, as ROCA leaves them, and have no small factor. */
function rocaModulus(): bigint {
  const primes = Array.from({ length: 17_400 }, (_, at) => at + 3)
    .filter(isPrime)
    .map(BigInt)
  const product = primes.filter((prime) => prime <= 167n).reduce((all, prime) => all * prime, 2n)
  const power = 65537n ** 5n % product
  for (let n = ((1n << 2047n) / product + 1n) * product + power; ; n += product) {
    if (primes.every((prime) => n % prime !== 0n)) return n
  }
}

function isPrime(candidate: number): boolean {
  for (let divisor = 2; divisor * divisor <= candidate; divisor++) {
    if (candidate % divisor === 0) return false
  }
  return true
}

/** As much of a certificate as is read: its key. */
function certificateOf({ publicKey }: PrivateKey): Uint8Array {
  const { x, y } = publicKey.jwk as { readonly x: string; readonly y: string }
  const jwk = { kty: 'EC', crv: 'P-256', x, y }
  const spki = createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'der', type: 'spki' })
  const empty = encodeDer(Tag.sequence)
  const number = Uint8Array.of(Tag.integer, 1, 1)
  const signed = encodeDer(Tag.sequence, number, empty, empty, empty, empty, spki)
  return encodeDer(Tag.sequence, signed, empty, Uint8Array.of(Tag.bitString, 1, 0))
}
