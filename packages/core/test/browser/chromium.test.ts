/**
 * The WebCrypto half in Chromium: the same test files as on Node, bundled for a page, and key files of
 * every form that the page has to read.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { type Browser, chromium } from 'playwright-core'
import {
  anEcPair,
  anEd25519Pair,
  anRsaPair,
  KeyFolder,
  type NodeKeyPair,
  PASSPHRASE,
  pkcs8,
  skipWithoutOpenssl,
  skipWithoutSshKeygen,
  spki,
} from '../keys/key-files.ts'
import type { KeyFile } from './key-forms.ts'
import type { Outcome } from './node-test.ts'

const CHROMIUM = '/usr/bin/chromium'
/** The same engine without the browser around it. */
const HEADLESS_SHELL = '/usr/bin/chromium-headless-shell'
const CORPORA = new URL('../../../../../shared/corpora/', import.meta.url)
const HERE = fileURLToPath(new URL('.', import.meta.url))

const skip = existsSync(CHROMIUM) ? false : `no chromium at ${CHROMIUM}: apt-get install chromium`

/** The test files that touch cryptography or text, and need nothing of Node beyond the stand-ins here. */
const FILES = [
  'assertion/checks',
  'assertion/hostile-assertions',
  'assertion/jws.property',
  'assertion/verify',
  'assertion/wycheproof-jws',
  'base64url',
  'dpop/create-proof',
  'dpop/inspect-proof',
  'dpop/interop',
  'dpop/nonce',
  'dpop/replay',
  'dpop/verify-proof',
  'interop/jose',
  'interop/jose-differential',
  'json',
  'keys/rfc-vectors',
  'keys/wycheproof-keys',
  'keys/wycheproof-primitives',
  'resource/challenge',
  'resource/guard',
  'resource/introspection',
  'resource/jose',
  'resource/scope',
] as const

/** Puts the stand-ins in the place of what a page does not have. */
const standIns: Plugin = {
  name: 'stand-ins',
  setup({ onResolve }) {
    const paths: readonly (readonly [RegExp, string])[] = [
      [/^node:test$/, 'node-test.ts'],
      [/^node:assert\/strict$/, 'strict-assert.ts'],
      [/\.\/corpora\.ts$/, 'corpora.ts'],
      [/\/primitives\.node\.ts$/, 'no-primitives.ts'],
    ]
    for (const [filter, file] of paths) onResolve({ filter }, () => ({ path: HERE + file }))
  },
}

