/**
 * Keys from a file or a directory, read again when they change. Nothing watches: the files are looked
 * at before each token request, which also works on network file systems and through the links that
 * Kubernetes swaps, and keeps no process alive.
 * @module
 */

import { readdir, readFile, stat } from 'node:fs/promises'
import { KeyError } from '../errors.ts'
import type { Signer } from '../keys/index.ts'
import type { ClientKeyOptions, KeySource, readSigner } from './key-source.ts'

const KEY_FILE = /\.(?:pem|key|der|jwk|json|p8|p12|pfx)$/i
/** A public half beside the private one, as tools of ours write it. */
const PUBLIC_FILE = /\.(?:public|pub)\.[^.]+$/i
const MAX_FILES = 16
const MAX_OCTETS = 1_048_576

interface ReadFile {
  readonly version: string
  readonly modifiedMs: number
  readonly signer: Signer
}

/**
 * Keys from `keyFile` or `keyDirectory`. When a key file was replaced, its last key stays as the second
 * choice: the server may not know the new one yet. A file that can not be read leaves the key that it
 * had in use; without one, the failure is thrown.
 */
export function keyFiles(options: ClientKeyOptions, read: typeof readSigner): KeySource {
  const { keyFile, keyDirectory } = options
  if (keyFile !== undefined) {
    const file = watchedFile(keyFile, options, read)
    return { keys: async () => (await file()).map(({ signer }) => signer) }
  }
  const files = new Map<string, () => Promise<readonly ReadFile[]>>()
  return {
    async keys() {
      const names = await keyFileNames(keyDirectory as string)
      for (const name of files.keys()) if (!names.includes(name)) files.delete(name)
      const found: ReadFile[] = []
      let failure: unknown
      for (const name of names) {
        const file =
          files.get(name) ?? watchedFile(`${keyDirectory as string}/${name}`, options, read)
        files.set(name, file)
        try {
          found.push(...(await file()).slice(0, 1))
        } catch (error) {
          failure = error
        }
      }
      // One file that is no key does not take the others with it.
      if (found.length === 0 && failure !== undefined) throw failure as Error
      if (found.length === 0) {
        throw new KeyError('ERR_KEY_NOT_FOUND', `there is no key in ${keyDirectory as string}`, {
          fix: 'put a private key there, in a file that ends in .pem, .key, .der, .jwk or .json',
        })
      }
      found.sort((a, b) => b.modifiedMs - a.modifiedMs)
      return found.map(({ signer }) => signer)
    },
  }
}

async function keyFileNames(directory: string): Promise<readonly string[]> {
  let names: readonly string[]
  try {
    names = await readdir(directory)
  } catch (cause) {
    throw unreadable(directory, cause)
  }
  const ours = names.filter(
    (name) => KEY_FILE.test(name) && !PUBLIC_FILE.test(name) && !name.startsWith('.'),
  )
  ours.sort()
  return ours.slice(-MAX_FILES)
}

/** Reads one file when it is not the one that was read last. Gives its key, then the one before. */
function watchedFile(
  path: string,
  options: ClientKeyOptions,
  read: typeof readSigner,
): () => Promise<readonly ReadFile[]> {
  let held: readonly ReadFile[] = []
  return async () => {
    try {
      const { mtimeMs, ctimeMs, size, ino } = await stat(path)
      const version = `${mtimeMs} ${ctimeMs} ${size} ${ino}`
      const [current] = held
      if (current?.version === version) return held
      if (size > MAX_OCTETS) {
        throw new KeyError('ERR_KEY_MALFORMED', `${path} is larger than ${MAX_OCTETS} octets`)
      }
      const signer = await read(await readFile(path), options)
      const fresh: ReadFile = { version, modifiedMs: mtimeMs, signer }
      const isSame = current?.signer.kid === signer.kid
      held = isSame ? [fresh, ...held.slice(1)] : [fresh, ...held.slice(0, 1)]
      return held
    } catch (cause) {
      // Half written, or away for the moment of a swap: the key that was there still signs.
      if (held.length > 0) return held
      throw cause instanceof KeyError ? cause : unreadable(path, cause)
    }
  }
}

function unreadable(path: string, cause: unknown): KeyError {
  const code = (cause as { readonly code?: unknown } | undefined)?.code
  const reason = typeof code === 'string' ? code : 'it is not readable'
  return new KeyError('ERR_KEY_NOT_FOUND', `${path} can not be read: ${reason}`, {
    fix: 'check the path, and that this process may read it',
  })
}
