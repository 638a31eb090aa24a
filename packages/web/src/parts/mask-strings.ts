/**
 * The texts of what can be masked in a report, ready to be translated.
 * @module
 */

/** The catalogue. */
export const maskStrings = {
  title: 'Mask',
  masks: {
    client: 'Client ID and subject',
    jti: 'jti and nonce',
    key: 'Key IDs',
    server: 'Host names of servers',
    other: 'Values of other members',
  },
  placeholders: {
    client: 'client',
    jti: 'jti',
    key: 'key',
    server: 'server',
    other: 'masked',
  },
} as const
