import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { importPrivateKey, importPublicKey, readKey } from '@keygrant/core/keys'
import { KeyFolder, PASSPHRASE, skipWithoutSshKeygen } from './key-files.ts'

describe('keys as ssh-keygen writes them', { skip: skipWithoutSshKeygen }, () => {
  if (skipWithoutSshKeygen !== false) return
  const folder = new KeyFolder()
  let count = 0

  /** Makes a key pair and gives the name of its private file. */
  function make(passphrase: string, ...args: readonly string[]): string {
    count += 1
    const name = `key${count}`
    folder.sshKeygen('-N', passphrase, '-C', 'a comment', '-f', name, ...args)
    return name
  }

  for (const args of [
    ['-t', 'rsa', '-b', '2048'],
    ['-t', 'ecdsa', '-b', '256'],
    ['-t', 'ecdsa', '-b', '384'],
    ['-t', 'ecdsa', '-b', '521'],
    ['-t', 'ed25519'],
  ] as const) {
    test(`reads both halves: ${args.join(' ')}`, async () => {
      const name = make('', ...args)
      const reading = await readKey(folder.read(name))
      const publicReading = await readKey(folder.read(`${name}.pub`))
      assert.equal(reading.form, 'OpenSSH private key')
      assert.equal(publicReading.form, 'OpenSSH public key')
      assert.equal(reading.publicKey.kid, publicReading.publicKey.kid)
      await assert.rejects(importPublicKey(folder.read(name)), { code: 'ERR_KEY_WRONG_HALF' })
      await assert.rejects(importPrivateKey(folder.read(`${name}.pub`)), {
        code: 'ERR_KEY_WRONG_HALF',
      })
    })
  }

  for (const cipher of [
    'aes256-ctr',
    'aes192-ctr',
    'aes128-ctr',
    'aes256-cbc',
    'aes128-cbc',
    'aes256-gcm@openssh.com',
  ]) {
    test(`opens a key that is encrypted with ${cipher}`, async () => {
      const name = make(PASSPHRASE, '-t', 'ed25519', '-a', '4', '-Z', cipher)
      const key = await importPrivateKey(folder.read(name), { passphrase: PASSPHRASE })
      assert.equal(key.kid, (await importPublicKey(folder.read(`${name}.pub`))).kid)
      const wrong = importPrivateKey(folder.read(name), { passphrase: 'wrong' })
      await assert.rejects(wrong, { code: 'ERR_KEY_PASSPHRASE_WRONG' })
      const missing = importPrivateKey(folder.read(name))
      await assert.rejects(missing, { code: 'ERR_KEY_PASSPHRASE_REQUIRED' })
    })
  }

  for (const [what, args] of [
    ['a cipher that WebCrypto lacks', ['-a', '1', '-Z', 'chacha20-poly1305@openssh.com']],
    ['too many rounds', ['-a', '151']],
  ] as const) {
    test(`refuses ${what}, with a fix that works`, async () => {
      const name = make(PASSPHRASE, '-t', 'ecdsa', ...args)
      const read = (): Promise<unknown> =>
        importPrivateKey(folder.read(name), { passphrase: PASSPHRASE })
      await assert.rejects(read, {
        code: 'ERR_KEY_UNSUPPORTED',
        fix: 'convert it: ssh-keygen -p -m PKCS8 -f KEY',
      })
      folder.sshKeygen('-p', '-m', 'PKCS8', '-P', PASSPHRASE, '-N', PASSPHRASE, '-f', name)
      await read()
    })
  }

  test('refuses an SSH key in the format of RFC 4716, with a fix that works', async () => {
    const name = make('', '-t', 'ed25519')
    folder.write('rfc4716.pub', folder.sshKeygen('-e', '-f', name))
    await assert.rejects(importPublicKey(folder.read('rfc4716.pub')), {
      code: 'ERR_KEY_MALFORMED',
      message: /an SSH key in the format of RFC 4716; convert it: ssh-keygen -i -f KEY > new\.pub/,
    })
    await importPublicKey(folder.sshKeygen('-i', '-f', 'rfc4716.pub'))
  })
})
