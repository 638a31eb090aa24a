/**
 * The texts of creating an app.
 * @module
 */

/** The catalogue. */
export const createStrings = {
  title: 'Create service app',
  lead: 'Name it, give it a key, choose what it may do. Everything can be changed later.',
  about: '1 · What it is',
  name: 'Name',
  nameHint: 'What people call the service, such as billing-sync.',
  owner: 'Owner (optional)',
  ownerHint: 'Who is responsible: a person, a team, an address.',
  key: '2 · Its key',
  keyLead:
    'The service signs in with a private key that it keeps. This server knows the public half alone.',
  sources: {
    generate: [
      'Make a pair in this browser',
      'The private key stays in an isolated frame until you save it.',
    ],
    paste: ['Paste a public key', 'One that the service made itself.'],
    url: ['Use a JWKS URL', 'The service publishes its keys, and changes them there.'],
    later: ['Add a key later', 'Until then the app gets no tokens.'],
  },
  sourceLegend: 'Where the key comes from',
  generate: 'Make a key pair …',
  generateAgain: 'Make another pair …',
  scopes: '3 · What it may do',
  scopesLead: 'Scopes that are granted with the creation.',
  scopesOnlySuper: 'Only a Super Admin grants scopes. Create the app, then ask one.',
  ofServer: 'Admin API of this server',
  protectedNote: 'With a scope of the admin API, only Super Admins change the keys of the app.',
  noScopes: 'There are no scopes of resources yet.',
  submit: 'Create app',
  problems: 'Put this right first:',
  noName: 'Give the app a name.',
  noKey: 'Make a key pair, or choose another way.',
  noPasted: 'Paste a public key, or choose another way.',
  noUrl: 'Give the JWKS URL.',
  created: (name: string) => `${name} created`,
  partly: 'The app was created, but not every scope was granted.',
  toApp: 'Go to the app',
  what: 'scopes',
} as const
