/**
 * What the pages below `/errors` say: for each check of an assertion that may be told of, and for each error code, what it
 * is, the usual causes, and the fix. No page depends on who asks, or on what is registered.
 * @module
 */

import type { CheckName } from '@keygrant/core/assertion'
import type { OAuthErrorCode } from './oauth-error.ts'

/** The checks whose failure may be told to whoever sent the assertion. */
export type ToldCheck = Exclude<
  CheckName,
  'key' | 'signature' | 'client_id' | 'scope' | 'cnf' | 'htm' | 'htu' | 'ath' | 'nonce' | 'active'
>

/** What there is a page about. */
export type ErrorTopic = ToldCheck | OAuthErrorCode

/** A page. */
export interface ErrorPage {
  readonly title: string
  /** What is asked for. */
  readonly meaning: string
  readonly causes: readonly string[]
  readonly fix: string
}

const NEW_FOR_EACH =
  'Make a new assertion for each request, also for a retry: with a new jti and a new exp.'

/** The pages, in the order in which a request is judged. */
export const ERROR_TOPICS: Readonly<Record<ErrorTopic, ErrorPage>> = {
  invalid_request: {
    title: 'The request can not be read',
    meaning:
      'A request to this endpoint is a POST with a form as its body: each parameter once, in percent-encoded UTF-8, and none of them in the query.',
    causes: [
      'the body is JSON, or its Content-Type is not application/x-www-form-urlencoded',
      'parameters are in the query of the URL',
      'a parameter is missing, there twice, or has blanks around its value, as a shell leaves them in a body over several lines',
      'two ways of authentication at once: a client_assertion and an Authorization header or a client_secret',
    ],
    fix: 'Send grant_type, scope, client_assertion_type and client_assertion in the body; with curl, one --data-urlencode for each.',
  },
  format: {
    title: 'The client_assertion is no signed JWT',
    meaning:
      'An assertion has three parts with dots between them, each in base64url without padding; the first two are JSON objects without a member that is there twice.',
    causes: [
      'the JWT was cut off, has a line break, or quotes around it',
      'it is an encrypted JWT, an unsigned one, or no JWT at all',
      'it was encoded as base64 instead of base64url, or with padding',
    ],
    fix: 'Send the JWT exactly as it was signed. keygrant inspect shows where it breaks off.',
  },
  crit: {
    title: 'The assertion asks for an extension',
    meaning: 'Headers of an assertion have no "crit" and no "b64": no extension is supported.',
    causes: ['a library was told to set them'],
    fix: 'Sign without "crit" and "b64".',
  },
  typ: {
    title: 'The type of the JWT is not allowed',
    meaning: 'The header "typ" is client-authentication+jwt, JWT, or not there.',
    causes: ['an access token, a DPoP proof or another JWT was sent as the assertion'],
    fix: 'Send the JWT that was made for authentication, with "typ": "client-authentication+jwt".',
  },
  alg: {
    title: 'The algorithm is not allowed',
    meaning:
      'The header "alg" is one of those in the metadata of the server, under token_endpoint_auth_signing_alg_values_supported. Shared secrets (HS256) and "none" never are.',
    causes: [
      'the library signs with HS256 unless it is told otherwise',
      'the server is in the strict profile, which has no RS256',
      'the key is of another kind than the algorithm',
    ],
    fix: 'Name the algorithm when signing: ES256 for a P-256 key, RS256 or PS256 for an RSA key, EdDSA for Ed25519.',
  },
  iss: {
    title: 'The claim iss is not the client_id',
    meaning: 'Whoever signs is the client: "iss" is its client_id, and so is "sub".',
    causes: [
      'iss is the URL of the server, or the name of the app',
      'the client_id parameter of the request is another one',
      'the claim is missing, or is no string',
    ],
    fix: 'Set "iss" and "sub" to the client_id of the service app.',
  },
  sub: {
    title: 'The claim sub is not the client_id',
    meaning: 'The client speaks for itself: "sub" is its client_id, the same as "iss".',
    causes: ['sub is missing', 'sub is a user, or the name of the app'],
    fix: 'Set "iss" and "sub" to the client_id of the service app.',
  },
  aud: {
    title: 'The claim aud is not this server',
    meaning:
      'The assertion is for this server and nobody else: "aud" is its issuer identifier, letter by letter; in the okta profile the URL of the endpoint is taken too.',
    causes: [
      'a slash too much at the end, http instead of https, or another host name',
      'the URL of another server, or of a custom authorization server',
      'the URL of the endpoint, at a server in the strict profile',
      'a list of more than one audience',
    ],
    fix: 'Take "issuer" from /.well-known/oauth-authorization-server, and send it as one string.',
  },
  exp: {
    title: 'The end of the assertion is missing or has passed',
    meaning: 'The claim "exp" is there, as a number of seconds since 1970, and lies ahead.',
    causes: [
      'exp is missing, or is a string: "1614664267" instead of 1614664267',
      'the assertion was made once and is sent again and again',
      'the clock of the machine is behind',
    ],
    fix: 'Set "exp" to the time now plus 60 seconds, as a number, for each request anew.',
  },
  nbf: {
    title: 'The beginning of the assertion lies ahead',
    meaning:
      'The claim "nbf", when it is there, is a number of seconds since 1970 that has passed.',
    causes: ['the clock of the machine is ahead', 'nbf is in milliseconds, or a string'],
    fix: 'Leave "nbf" out, or correct the clock.',
  },
  iat: {
    title: 'The assertion was issued in the future',
    meaning:
      'The claim "iat", when it is there, is a number of seconds since 1970 that has passed.',
    causes: ['the clock of the machine is ahead', 'iat is in milliseconds, or a string'],
    fix: 'Correct the clock of the machine. keygrant doctor measures by how much it is off.',
  },
  jti: {
    title: 'The identifier of the assertion is not usable',
    meaning:
      'The claim "jti" is a string of 1 to 255 characters; in the strict profile it is required.',
    causes: ['jti is missing', 'jti is a number'],
    fix: 'Set "jti" to a new random string for each assertion, such as a UUID.',
  },
  lifetime: {
    title: 'The end of the assertion is too far ahead',
    meaning:
      'The claim "exp" is at most an hour ahead in the okta profile, and at most 5 minutes in the strict one.',
    causes: [
      'exp is in milliseconds',
      'exp is exactly an hour ahead, and the clock of the machine is a second fast',
      'the assertion is meant to last for days',
    ],
    fix: 'Set "exp" to the time now plus 60 seconds, for each request anew.',
  },
  replay: {
    title: 'The assertion was used before',
    meaning: 'Each assertion is taken once, whether it has a "jti" or not.',
    causes: [
      'a retry sent the same assertion again',
      'jti is a constant, or the same for two requests at the same time',
      'the server was restored from a backup, and can not tell whether an older assertion was used',
    ],
    fix: NEW_FOR_EACH,
  },
  invalid_client: {
    title: 'The client is not known by this assertion',
    meaning:
      'The assertion can be read and is for this server; the rest has one answer, so that nobody learns what is registered. It is one of these:',
    causes: [
      'there is no service app with this client_id at this server',
      'the app is not active',
      'the header "kid" is missing and the app has several keys, or names a key that the app does not have',
      'the key is inactive, has expired, or was revoked',
      'the assertion was signed with another private key than the one that is registered',
      'the "alg" is not that of the key, or not one that this app may use',
    ],
    fix: 'Compare the "kid" and the public key with those that are registered (keygrant key show, keygrant app key list); keygrant doctor tries it out. An administrator sees in the stored report which of these it is.',
  },
  unauthorized_client: {
    title: 'The client may not do this',
    meaning: 'The app is known, and what it asks for is not allowed to it.',
    causes: ['an app replaces its own key, and no administrator has allowed that for it'],
    fix: 'Ask an administrator.',
  },
  unsupported_grant_type: {
    title: 'The grant type is not supported',
    meaning: 'This server gives tokens to service apps: grant_type is client_credentials.',
    causes: [
      'grant_type is urn:ietf:params:oauth:grant-type:jwt-bearer: here the JWT authenticates the client, and is no grant',
      'grant_type is authorization_code, password or refresh_token',
    ],
    fix: 'Send grant_type=client_credentials, with the JWT as client_assertion.',
  },
  invalid_grant: {
    title: 'The token is not one of yours',
    meaning: 'A client revokes tokens that were issued to it.',
    causes: ['the token was issued to another client'],
    fix: 'Revoke it as the client that got it; an administrator can, too.',
  },
  invalid_target: {
    title: 'The resource is not known',
    meaning:
      'A token is for one resource: the one that the parameter "resource" names by its identifier, or the one that has the requested scopes.',
    causes: [
      'resource is not the identifier of a resource of this server, letter by letter',
      'the requested scopes belong to several resources',
      'several resources have a scope of that name, and "resource" does not say which is meant',
    ],
    fix: 'Ask for the scopes of one resource at a time, and name it with "resource".',
  },
  invalid_scope: {
    title: 'The scopes are not usable',
    meaning:
      'The parameter "scope" has the names of scopes that this server knows, with one blank between them. In the strict profile all of them have to be granted to the app.',
    causes: [
      'scope is missing or empty',
      'a name is misspelt, or has a comma behind it',
      'openid, profile or another scope for people',
      'a scope that is not granted, in the strict profile',
    ],
    fix: 'Take the names from scopes_supported in the metadata, and ask an administrator to grant what is missing.',
  },
  consent_required: {
    title: 'None of the scopes is granted to the app',
    meaning:
      'An administrator grants scopes to a service app; nobody is asked for consent. None of the requested ones is granted.',
    causes: ['no administrator has granted them yet', 'they were granted to another app'],
    fix: 'Ask a Super Admin to grant them: keygrant grant add CLIENT_ID SCOPE.',
  },
  client_credentials_self_scope_requested: {
    title: 'A scope that is for people alone',
    meaning: 'Scopes that end in .self are about the person who signed in. A service app is none.',
    causes: ['okta.users.read.self instead of okta.users.read'],
    fix: 'Ask for the scope without .self.',
  },
  invalid_dpop_proof: {
    title: 'The DPoP proof is not good',
    meaning:
      'The app gets tokens that are bound to a key: each request bears a JWT in the header field DPoP that proves to hold the key (RFC 9449).',
    causes: [
      'the header field is missing, or is there twice',
      '"htu" is not the URL of the endpoint without query, or "htm" is not POST',
      'the proof was used before, is too old, or the clock is off',
      'the nonce is not one of this server',
      'the proof has private members of the key in its "jwk"',
    ],
    fix: 'Make a new proof for each request, with a new jti, the time now, and the latest nonce of this server.',
  },
  use_dpop_nonce: {
    title: 'The DPoP proof needs a nonce',
    meaning:
      'The header field DPoP-Nonce of this answer has a nonce. The next proof bears it as the claim "nonce"; the assertion of this request can be sent again.',
    causes: ['this is the first request of a client, or its nonce is too old'],
    fix: 'Send the request again with a new proof that has the nonce.',
  },
  invalid_client_metadata: {
    title: 'The metadata of the client is not usable',
    meaning: 'An app is registered with metadata of RFC 7591. The description names what is wrong.',
    causes: ['a key with private members, a name that is taken, a value that is not supported'],
    fix: 'Correct what the description names.',
  },
  temporarily_unavailable: {
    title: 'The server can not answer for a moment',
    meaning:
      'It could not prove that the assertion is new, or could not get the keys that the client publishes. It gives no token without that.',
    causes: [
      'the database does not answer, or its disk is full',
      'the jwks_uri of the client does not answer',
      'the server was restored from a backup a few seconds ago',
    ],
    fix: `Wait for as long as Retry-After says. ${NEW_FOR_EACH}`,
  },
  server_error: {
    title: 'The server has a fault',
    meaning: 'It met something that it was not made for.',
    causes: ['a fault of this program'],
    fix: 'Give the request ID to whoever runs the server: its log says what happened.',
  },
}

/** Whether there is a page of that name. */
export function isErrorTopic(name: string): name is ErrorTopic {
  return Object.hasOwn(ERROR_TOPICS, name)
}

/** Where the page about an error is, with the request that it was found in. */
export function errorUri(issuer: string, topic: ErrorTopic, requestId: string): string {
  return `${issuer}/errors/${topic}?request=${encodeURIComponent(requestId)}`
}
