/**
 * What a key may cost: limits that are checked before any heavy work.
 * @module
 */

/** Input beyond this many characters or octets is no key. */
export const MAX_KEY_INPUT = 65_536

/** The longest Key ID that may be registered, in characters. */
export const MAX_KID_LENGTH = 255

/**
 * PBKDF2 iterations that one key may cost: about two seconds with the slowest of the hashes, off the
 * main thread. OpenSSL writes 2048; OWASP asks for 600,000 to 1,300,000.
 */
export const MAX_PBKDF2_ITERATIONS = 3_000_000

/** Rounds of bcrypt_pbkdf that an OpenSSH key may cost: about two seconds. ssh-keygen writes 16 or 24. */
export const MAX_BCRYPT_ROUNDS = 150
