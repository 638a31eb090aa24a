/**
 * The data directory: the server's signing keys, the database file, and the operator who administers.
 * @module
 */

import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import {
  access,
  chmod,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  exportPrivateJwk,
  generateKey,
  importPrivateKey,
  type PrivateKey,
  type PublicKey,
} from '@keygrant/core/keys'
import { KeyError } from '@keygrant/core/errors'
import { formatEnvelopeKeys, generateEnvelopeKey, parseEnvelopeKeys } from './envelope.ts'
import { newIdentifier } from './identifiers.ts'
import { SCOPES } from './scopes.ts'
import { importSigningKeys, type KeptSigningKeys } from './signing-keys.ts'
import { type Decision, type ServiceApp, type Storage, StorageError } from './storage/ports.ts'

/** Seals the signing keys, which are in the database. */
const ENVELOPE_KEY_FILE = 'envelope-key'
/** Where the signing keys were before they were in the database. */
const SIGNING_KEYS_FILE = 'signing-keys.json'
const DATABASE_FILE = 'keygrant.db'
const OPERATOR_FILE = 'operator.json'
const OPERATOR_KEY_FILE = 'operator-key.json'
/** Each of them tells a data directory from any other folder. */
const OUR_FILES = [ENVELOPE_KEY_FILE, SIGNING_KEYS_FILE, DATABASE_FILE]
/** The record that says that a store has its operator. */
const OPERATOR_NOTE = { kind: 'setting', id: 'operator' } as const
const OPERATOR_LABEL = 'Keygrant operator'
const PRIVATE_DIRECTORY = 0o700
const PRIVATE_FILE = 0o600
const PERMISSIONS_OF_OTHERS = 0o077

/** A data directory, open. */
export interface DataDirectory {
  readonly path: string
  /** Where the database belongs. This module does not touch it. */
  readonly databaseFile: string
  /** How the signing keys are kept in the store: the option of `createAuthorizationServer`. */
  readonly signingKeys: KeptSigningKeys
  /** Whether the directory held no data before. */
  readonly isNew: boolean
}

/** The operator: a SUPER_ADMIN service app whose private key lies in a file of the data directory. */
export interface Operator {
  readonly issuer: string
  readonly clientId: string
  /** The private JWK, readable by its owner alone. */
  readonly keyFile: string
  /** Whether the app was registered now. */
  readonly isNew: boolean
}

/** Options of {@link prepareOperator}. */
export interface PrepareOperatorOptions {
  readonly directory: Pick<DataDirectory, 'path'>
  readonly storage: Pick<Storage, 'serviceApps'>
  readonly issuer: string
  /** The time, in milliseconds since 1970. Default: the clock of this machine. */
  readonly clock?: () => number
}

/** Options of {@link prepareSharedOperator}. */
export interface PrepareSharedOperatorOptions extends PrepareOperatorOptions {
  readonly storage: Pick<Storage, 'serviceApps' | 'records'>
  /** Whether to make one more, for a store of which another data directory has the operator. Default: false. */
  readonly isNewWanted?: boolean
}

/** Options of {@link openDataDirectory}. */
export interface OpenDataDirectoryOptions {
  /**
   * File of the envelope keys, as {@link parseEnvelopeKeys} reads it. Nodes that share a database have one in common.
   * Default: a file of the directory, which is made when it is not there.
   */
  readonly envelopeKeyFile?: string
}

/**
 * Opens a data directory; makes it, readable by its owner alone, when it is not there, and with it the envelope
 * key that seals the server's signing keys in the database.
 *
 * @throws {@link StorageError} `ERR_STORAGE_UNAVAILABLE` with a sentence when the directory can't be
 * written or holds something else; `KeyError` when signing keys from before can't be read.
 */
export async function openDataDirectory(
  path: string,
  { envelopeKeyFile }: OpenDataDirectoryOptions = {},
): Promise<DataDirectory> {
  const isNew = await prepareDirectory(path)
  const signingKeysFile = join(path, SIGNING_KEYS_FILE)
  const text = await readPrivateFile(signingKeysFile)
  const imported =
    text === undefined
      ? undefined
      : {
          keys: await importSigningKeys(text),
          forget: () => rm(signingKeysFile, { force: true }),
        }
  const own = join(path, ENVELOPE_KEY_FILE)
  const envelopeKeys =
    envelopeKeyFile === undefined
      ? await ownEnvelopeKeys(own)
      : [
          ...(await namedEnvelopeKeys(envelopeKeyFile)),
          // What was sealed before the other file was named is opened once more, and sealed anew.
          ...((await readEnvelopeKeys(own)) ?? []),
        ]
  const signingKeys = { envelopeKeys, ...(imported === undefined ? undefined : { imported }) }
  return { path, databaseFile: join(path, DATABASE_FILE), signingKeys, isNew }
}

