/**
 * The pages in the browser: files that a build made, read once, and served with the header fields
 * that keep what a person pastes where it is.
 * @module
 */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { NO_STORE, securityHeaders } from './security-headers.ts'

/** The page that is at every address below its own as well: it has a screen for each. */
const PAGE_OF_SCREENS = '/console'

/** Pages that are at another address as well. */
const OTHER_PATHS: Readonly<Record<string, string>> = { '/inspector': '/inspect' }

/** Where `/` leads. */
export const FIRST_PAGE = '/workbench'

/** A page says in its own markup what it may do, for wherever it is opened from. */
const OWN_POLICY = /<meta http-equiv="Content-Security-Policy" content="([^"]+)"/

const PERMISSIONS = [
  ...[
    'accelerometer',
    'camera',
    'clipboard-read',
    'display-capture',
    'geolocation',
    'gyroscope',
    'hid',
    'microphone',
    'midi',
    'payment',
    'serial',
    'usb',
  ].map((feature) => `${feature}=()`),
  'clipboard-write=(self)',
].join(', ')

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
}

/** The ways to make a file small, the best first. */
const ENCODINGS = ['br', 'gzip'] as const
type Encoding = (typeof ENCODINGS)[number]

const ENCODERS: Readonly<Record<Encoding, (octets: Buffer) => Buffer>> = {
  br: (octets) => brotliCompressSync(octets, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (octets) => gzipSync(octets, { level: 9 }),
}

interface UiFile {
  readonly octets: Buffer
  /** The same, made small in a way that the browser takes; made once, for whoever asks first. */
  encoded(encoding: Encoding): Buffer
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Serves the pages of a folder: each HTML file under its name without the ending, such as `/workbench`, and
 * the files of `assets` below `/assets`, which bear a hash of their content in their names. `/` redirects to the first page.
 * The console is at all addresses below `/console` too, and the inspector at `/inspect`.
 * Nothing else of the folder can be asked for. Each page goes out under the policy that it carries, and
 * nobody may frame it. Workbench and inspector may talk to `origins` besides their own server.
 *
 * @throws Node's error when the folder can't be read; `Error` for a page without a policy.
 */
export function serveUi(
  app: FastifyInstance,
  directory: string,
  issuer: string,
  origins: readonly string[] = [],
): void {
  for (const [path, file] of readUi(directory, issuer, origins)) {
    app.get(path, (request, reply) => answer(request, reply, file))
    const other = OTHER_PATHS[path]
    if (other !== undefined) app.get(other, (request, reply) => answer(request, reply, file))
    if (path === PAGE_OF_SCREENS) {
      app.get(`${path}/*`, (request, reply) => answer(request, reply, file))
    }
  }
  const headers = { ...securityHeaders(issuer), ...NO_STORE }
  app.get('/', (_request, reply) => reply.headers(headers).redirect(FIRST_PAGE, 302))
}

function answer(request: FastifyRequest, reply: FastifyReply, file: UiFile): FastifyReply {
  reply.headers(file.headers).header('x-request-id', request.id)
  if (request.headers['if-none-match'] === file.headers['etag']) return reply.code(304).send()
  const encoding = encodingFor(request.headers['accept-encoding'])
  if (encoding === undefined) return reply.send(file.octets)
  return reply.header('content-encoding', encoding).send(file.encoded(encoding))
}

/** The best encoding that a browser takes (RFC 9110, section 12.5.3); what it gives no weight it does not take. */
function encodingFor(accepted: string | undefined): Encoding | undefined {
  const taken = (accepted ?? '')
    .toLowerCase()
    .split(',')
    .map((each) => each.split(';').map((part) => part.trim()))
    .filter(([, weight]) => weight === undefined || !/^q=0(?:\.0{1,3})?$/.test(weight))
    .map(([name]) => name)
  return ENCODINGS.find((encoding) => taken.includes(encoding))
}

function encodedOnce(octets: Buffer): (encoding: Encoding) => Buffer {
  const made = new Map<Encoding, Buffer>()
  return (encoding) => {
    const known = made.get(encoding) ?? ENCODERS[encoding](octets)
    made.set(encoding, known)
    return known
  }
}

function readUi(
  directory: string,
  issuer: string,
  origins: readonly string[],
): ReadonlyMap<string, UiFile> {
  const common = { ...securityHeaders(issuer), 'cross-origin-resource-policy': 'same-origin' }
  const pageHeaders = (name: string, html: string): Readonly<Record<string, string>> => ({
    ...common,
    ...NO_STORE,
    'content-security-policy': policyOf(html, name),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': PERMISSIONS,
  })
  const assetHeaders = { ...common, 'cache-control': 'public, max-age=31536000, immutable' }
  const files = new Map<string, UiFile>()
  const add = (
    path: string,
    name: string,
    headers: Readonly<Record<string, string>>,
    octets: Buffer = readFileSync(join(directory, name)),
  ): void => {
    const type = TYPES[extname(name)]
    if (type === undefined) return
    const etag = `W/"${createHash('sha256').update(octets).digest('base64url')}"`
    files.set(path, {
      octets,
      encoded: encodedOnce(octets),
      headers: { ...headers, 'content-type': type, etag, vary: 'accept-encoding' },
    })
  }
  for (const name of readdirSync(directory)) {
    if (!name.endsWith('.html')) continue
    const html = withOrigins(readFileSync(join(directory, name), 'utf8'), name, origins)
    add(`/${name.slice(0, -'.html'.length)}`, name, pageHeaders(name, html), Buffer.from(html))
  }
  for (const name of readdirSync(join(directory, 'assets'))) {
    add(`/assets/${name}`, join('assets', name), assetHeaders)
  }
  return files
}

/** The pages that people look at other servers with. */
const PAGES_FOR_OTHER_SERVERS: readonly string[] = ['workbench.html', 'inspector.html']

/** Such a page, with more whom it may talk to: both its own policy and the header have to say so. */
function withOrigins(html: string, name: string, origins: readonly string[]): string {
  if (!PAGES_FOR_OTHER_SERVERS.includes(name) || origins.length === 0) return html
  return html.replace(OWN_POLICY, (policy) =>
    policy.replace(/connect-src (?:'self'|&#39;self&#39;)/, (own) => [own, ...origins].join(' ')),
  )
}

/** The policy of a page, with what only a header can say: that nobody frames it. */
function policyOf(html: string, name: string): string {
  const own = OWN_POLICY.exec(html)?.[1]
  if (own === undefined) throw new Error(`the page ${name} has no policy of its own`)
  return `${own.replaceAll('&#39;', "'")}; frame-ancestors 'none'`
}
