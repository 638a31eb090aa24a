/**
 * Signing in, described: sessions, passkeys and invitations.
 * @module
 */

import {
  listOf,
  object,
  oneOf,
  type Operation,
  type Operations,
  orNull,
  ref,
  type Schema,
  TEXT,
  TIME,
  TRUTH,
  WHOLE,
} from './operation.ts'

const PERSON = '/api/v1/users/:userId'
const PASSKEYS = `${PERSON}/passkeys`
const OWN = '/api/v1/sessions/me'

const CREDENTIAL: Schema = {
  type: 'object',
  description:
    'What the browser answered: PublicKeyCredential.toJSON() (W3C Web Authentication, level 3).',
}
const TOKEN: Schema = { ...TEXT, description: 'What stands behind "invitation=" in the link.' }
const NAME: Schema = { ...TEXT, minLength: 1, maxLength: 100 }
const ROLES = listOf(oneOf('SUPER_ADMIN', 'APP_ADMIN', 'READ_ONLY_ADMIN'))
const PROFILE: Schema = {
  ...object({ login: TEXT, email: TEXT }, { firstName: orNull(TEXT), lastName: orNull(TEXT) }),
  description: 'Of the first administrator alone: the others have one.',
}

const SESSION = {
  id: TEXT,
  userId: TEXT,
  status: { const: 'ACTIVE' },
  createdAt: TIME,
  lastSeen: TIME,
  expiresAt: { ...TIME, description: 'When it ends if nothing happens any more.' },
  endsAt: { ...TIME, description: 'When it ends whatever happens.' },
  lastFactorVerification: { ...TIME, description: 'The last use of a passkey.' },
  passkeyId: TEXT,
  ipAddress: TEXT,
  userAgent: TEXT,
  isCurrent: { ...TRUTH, description: 'Whether it is the one that asks.' },
}

/** The schemas of this chapter. */
export const SIGN_IN_SCHEMAS: Readonly<Record<string, Schema>> = {
  Session: object(SESSION),
  OwnSession: object({
    ...SESSION,
    login: TEXT,
    profile: object({ firstName: orNull(TEXT), lastName: orNull(TEXT) }),
    roles: ROLES,
    freshUntil: {
      ...TIME,
      description: 'Until when changes are taken without another passkey check.',
    },
    idleSeconds: WHOLE,
    csrfToken: {
      ...TEXT,
      description: 'Goes back with every change, in the header field X-CSRF-Token.',
    },
  }),
  Passkey: object({
    id: TEXT,
    name: TEXT,
    created: TIME,
    lastUsed: orNull(TIME),
    transports: listOf(TEXT),
    isBackedUp: { ...TRUTH, description: 'Whether a copy is kept elsewhere.' },
    aaguid: { ...TEXT, description: 'The model of the authenticator, if it says so.' },
  }),
  PasskeyRequest: object({
    publicKey: {
      type: 'object',
      additionalProperties: true,
      description: 'What to hand to the browser (parseCreationOptionsFromJSON and its twin).',
    },
  }),
  PasskeyAnswer: object({ credential: CREDENTIAL }),
  NewPasskey: object({ credential: CREDENTIAL }, { name: NAME }),
  PasskeyName: object({ name: NAME }),
  NewInvitation: object(
    {},
    { expiresInMinutes: { ...WHOLE, minimum: 5, maximum: 10_080 } },
    {
      description:
        'For how long the link is good. Default: a day for who has no passkey, 15 minutes for who has.',
    },
  ),
  InvitationLink: object({
    url: { ...TEXT, description: 'The link. It is shown this once, and good once.' },
    expiresAt: TIME,
    isRecovery: { ...TRUTH, description: 'Whether it replaces passkeys that there are.' },
  }),
  Invitation: object({ created: TIME, createdBy: TEXT, expiresAt: TIME, isRecovery: TRUTH }),
  InvitationToken: object({ token: TOKEN }),
  InvitationAsked: object({ token: TOKEN }, { profile: PROFILE }),
  InvitationAccepted: object(
    { token: TOKEN, credential: CREDENTIAL },
    { profile: PROFILE, name: NAME },
  ),
  InvitationShown: object({
    kind: oneOf('first', 'enrolment', 'recovery'),
    expiresAt: TIME,
    login: orNull(TEXT),
    profile: orNull(
      object({ login: TEXT, email: TEXT, firstName: orNull(TEXT), lastName: orNull(TEXT) }),
    ),
    roles: ROLES,
  }),
}

type Words = Partial<Operation> & Pick<Operation, 'id' | 'summary' | 'answers'>

const signIn = (words: Words): Operation => ({ tag: 'Sign-in', errors: 'api', ...words })
const own = (words: Words): Operation => signIn({ isForSession: true, ...words })

