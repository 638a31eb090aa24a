/**
 * Assertions that a stranger forges out of what everybody can know: the public key, a good assertion that was
 * seen, and the forms of JOSE. Each is sent to the token endpoint, and leaves no trace but its refusal.
 */
import assert from 'node:assert/strict'
import {
  constants,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  privateEncrypt,
  sign,
} from 'node:crypto'
import { suite, test, type TestContext } from 'node:test'
import { exportPkcs8Pem, type PrivateKey } from '@keygrant/core/keys'
import {
  aKey,
  anApp,
  aServer,
  claimsOf,
  newestEntries,
  NOW,
  postToken,
  someSigningKeys,
  tokenForm,
} from '../a-server.ts'

type Members = Readonly<Record<string, unknown>>

/** What a forger has, and the private keys by which right and wrong differ in one thing alone. */
interface Kit {
  readonly clientId: string
  /** Registered. */
  readonly es: PrivateKey
  readonly rsa: PrivateKey
  readonly ed: PrivateKey
  claims(changes?: Members): Members
  /** A JWT with any octets as header and payload, signed well. */
  signed(header: unknown, payload: unknown, key?: PrivateKey): Promise<string>
  /** A good JWT, in its three segments. */
  good(key?: PrivateKey): Promise<readonly [string, string, string]>
}

const segment = (value: unknown): string => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64url')
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return Buffer.from(text).toString('base64url')
}

function aKit(clientId: string, es: PrivateKey, rsa: PrivateKey, ed: PrivateKey): Kit {
  const claims = (changes: Members = {}): Members => claimsOf({ clientId }, changes)
  const signed = async (header: unknown, payload: unknown, key = es): Promise<string> => {
    const signingInput = `${segment(header)}.${segment(payload)}`
    return `${signingInput}.${segment(await key.sign(Buffer.from(signingInput)))}`
  }
  const good = async (key = es) => {
    const jwt = await signed({ alg: key.alg, kid: key.kid }, claims(), key)
    return jwt.split('.') as [string, string, string]
  }
  return { clientId, es, rsa, ed, claims, signed, good }
}

async function setup(t: TestContext) {
  const server = await aServer(t, { profile: 'okta' })
  const [es, rsa, ed] = [await aKey(), await aKey('RSA-2048'), await aKey('Ed25519')]
  const app = await anApp(server, { keys: [es, rsa, ed] })
  return { server, kit: aKit(app.clientId, es, rsa, ed) }
}

const keyOf = (key: PrivateKey): KeyObject => createPrivateKey(exportPkcs8Pem(key))

/** Everything that somebody may take for the secret of an HMAC. */
function secretsOf(key: PrivateKey): readonly (string | Buffer)[] {
  const { kid: _kid, ...jwk } = key.publicKey.jwk
  const handle = createPublicKey(keyOf(key))
  const pem = handle.export({ type: 'spki', format: 'pem' }).toString()
  const isRsa = handle.asymmetricKeyType === 'rsa'
  return [
    pem,
    pem.trimEnd(),
    handle.export({ type: 'spki', format: 'der' }),
    JSON.stringify(jwk),
    JSON.stringify(key.publicKey.jwk),
    ...('n' in jwk ? [jwk.n, Buffer.from(jwk.n, 'base64url')] : []),
    ...(isRsa
      ? [
          handle.export({ type: 'pkcs1', format: 'pem' }).toString(),
          handle.export({ type: 'pkcs1', format: 'der' }),
        ]
      : []),
  ]
}

function hmacJwt(kit: Kit, bits: 256 | 384 | 512, kid: string, secret: string | Buffer): string {
  const input = `${segment({ alg: `HS${bits}`, kid })}.${segment(kit.claims())}`
  return `${input}.${createHmac(`sha${bits}`, secret).update(input).digest('base64url')}`
}

/** The same JWT with another signature. */
async function resigned(
  kit: Kit,
  key: PrivateKey,
  change: (signature: Buffer, signingInput: Buffer) => Uint8Array,
): Promise<string> {
  const [header, payload, signature] = await kit.good(key)
  const octets = change(Buffer.from(signature, 'base64url'), Buffer.from(`${header}.${payload}`))
  return `${header}.${payload}.${segment(octets)}`
}

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const ED_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n
const octetsOf = (value: bigint, length: number): Buffer =>
  Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex')
