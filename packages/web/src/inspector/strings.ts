/**
 * Every text of the inspector, ready to be translated. What the checks say comes from core.
 * @module
 */

import type { CheckName } from '@keygrant/core/assertion'

const count = (many: number, one: string, more: string): string =>
  `${many} ${many === 1 ? one : more}`

/** The catalogue. Functions take what is counted or named. */
export const inspectorStrings = {
  title: 'Inspector',
  lead: 'Paste what you have. Every check says what it found, what it expected, and how to mend it.',
  paste: 'A JWT, token request, token response or JWK Set',
  placeholder:
    'eyJhbGciOi…  ·  curl …  ·  grant_type=…  ·  {"access_token": …}  ·  {"keys": [ … ]}',
  clear: 'Clear',
  copyReport: 'Copy report',
  report: 'Report',
  tokenInAddress:
    'The address of this page held a token after "?", where servers and histories keep it. It was not read. Paste the token here instead, and treat it as seen by others.',
  privateRemoved:
    'This held a private key. Its private members were taken out of the box and went nowhere. If others could see the screen or the place you copied it from, make a new key.',

  kinds: {
    assertion: 'Client assertion',
    access_token: 'Access token',
    dpop: 'DPoP proof',
  },
  kindLabel: 'Judged as',
  sources: {
    bare: 'A JWT',
    bearer: 'A JWT after “Bearer”',
    dpop: 'A JWT after “DPoP”',
    form: 'A token request: the client_assertion of its form body',
    curl: 'A curl line: the client_assertion in it',
    http: 'An HTTP request: the client_assertion in it',
    response: 'A token response: the access_token in it',
    text: 'A JWT inside other text',
  },
  recognised: {
    request: 'A token request without a client assertion',
    response: 'A token response',
    errorResponse: 'An error response',
    keys: (many: number): string => count(many, 'key', 'keys'),
    reading: 'Keys',
    claims: 'Claims without a signature',
    unknown: 'Nothing that is known here',
  },
  notes: {
    invisible:
      'Invisible characters were left out. A server refuses them: copy it from the source again.',
    quotes: 'The quotes around it were left out.',
    scheme: 'The words before it were left out.',
    line_breaks: 'Line breaks were left out. Send it without them.',
    surroundings: 'The text around it was left out.',
    incomplete:
      'A value in it is filled in by the shell or read from a file. Paste what is really sent.',
    json_request: 'The body is JSON. A token endpoint takes a form.',
  },
  claims: {
    text: 'These are the claims alone. Sign them first; then paste the JWT, three parts between dots.',
  },
  unknown: {
    text: 'A JWT is three parts between dots and begins with “eyJ”. A token without dots is opaque: only the server that made it can say what it means.',
  },

  verdicts: {
    refused: 'Would be refused',
    unverified: 'Nothing wrong so far, and not verified',
    incomplete: 'Nothing wrong so far',
    holds: 'Every check holds',
  },
  tally: (failed: number, passed: number, skipped: number, faults: number): string =>
    [
      ...(faults > 0 ? [count(faults, 'fault in the request', 'faults in the request')] : []),
      ...(failed > 0 ? [count(failed, 'check fails', 'checks fail')] : []),
      `${passed} pass`,
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ].join(' · '),
  verdictTexts: {
    unverified:
      'Anyone can write these claims. Give the public key, and the signature is checked too.',
    incomplete: {
      assertion: 'Give the issuer, and nothing is left open.',
      access_token: 'Give the issuer and the audience, and nothing is left open.',
      dpop: 'Give the token endpoint, and method and URL are compared with it.',
    },
    holds: {
      assertion: 'A server with these expectations accepts it, if it was not used before.',
      access_token: 'An API with these expectations accepts it, if it was not revoked.',
      dpop: 'The token endpoint accepts it, if it was not used before and no nonce is asked for.',
    },
  },
  give: {
    key: 'Give the public key',
    aud: 'Give the issuer',
    endpoint: 'Give the token endpoint',
  },
  titleRefused: '✖ would be refused',
  titleHolds: '✔ holds',

  cause: 'Most likely cause',
  otherCauses: 'Also',
  checks: 'Checks',
  advice: 'Works, and could be better',
  header: 'Header',
  claimsTitle: 'Claims',
  unverifiedClaims: 'as it says, not verified',
  unreadable: 'This part can not be read.',
  lenient: 'Read more leniently than any server does.',
  failsCheck: (check: string) => `fails ${check}`,
  noMembers: 'Nothing is in it.',
  openInWorkbench: 'Open in workbench',
  failed: 'The checks could not be made in this browser.',

  receiver: {
    title: 'What the receiver expects',
    profile: 'Profile',
    profiles: {
      okta: 'okta',
      strict: 'strict',
    },
    profileTexts: {
      okta: 'aud is the endpoint or the issuer; up to 60 minutes',
      strict: 'aud is the issuer; jti required; up to 5 minutes',
    },
    endpoint: 'Token endpoint',
    issuer: 'Issuer',
    clientId: 'Client ID',
    audience: 'Audience (the API)',
    keys: 'Public key',
    keysHint: 'JWK, JWK Set, PEM or certificate',
    derived: {
      request: (value: string) => `From the request: ${value}`,
      endpoint: (value: string) => `From the endpoint: ${value}`,
    },
    notUrl: 'This is no URL. It is compared letter by letter as it is.',
    thisServer: 'Use this server',
    reading: 'Reading …',
  },
  time: {
    title: 'Time of receipt',
    label: 'Date and time (UTC), or seconds since 1970',
    wrong: 'Write a date and time such as 2026-11-23 19:04:12, or seconds since 1970.',
    slider: 'Move the time of receipt',
    now: 'Now',
    issued: 'When issued',
    pinned: (distance: string) => `Moved: the clock says ${distance}.`,
    from: 'from',
    until: 'until',
    noDate: (word: string) => `${word}: this is no number of seconds since 1970`,
  },

  request: {
    title: 'The request around it',
    parameters: 'Parameters',
    hidden: 'not shown',
    shortened: (value: string) => `${value.slice(0, 12)}… (${value.length} characters)`,
  },
  response: {
    title: 'The response',
    opaque:
      'Its access token is opaque: it is no JWT, and only the server that made it can say what it means.',
    report: 'The server’s own report',
    errors: {
      invalid_client:
        'The server did not accept the client authentication. Paste the client_assertion that was sent to see why.',
      invalid_request: 'The request lacks something, or has it twice.',
      invalid_scope: 'A scope is unknown, or not granted to this client.',
      invalid_grant: 'The grant is not valid.',
      unauthorized_client: 'The client may not use this grant type.',
      unsupported_grant_type: 'The server does not know this grant type.',
      invalid_dpop_proof: 'The DPoP proof was not accepted.',
      use_dpop_nonce: 'The server wants a DPoP proof with the nonce of its DPoP-Nonce header.',
      temporarily_unavailable: 'The server can not answer now. Try again after a while.',
      server_error: 'The server failed. Ask its operator, with the request ID.',
    } as Readonly<Record<string, string>>,
  },
  keys: {
    title: 'Keys',
    usable: 'Usable',
    refused: 'Refused',
    isPrivate: 'A private key was here: everyone who saw it can sign as the client.',
    privateFix: 'make a new key pair, and register its public half only',
    privateOnly: 'this is a private key; only its public half belongs here',
    privateOnlyFix: 'paste the public key: openssl pkey -in key.pem -pubout',
    noKid: 'It has no "kid"; the thumbprint is used.',
    use: 'Check signatures with these',
    used: 'These keys are now what the receiver expects. Paste a JWT.',
    facts: { type: 'Type', alg: 'alg', use: 'use', kid: 'kid', thumbprint: 'Thumbprint' },
    anyAlg: (names: string) => `not stated; fits ${names}`,
    bits: (bits: number) => `RSA, ${bits} bits`,
    copyThumbprint: 'Copy',
    nth: (index: number) => `Key ${index + 1}`,
    none: 'There is no key in it.',
  },

  empty: {
    title: 'Start with an example',
    lead: 'Each is signed in this page with a key that is thrown away.',
    takes: 'What it takes',
    takesList: [
      ['JWT', 'a client assertion or an access token, also broken, wrapped or after “Bearer”'],
      ['Token request', 'a form body, a curl line or raw HTTP; the assertion is taken out'],
      ['Token response', 'the access token in it, or the error with the server’s report'],
      ['JWK, JWK Set, PEM', 'each key with its type, thumbprint and what is wrong with it'],
    ],
    working: 'Making a key …',
  },
  examples: {
    guide: {
      name: 'The guide, followed literally',
      text: 'Its example payload as printed, signed without a kid.',
    },
    milliseconds: {
      name: 'exp in milliseconds',
      text: 'Date.now() where seconds are asked for.',
    },
    good: { name: 'A good one', text: 'Every check holds, signature included.' },
  },

  bytes: {
    title: 'Bytes',
    mark: 'Mark',
    nothing: 'nothing',
    token: 'The token',
    parts: { header: 'Header', claims: 'Claims' },
    octets: (many: number): string => count(many, 'byte', 'bytes'),
    at: (octet: number, what: string): string => `At byte ${octet}: ${what}`,
  },

  /** What the members of header and claims mean. */
  members: {
    alg: 'algorithm of the signature',
    kid: 'Key ID of the key that signed',
    typ: 'kind of JWT',
    cty: 'kind of what is inside',
    crit: 'extensions the receiver must know',
    jwk: 'a key in the header; nobody may trust it',
    jku: 'address of a key set; nobody may trust it',
    x5c: 'a certificate; nobody may trust it here',
    x5u: 'address of a certificate; nobody may trust it',
    x5t: 'hash of a certificate',
    iss: 'issuer',
    sub: 'subject',
    aud: 'audience: for whom it is',
    exp: 'ends',
    nbf: 'valid from',
    iat: 'issued',
    jti: 'unique identifier: works once',
    scope: 'scopes',
    scp: 'scopes',
    client_id: 'the client it was given to',
    cid: 'the client it was given to',
    cnf: 'the key it is bound to',
    htm: 'method of the request',
    htu: 'URL of the request',
    ath: 'hash of the access token',
    nonce: 'nonce of the server',
    auth_time: 'when the person signed in',
    ver: 'version of the token format',
  } as Readonly<Record<string, string>>,
} as const

/** Where the value of a check stands: in the header or in the claims, under which name. */
export const CHECK_MEMBERS: Readonly<
  Partial<Record<CheckName, readonly ['header' | 'claims', string]>>
> = {
  crit: ['header', 'crit'],
  typ: ['header', 'typ'],
  alg: ['header', 'alg'],
  key: ['header', 'kid'],
  iss: ['claims', 'iss'],
  sub: ['claims', 'sub'],
  aud: ['claims', 'aud'],
  exp: ['claims', 'exp'],
  nbf: ['claims', 'nbf'],
  iat: ['claims', 'iat'],
  jti: ['claims', 'jti'],
  lifetime: ['claims', 'exp'],
  client_id: ['claims', 'client_id'],
  scope: ['claims', 'scope'],
  cnf: ['claims', 'cnf'],
}
