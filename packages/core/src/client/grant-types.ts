/**
 * The names that RFC 7523 gives to what is done with an assertion.
 * @module
 */

/** `client_assertion_type` of a JWT (RFC 7523, section 2.2). */
export const JWT_BEARER_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** `grant_type` of a JWT that is the authorization grant (RFC 7523, section 2.1). */
export const JWT_BEARER_GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