const backwards = (octets: Uint8Array): Buffer => Buffer.from([...octets].toReversed())
const pair = (r: bigint, s: bigint): Buffer => Buffer.concat([octetsOf(r, 32), octetsOf(s, 32)])

/** DER of a raw ECDSA signature. */
function derOf(raw: Buffer): Buffer {
  const integer = (octets: Buffer): Buffer => {
    const zeros = octets.findIndex((octet) => octet !== 0)
    const bare = octets.subarray(zeros)
    const value = (bare[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bare]) : bare
    return Buffer.concat([Buffer.from([2, value.length]), value])
  }
  const body = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))])
  return Buffer.concat([Buffer.from([0x30, body.length]), body])
}

const SHA256_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex')

/** A PKCS#1 v1.5 signature over an encoded message that is not quite right. */
function paddedWrong(kit: Kit, encode: (hash: Buffer) => Buffer): Promise<string> {
  return resigned(kit, kit.rsa, (_signature, input) =>
    privateEncrypt(
      { key: keyOf(kit.rsa), padding: constants.RSA_NO_PADDING },
      encode(createHash('sha256').update(input).digest()),
    ),
  )
}

/** `00 01 FF… 00` before a text, and what follows it. */
function block(text: Buffer, { fill = 0xff, first = 1, rest = Buffer.alloc(0) } = {}): Buffer {
  const length = 256 - 3 - text.length - rest.length
  return Buffer.concat([
    Buffer.from([0, first]),
    Buffer.alloc(length, fill),
    Buffer.from([0]),
    text,
    rest,
  ])
}

const quoted = (members: Members): string => JSON.stringify(members).slice(1, -1)

type Forge = (kit: Kit) => string | Promise<string>