async function ownEnvelopeKeys(file: string): Promise<readonly Uint8Array[]> {
  const known = await readEnvelopeKeys(file)
  if (known !== undefined) return known
  await writeOnce(file, formatEnvelopeKeys([generateEnvelopeKey()]))
  // Another process may have been first; then its key counts.
  return namedEnvelopeKeys(file)
}

async function namedEnvelopeKeys(file: string): Promise<readonly Uint8Array[]> {
  const keys = await readEnvelopeKeys(file)
  if (keys === undefined) throw unusable(`the envelope key ${file} is not there`)
  return keys
}

async function readEnvelopeKeys(file: string): Promise<readonly Uint8Array[] | undefined> {
  const text = await readPrivateFile(file)
  if (text === undefined) return undefined
  try {
    return parseEnvelopeKeys(text)
  } catch (cause) {
    const problem = cause instanceof KeyError ? cause.message : 'it is no envelope key'
    throw unusable(`${file} can not be used: ${problem}`, cause)
  }
}

/**
 * Makes sure that there is an operator: an ES256 key pair, an active SUPER_ADMIN app with that key and
 * all scopes, and `operator.json`, which says which app that is. Each part that is there already stays as
 * it is, so that a start after a crash goes on where the last one ended. Does not print the key.
 *
 * @throws {@link StorageError} with a sentence when a file or the store can't be used.
 */
export async function prepareOperator(options: PrepareOperatorOptions): Promise<Operator> {
  const { directory, storage, issuer, clock = Date.now } = options
  const keyFile = join(directory.path, OPERATOR_KEY_FILE)
  const key = await operatorKey(keyFile)
  const file = join(directory.path, OPERATOR_FILE)
  const known = parseOperator(await readPrivateFile(file))
  const clientId = known?.clientId ?? newIdentifier('0oa')
  const write = (scopes: readonly unknown[]): Promise<void> =>
    replaceFile(file, `${JSON.stringify({ issuer, clientId, keyFile, scopes }, null, 2)}\n`)
  const offered = known === undefined ? SCOPES : known.scopes
  // The name of the app is on disk before the app is: a crash in between makes no second app.
  if (known?.issuer !== issuer || known.keyFile !== keyFile) await write(offered)
  const subjects = { clientId, actorId: clientId }
  const isNew = await storage.serviceApps.change(subjects, (current) =>
    current === undefined
      ? operatorRegistration(clientId, key.publicKey, clock())
      : withWhatIsNew(current, key.publicKey, offered, clock()),
  )
  if (offered.length < SCOPES.length) await write(SCOPES)
  return { issuer, clientId, keyFile, isNew }
}

/**
 * Does what {@link prepareOperator} does, for a store that several servers share, each with a data directory of its own:
 * the first of them gets the operator, and a start with another data directory makes no second SUPER_ADMIN.
 *
 * @returns `undefined` when the operator is in another data directory.
 * @throws {@link StorageError} with a sentence when a file or the store can't be used.
 */
export async function prepareSharedOperator(
  options: PrepareSharedOperatorOptions,
): Promise<Operator | undefined> {
  const { directory, storage, isNewWanted = false } = options
  const isOurs = (await readPrivateFile(join(directory.path, OPERATOR_FILE))) !== undefined
  const subjects = { ...OPERATOR_NOTE, actorId: 'start' }
  const isFirst = await storage.records.change(subjects, (note) => ({
    next: note ?? { ...OPERATOR_NOTE, content: {} },
    audit: [],
    answer: note === undefined,
  }))
  return isFirst || isOurs || isNewWanted ? prepareOperator(options) : undefined
}

/**
 * Looks whether a data directory can be used, and makes and changes nothing.
 *
 * @returns whether it holds no data yet.
 * @throws {@link StorageError} `ERR_STORAGE_UNAVAILABLE` with a sentence when it can't be written or holds
 * something else.
 */
