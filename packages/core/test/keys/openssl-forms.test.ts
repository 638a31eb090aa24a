import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { KeyError } from '@keygrant/core/errors'
import { importPrivateKey, importPublicKey, readKey } from '@keygrant/core/keys'
import { KeyFolder, PASSPHRASE, skipWithoutOpenssl } from './key-files.ts'

const PASS_OUT = ['-passout', `pass:${PASSPHRASE}`] as const
const FIX_OUT = `-passin 'pass:${PASSPHRASE}' -passout 'pass:${PASSPHRASE}'`

describe('keys as OpenSSL writes them', { skip: skipWithoutOpenssl }, async () => {
  if (skipWithoutOpenssl !== false) return
  const folder = new KeyFolder()
  const openssl = folder.openssl.bind(folder)
  openssl('genpkey', '-algorithm', 'RSA', '-out', 'rsa.pem')
  openssl('ecparam', '-name', 'prime256v1', '-genkey', '-out', 'ec.pem')
  openssl('genpkey', '-algorithm', 'ed25519', '-out', 'ed25519.pem')
  openssl('req', '-x509', '-key', 'rsa.pem', '-subj', '/CN=test', '-days', '2', '-out', 'cert.pem')
  openssl('x509', '-in', 'cert.pem', '-outform', 'DER', '-out', 'cert.der')
  const rsaKid = (await importPrivateKey(folder.read('rsa.pem'))).kid
  const ecKid = (await importPrivateKey(folder.read('ec.pem'))).kid

  /** Makes a file by OpenSSL from one of the keys, and gives what is in it. */
  function made(...args: readonly string[]): Buffer {
    openssl(...args, '-out', 'made')
    return folder.read('made')
  }

  const ecAs = (...args: readonly string[]): Buffer => made('ec', '-in', 'ec.pem', ...args)
  const encrypted = (...args: readonly string[]): Buffer =>
    made('pkcs8', '-topk8', '-in', 'rsa.pem', ...PASS_OUT, ...args)
  const legacy = (cipher: string, program = 'rsa'): Buffer =>
    program === 'rsa'
      ? made('rsa', '-in', 'rsa.pem', '-traditional', cipher, ...PASS_OUT)
      : made('ec', '-in', 'ec.pem', cipher, ...PASS_OUT)
  const pkcs12 = (...args: readonly string[]): Buffer =>
    made('pkcs12', '-export', '-inkey', 'rsa.pem', '-in', 'cert.pem', ...PASS_OUT, ...args)

  describe('reads', () => {
    for (const [form, read, kid] of [
      ['SEC1 PEM with EC PARAMETERS', () => folder.read('ec.pem'), ecKid],
      ['SEC1 PEM', () => ecAs(), ecKid],
      ['SEC1 PEM', () => ecAs('-no_public'), ecKid],
      ['SEC1 PEM', () => ecAs('-conv_form', 'compressed'), ecKid],
      ['SEC1 DER', () => ecAs('-outform', 'DER'), ecKid],
      ['PKCS#8 PEM with its certificate', () => bundle(), rsaKid],
      ['encrypted PKCS#8 PEM', () => encrypted(), rsaKid],
      ['encrypted PKCS#8 PEM', () => encrypted('-v2', 'aes-128-cbc'), rsaKid],
      ['encrypted PKCS#8 PEM', () => encrypted('-v2', 'aes-192-cbc'), rsaKid],
      ['encrypted PKCS#8 PEM', () => encrypted('-v2prf', 'hmacWithSHA1'), rsaKid],
      ['encrypted PKCS#8 PEM', () => encrypted('-v2prf', 'hmacWithSHA384'), rsaKid],
      ['encrypted PKCS#8 PEM', () => encrypted('-v2prf', 'hmacWithSHA512'), rsaKid],
      ['encrypted PKCS#8 PEM', () => encrypted('-iter', '100000'), rsaKid],
      ['encrypted PKCS#8 DER', () => encrypted('-outform', 'DER'), rsaKid],
      ['encrypted PKCS#1 PEM (Proc-Type)', () => legacy('-aes128'), rsaKid],
      ['encrypted PKCS#1 PEM (Proc-Type)', () => legacy('-aes192'), rsaKid],
      ['encrypted PKCS#1 PEM (Proc-Type)', () => legacy('-aes256'), rsaKid],
      ['encrypted SEC1 PEM (Proc-Type)', () => legacy('-aes256', 'ec'), ecKid],
      ['encrypted PKCS#1 PEM (Proc-Type) on one line', () => onOneLine(legacy('-aes256')), rsaKid],
      ['PKCS#12 file', () => pkcs12(), rsaKid],
      ['PKCS#12 file', () => pkcs12('-macalg', 'sha512'), rsaKid],
      ['PKCS#12 file', () => pkcs12('-keypbe', 'NONE'), rsaKid],
      ['PKCS#12 file', () => pkcs12('-keypbe', 'NONE', '-certpbe', 'NONE'), rsaKid],
      ['PKCS#12 file', () => pkcs12('-nomac'), rsaKid],
      ['PKCS#12 file in base64', () => pkcs12().toString('base64'), rsaKid],
    ] as const) {
      test(`${form}: ${whatOf(read)}`, async () => {
        const reading = await readKey(read(), { passphrase: PASSPHRASE })
        assert.equal(reading.half, 'private')
        assert.equal(reading.form, form)
        assert.equal(reading.publicKey.kid, kid)
      })
    }

    test('a PKCS#12 file with the empty passphrase, without being given it', async () => {
      const empty = made('pkcs12', '-export', '-inkey', 'rsa.pem', '-in', 'cert.pem', ...NO_PASS)
      assert.equal((await importPrivateKey(empty)).kid, rsaKid)
    })

    for (const [form, name] of [
      ['X.509 certificate PEM', 'cert.pem'],
      ['X.509 certificate DER', 'cert.der'],
    ] as const) {
      test(`${form}: its public key`, async () => {
        const reading = await readKey(folder.read(name))
        assert.equal(reading.half, 'public')
        assert.equal(reading.form, form)
        assert.equal(reading.publicKey.kid, rsaKid)
      })
    }

    test('RSA-PSS keys as keys for the algorithm that their parameters name', async () => {
      const options = (hash: string, salt: number): readonly string[] =>
        [`md:${hash}`, `mgf1_md:${hash}`, `saltlen:${salt}`].flatMap((option) => [
          '-pkeyopt',
          `rsa_pss_keygen_${option}`,
        ])
      const pss = (...args: readonly string[]): Buffer =>
        made('genpkey', '-algorithm', 'RSA-PSS', ...args)
      for (const [args, alg] of [
        [[], 'PS256'],
        [options('sha256', 32), 'PS256'],
        [options('sha384', 48), 'PS384'],
        [options('sha512', 20), 'PS512'],
      ] as const) {
        assert.equal((await importPrivateKey(pss(...args))).alg, alg)
      }
      await assert.rejects(importPrivateKey(pss(...options('sha256', 64))), {
        code: 'ERR_KEY_UNSUPPORTED',
        message: /RSA-PSS key whose parameters fit none of PS256/,
      })
      await assert.rejects(importPrivateKey(pss(), { alg: 'RS256' }), {
        code: 'ERR_KEY_UNSUPPORTED',
        message: /the key is for "alg" "PS256", not "RS256"/,
      })
    })
  })

  describe('says that a passphrase is missing or wrong', () => {
    for (const [form, read] of [
      ['encrypted PKCS#8 PEM', () => encrypted()],
      ['encrypted PKCS#1 PEM (Proc-Type)', () => legacy('-aes128')],
      ['PKCS#12 file', () => pkcs12()],
      ['PKCS#12 file', () => pkcs12('-nomac')],
    ] as const) {
      test(`${form}: ${whatOf(read)}`, async () => {
        const input = read()
        const missing = {
          code: 'ERR_KEY_PASSPHRASE_REQUIRED',
          message: new RegExp(`the ${plain(form)} needs a passphrase`),
        }
        const wrong = {
          code: 'ERR_KEY_PASSPHRASE_WRONG',
          message: /can not be opened with this passphrase/,
        }
        await assert.rejects(importPrivateKey(input), missing)
        await assert.rejects(importPrivateKey(input, { passphrase: '' }), missing)
        for (const passphrase of ['wrong', `${PASSPHRASE} `, PASSPHRASE.toLowerCase()]) {
          await assert.rejects(importPrivateKey(input, { passphrase }), wrong)
        }
        await assert.rejects(importPublicKey(input), { code: 'ERR_KEY_WRONG_HALF' })
      })
    }

    test('also for a wrong passphrase whose padding happens to be right', async () => {
      const input = legacy('-aes256')
      for (let attempt = 0; attempt < 600; attempt++) {
        const wrong = importPrivateKey(input, { passphrase: `wrong ${attempt}` })
        await assert.rejects(wrong, { code: 'ERR_KEY_PASSPHRASE_WRONG' })
      }
    })
  })

  describe('refuses encryption that WebCrypto does not have, with a fix that works', () => {
    for (const [what, read] of [
      ['3DES', () => encrypted('-v2', 'des3')],
      ['scrypt', () => encrypted('-scrypt')],
      ['PKCS#12 PBE', () => encrypted('-v1', 'PBE-SHA1-3DES')],
      ['3DES', () => legacy('-des3')],
      ['old kind', () => pkcs12('-legacy')],
      ['3DES', () => pkcs12('-keypbe', 'PBE-SHA1-3DES')],
    ] as const) {
      test(`${what}: ${whatOf(read)}`, async () => {
        const input = read()
        const error = await refusalOf(importPrivateKey(input))
        const given = await refusalOf(importPrivateKey(input, { passphrase: PASSPHRASE }))
        assert.equal(given.code, 'ERR_KEY_UNSUPPORTED')
        assert.match(given.message, new RegExp(what))
        if (!what.startsWith('PKCS#12') && what !== '3DES') assert.equal(error.code, given.code)
        const isPkcs12 = given.fix?.includes('pkcs12') === true
        folder.write(isPkcs12 ? 'key.p12' : 'key.pem', input)
        folder.shell(`${commandOf(given)} ${FIX_OUT}`)
        const mended = folder.read(isPkcs12 ? 'key.pem' : 'new.pem')
        assert.equal((await importPrivateKey(mended, { passphrase: PASSPHRASE })).kid, rsaKid)
      })
    }

    test('[KEYR-014] more iterations than are done', async () => {
      const pem = encrypted('-iter', '65537').toString()
      const der = Buffer.from(pem.replaceAll(/-----.*-----|\s/g, ''), 'base64')
      const at = der.indexOf(Buffer.from([2, 3, 1, 0, 1]))
      der.set([2, 3, 0x7f, 0xff, 0xff], at)
      const error = await refusalOf(importPrivateKey(der, { passphrase: PASSPHRASE }))
      assert.equal(error.code, 'ERR_KEY_UNSUPPORTED')
      assert.match(error.message, /asks for 8388607 PBKDF2 iterations; at most 3000000 are done/)
    })
  })

  describe('refuses keys that can not sign a JWT', () => {
    const genpkey = (...args: readonly string[]): Buffer => made('genpkey', '-algorithm', ...args)
    for (const [what, read, message] of [
      ['secp256k1', () => onCurve('secp256k1'), /on secp256k1, which is not P-256/],
      ['brainpoolP256r1', () => onCurve('brainpoolP256r1'), /on brainpoolP256r1, which/],
      ['P-224', () => onCurve('secp224r1'), /on P-224, which/],
      ['SM2', () => genpkey('SM2'), /on SM2, which/],
      ['X25519', () => genpkey('X25519'), /an X25519 key, for key agreement/],
      ['X448', () => genpkey('X448'), /an X448 key, for key agreement/],
      ['Ed448', () => genpkey('ED448'), /an Ed448 key/],
      ['DH', () => genpkey('DH', '-pkeyopt', 'group:ffdhe2048'), /a Diffie-Hellman key/],
      ['explicit parameters', () => explicit(), /spells out its curve parameters/],
      ['a request', () => request(), /a certificate request \(CSR\)/],
      ['a request in DER', () => request('-outform', 'DER'), /a certificate request \(CSR\)/],
      ['PKCS#7', () => pkcs7(), /a PKCS#7 file, which holds certificates/],
      ['PKCS#7 in DER', () => pkcs7('-outform', 'DER'), /holds certificates \(PKCS#7\) and no key/],
      ['EC parameters alone', () => made('ecparam', '-name', 'prime256v1'), /only the parameters/],
    ] as const) {
      test(what, async () => {
        const error = await refusalOf(readKey(read()))
        assert.equal(error.code, 'ERR_KEY_UNSUPPORTED')
        assert.match(error.message, message)
        assert.ok(error.fix)
      })
    }

    test('RSA below 2048 bits', async () => {
      const small = genpkey('RSA', '-pkeyopt', 'rsa_keygen_bits:1024')
      const error = await refusalOf(importPrivateKey(small))
      assert.equal(error.code, 'ERR_KEY_TOO_SMALL')
      assert.match(
        error.message,
        /the PKCS#8 PEM has an RSA modulus of 1024 bits, not 2048 to 8192/,
      )
    })

    function onCurve(name: string): Buffer {
      return made('ecparam', '-name', name, '-genkey')
    }

    function explicit(): Buffer {
      return made('ecparam', '-name', 'prime256v1', '-genkey', '-param_enc', 'explicit', '-noout')
    }

    function request(...args: readonly string[]): Buffer {
      return made('req', '-new', '-key', 'rsa.pem', '-subj', '/CN=test', ...args)
    }

    function pkcs7(...args: readonly string[]): Buffer {
      return made('crl2pkcs7', '-nocrl', '-certfile', 'cert.pem', ...args)
    }
  })

  function bundle(): Buffer {
    return Buffer.concat([folder.read('cert.pem'), folder.read('rsa.pem')])
  }
})

const NO_PASS = ['-passout', 'pass:'] as const

function onOneLine(pem: Buffer): string {
  return pem.toString().replaceAll('\n', ' ')
}

/** The call that makes the file, as the name of its test. */
function whatOf(read: () => unknown): string {
  return String(read).replace(/^\(\) ?=> ?/, '')
}

function plain(text: string): string {
  return text.replaceAll(/[()#.]/g, '\\$&')
}

/** The command in a fix, which stands behind its last colon and space. */
function commandOf({ fix = '' }: KeyError): string {
  return fix.slice(fix.lastIndexOf(': ') + 2)
}

async function refusalOf(promise: Promise<unknown>): Promise<KeyError> {
  const error = await promise.then(
    () => assert.fail('it was accepted'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof KeyError, String(error))
  return error
}