async function bundleOf(file: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import '${file}'
        import { runTests } from './node-test.ts'
        globalThis.outcomes = await runTests()`,
      resolveDir: HERE,
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['keygrant:source', 'keygrant:web'],
    inject: [`${HERE}buffer.ts`],
    plugins: [standIns],
    target: 'es2022',
    // The tests lie in a package without side effects; what they do is nothing else.
    ignoreAnnotations: true,
    logLevel: 'error',
  })
  return outputFiles[0]?.text ?? assert.fail('no bundle')
}

const keyFiles = skip === false ? await makeKeyFiles() : []

/** The page and its bundle, on a secure origin: WebCrypto is there on 127.0.0.1 without TLS. */
function serve(code: string): Server {
  return createServer(({ url = '' }, response) => {
    const corpus = /^\/corpora\/((?:[\w-]+\/)*[\w-]+\.json)$/.exec(url)?.[1]
    if (url === '/') {
      response.setHeader('content-type', 'text/html')
      response.end('<!doctype html><script type="module" src="/tests.js"></script>')
    } else if (url === '/tests.js') {
      response.setHeader('content-type', 'text/javascript').end(code)
    } else if (corpus === 'made/key-files.json') response.end(JSON.stringify(keyFiles))
    else if (corpus !== undefined && existsSync(new URL(corpus, CORPORA))) {
      response.end(readFileSync(new URL(corpus, CORPORA)))
    } else response.writeHead(404).end()
  }).listen(0, '127.0.0.1')
}

describe('in Chromium', { skip }, () => {
  if (skip !== false) return
  let browser: Browser
  before(async () => {
    browser = await chromium.launch({
      executablePath: existsSync(HEADLESS_SHELL) ? HEADLESS_SHELL : CHROMIUM,
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    })
  })
  after(() => browser.close())

  async function outcomesOf(file: string): Promise<readonly Outcome[]> {
    const server = serve(await bundleOf(file))
    await once(server, 'listening')
    const page = await browser.newPage()
    try {
      const thrown = new Promise<never>((_resolve, reject) => {
        page.on('pageerror', reject)
      })
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
      const done = page.waitForFunction(
        () => (globalThis as { outcomes?: readonly Outcome[] }).outcomes,
        undefined,
        { timeout: 240_000, polling: 100 },
      )
      return (await (await Promise.race([done, thrown])).jsonValue()) ?? []
    } finally {
      await page.close()
      server.close()
      server.closeAllConnections()
    }
  }

  for (const file of [...FILES.map((name) => `../${name}.test.ts`), './key-forms.ts']) {
    test(`every test of ${file} passes`, async (t) => {
      const outcomes = await outcomesOf(file)
      const passed = outcomes.filter(({ outcome }) => outcome === 'passed')
      const failures = outcomes.flatMap(({ name, failure }) =>
        failure === undefined ? [] : [`${name}\n${failure}`],
      )
      t.diagnostic(`${file}: ${passed.length} of ${outcomes.length} passed`)
      assert.deepEqual(failures, [])
      assert.ok(passed.length > 0, 'no test ran')
    })
  }
})

/** Every form of key file, and what becomes of it in Chromium, which has no AES-192. */
async function makeKeyFiles(): Promise<readonly KeyFile[]> {
  const files: KeyFile[] = []
  const add = (
    what: string,
    content: string | Uint8Array,
    pair: NodeKeyPair,
    rest: Pick<KeyFile, 'form' | 'refusal' | 'passphrase'> & { readonly isPublic?: boolean } = {},
  ): void => {
    const { isPublic = false, ...others } = rest
    files.push({
      what,
      content: Buffer.from(content).toString('base64'),
      form: what,
      spki: spki(pair),
      ...(isPublic ? {} : { pkcs8: pkcs8(pair) }),
      ...others,
    })
  }
  const pairs = {
    RSA: anRsaPair(),
    'P-256': anEcPair(),
    'P-384': anEcPair('P-384'),
    'P-521': anEcPair('P-521'),
    Ed25519: anEd25519Pair(),
  }
  for (const [kind, pair] of Object.entries(pairs)) {
    const { privateKey } = pair
    const named = (form: string) => ({ form, what: `${form} of ${kind}` })
    const note = (
      { form, what }: { form: string; what: string },
      content: string | Uint8Array,
      isPublic = false,
    ): void => add(what, content, pair, { form, isPublic })
    note(named('PKCS#8 PEM'), pkcs8(pair))
    note(named('PKCS#8 DER'), privateKey.export({ format: 'der', type: 'pkcs8' }))
    note(named('JWK'), JSON.stringify(privateKey.export({ format: 'jwk' })))
    note(named('SPKI PEM'), spki(pair), true)
  }
  const rsa = pairs.RSA
  add('PKCS#1 PEM', rsa.privateKey.export({ format: 'pem', type: 'pkcs1' }).toString(), rsa)
  add('SEC1 PEM', sec1(pairs['P-384']), pairs['P-384'])
  const passphrase = PASSPHRASE
  for (const bits of [128, 192, 256] as const) {
    const options = { format: 'pem', passphrase, cipher: `aes-${bits}-cbc` } as const
    const refusal = bits === 192 ? { refusal: 'ERR_KEY_UNSUPPORTED' } : {}
    const encrypted = rsa.privateKey.export({ ...options, type: 'pkcs8' }).toString()
    add(`encrypted PKCS#8 PEM, AES-${bits}`, encrypted, rsa, {
      form: 'encrypted PKCS#8 PEM',
      passphrase,
      ...refusal,
    })
    const legacy = rsa.privateKey.export({ ...options, type: 'pkcs1' }).toString()
    add(`encrypted PKCS#1 PEM (Proc-Type), AES-${bits}`, legacy, rsa, {
      form: 'encrypted PKCS#1 PEM (Proc-Type)',
      passphrase,
      ...refusal,
    })
  }
  if (skipWithoutOpenssl === false) addPkcs12()
  if (skipWithoutSshKeygen === false) addOpenssh()
  return files

  function addPkcs12(): void {
    const folder = new KeyFolder()
    folder.write('key.pem', pkcs8(rsa))
    folder.openssl('req', '-x509', '-key', 'key.pem', '-subj', '/CN=test', '-out', 'cert.pem')
    const output = ['-passout', `pass:${passphrase}`, '-out', 'key.p12']
    folder.openssl('pkcs12', '-export', '-inkey', 'key.pem', '-in', 'cert.pem', ...output)
    add('PKCS#12 file', folder.read('key.p12'), rsa, { passphrase })
    add('X.509 certificate PEM', folder.read('cert.pem'), rsa, { isPublic: true })
  }

  function addOpenssh(): void {
    for (const cipher of [undefined, 'aes256-ctr', 'aes256-cbc', 'aes256-gcm@openssh.com']) {
      const folder = new KeyFolder()
      folder.write('key', pkcs8(pairs['P-256']))
      const encryption = cipher === undefined ? [] : ['-a', '4', '-Z', cipher]
      const secret = cipher === undefined ? '' : passphrase
      folder.sshKeygen('-p', '-N', secret, ...encryption, '-f', 'key')
      add(`OpenSSH private key, ${cipher ?? 'plain'}`, folder.read('key'), pairs['P-256'], {
        form: 'OpenSSH private key',
        ...(cipher === undefined ? {} : { passphrase }),
      })
    }
  }
}

function sec1({ privateKey }: NodeKeyPair): string {
  return privateKey.export({ format: 'pem', type: 'sec1' }).toString()
}