const FORGERIES: readonly (readonly [id: string, what: string, forge: Forge])[] = [
  // alg
  [
    'ALG-002',
    'alg none over a signature that is good',
    async ({ good, clientId: _ }) => {
      const [, payload, signature] = await good()
      return `${segment({ alg: 'none' })}.${payload}.${signature}`
    },
  ],
  [
    'ALG-002',
    'alg nOnE, and signed so',
    async ({ signed, claims, es }) => signed({ alg: 'nOnE', kid: es.kid }, claims()),
  ],
  ...([256, 384, 512] as const).flatMap((bits) =>
    (['es', 'rsa', 'ed'] as const).flatMap((name) =>
      Array.from(
        { length: name === 'rsa' ? 9 : 5 },
        (_, index): readonly [string, string, Forge] => [
          'ALG-004',
          `HS${bits} with form ${index + 1} of the public key ${name} as the secret`,
          (kit) => hmacJwt(kit, bits, kit[name].kid, secretsOf(kit[name])[index] ?? ''),
        ],
      ),
    ),
  ),
  [
    'ALG-005',
    'HS256 with the client_id as the secret',
    (kit) => hmacJwt(kit, 256, kit.es.kid, kit.clientId),
  ],
  [
    'ALG-005',
    'HS256 with the kid as the secret',
    (kit) => hmacJwt(kit, 256, kit.es.kid, kit.es.kid),
  ],
  ['ALG-005', 'HS256 with no secret at all', (kit) => hmacJwt(kit, 256, kit.es.kid, '')],
  ...['dir', 'RSA-OAEP', 'RSA-OAEP-256', 'ECDH-ES', 'A128KW', 'PBES2-HS256+A128KW'].map(
    (alg): readonly [string, string, Forge] => [
      'ALG-013',
      `${alg}, which encrypts`,
      ({ signed, claims, es }) =>
        signed({ alg, kid: es.kid, p2c: 2 ** 31 - 1, p2s: 'AA' }, claims()),
    ],
  ),
  // sig
  ...(['es', 'rsa', 'ed'] as const).map((name): readonly [string, string, Forge] => [
    'SIG-001',
    `an empty signature under the key ${name}`,
    (kit) => resigned(kit, kit[name], () => Buffer.alloc(0)),
  ]),
  ...(
    [
      [0n, 0n],
      [0n, 1n],
      [1n, 0n],
      [ORDER, ORDER],
      [ORDER, 1n],
      [1n, ORDER],
      [ORDER - 1n, ORDER - 1n],
      [ORDER + 1n, ORDER + 1n],
      [1n, 1n],
    ] as const
  ).map(([r, s], index): readonly [string, string, Forge] => [
    'SIG-002',
    `an ECDSA signature of special numbers, ${index + 1}`,
    (kit) => resigned(kit, kit.es, () => pair(r, s)),
  ]),
  ['SIG-003', 'an ECDSA signature in DER', (kit) => resigned(kit, kit.es, derOf)],
  [
    'SIG-003',
    'an ECDSA signature that is one octet short',
    (kit) => resigned(kit, kit.es, (signature) => signature.subarray(1)),
  ],
  [
    'SIG-003',
    'an ECDSA signature with an octet more',
    (kit) => resigned(kit, kit.es, (signature) => Buffer.concat([signature, Buffer.from([0])])),
  ],
  [
    'SIG-003',
    'an ECDSA signature with padded halves',
    (kit) =>
      resigned(kit, kit.es, (signature) =>
        Buffer.concat([
          Buffer.alloc(1),
          signature.subarray(0, 32),
          Buffer.alloc(1),
          signature.subarray(32),
        ]),
      ),
  ],
  [
    'SIG-003',
    'an ECDSA signature of the length of another curve',
    (kit) => resigned(kit, kit.es, (signature) => Buffer.concat([Buffer.alloc(68), signature])),
  ],
  ['SIG-004', 'the RSA signature 0', (kit) => resigned(kit, kit.rsa, () => Buffer.alloc(256))],
  ['SIG-004', 'the RSA signature 1', (kit) => resigned(kit, kit.rsa, () => octetsOf(1n, 256))],
  [
    'SIG-004',
    'the modulus as the RSA signature',
    (kit) =>
      resigned(kit, kit.rsa, () =>
        Buffer.from((kit.rsa.publicKey.jwk as { n: string }).n, 'base64url'),
      ),
  ],
  [
    'SIG-004',
    'an RSA signature with a zero before it',
    (kit) => resigned(kit, kit.rsa, (signature) => Buffer.concat([Buffer.alloc(1), signature])),
  ],
  [
    'SIG-004',
    'an RSA signature that is one octet short',
    (kit) => resigned(kit, kit.rsa, (signature) => signature.subarray(0, 255)),
  ],
  [
    'SIG-005',
    'PKCS#1 v1.5 padding with garbage behind the hash',
    (kit) =>
      paddedWrong(kit, (hash) =>
        block(Buffer.concat([SHA256_INFO, hash]), { rest: Buffer.alloc(64, 7) }),
      ),
  ],
  [
    'SIG-005',
    'PKCS#1 v1.5 padding of zeros',
    (kit) => paddedWrong(kit, (hash) => block(Buffer.concat([SHA256_INFO, hash]), { fill: 0 })),
  ],
  [
    'SIG-005',
    'PKCS#1 v1.5 padding of block type 2',
    (kit) => paddedWrong(kit, (hash) => block(Buffer.concat([SHA256_INFO, hash]), { first: 2 })),
  ],
  [
    'SIG-005',
    'PKCS#1 v1.5 padding without the name of the hash',
    (kit) => paddedWrong(kit, (hash) => block(hash)),
  ],
  [
    'SIG-005',
    'PKCS#1 v1.5 padding that names SHA-1',
    (kit) =>
      paddedWrong(kit, (hash) =>
        block(
          Buffer.concat([
            Buffer.from('3021300906052b0e03021a05000414', 'hex'),
            hash.subarray(0, 20),
          ]),
        ),
      ),
  ],
  [
    'SIG-005',
    'PKCS#1 v1.5 padding without the NULL of its parameters',
    (kit) =>
      paddedWrong(kit, (hash) =>
        block(
          Buffer.concat([
            Buffer.from('302f300b0609608648016503040201', 'hex'),
            Buffer.from('0420', 'hex'),
            hash,
          ]),
        ),
      ),
  ],
  ...([0, 20, 222] as const).map((saltLength): readonly [string, string, Forge] => [
    'SIG-006',
    `PS256 with a salt of ${saltLength} octets`,
    async (kit) => {
      const input = `${segment({ alg: 'PS256', kid: kit.rsa.kid })}.${segment(kit.claims())}`
      const key = keyOf(kit.rsa)
      const padding = constants.RSA_PKCS1_PSS_PADDING
      return `${input}.${segment(sign('sha256', Buffer.from(input), { key, padding, saltLength }))}`
    },
  ]),
  [
    'SIG-007',
    'an Ed25519 signature with the order added to S',
    (kit) =>
      resigned(kit, kit.ed, (signature) => {
        const s = BigInt(`0x${backwards(signature.subarray(32)).toString('hex')}`)
        return Buffer.concat([signature.subarray(0, 32), backwards(octetsOf(s + ED_ORDER, 32))])
      }),
  ],
  [
    'SIG-008',
    'the signature of another payload',
    async ({ good }) => {
      const [[header, payload], [, , signature]] = [await good(), await good()]
      return `${header}.${payload}.${signature}`
    },
  ],
  [
    'SIG-008',
    'another payload between header and signature',
    async ({ good, claims }) => {
      const [header, , signature] = await good()
      return `${header}.${segment(claims({ jti: 'swapped' }))}.${signature}`
    },
  ],
  // structure
  ...['.', '..', '...', 'a.b', 'a.b.c.d', 'a.b.c.d.e', 'text', 'a..c'].map(
    (text): readonly [string, string, Forge] => [
      'STRU-001',
      `the segments of "${text}"`,
      () => text,
    ],
  ),
  [
    'STRU-001',
    'a fourth segment behind a good JWT',
    async ({ good }) => `${(await good()).join('.')}.`,
  ],
  [
    'STRU-001',
    'a good JWT without its signature',
    async ({ good }) => (await good()).slice(0, 2).join('.'),
  ],
  [
    'STRU-002',
    'the flattened JSON serialization',
    async ({ good }) => {
      const [header, payload, signature] = await good()
      return JSON.stringify({ protected: header, payload, signature })
    },
  ],
  [
    'STRU-002',
    'the general JSON serialization',
    async ({ good }) => {
      const [header, payload, signature] = await good()
      return JSON.stringify({ payload, signatures: [{ protected: header, signature }] })
    },
  ],
  [
    'STRU-003',
    'a JSON serialization that is a compact one too',
    async ({ good, claims }) => {
      const [header, payload, signature] = await good()
      const forged = segment(claims({ sub: 'other', iss: 'other' }))
      return `{"x":"${header}.${forged}.${signature}","protected":"${header}","payload":"${payload}","signature":"${signature}"}`
    },
  ],
  ...['dir', 'RSA-OAEP'].map((alg): readonly [string, string, Forge] => [
    'STRU-004',
    `a JWE with ${alg}`,
    ({ claims }) =>
      [
        segment({ alg, enc: 'A128GCM' }),
        '',
        segment(Buffer.alloc(12)),
        segment(claims()),
        segment(Buffer.alloc(16)),
      ].join('.'),
  ]),
  [
    'STRU-005',
    'a JWE whose key takes two thousand million rounds',
    () =>
      [
        segment({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2 ** 31 - 1, p2s: 'AAAA' }),
        'AA',
        'AA',
        'AA',
        'AA',
      ].join('.'),
  ],
  [
    'STRU-006',
    'a JWE that says to be compressed',
    () =>
      [
        segment({ alg: 'dir', enc: 'A128GCM', zip: 'DEF' }),
        '',
        'AA',
        segment(Buffer.alloc(4096)),
        'AA',
      ].join('.'),
  ],
  [
    'STRU-006',
    'a JWS that says to be compressed, and has nothing in it',
    ({ signed, es }) =>
      signed({ alg: 'ES256', kid: es.kid, zip: 'DEF' }, Buffer.from('4bad05000000ffff', 'hex')),
  ],
  ['STRU-008', 'the word Bearer', async ({ good }) => `Bearer ${(await good()).join('.')}`],
  [
    'STRU-008',
    'dots that are percent-encoded once more',
    async ({ good }) => (await good()).join('%2E'),
  ],
  // header
  ...(
    [
      ['no JSON', 'alg=ES256'],
      ['an array', [{ alg: 'ES256' }]],
      ['null', null],
      ['a number', 1],
      ['a string', '"ES256"'],
      ['a byte order mark', '\u{feff}{"alg":"ES256"}'],
      ['UTF-16', Buffer.from('{"alg":"ES256"}', 'utf16le')],
      ['octets behind it', '{"alg":"ES256"} x'],
      ['a comma too many', '{"alg":"ES256",}'],
      ['a comment', '{"alg":"ES256"/**/}'],
      ['single quotes', "{'alg':'ES256'}"],
    ] as const
  ).map(([what, header]): readonly [string, string, Forge] => [
    'HEAD-001',
    `a header that is or has ${what}`,
    ({ signed, claims }) => signed(header, claims()),
  ]),
  [
    'HEAD-003',
    'a header whose __proto__ has alg and kid',
    ({ signed, claims, es }) => signed(`{"__proto__":{"alg":"ES256","kid":"${es.kid}"}}`, claims()),
  ],
  // trust
  ...[true, false].map((hasKid): readonly [string, string, Forge] => [
    'TRUS-001',
    `a key of its own in the header, ${hasKid ? 'under the kid of a registered one' : 'without kid'}`,
    async ({ signed, claims, es }) => {
      const own = await aKey('P-256', 'forger')
      const kid = hasKid ? { kid: es.kid } : {}
      return signed({ alg: 'ES256', jwk: own.publicKey.jwk, ...kid }, claims(), own)
    },
  ]),
  ...['https://forger.example/jwks', 'file:///etc/keys', 'http://169.254.169.254/'].flatMap((url) =>
    ['jku', 'x5u'].map((member): readonly [string, string, Forge] => [
      'TRUS-002',
      `${member} with ${url}`,
      async ({ signed, claims, es }) => {
        const own = await aKey('P-256', 'forger')
        return signed({ alg: 'ES256', kid: es.kid, [member]: url }, claims(), own)
      },
    ]),
  ),
  [
    'TRUS-003',
    'a certificate of its own',
    async ({ signed, claims, es }) => {
      const own = await aKey('P-256', 'forger')
      return signed({ alg: 'ES256', kid: es.kid, x5c: ['MIIBszCCAVmgAwIBAgIUQQ=='] }, claims(), own)
    },
  ],
  // confusion
  [
    'CONF-002',
    'an ID token of this server about the client',
    async ({ clientId, signed }) => {
      const { current } = await someSigningKeys()
      const claims = {
        iss: 'https://auth.example',
        sub: clientId,
        aud: clientId,
        nonce: 'n',
        exp: NOW + 60,
        iat: NOW,
      }
      return signed({ alg: current.alg, kid: current.kid, typ: 'JWT' }, claims, current)
    },
  ],
  // json
  ...['[]', 'null', '"x"', '1', 'true', '', 'text'].map(
    (payload): readonly [string, string, Forge] => [
      'JSON-001',
      `the payload ${payload === '' ? 'of no octets' : payload}`,
      ({ signed, es }) => signed({ alg: 'ES256', kid: es.kid }, Buffer.from(payload)),
    ],
  ),
  ...(
    [
      ['octets behind it', (text: string) => `${text}x`],
      ['a second document', (text: string) => `${text}{}`],
      ['NaN', (text: string) => text.replace('}', ',"x":NaN}')],
      ['Infinity', (text: string) => text.replace('}', ',"x":Infinity}')],
      ['a leading zero', (text: string) => text.replace('}', ',"x":01}')],
      ['a plus sign', (text: string) => text.replace('}', ',"x":+1}')],
      ['a hexadecimal number', (text: string) => text.replace('}', ',"x":0x1}')],
      ['a control character', (text: string) => text.replace('}', ',"x":"\u0001"}')],
    ] as const
  ).map(([what, change]): readonly [string, string, Forge] => [
    'JSON-002',
    `a payload with ${what}`,
    ({ signed, claims, es }) =>
      signed({ alg: 'ES256', kid: es.kid }, Buffer.from(change(JSON.stringify(claims())))),
  ]),
  ...['iss', 'sub', 'aud', 'exp', 'jti', 'iat'].flatMap((name) =>
    (['first', 'last', 'escaped'] as const).map((which): readonly [string, string, Forge] => [
      'JSON-003',
      `two claims ${name}, of which the ${which} one is wrong`,
      ({ signed, claims, es }) => {
        const right = quoted(claims())
        const spelled =
          which === 'escaped' ? `\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}` : name
        const wrong = `"${spelled}":"x"`
        const text = which === 'first' ? `{${wrong},${right}}` : `{${right},${wrong}}`
        return signed({ alg: 'ES256', kid: es.kid }, Buffer.from(text))
      },
    ]),
  ),
  ...(
    [
      ['invalid UTF-8', [0x22, 0xff, 0x22]],
      ['an overlong sequence', [0x22, 0xc0, 0xaf, 0x22]],
      ['a surrogate in UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ] as const
  ).map(([what, octets]): readonly [string, string, Forge] => [
    'JSON-004',
    `a jti with ${what}`,
    ({ signed, claims, es }) => {
      const [before, after] = JSON.stringify(claims({ jti: '@' })).split('"@"')
      const payload = Buffer.concat([
        Buffer.from(before ?? ''),
        Buffer.from(octets),
        Buffer.from(after ?? ''),
      ])
      return signed({ alg: 'ES256', kid: es.kid }, payload)
    },
  ]),
  [
    'JSON-004',
    'a payload in UTF-16',
    ({ signed, claims, es }) =>
      signed({ alg: 'ES256', kid: es.kid }, Buffer.from(JSON.stringify(claims()), 'utf16le')),
  ],
  [
    'JSON-004',
    'a payload behind a byte order mark',
    ({ signed, claims, es }) =>
      signed({ alg: 'ES256', kid: es.kid }, Buffer.from(`\u{feff}${JSON.stringify(claims())}`)),
  ],
  [
    'JSON-004',
    'a lone surrogate, escaped',
    ({ signed, claims, es }) =>
      signed(
        { alg: 'ES256', kid: es.kid },
        Buffer.from(JSON.stringify(claims({ jti: '@' })).replace('@', '\\ud800')),
      ),
  ],
  [
    'JSON-005',
    'five thousand arrays in each other',
    ({ signed, claims, es }) => {
      const deep = '['.repeat(5000) + ']'.repeat(5000)
      return signed({ alg: 'ES256', kid: es.kid }, Buffer.from(`{${quoted(claims())},"x":${deep}}`))
    },
  ],
  [
    'JSON-006',
    'claims in __proto__ alone',
    ({ signed, claims, es }) =>
      signed(
        { alg: 'ES256', kid: es.kid },
        Buffer.from(`{"__proto__":${JSON.stringify(claims())}}`),
      ),
  ],
  [
    'JSON-006',
    'iss in __proto__ alone',
    ({ signed, claims, es, clientId }) =>
      signed(
        { alg: 'ES256', kid: es.kid },
        Buffer.from(`{${quoted(claims({ iss: undefined }))},"__proto__":{"iss":"${clientId}"}}`),
      ),
  ],
  // claims
  ...(['iss', 'sub'] as const).flatMap((name) =>
    [undefined, 'other', null, 1, true, '', ['@'], { '@': 1 }].map(
      (value, index): readonly [string, string, Forge] => [
        'CLAI-001',
        `${name} in wrong form ${index + 1}`,
        ({ signed, claims, es, clientId }) => {
          const wrong = Array.isArray(value) ? [clientId] : value
          return signed({ alg: 'ES256', kid: es.kid }, claims({ [name]: wrong }))
        },
      ],
    ),
  ),
]

suite('a forged assertion', () => {
  for (const id of new Set(FORGERIES.map(([number]) => number))) {
    const rows = FORGERIES.filter(([number]) => number === id)
    test(`[${id}] is refused, in ${rows.length} ${rows.length === 1 ? 'form' : 'forms'}: ${rows[0]?.[1]} …`, async (t) => {
      const { server, kit } = await setup(t)
      for (const [, what, forge] of rows) {
        const answer = await postToken(server, tokenForm(await forge(kit)))
        assert.deepEqual([answer.status, answer.body?.error], [401, 'invalid_client'], what)
        assert.equal('access_token' in answer.body, false)
        const [entry] = await newestEntries(server)
        assert.equal(entry?.event, 'token.refused', what)
      }
      assert.equal(({} as Record<string, unknown>)['iss'], undefined)
      // Nothing was used up, and nothing is wrong with the server.
      for (const key of [kit.es, kit.rsa, kit.ed]) {
        const good = (await kit.good(key)).join('.')
        assert.equal((await postToken(server, tokenForm(good))).status, 200)
      }
    })
  }

  test('[TRUS-004] is none when a good signature has strange hints beside it: they are not followed', async (t) => {
    const { server, kit } = await setup(t)
    // Nobody listens there: had it been asked, the answer would be another one.
    const hints = { jku: 'http://127.0.0.1:9/', x5t: 'AAAA', 'x5t#S256': 'AAAA' }
    const jwt = await kit.signed({ alg: 'ES256', kid: kit.es.kid, ...hints }, kit.claims())
    assert.equal((await postToken(server, tokenForm(jwt))).status, 200)
  })

  test('[STRU-001] is missing altogether: that is another mistake, and another answer', async (t) => {
    const { server } = await setup(t)
    const answer = await postToken(server, tokenForm('', { client_assertion: undefined }))
    assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_request'])
  })

  test('[STRU-008] behind a byte order mark is a slip, and is told so', async (t) => {
    const { server, kit } = await setup(t)
    const jwt = `\u{feff}${(await kit.good()).join('.')}`
    const answer = await postToken(server, tokenForm(jwt))
    assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_request'])
    assert.match(answer.body.error_description, /'client_assertion' begins or ends with blanks/)
  })

  test('[STRU-009] is too large: it is refused before it is parsed', async (t) => {
    const { server, kit } = await setup(t)
    for (const [size, statuses] of [
      [16_385, [401]],
      [60_000, [401]],
      [65_536, [413]],
      [1_048_576, [413]],
    ] as const) {
      const [header, , signature] = await kit.good()
      const payload = segment(`{"x":"${'a'.repeat(size)}"}`).slice(
        0,
        size - header.length - signature.length - 2,
      )
      const answer = await postToken(server, tokenForm(`${header}.${payload}.${signature}`))
      assert.ok(
        (statuses as readonly number[]).includes(answer.status),
        `${size}: ${answer.status}`,
      )
    }
  })

  test('[JSON-005] with five thousand members is refused or judged like any other', async (t) => {
    const { server, kit } = await setup(t)
    const many = Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`m${index}`, 1]))
    const jwt = await kit.signed({ alg: 'ES256', kid: kit.es.kid }, kit.claims(many))
    assert.ok([200, 401].includes((await postToken(server, tokenForm(jwt))).status))
  })

  test('[JSON-006] with __proto__ beside claims that are good changes no object', async (t) => {
    const { server, kit } = await setup(t)
    const text = `{${quoted(kit.claims())},"__proto__":{"polluted":true}}`
    const jwt = await kit.signed({ alg: 'ES256', kid: kit.es.kid }, Buffer.from(text))
    assert.ok([200, 401].includes((await postToken(server, tokenForm(jwt))).status))
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
  })

  test('[JSON-007] is none when the name of a claim is escaped: that is the same name', async (t) => {
    const { server, kit } = await setup(t)
    const text = JSON.stringify(kit.claims()).replace('"exp"', '"\\u0065xp"')
    const jwt = await kit.signed({ alg: 'ES256', kid: kit.es.kid }, Buffer.from(text))
    assert.equal((await postToken(server, tokenForm(jwt))).status, 200)
  })
})