export async function inspectDataDirectory(path: string): Promise<boolean> {
  try {
    return (await readDirectory(path)).isNew
  } catch (cause) {
    if (cause instanceof StorageError) throw cause
    if (errorCode(cause) !== 'ENOENT') throw unusable(describeDirectoryFailure(path, cause), cause)
    if (dirname(path) !== path) await inspectParent(path, dirname(path))
    return true
  }
}

/** Whether the first folder that is there on the way to a directory takes another one. */
async function inspectParent(path: string, parent: string): Promise<void> {
  try {
    await access(parent, constants.W_OK | constants.X_OK)
    if (!(await stat(parent)).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' })
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return inspectParent(path, dirname(parent))
    throw unusable(describeDirectoryFailure(path, cause), cause)
  }
}

/** Makes the directory; `true` when there is no data in it. */
async function prepareDirectory(path: string): Promise<boolean> {
  try {
    await makeDirectory(path)
    const { isNew, isOpenToOthers } = await readDirectory(path)
    if (isOpenToOthers) await chmod(path, PRIVATE_DIRECTORY)
    return isNew
  } catch (cause) {
    if (cause instanceof StorageError) throw cause
    throw unusable(describeDirectoryFailure(path, cause), cause)
  }
}

async function readDirectory(path: string): Promise<{ isNew: boolean; isOpenToOthers: boolean }> {
  const { uid, mode } = await stat(path)
  const own = process.getuid?.()
  if (own !== undefined && uid !== own) {
    throw unusable(`the data directory ${path} belongs to another user; name one of your own`)
  }
  const names = await readdir(path)
  const isOurs = OUR_FILES.some((name) => names.includes(name))
  if (names.length > 0 && !isOurs && !names.every(isTemporary)) {
    throw unusable(
      `the directory ${path} holds other files and no Keygrant data; name an empty or a new directory`,
    )
  }
  await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
  return { isNew: !isOurs, isOpenToOthers: (mode & PERMISSIONS_OF_OTHERS) !== 0 }
}

/** Node's own `recursive` never ends below a directory like /proc. */
async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, PRIVATE_DIRECTORY)
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') return
    if (errorCode(cause) !== 'ENOENT' || dirname(path) === path) throw cause
    await makeDirectory(dirname(path))
    await mkdir(path, PRIVATE_DIRECTORY)
  }
}

function describeDirectoryFailure(path: string, cause: unknown): string {
  switch (errorCode(cause)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `the data directory ${path} can not be written; check its permissions, or name another one`
    case 'ENOTDIR':
    case 'EEXIST':
      return `the data directory ${path} is a file, or lies below one; name a directory`
    case 'ENOSPC':
      return `the disk is full; the data directory ${path} can not be made`
    default:
      return `the data directory ${path} can not be used (${errorCode(cause) ?? 'unknown'})`
  }
}

async function operatorKey(file: string): Promise<PrivateKey> {
  let text = await readPrivateFile(file)
  if (text === undefined) {
    const key = await generateKey({ kty: 'EC', crv: 'P-256' }, { alg: 'ES256' })
    await writeOnce(file, `${JSON.stringify(exportPrivateJwk(key))}\n`)
    text = (await readPrivateFile(file)) as string
  }
  return importPrivateKey(text)
}

interface OperatorFile {
  readonly issuer: unknown
  readonly clientId: string
  readonly keyFile: unknown
  /** The scopes that there were when it got all of them; none in the file of an earlier version. */
  readonly scopes: readonly unknown[]
}

function parseOperator(text: string | undefined): OperatorFile | undefined {
  if (text === undefined) return undefined
  try {
    const value = JSON.parse(text) as Partial<OperatorFile>
    const { clientId, scopes, issuer, keyFile } = value
    if (typeof clientId === 'string') {
      return { issuer, keyFile, clientId, scopes: Array.isArray(scopes) ? scopes : [] }
    }
  } catch {
    // Said below: which file is not readable.
  }
  throw unusable(`${OPERATOR_FILE} in the data directory is damaged; restore it or delete it`)
}

