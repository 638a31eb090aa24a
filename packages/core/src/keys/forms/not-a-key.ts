/**
 * Texts and octets that people give where a key is expected, and what to do about each.
 * @module
 */

import { PrivateKey } from '../private-key.ts'
import { PublicKey } from '../public-key.ts'
import { malformed, unsupported } from '../refusal.ts'
import { FIX_DECRYPT } from './known-json.ts'
import { shown } from './pem-blocks.ts'

const FIX_KIND = 'make an RSA, P-256 or Ed25519 key pair'
const FIX_GIVE =
  'give the key itself: a JWK, or the text from "-----BEGIN PRIVATE KEY-----" to "-----END PRIVATE KEY-----"'

type Row = readonly [pattern: RegExp, sentence: string, fix: string]

const TEXTS: readonly Row[] = [
  [
    /^<[^>]*RSAKeyValue/,
    'this is an RSA key in XML',
    'export it as PEM: in .NET, ExportPkcs8PrivateKeyPem()',
  ],
  [/^</, 'this is an HTML or XML page, not a key', FIX_GIVE],
  [
    /^[\w-]+\.[\w-]+\.[\w-]*$/,
    'this is a JWT (something signed), not a key',
    'give the private key that signs it',
  ],
  [/^[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+$/, 'this is a JWE: something encrypted', FIX_DECRYPT],
  [
    /^---- BEGIN SSH2/,
    'this is an SSH key in the format of RFC 4716',
    'convert it: ssh-keygen -i -f KEY > new.pub',
  ],
  [
    /^PuTTY-User-Key-File/,
    'this is a PuTTY key file',
    'convert it: puttygen KEY -O private-openssh-new -o new.key',
  ],
  [/^AGE-SECRET-KEY-/, 'this is an age key, for encryption', FIX_KIND],
  [
    /[\u2010-\u2015]\s?BEGIN/,
    'the dashes around BEGIN were replaced by typographic ones',
    'copy the key from the file itself, not from a formatted document',
  ],
  [
    /(?:^|[\s"':])LS0tLS1CRUdJTi/,
    'there is a PEM in base64 among other text, as in a Kubernetes Secret',
    "give that value alone: kubectl get secret NAME -o jsonpath='{.data.KEY}'",
  ],
  [
    /^[a-z][a-z0-9+.-]*:\/\/\S+$/i,
    'this is an address, not a key',
    'fetch what is there and give that; a key in a KMS or HSM is used through a signer',
  ],
  [
    /^(?:~|\.{0,2})\/[^\s"{}]+$|^[^\s"{}]+\.(?:pem|key|json|jwk|jwks|der|p8|p12|pfx|crt|cer|pub)$/i,
    'this is the name of a file, not a key',
    'read the file and give what is in it',
  ],
]

const LABELS: readonly Row[] = [
  [/^PGP /, 'this is an OpenPGP block', FIX_KIND],
  [
    /CERTIFICATE REQUEST$/,
    'this is a certificate request (CSR), which holds a public key only to ask for a certificate',
    'take the public key out: openssl req -in request.pem -noout -pubkey',
  ],
  [
    /^(?:PKCS7|CMS|PKCS #7 SIGNED DATA)$/,
    'this is a PKCS#7 file, which holds certificates and no key',
    'take the certificate out: openssl pkcs7 -print_certs -in file.p7b',
  ],
  [/^X509 CRL$/, 'this is a certificate revocation list', FIX_GIVE],
  [/^DSA /, 'this is a DSA key or its parameters; it can not sign a JWT', FIX_KIND],
  [/DH PARAMETERS$/, 'these are Diffie-Hellman parameters', FIX_KIND],
  [
    /^EC PARAMETERS$/,
    'these are only the parameters of an EC key',
    'give the block "EC PRIVATE KEY" too, which stands behind them in the file',
  ],
]

const STARTS: readonly (readonly [octets: readonly number[], sentence: string, fix: string])[] = [
  [
    [0xfe, 0xed, 0xfe, 0xed],
    'this is a Java keystore (JKS)',
    'convert it: keytool -importkeystore -srckeystore KEY -destkeystore new.p12 -deststoretype PKCS12',
  ],
  [
    [0xce, 0xce, 0xce, 0xce],
    'this is a Java keystore (JCEKS)',
    'convert it: keytool -importkeystore -srcstoretype JCEKS -srckeystore KEY -destkeystore new.p12 -deststoretype PKCS12',
  ],
  [[0x50, 0x4b, 0x03, 0x04], 'this is a ZIP archive', 'unpack it and give the key that is in it'],
  [[0x1f, 0x8b], 'this is compressed data (gzip)', 'unpack it and give the key that is in it'],
]

/** The refusal of a text that is no key in any form. */
export function refuseText(text: string): Error {
  const row = TEXTS.find(([pattern]) => pattern.test(text))
  if (row !== undefined) return malformed(row[1], row[2])
  return malformed(
    'the input is no key: it is neither JSON (a JWK or a JWK Set), nor PEM, nor DER or its base64; a client secret is none either',
    FIX_GIVE,
  )
}

/** The refusal of an object that holds a key and is no JWK, or `undefined` for any other. */
export function refuseObject(value: object): Error | undefined {
  if (value instanceof PrivateKey || value instanceof PublicKey) {
    return malformed('this key was imported already', 'use it as it is')
  }
  if (typeof CryptoKey === 'function' && value instanceof CryptoKey) {
    return malformed(
      'this is a CryptoKey of the runtime, not a JWK',
      "give what crypto.subtle.exportKey('jwk', key) answers",
    )
  }
  if ('export' in value && typeof value.export === 'function') {
    return malformed(
      'this is a KeyObject of Node, not a JWK',
      "give what key.export({ format: 'jwk' }) answers",
    )
  }
  return undefined
}

/** The refusal of a PEM block of this label, when the label alone says that it is no key. */
export function refuseLabel(label: string): Error | undefined {
  const row = LABELS.find(([pattern]) => pattern.test(label))
  return row && unsupported(`${row[1]} (PEM block "${shown(label)}")`, row[2])
}

/** The refusal of octets that are neither text nor DER. */
export function refuseOctets(octets: Uint8Array): Error {
  const row = STARTS.find(([start]) => start.every((octet, i) => octet === octets[i]))
  if (row !== undefined) return unsupported(row[1], row[2])
  return malformed(
    'the input is binary data that is no key known here: not DER, not PKCS#12, not OpenSSH',
    FIX_GIVE,
  )
}