/** Endpoints for signing in, and for what belongs to people. */
export const SIGN_IN_OPERATIONS: Operations = {
  'POST /api/v1/authn/options': signIn({
    id: 'getSignInOptions',
    summary: 'Ask what a browser is asked for when somebody signs in',
    answers: { 200: ref('PasskeyRequest') },
  }),
  'POST /api/v1/authn': signIn({
    id: 'signIn',
    summary: 'Sign in with a passkey; the answer sets the cookie of the session',
    body: ref('PasskeyAnswer'),
    answers: { 200: ref('OwnSession') },
  }),
  'POST /api/v1/invitation': signIn({
    id: 'readInvitation',
    summary: 'Say what an invitation is for',
    body: ref('InvitationToken'),
    answers: { 200: ref('InvitationShown') },
  }),
  'POST /api/v1/invitation/options': signIn({
    id: 'getEnrolmentOptions',
    summary: 'Ask what a browser is asked for when an invitation is taken up',
    body: ref('InvitationAsked'),
    answers: { 200: ref('PasskeyRequest') },
  }),
  'POST /api/v1/invitation/accept': signIn({
    id: 'acceptInvitation',
    summary: 'Take an invitation up: the new passkey is the only one, and its person is signed in',
    body: ref('InvitationAccepted'),
    answers: { 200: ref('OwnSession') },
  }),
  [`GET ${OWN}`]: own({
    id: 'getOwnSession',
    summary: "Show one's own session",
    answers: { 200: ref('OwnSession') },
  }),
  [`DELETE ${OWN}`]: own({ id: 'signOut', summary: 'Sign out', answers: { 204: undefined } }),
  [`POST ${OWN}/confirm/options`]: own({
    id: 'getConfirmOptions',
    summary: 'Ask what a browser is asked for when its person is to prove to be there',
    answers: { 200: ref('PasskeyRequest') },
  }),
  [`POST ${OWN}/confirm`]: own({
    id: 'confirmSession',
    summary: 'Prove with a passkey to be there: changes are taken for 5 minutes',
    body: ref('PasskeyAnswer'),
    answers: { 200: ref('OwnSession') },
  }),
  [`GET ${PERSON}/sessions`]: signIn({
    id: 'listUserSessions',
    summary: "List one's own sessions, or as a SUPER_ADMIN those of another person",
    answers: { 200: listOf(ref('Session')) },
  }),
  [`DELETE ${PERSON}/sessions`]: signIn({
    id: 'endUserSessions',
    summary: 'End all sessions of a person',
    answers: { 204: undefined },
  }),
  [`DELETE ${PERSON}/sessions/:sessionId`]: signIn({
    id: 'endUserSession',
    summary: 'End a session of a person',
    answers: { 204: undefined },
  }),
  [`GET ${PASSKEYS}`]: signIn({
    id: 'listPasskeys',
    summary: 'List the passkeys of a person',
    answers: { 200: listOf(ref('Passkey')) },
  }),
  [`POST ${PASSKEYS}/options`]: signIn({
    id: 'getPasskeyOptions',
    summary: 'Ask what a browser is asked for when its person adds a passkey',
    answers: { 200: ref('PasskeyRequest') },
  }),
  [`POST ${PASSKEYS}`]: signIn({
    id: 'addPasskey',
    summary: "Add a passkey to one's own",
    body: ref('NewPasskey'),
    answers: { 201: ref('Passkey') },
  }),
  [`PUT ${PASSKEYS}/:passkeyId`]: signIn({
    id: 'renamePasskey',
    summary: 'Give a passkey another name',
    body: ref('PasskeyName'),
    answers: { 200: ref('Passkey') },
    isGuarded: true,
  }),
  [`DELETE ${PASSKEYS}/:passkeyId`]: signIn({
    id: 'deletePasskey',
    summary: 'Remove a passkey, and with it the sessions that began with it',
    answers: { 204: undefined },
    isGuarded: true,
  }),
  [`GET ${PERSON}/invitation`]: signIn({
    id: 'getUserInvitation',
    summary: 'Show the invitation of a person, without its link',
    answers: { 200: ref('Invitation') },
  }),
  [`POST ${PERSON}/invitation`]: signIn({
    id: 'inviteUser',
    summary: 'Make a link by which a person makes a passkey, in place of any that there are',
    body: ref('NewInvitation'),
    isBodyOptional: true,
    answers: { 201: ref('InvitationLink') },
  }),
  [`DELETE ${PERSON}/invitation`]: signIn({
    id: 'withdrawUserInvitation',
    summary: 'Take the invitation of a person back',
    answers: { 204: undefined },
  }),
}
