/**
 * The key files that Node, OpenSSL and ssh-keygen made, read in the page: run by chromium.test.ts there.
 * @module
 */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  exportPkcs8Pem,
  exportSpkiPem,
  jwsAlgorithm,
  type JwsAlgorithm,
  readKey,
} from '@keygrant/core/keys'
import { readCorpus } from '../corpora.ts'

/** A key file, and what it has to be read as. */
export interface KeyFile {
  readonly what: string
  /** Octets of the file in base64. */
  readonly content: string
  readonly passphrase?: string
  /** What `readKey` calls it. */
  readonly form?: string
  /** The code of the refusal, for what the browser can't open. */
  readonly refusal?: string
  /** What Node makes of the same key. */
  readonly pkcs8?: string
  readonly spki: string
}

describe('in the page', () => {
  for (const file of readCorpus<readonly KeyFile[]>('made/key-files.json')) {
    const { what, passphrase = '', form, refusal, pkcs8, spki } = file
    const read = () => readKey(Buffer.from(file.content, 'base64'), { passphrase })
    if (refusal !== undefined) {
      test(`refuses ${what}`, () => assert.rejects(read, { name: 'KeyError', code: refusal }))
      continue
    }
    test(`reads ${what}, and signs with it`, async () => {
      const reading = await read()
      assert.equal(reading.form, form)
      assert.equal(exportSpkiPem(reading.publicKey), spki)
      assert.equal(reading.half, pkcs8 === undefined ? 'public' : 'private')
      if (reading.half === 'public') return
      const { privateKey, publicKey } = reading
      assert.equal(exportPkcs8Pem(privateKey), pkcs8)
      const octets = Buffer.from('a signing input')
      const signature = await privateKey.sign(octets)
      const algorithm = jwsAlgorithm(privateKey.alg) as JwsAlgorithm
      assert.equal(await publicKey.verify(algorithm, signature, octets), true)
      assert.equal(await publicKey.verify(algorithm, signature, Buffer.from('another')), false)
    })
  }
})
