/**
 * What is left of the journey between two starts: a key, and whether it was gone to its end.
 * @module
 */

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { KeyError } from '@keygrant/core/errors'
import { exportPrivateJwk, generateKey, type PrivateKey } from '@keygrant/core/keys'
import { CommandError, systemErrorCode } from '../../command-error.ts'
import { ExitCode } from '../../exit-codes.ts'
import { type KeyContext, readPrivateKey } from '../../key-file.ts'
import { writeNewFile } from '../../new-file.ts'
import { shortPath } from '../../shell.ts'

/** The private key of the demo app: a file of the data directory. */
export function demoKeyFile(data: string): string {
  return join(data, 'demo-key.json')
}

/** The key of the demo app: the one that is there, else a new one. */
export async function prepareDemoKey(context: KeyContext, data: string): Promise<PrivateKey> {
  const file = demoKeyFile(data)
  if (existsSync(file)) return readDemoKey(context, file)
  const key = await generateKey({ kty: 'EC', crv: 'P-256' }, { alg: 'ES256' })
  await writeNewFile(file, `${JSON.stringify(exportPrivateJwk(key))}\n`, {
    mode: 0o600,
    isForced: false,
  })
  return key
}

async function readDemoKey(context: KeyContext, file: string): Promise<PrivateKey> {
  try {
    return await readPrivateKey(context, file)
  } catch (error) {
    if (!(error instanceof KeyError)) throw error
    throw new CommandError(
      ExitCode.environment,
      `${shortPath(file)} is damaged`,
      'delete it; the next start makes a new key and a new demo app',
    )
  }
}

/** The client ID of the demo app, once the journey was gone to its end. */
export async function readFinishedDemo(data: string): Promise<string | undefined> {
  try {
    const { clientId } = JSON.parse((await readIfThere(stateFile(data))) ?? '{}') as {
      readonly clientId?: unknown
    }
    return typeof clientId === 'string' ? clientId : undefined
  } catch {
    return undefined
  }
}

/** Notes that the journey was gone to its end. */
export async function finishDemo(data: string, clientId: string): Promise<void> {
  await writeNewFile(stateFile(data), `${JSON.stringify({ clientId })}\n`, {
    mode: 0o600,
    isForced: true,
  })
}

function stateFile(data: string): string {
  return join(data, 'demo.json')
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw new CommandError(ExitCode.environment, `${shortPath(file)} can not be read`)
  }
}
