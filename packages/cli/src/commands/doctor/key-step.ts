/**
 * The key: whether it can be read, is the private half, and signs.
 * @module
 */

import { KeyError } from '@keygrant/core/errors'
import type { JwsAlgorithmName, Signer } from '@keygrant/core/keys'
import type { KeyReference } from '../../client-configuration.ts'
import { CommandError, describeFailure } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { openSigner } from '../../signers/open-signer.ts'
import { causeOf, type Diagnosis } from './cause.ts'

/** Opens the key; `undefined` when there is a cause why not. */
export async function openKey(
  diagnosis: Diagnosis,
  context: CliContext,
  reference: KeyReference,
  choice: { readonly kid: string | undefined; readonly alg: JwsAlgorithmName | undefined },
): Promise<Signer | undefined> {
  try {
    const signer = await openSigner(reference, { ...choice, context })
    await signer.sign(new TextEncoder().encode('a.b'))
    diagnosis.note('key', 'pass', `${signer.alg}, key ID ${signer.kid}`)
    return signer
  } catch (error) {
    if (!(error instanceof KeyError || error instanceof CommandError)) throw error
    const { message, hint } = describeFailure(error)
    const rule = error instanceof KeyError ? KEY_RULES[error.code] : 'key-unreadable'
    diagnosis.blame(
      causeOf('key', 'error', 'certain')(
        rule,
        message,
        hint ?? 'name a file with the private key of the client',
      ),
    )
    return undefined
  }
}

const KEY_RULES: Readonly<Record<KeyError['code'], string>> = {
  ERR_KEY_MALFORMED: 'key-malformed',
  ERR_KEY_UNSUPPORTED: 'key-unsupported',
  ERR_KEY_TOO_SMALL: 'key-too-small',
  ERR_KEY_WRONG_HALF: 'key-is-public',
  ERR_KEY_PASSPHRASE_REQUIRED: 'key-passphrase-missing',
  ERR_KEY_PASSPHRASE_WRONG: 'key-passphrase-wrong',
  ERR_KEY_NOT_FOUND: 'key-not-in-file',
  ERR_KEY_AMBIGUOUS: 'key-ambiguous',
  ERR_KEY_WRONG_SIGNATURE: 'key-wrong-signature',
}
