/**
 * The keys of a service app that rotates its own key by proof of both keys, without any right to administer:
 * the server's key rotation endpoint, as a rotation sees it.
 * @module
 */

import { randomJti, signJws } from '@keygrant/core/assertion'
import { fetchMetadata } from '@keygrant/core/client'
import { importPrivateKey, jwkThumbprint, type PrivateKey } from '@keygrant/core/keys'
import { postAsClient } from '../../client-post.ts'
import { CommandError } from '../../command-error.ts'
import { ExitCode } from '../../exit-codes.ts'
import { isKeyTaken } from './proof.ts'
import type { KeyRegistry, RegisteredKey } from './registry.ts'
import { readIfThere, type RotationFiles } from './rotation-files.ts'

/** Which app rotates its key, and where its keys are. */
export interface SelfServiceOptions {
  readonly issuer: string
  readonly clientId: string
  readonly files: RotationFiles
}

const PROOF_LIFETIME_SECONDS = 60

/**
 * Makes the registry. A key is registered when a token request with it is authenticated: that is all that an app
 * can know of its own keys.
 *
 * @throws {@link CommandError} when the server has no such endpoint.
 */
export async function createSelfServiceRegistry({
  issuer,
  clientId,
  files,
}: SelfServiceOptions): Promise<KeyRegistry> {
  const endpoint = (await fetchMetadata(issuer))['key_rotation_endpoint']
  if (typeof endpoint !== 'string' || !URL.canParse(endpoint)) {
    throw new CommandError(
      ExitCode.server,
      'the server names no "key_rotation_endpoint" in its metadata',
      'let an administrator rotate the key: the same command without --self-service',
    )
  }
  // Going back takes a key out of its file before it is retired.
  const held = new Map<string, PrivateKey>()
  const readHeld = async (): Promise<readonly PrivateKey[]> => {
    for (const file of [files.key, files.next, files.previous]) {
      const text = await readIfThere(file)
      if (text === undefined) continue
      const key = await importPrivateKey(text)
      held.set(key.kid, key)
    }
    return [...held.values()]
  }
  const find = async (kid: string): Promise<PrivateKey> => {
    const key = (await readHeld()).find((each) => each.kid === kid)
    if (key !== undefined) return key
    throw new CommandError(ExitCode.environment, `the private key ${kid} is in none of the files`)
  }

  /** Registers a key, or finds it registered, by proof of itself and of the one that it replaces. */
  const replace = async (
    old: PrivateKey,
    next: PrivateKey,
    oldKey: 'keep' | 'deactivate',
  ): Promise<void> => {
    const { status, error, refusal } = await postAsClient({
      endpoint,
      clientId,
      signer: old,
      audience: issuer,
      parameters: {
        key_proof: await signKeyProof(next, { clientId, endpoint, replaces: old.kid }),
        old_key: oldKey,
      },
      undone: 'run the command again to go on',
    })
    if (status === 200) return
    throw new CommandError(
      ExitCode.server,
      `the server refused: ${refusal}`,
      error === 'unauthorized_client'
        ? `a SUPER_ADMIN allows it once: keygrant app update ${clientId} --self-service-rotation`
        : undefined,
    )
  }

  return {
    canDelete: false,
    async list() {
      const keys: RegisteredKey[] = []
      for (const key of await readHeld()) {
        if (!(await isKeyTaken(key, { issuer, clientId }))) continue
        const thumbprint = await jwkThumbprint(key.publicKey.jwk)
        keys.push({ id: key.kid, kid: key.kid, status: 'ACTIVE', thumbprint })
      }
      return keys
    },
    async add(jwk) {
      const [old, next] = [await findIn(files.key), await find(jwk.kid ?? '')]
      await replace(old, next, 'keep')
      const thumbprint = await jwkThumbprint(next.publicKey.jwk)
      return { id: next.kid, kid: next.kid, status: 'ACTIVE', thumbprint }
    },
    async setStatus(kid, status) {
      if (status === 'ACTIVE') {
        throw new CommandError(
          ExitCode.server,
          `the key ${kid} is deactivated, and an app can not activate its own keys`,
          'an administrator can: keygrant app key activate',
        )
      }
      await replace(await find(kid), await findIn(files.key), 'deactivate')
    },
    // What is retired is the server's to take away.
    remove: async () => undefined,
    grantedScope: async () => undefined,
    readUse: async () => undefined,
  }
}

async function findIn(file: string): Promise<PrivateKey> {
  return importPrivateKey((await readIfThere(file)) ?? '')
}

/** The proof that whoever asks has the private half of the new key. */
async function signKeyProof(
  key: PrivateKey,
  what: { readonly clientId: string; readonly endpoint: string; readonly replaces: string },
): Promise<string> {
  const { clientId, endpoint, replaces } = what
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: endpoint,
    replaces,
    iat: now,
    exp: now + PROOF_LIFETIME_SECONDS,
    jti: randomJti(),
  }
  const header = { typ: 'key-proof+jwt', alg: key.alg, jwk: key.publicKey.jwk }
  return signJws(header, Buffer.from(JSON.stringify(claims)), key)
}
