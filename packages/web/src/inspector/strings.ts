/**
 * The texts with which the inspector begins, ready to be translated. Those of what came out stand beside these, and
 * what the checks say comes from core.
 * @module
 */

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
  tokenInAddress:
    'The address of this page held a token after "?", where servers and histories keep it. It was not read. Paste the token here instead, and treat it as seen by others.',
  privateRemoved:
    'This held a private key. Its private members were taken out of the box and went nowhere. If others could see the screen or the place you copied it from, make a new key.',

  kinds: {
    assertion: 'Client assertion',
    access_token: 'Access token',
    id_token: 'ID token',
    dpop: 'DPoP proof',
  },
  kindLabel: 'Judged as',
  /** What each is for: whoever pastes one may hold another for it. */
  kindTexts: {
    assertion: 'It proves to a token endpoint which client asks. No API takes it.',
    access_token: 'It opens an API. No token endpoint takes it.',
    id_token: 'It tells an app which person signed in. No API and no token endpoint takes it.',
    dpop: 'It goes along with one request, and proves who holds the key of a token.',
  },
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
    jwe: 'An encrypted token (JWE)',
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

  verdicts: {
    refused: 'Would be refused',
    unverified: 'Nothing wrong so far, and not verified',
    incomplete: 'Nothing wrong so far',
    holds: 'Every check holds',
  },
  tally: (
    failed: number,
    passed: number,
    skipped: number,
    faults: number,
    warnings: number,
  ): string =>
    [
      ...(faults > 0 ? [count(faults, 'fault in the request', 'faults in the request')] : []),
      ...(failed > 0 ? [count(failed, 'check fails', 'checks fail')] : []),
      ...(warnings > 0 ? [count(warnings, 'warning', 'warnings')] : []),
      `${passed} pass`,
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ].join(' · '),
  titleRefused: '✖ would be refused',
  titleHolds: '✔ holds',

  failed: 'The checks could not be made in this browser.',

  receiver: {
    title: 'What the receiver expects',
    profile: 'Profile',
    profileTexts: {
      okta: 'aud is the endpoint or the issuer; up to 60 minutes',
      strict: 'aud is the issuer; jti required; up to 5 minutes',
    },
    endpoint: 'Token endpoint',
    issuer: 'Issuer',
    clientId: 'Client ID',
    audience: 'Audience (the API)',
    app: 'Client ID (the app)',
    keys: 'Public key',
    keysHint: 'JWK, JWK Set, PEM or certificate, or the URL of a JWK Set',
    fetchKeys: (host: string): string => `Fetch the keys from ${host}`,
    fetchByServer: (host: string): string => `Let this server fetch the keys from ${host}`,
    fetching: 'Fetching …',
    noFetching: 'This file may not fetch anything. Paste the keys themselves.',
    noKeysThere: (why: string): string => `No keys were fetched. ${why}`,
    derived: {
      request: (value: string) => `From the request: ${value}`,
      endpoint: (value: string) => `From the endpoint: ${value}`,
    },
    notUrl: 'This is no URL. It is compared letter by letter as it is.',
    thisServer: 'Use this server',
    reading: 'Reading …',
    noKey: 'There is no key in it.',
  },
  empty: {
    title: 'Start with an example',
    lead: 'Each is signed in this page with a key that is thrown away.',
    takes: 'What it takes',
    takesList: [
      [
        'JWT',
        'a client assertion, an access or ID token, a DPoP proof: also broken, encrypted, wrapped or after “Bearer”',
      ],
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
    expired: { name: 'Expired', text: 'Made two minutes ago, for one minute.' },
    audience: {
      name: 'Wrong audience',
      text: 'For the issuer with a slash that is one too many.',
    },
    unsigned: { name: 'alg none', text: 'No signature at all: anybody can have written it.' },
    milliseconds: {
      name: 'exp in milliseconds',
      text: 'Date.now() where seconds are asked for.',
    },
    good: { name: 'A good one', text: 'Every check holds, signature included.' },
  },
} as const
