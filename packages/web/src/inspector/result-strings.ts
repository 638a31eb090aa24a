/**
 * The texts of what came out: the groups of checks, what a server says, and encrypted tokens. Loaded with the
 * views that show them.
 * @module
 */

import type { CheckName } from '@keygrant/core/assertion'

const count = (many: number, one: string, more: string): string =>
  `${many} ${many === 1 ? one : more}`

/** The catalogue. Functions take what is counted or named. */
export const resultStrings = {
  cause: 'Most likely cause',
  otherCauses: 'Also',
  advice: 'Works, and could be better',
  header: 'Header',
  claimsTitle: 'Claims',
  unverifiedClaims: 'as it says, not verified',
  unreadable: 'This part can not be read.',
  lenient: 'Read more leniently than any server does.',
  failsCheck: (check: string) => `fails ${check}`,
  noMembers: 'Nothing is in it.',
  openInWorkbench: 'Open in workbench',
  claims: {
    text: 'These are the claims alone. Sign them first; then paste the JWT, three parts between dots.',
  },
  unknown: {
    text: 'A JWT is three parts between dots and begins with “eyJ”. A token without dots is opaque: only the server that made it can say what it means.',
  },

  title: 'Checks',
  groups: {
    form: 'Form',
    header: 'Header',
    key: 'Key',
    signature: 'Signature',
    claims: 'Claims',
    client: 'Client',
    replay: 'Replay',
    grant: 'Grant',
  },
  showAll: 'Show all',
  showLess: 'Only what fails',
  /** What a group comes to, without a look into it. */
  summary: (failed: number, passed: number, skipped: number): string =>
    [
      ...(failed > 0 ? [count(failed, 'fails', 'fail')] : []),
      ...(passed > 0 ? [`${passed} pass`] : []),
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ].join(' · '),
  notRun: 'Not run: only the server knows',
  notAsked: 'Not run: no scope is asked for. Paste the whole token request.',

  time: {
    title: 'Time of receipt',
    judged: 'Judged at',
    instants: {
      now: 'Now',
      received: 'When the server received it',
      issued: 'When it was issued',
      chosen: 'Another time',
    },
    label: 'Date and time (UTC), or seconds since 1970',
    wrong: 'Write a date and time such as 2026-11-23 19:04:12, or seconds since 1970.',
    slider: 'Move the time of receipt',
    away: (distance: string) => `That is ${distance}.`,
    saidBy: {
      response: 'The Date of the response says so.',
      page: 'The page that led here says so.',
      log: 'The log of the server says so.',
    },
    from: 'from',
    until: 'until',
    tolerance: (seconds: number): string => `${seconds} s before that are tolerated`,
    noDate: (word: string) => `${word}: this is no number of seconds since 1970`,
  },

  verdictTexts: {
    unverified:
      'Anyone can write these claims. Give the public key, and the signature is checked too.',
    fromLog:
      'The log of a server keeps no signature, so nothing is said of key and signature here. What the server said of them stands in its log.',
    incomplete: {
      assertion: 'Give the issuer, and nothing is left open.',
      access_token: 'Give the issuer and the audience, and nothing is left open.',
      id_token: 'Give the issuer and the client ID of the app, and nothing is left open.',
      dpop: 'Give the token endpoint, and method and URL are compared with it.',
    },
    holds: {
      assertion: 'A server with these expectations accepts it, if it was not used before.',
      access_token: 'An API with these expectations accepts it, if it was not revoked.',
      id_token: 'The app with these expectations accepts it, if the nonce is its own.',
      dpop: 'The token endpoint accepts it, if it was not used before and no nonce is asked for.',
    },
  },

  betweenFiles:
    'Where the browser lets files hear each other, the key of an open workbench is offered here. Where it does not, copy its public JWK there.',
  workbenchKey: (kid: string): string => `Use the key of the open workbench (${kid})`,

  registeredKeys: {
    use: (host: string): string => `Use the keys that ${host} has of this client`,
    none: 'This client has no active key there.',
  },

  give: {
    key: 'Give the public key',
    aud: 'Give the issuer',
    endpoint: 'Give the token endpoint',
  },

  server: {
    ask: 'Ask this server',
    asking: 'Asking …',
    askHint: (host: string): string =>
      `Sends it to ${host} with your console session. Nothing is used up, and nothing is issued.`,
    judged: (issuer: string, time: string): string => `As ${issuer} judged it at ${time}.`,
    judgedAs: (profile: string): string => `Profile ${profile}.`,
    back: 'Back to the checks of this page',
    accepts: 'This server accepts it now. It was not used up by asking.',
    announced: (verdict: string): string => `The server answered. ${verdict}`,
    failures: {
      signed_out: 'Nobody is signed in at the console of this server.',
      not_allowed: 'Your role does not allow this.',
      too_many: (seconds: string): string => `Too many questions. Ask again in ${seconds} s.`,
      unreachable: 'The server does not answer.',
      no_keygrant: 'What answers there does not know the question.',
    },
    signIn: 'Sign in at the console',
    openThere: (host: string): string => `, and open this page at ${host}: the session is there.`,
    client: 'client',
    grant: 'scope',
    unknownApp: 'No service app of this server has this client_id',
    app: (label: string, isActive: boolean): string =>
      `It claims to be the app ${label}, which is ${isActive ? 'active' : 'inactive'}`,
    openApp: 'Open the app',
    openGrants: 'Open its scopes',
    openKeys: 'Open its keys',
    dpop: 'This app gets only tokens that are bound to a key: send a DPoP proof along',
    signed: (kid: string, label: string): string =>
      `Signed with the key ${kid} of the app ${label}`,
    signedByNobody: 'No key of any app on this server made this signature',
    keyStates: {
      ACTIVE: 'active',
      INACTIVE: 'inactive',
      EXPIRED: 'expired',
      REVOKED: 'revoked',
      PUBLISHED: 'published at its jwks_uri',
    },
    lastChange: (what: string, time: string): string => `${what}: ${time}`,
    granted: (scopes: string): string => `A token would have ${scopes}`,
    notGranted: (scopes: string): string => `Not granted to this app, and left out: ${scopes}`,
    refusedScopes: (error: string): string => `The request would be refused with ${error}`,
    scopeFix: 'ask for scopes that are granted to the app, or grant them in the console',
  },

  support: {
    open: 'Copy for support',
    title: 'A text for whoever helps',
    lead: 'Verdict, checks, header and claims in Markdown. The signature is never in it.',
    policy: (name: string, seconds: number, tolerance: number, isJtiRequired: boolean): string =>
      `Policy: profile ${name}; exp at most ${seconds} s ahead; ${tolerance} s of tolerance for iat and nbf; jti ${isJtiRequired ? 'required' : 'optional'}`,
    requestId: (id: string): string => `Request ID: ${id}`,
    preview: 'The text',
    what: 'text',
    copy: 'Copy text',
    close: 'Close',
  },

  keysAt: {
    status: (status: number): string => `The answer is HTTP ${status}.`,
    noSet: 'The answer is no JWK Set.',
  },

  jwe: {
    title: 'Encrypted: only its receiver can read it',
    text: 'This is a JWE: a token that is encrypted, not only signed. Its claims can be read by whoever holds the private key that it is for. Nothing is decrypted here.',
    cause:
      'A token endpoint that asks for a client assertion refuses it: sign a JWT, three parts between dots, and do not encrypt it.',
    parts: 'Its five parts',
    part: [
      ['Header', 'says how it is encrypted; everyone can read it'],
      ['Encrypted key', 'the key of the content, for the receiver alone'],
      ['Initialization vector', 'random, used once'],
      ['Ciphertext', 'the claims, or a signed JWT'],
      ['Authentication tag', 'shows that nothing was changed'],
    ],
    members: {
      alg: 'how the key of the content is encrypted',
      kid: 'Key ID of the receiver’s key',
    } as Readonly<Record<string, string>>,
    empty: 'empty',
    broken: 'not base64url',
    octets: (many: number): string => count(many, 'byte', 'bytes'),
  },

  idToken: {
    passed: {
      typ: 'the type is JWT, or none is stated',
      key: 'one key of the authorization server fits "kid" and "alg"',
      iss: 'the issuer is the authorization server that is expected',
      sub: 'the person is named',
      aud: 'the audience is the app that is expected',
      iat: 'it was not issued in the future',
    } as Readonly<Partial<Record<CheckName, string>>>,
    fix: 'get a new ID token from the authorization server; only the server can change what it says',
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
    /** Of what came with it: status, time and request ID, as far as they are known. */
    head: ['Status', 'Date', 'Request ID'],
    copyRequestId: 'Copy',
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
    amr: 'how the person signed in',
    at_hash: 'hash of the access token beside it',
    azp: 'the client it was given to',
    enc: 'algorithm of the encryption',
    zip: 'compression before the encryption',
    epk: 'a public key that was made for this token',
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
