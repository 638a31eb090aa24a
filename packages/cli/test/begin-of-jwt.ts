/**
 * What each JWT begins with, where a word begins: inside of a key ID or another random text it says nothing.
 * @module
 */

/** Finds a JWT, or the beginning of one, in what was printed; also behind a percent-encoded character. */
export const BEGIN_OF_JWT = /(?<![\w-])eyJ|%[\dA-Fa-f]{2}eyJ/
