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
import { newIdentifier } from './identifiers.ts'
import { SCOPES } from './scopes.ts'
import { generateSigningKeys, importSigningKeys, type SigningKeys } from './signing-keys.ts'
import { type Decision, type ServiceApp, type Storage, StorageError } from './storage/ports.ts'

const SIGNING_KEYS_FILE = 'signing-keys.json'
const DATABASE_FILE = 'keygrant.db'
const OPERATOR_FILE = 'operator.json'
const OPERATOR_KEY_FILE = 'operator-key.json'
const OPERATOR_LABEL = 'Keygrant operator'
const PRIVATE_DIRECTORY = 0o700
const PRIVATE_FILE = 0o600
const PERMISSIONS_OF_OTHERS = 0o077

/** A data directory, open. */
export interface DataDirectory {
  readonly path: string
  /** Where the database belongs. This module does not touch it. */
  readonly databaseFile: string
  readonly signingKeys: SigningKeys
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

/**
 * Opens a data directory; makes it, readable by its owner alone, when it is not there, and the server's
 * signing keys with it.
 *
 * @throws {@link StorageError} `ERR_STORAGE_UNAVAILABLE` with a sentence when the directory can't be
 * written or holds something else; `KeyError` when the signing keys can't be read.
 */
export async function openDataDirectory(path: string): Promise<DataDirectory> {
  const isNew = await prepareDirectory(path)
  const file = join(path, SIGNING_KEYS_FILE)
  let text = await readPrivateFile(file)
  if (text === undefined) {
    const { privateJwkSet } = await generateSigningKeys()
    await writeOnce(file, `${JSON.stringify(privateJwkSet)}\n`)
    // Another process may have been first; then its keys count.
    text = (await readPrivateFile(file)) as string
  }
  const signingKeys = await importSigningKeys(text)
  return { path, databaseFile: join(path, DATABASE_FILE), signingKeys, isNew }
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
  // The name of the app is on disk before the app is: a crash in between makes no second app.
  if (known?.issuer !== issuer || known.keyFile !== keyFile) {
    await replaceFile(file, `${JSON.stringify({ issuer, clientId, keyFile }, null, 2)}\n`)
  }
  const subjects = { clientId, actorId: clientId }
  const isNew = await storage.serviceApps.change(subjects, (current) =>
    current === undefined
      ? operatorRegistration(clientId, key.publicKey, clock())
      : withOperatorKey(current, key.publicKey, clock()),
  )
  return { issuer, clientId, keyFile, isNew }
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
  const isOurs = names.includes(SIGNING_KEYS_FILE) || names.includes(DATABASE_FILE)
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

function parseOperator(
  text: string | undefined,
): { issuer: unknown; clientId: string; keyFile: unknown } | undefined {
  if (text === undefined) return undefined
  try {
    const value = JSON.parse(text) as { issuer: unknown; clientId?: unknown; keyFile: unknown }
    if (typeof value.clientId === 'string') return { ...value, clientId: value.clientId }
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
    grants: SCOPES.map((scope) => ({
      id: newIdentifier('oag'),
      scope,
      created: now,
      createdBy: clientId,
    })),
    roles: [{ id: newIdentifier('ra1'), role: 'SUPER_ADMIN', created: now }],
  }
  const detail = { label: OPERATOR_LABEL, kid: key.kid, role: 'SUPER_ADMIN' }
  return { next, audit: [startEntry('app.created', clientId, detail, now)], answer: true }
}

/** Whoever can write the data directory is the operator: a new key file means a new key of the app. */
function withOperatorKey(app: ServiceApp, key: PublicKey, now: number): Decision<boolean> {
  if (app.keys.some(({ jwk }) => jwk.kid === key.kid))
    return { next: app, audit: [], answer: false }
  const next = { ...app, lastUpdated: now, keys: [operatorKeyRecord(key, now)] }
  const entry = startEntry('key.created', app.clientId, { kid: key.kid }, now)
  return { next, audit: [entry], answer: false }
}

function operatorKeyRecord(key: PublicKey, now: number) {
  const status = 'ACTIVE' as const
  return { id: newIdentifier('pks'), jwk: key.jwk, status, created: now, lastUpdated: now }
}

function startEntry(
  event: 'app.created' | 'key.created',
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