/** The operator as a new app: active, a SUPER_ADMIN, with all scopes. */
export function operatorRegistration(
  clientId: string,
  key: PublicKey,
  now: number,
): Decision<boolean> {
  const next: ServiceApp = {
    clientId,
    label: OPERATOR_LABEL,
    status: 'ACTIVE',
    created: now,
    lastUpdated: now,
    tokensNotBefore: 0,
    keys: [operatorKeyRecord(key, now)],
    grants: SCOPES.map((scope) => operatorGrant(scope, clientId, now)),
    roles: [{ id: newIdentifier('ra1'), role: 'SUPER_ADMIN', created: now }],
  }
  const detail = { label: OPERATOR_LABEL, kid: key.kid, role: 'SUPER_ADMIN' }
  return { next, audit: [startEntry('app.created', clientId, detail, now)], answer: true }
}

/**
 * The operator with what came since the last start: whoever can write the data directory is the operator, so that a new
 * key file means a new key of the app; and a scope that there was not before is granted. One that an administrator
 * took back stays away.
 */
function withWhatIsNew(
  app: ServiceApp,
  key: PublicKey,
  offered: readonly unknown[],
  now: number,
): Decision<boolean> {
  const isKnownKey = app.keys.some(({ jwk }) => jwk.kid === key.kid)
  const grants = SCOPES.filter(
    (scope) => !offered.includes(scope) && !app.grants.some((grant) => grant.scope === scope),
  ).map((scope) => operatorGrant(scope, app.clientId, now))
  if (isKnownKey && grants.length === 0) return { next: app, audit: [], answer: false }
  const next: ServiceApp = {
    ...app,
    lastUpdated: now,
    grants: [...app.grants, ...grants],
    ...(isKnownKey ? undefined : { keys: [operatorKeyRecord(key, now)] }),
  }
  const audit = [
    ...(isKnownKey ? [] : [startEntry('key.created', app.clientId, { kid: key.kid }, now)]),
    ...grants.map(({ id, scope }) =>
      startEntry('grant.created', app.clientId, { grantId: id, scope }, now),
    ),
  ]
  return { next, audit, answer: false }
}

function operatorGrant(scope: string, clientId: string, now: number) {
  return { id: newIdentifier('oag'), scope, created: now, createdBy: clientId }
}

function operatorKeyRecord(key: PublicKey, now: number) {
  const registered = { status: 'ACTIVE', source: 'data_directory' } as const
  return { id: newIdentifier('pks'), jwk: key.jwk, ...registered, created: now, lastUpdated: now }
}

function startEntry(
  event: 'app.created' | 'key.created' | 'grant.created',
  clientId: string,
  detail: Readonly<Record<string, string>>,
  at: number,
) {
  return { event, outcome: 'SUCCESS' as const, at, requestId: 'start', clientId, detail }
}

/** Reads a file that its owner alone may read; `undefined` when it is not there. */
async function readPrivateFile(file: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(file)
    if ((mode & PERMISSIONS_OF_OTHERS) !== 0 && process.platform !== 'win32') {
      throw unusable(`${file} can be read or written by others; run: chmod 600 ${file}`)
    }
    return await readFile(file, 'utf8')
  } catch (cause) {
    if (cause instanceof StorageError) throw cause
    if (errorCode(cause) === 'ENOENT') return undefined
    throw unusable(`${file} can not be read (${errorCode(cause) ?? 'unknown'})`, cause)
  }
}

/** Writes a file whole or not at all; one that is there already stays as it is. */
async function writeOnce(file: string, text: string): Promise<void> {
  const temporary = await writeTemporary(file, text)
  try {
    await link(temporary, file)
  } catch (cause) {
    if (errorCode(cause) !== 'EEXIST') throw unwritable(file, cause)
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Writes a file whole or not at all, in place of the one that is there. */
async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = await writeTemporary(file, text)
  try {
    await rename(temporary, file)
  } catch (cause) {
    throw unwritable(file, cause)
  }
}

async function writeTemporary(file: string, text: string): Promise<string> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const handle = await open(temporary, 'wx', PRIVATE_FILE)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    return temporary
  } catch (cause) {
    throw unwritable(file, cause)
  }
}

function isTemporary(name: string): boolean {
  return name.endsWith('.tmp')
}

function unwritable(file: string, cause: unknown): StorageError {
  return unusable(`${file} can not be written (${errorCode(cause) ?? 'unknown'})`, cause)
}

function unusable(message: string, cause?: unknown): StorageError {
  return new StorageError('ERR_STORAGE_UNAVAILABLE', message, { cause })
}

function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}
