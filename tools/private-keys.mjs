/**
 * Finds private key material in text: in tracked files, and in what our commands print and log.
 *
 * What counts is a key, not the word for one. A PEM header without a body, a body shorter than {@link SHORTEST_BODY} or a
 * `"d"` shorter than {@link SHORTEST_MEMBER} is free to stand in a test. A test that needs a whole key makes it with
 * `generateKey`; one that needs a whole broken key puts its marker together at run time, as in
 * `['-----BEGIN', 'PRIVATE KEY-----'].join(' ')` or `{ ['d']: value }`.
 * @module
 */

/** Characters of base64 after a PEM header that make it a key: the smallest real one, Ed25519 PKCS#8, has 64. */
export const SHORTEST_BODY = 40

/** Characters of a private JWK member that make it a key: 128 bits in base64url. */
export const SHORTEST_MEMBER = 21

const PEM = new RegExp(
  // A line end may be written `\n`, the indentation or quotes of source code may stand between, and a header
  // of RFC 1421 (Proc-Type, DEK-Info) may come first: a whole line, so that there is one way to read it.
  String.raw`-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[rn]|['"${'`'}+,]|[A-Za-z-]+: [^\n\\]*(?:\n|\\[rn]))*` +
    `[A-Za-z0-9+/=]{${SHORTEST_BODY}}`,
  'g',
)

/** The members of a JWK that only the private half has, of every key type that signs. */
const JWK = new RegExp(
  String.raw`(?<![\w$.-])\\?["']?(?:d|dp|dq|qi|priv)\\?["']?\s*:\s*\\?["'${'`'}][A-Za-z0-9_-]{${SHORTEST_MEMBER},}`,
  'g',
)

/** A whole PEM in base64, as people put it into an environment variable. */
const BASE64_OF_PEM = /LS0tLS1CRUdJTi[A-Za-z0-9+/=]{40,}/g

/**
 * @typedef {object} Finding
 * @property {number} line
 * @property {'PEM' | 'JWK' | 'base64 of PEM'} kind
 */

/**
 * Where a text holds private key material. Never repeats it.
 *
 * @param {string} text
 * @returns {Finding[]}
 */
export function findPrivateKeys(text) {
  /** @type {Finding[]} */
  const found = []
  /** @param {number} index @param {Finding['kind']} kind */
  const add = (index, kind) => found.push({ line: text.slice(0, index).split('\n').length, kind })
  for (const match of text.matchAll(PEM)) add(match.index, 'PEM')
  for (const match of text.matchAll(JWK)) add(match.index, 'JWK')
  for (const match of text.matchAll(BASE64_OF_PEM)) {
    const decoded = Buffer.from(match[0], 'base64').toString('latin1')
    if (/^-----BEGIN [A-Z0-9 ]*PRIVATE KEY/.test(decoded)) add(match.index, 'base64 of PEM')
  }
  return found.toSorted((a, b) => a.line - b.line)
}
