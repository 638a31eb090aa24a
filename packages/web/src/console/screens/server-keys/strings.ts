/**
 * The texts of the keys of this server.
 * @module
 */

/** The catalogue. */
export const serverKeyStrings = {
  title: 'Keys of this server',
  lead: 'These keys sign access tokens. A key is published before it signs, and stays published until the last token that it signed has ended.',
  what: 'the keys',
  caption: 'Keys of this server',
  columns: {
    state: 'State',
    kid: 'Key ID (kid)',
    alg: 'Algorithm',
    since: 'Times',
    actions: 'Actions',
  },
  states: {
    NEXT: 'Next',
    ACTIVE: 'Current',
    EXPIRED: 'Previous',
    REVOKED: 'Revoked',
  },
  meanings: {
    NEXT: 'Published, signs nothing yet',
    ACTIVE: 'Signs all new tokens',
    EXPIRED: 'Signs nothing more; its tokens still verify',
    REVOKED: 'Nothing that it signed counts',
  },
  published: 'Published',
  activated: 'Signs since',
  activatesFrom: 'May sign from',
  nextRotation: 'Replaced by itself',
  retired: 'Ended',
  revoked: 'Revoked',
  rotate: 'Rotate now',
  rule: {
    ready:
      'Verifiers may keep the published keys for some minutes. The next key has been published long enough: it may take over now.',
    early: (at: string) =>
      `Verifiers may keep the published keys for some minutes, so the next key may take over from ${at} on.`,
    none: 'There is no next key yet. It is made within a minute.',
    fixed:
      'The keys of this server are given to it when it starts. They are changed where it is started.',
    role: 'Only a Super Admin rotates or revokes these keys.',
  },
  confirmRotate: {
    title: 'Let the next key take over?',
    text: (kid: string) =>
      `New tokens are signed with ${kid} from now on. Tokens that are out stay good: the current key stays published. A new next key is made.`,
    go: 'Rotate now',
  },
  rotated: 'The next key has taken over.',
  emergency: 'Compromised: stop using now',
  confirmRevoke: {
    title: 'Stop using this key at once?',
    intro: 'Do this when the private key may be known to somebody else. It can’t be taken back.',
    consequences: [
      'Every access token that this key signed is refused from now on.',
      'Clients get new tokens when they ask; until then their calls are answered with 401.',
      'If it is the current key, the next key signs at once. Verifiers that have not read it yet refuse its tokens until they read the keys again.',
    ],
    typed: (kid: string) => `Type the key ID to confirm: ${kid}`,
    wrong: 'This is not the key ID.',
    go: 'Stop using it now',
  },
  revokedDone: 'The key is revoked.',
  jwks: 'Published keys',
  jwksText: 'What verifiers read. It may be kept for some minutes by whoever reads it.',
  copyUrl: 'Copy URL',
  url: 'URL',
  preview: 'Preview',
} as const
