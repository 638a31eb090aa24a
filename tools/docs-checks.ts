/**
 * Writes docs/checks.md from the code: judges assertions that are wrong in one way each, and puts
 * down what the rulebook says of them. `--check` compares instead of writing.
 * @module
 */

import {
  type AssertionExpectations,
  type CheckName,
  explain,
  type FailResult,
  OKTA_PROFILE,
  signJws,
  STRICT_PROFILE,
  verifyAssertion,
} from '@keygrant/core/assertion'
import { checkReference } from '@keygrant/core/inspection'
import { generateKey } from '@keygrant/core/keys'
import { writePage } from './generated-page.ts'

const NOW = 1_700_000_000
const ISSUER = 'https://as.example'
const CLIENT = '0oar95zt9zIpYuz6A0h7'

const key = await generateKey({ kty: 'EC', crv: 'P-256' }, { kid: 'key-2026' })
const other = await generateKey({ kty: 'EC', crv: 'P-256' }, { kid: 'key-2025' })

type Changes = Readonly<Record<string, unknown>>

interface Sample {
  readonly claims?: Changes
  readonly header?: Changes
  readonly signer?: typeof key
  readonly expectations?: Partial<AssertionExpectations>
  readonly text?: (assertion: string) => string
}

const samples: readonly Sample[] = [
  { text: (assertion) => assertion.slice(0, assertion.lastIndexOf('.')) },
  { header: { crit: ['exp'] } },
  { header: { typ: 'at+jwt' } },
  { header: { typ: ['JWT'] } },
  { header: { alg: undefined } },
  { header: { alg: 5 } },
  { header: { alg: 'HS256' } },
  { header: { alg: 'RS1' } },
  { header: { kid: undefined }, expectations: { keys: [key.publicKey, other.publicKey] } },
  { header: { kid: 7 } },
  { header: { kid: 'my_key_id' } },
  { header: { alg: 'ES384' } },
  { signer: other, header: { kid: 'key-2026' } },
  { claims: { iss: undefined } },
  { claims: { iss: [CLIENT] } },
  { expectations: { clientId: '0oa00000000000000000' } },
  { claims: { sub: undefined } },
  { claims: { sub: 5 } },
  { claims: { sub: '0oa00000000000000000' } },
  { claims: { aud: undefined } },
  { claims: { aud: [] } },
  { claims: { aud: 'https://as.example/oauth2/v1/token/' } },
  { claims: { aud: [ISSUER, 'https://other.example'] } },
  { claims: { exp: undefined } },
  { claims: { exp: '1614664267' } },
  { claims: { exp: NOW - 30 } },
  { claims: { nbf: 'soon' } },
  { claims: { nbf: NOW + 90, exp: NOW + 200 } },
  { claims: { nbf: NOW + 5, exp: NOW + 4 } },
  { claims: { iat: null } },
  { claims: { iat: NOW + 90, exp: NOW + 200 } },
  { claims: { iat: NOW + 5, exp: NOW + 4 } },
  { claims: { jti: undefined }, expectations: { profile: STRICT_PROFILE } },
  { claims: { jti: 5 } },
  { claims: { exp: (NOW + 60) * 1000 } },
  { expectations: { replay: () => false } },
]

/** What each asks, in the order of a report. */
const MEANING: readonly (readonly [CheckName, string])[] = [
  ['format', 'JWS Compact Serialization with strict base64url and strict JSON'],
  ['crit', 'No extension is asked for; RFC 7797 is one'],
  ['typ', 'Explicit typing: `client-authentication+jwt` (rfc7523bis), `JWT` or nothing'],
  ['alg', "The algorithm is on the server's list"],
  ['key', 'Exactly one active key of the client fits `kid` and `alg`'],
  ['signature', 'The signature was made with the private half of that key'],
  ['iss', 'The issuer is the client'],
  ['sub', 'The subject is the client'],
  ['aud', 'The audience is this server and nobody else; `strict` goes by rfc7523bis'],
  ['exp', 'The end is stated and has not come'],
  ['nbf', 'The beginning, when it is stated, has come'],
  ['iat', 'The time of signing, when it is stated, has come'],
  ['jti', 'The identifier is a string of 1 to 255 characters'],
  [
    'lifetime',
    'The end is not further ahead than the server allows: 3600 s in `okta`, 300 s in `strict`',
  ],
  ['replay', 'The first use of this assertion, recorded in one atomic act'],
]

const failures = new Map<string, FailResult>()
for (const sample of samples) {
  for (const result of (await judge(sample)).checks) {
    if (result.status !== 'fail') continue
    const name = `${result.check} ${result.reason}`
    if (!failures.has(name)) failures.set(name, result)
  }
}

const page = [
  '# The checks of a client assertion',
  '',
  '<!-- Generated from the code by `npm run docs`. Do not edit. -->',
  '',
  'Server, client, command line and browser judge an assertion by this one list, in this order, and never stop',
  'early: a report holds every check with `pass`, `fail` (a reason, what was expected, what came) or `skip`',
  '(because of a check that has to hold first). `replay` is last, so that a failed assertion never burns its `jti`.',
  '',
  '| Check | What it asks | Laid down in |',
  '|---|---|---|',
  ...MEANING.map(
    ([check, meaning]) => `| [\`${check}\`](#${check}) | ${meaning} | ${where(check)} |`,
  ),
  '',
  ...MEANING.flatMap(([check]) => section(check)),
].join('\n')

writePage('docs/checks.md', page)

function section(check: CheckName): string[] {
  const own = [...failures.values()].filter((failure) => failure.check === check)
  return [
    `## ${check}`,
    '',
    `Holds when ${explain({ check, status: 'pass' }).sentence}.`,
    '',
    '| Reason | For example | Fix |',
    '|---|---|---|',
    ...own.map((failure) => {
      const { sentence, fix = '' } = explain(failure)
      return `| \`${failure.reason}\` | ${cell(sentence)} | ${cell(fix)} |`
    }),
    '',
  ]
}

function where(check: CheckName): string {
  const reference = checkReference(check)
  return reference === undefined ? '' : `[${reference.name}](${reference.url})`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

async function judge({ claims = {}, header = {}, signer = key, expectations = {}, text }: Sample) {
  const complete = {
    iss: CLIENT,
    sub: CLIENT,
    aud: ISSUER,
    iat: NOW,
    exp: NOW + 60,
    jti: 'c5f1e4f0a1b2c3d4',
    ...claims,
  }
  const payload = new TextEncoder().encode(JSON.stringify(complete))
  const assertion = await signJws({ alg: signer.alg, kid: signer.kid, ...header }, payload, signer)
  return verifyAssertion(text === undefined ? assertion : text(assertion), {
    profile: OKTA_PROFILE,
    issuer: ISSUER,
    endpoint: `${ISSUER}/oauth2/v1/token`,
    keys: [key.publicKey],
    now: NOW,
    replay: () => true,
    ...expectations,
  })
}
