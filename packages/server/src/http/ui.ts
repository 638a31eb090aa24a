/**
 * The pages in the browser: files that a build made, read once, and served with the header fields
 * that keep what a person pastes where it is.
 * @module
 */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { NO_STORE, securityHeaders } from './security-headers.ts'

/** Where `/` leads. */
export const FIRST_PAGE = '/inspector'

/**
 * What a page may do: run its own scripts, and talk to nobody. No script is made of text
 * (Trusted Types), no form is sent, nobody frames it.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

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

interface UiFile {
  readonly octets: Buffer
  readonly zipped: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Serves the pages of a folder: `inspector.html` at `/inspector`, and the files of `assets` below
 * `/assets`, which bear a hash of their content in their names. `/` redirects to the first page.
 * Nothing else of the folder can be asked for.
 *
 * @throws Node's error when the folder can't be read.
 */
export function serveUi(app: FastifyInstance, directory: string, issuer: string): void {
  for (const [path, file] of readUi(directory, issuer)) {
    app.get(path, (request, reply) => answer(request, reply, file))
  }
  const headers = { ...securityHeaders(issuer), ...NO_STORE }
  app.get('/', (_request, reply) => reply.headers(headers).redirect(FIRST_PAGE, 302))
}

function answer(request: FastifyRequest, reply: FastifyReply, file: UiFile): FastifyReply {
  reply.headers(file.headers).header('x-request-id', request.id)
  if (request.headers['if-none-match'] === file.headers['etag']) return reply.code(304).send()
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
    return reply.send(file.octets)
  }
  return reply.header('content-encoding', 'gzip').send(file.zipped)
}

function readUi(directory: string, issuer: string): ReadonlyMap<string, UiFile> {
  const common = { ...securityHeaders(issuer), 'cross-origin-resource-policy': 'same-origin' }
  const pageHeaders = {
    ...common,
    ...NO_STORE,
    'content-security-policy': PAGE_POLICY,
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': PERMISSIONS,
  }
  const assetHeaders = { ...common, 'cache-control': 'public, max-age=31536000, immutable' }
  const files = new Map<string, UiFile>()
  const add = (path: string, name: string, headers: Readonly<Record<string, string>>): void => {
    const type = TYPES[extname(name)]
    if (type === undefined) return
    const octets = readFileSync(join(directory, name))
    const etag = `W/"${createHash('sha256').update(octets).digest('base64url')}"`
    files.set(path, {
      octets,
      zipped: gzipSync(octets, { level: 9 }),
      headers: { ...headers, 'content-type': type, etag, vary: 'accept-encoding' },
    })
  }
  for (const name of readdirSync(directory)) {
    if (name.endsWith('.html')) add(`/${name.slice(0, -'.html'.length)}`, name, pageHeaders)
  }
  for (const name of readdirSync(join(directory, 'assets'))) {
    add(`/assets/${name}`, join('assets', name), assetHeaders)
  }
  return files
}
