/**
 * `keygrant request`: one call of an API, with the token of a client.
 * @module
 */

import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { authorizedFetch } from '@keygrant/core/client'
import { HttpError, KeyError, KeygrantError, TokenRequestError } from '@keygrant/core/errors'
import { chooseClient, type ClientFlags, mayBeKept } from '../../client-choice.ts'
import { CommandError, systemErrorCode } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { parseUrl } from '../../parsers.ts'
import { describeTokenFailure } from '../../token-failure.ts'
import { openTokenClient } from '../../token-source.ts'
import { escapeControls, quoteInput } from '../../untrusted-text.ts'
import type { HeaderField } from './header.ts'
import { openBody, type RequestBody } from './request-body.ts'

/** Flags of `keygrant request`. `data` is the body here; the directory has a name of its own. */
export interface RequestFlags extends ClientFlags {
  readonly dataBinary?: string
  readonly dataDirectory?: string
  readonly header?: readonly HeaderField[]
  readonly output?: string
  readonly include?: boolean
  readonly fail?: boolean
  readonly dpop?: boolean
  readonly timeout?: number
  readonly cache: boolean
  readonly fresh?: boolean
}

const DEFAULT_TIMEOUT_SECONDS = 30
const METHOD = /^[A-Za-z][A-Za-z-]{0,31}$/
const FIRST_ERROR_STATUS = 400

/** Sends one request and passes the answer on. */
export async function sendRequest(
  this: CliContext,
  flags: RequestFlags,
  first: string,
  second?: string,
): Promise<void> {
  const body = flags.data ?? flags.dataBinary
  const { method, url } = readTarget(first, second, body !== undefined)
  if (body !== undefined && (method === 'GET' || method === 'HEAD')) {
    throw new CommandError(
      ExitCode.usage,
      `a ${method} request has no body`,
      'use POST, PUT or PATCH, or leave the body out',
    )
  }
  if (flags.key === '-' && body === '@-') {
    throw new CommandError(
      ExitCode.usage,
      'the key and the body can not both come from standard input',
      'put one of them into a file',
    )
  }
  const { data: _body, dataDirectory, ...who } = flags
  const choice = await chooseClient(this, {
    ...who,
    ...(dataDirectory === undefined ? undefined : { data: dataDirectory }),
  })
  const opened = await openBody(this, { data: flags.data, dataBinary: flags.dataBinary })
  const client = await openTokenClient(this, choice, {
    isKept: flags.cache && mayBeKept(choice),
    isBound: flags.dpop ?? (choice.isBound && choice.dpopKey === undefined),
  })
  if (flags.fresh === true) await client.getToken({ refresh: true }).catch(refuse)
  const answer = send(authorizedFetch(client), { method, url, opened, flags })
  const response = await this.output.during(`asking ${new URL(url).host}`, answer)
  await passOn(this, response, flags)
}

interface Target {
  readonly method: string
  readonly url: string
}

function readTarget(first: string, second: string | undefined, hasBody: boolean): Target {
  const isUrlAlone = second === undefined
  const url = isUrlAlone ? first : second
  const method = isUrlAlone ? (hasBody ? 'POST' : 'GET') : first.toUpperCase()
  if (!METHOD.test(method)) {
    throw new CommandError(
      ExitCode.usage,
      `${quoteInput(first)} is no HTTP method`,
      'write: keygrant request METHOD URL',
    )
  }
  try {
    return { method, url: parseUrl(url) }
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw new CommandError(
      ExitCode.usage,
      `${quoteInput(url)} is no URL that can be called`,
      'expected one that begins with https:// or http://',
    )
  }
}

async function send(
  fetchAuthorized: typeof fetch,
  {
    method,
    url,
    opened,
    flags,
  }: Target & { readonly opened: RequestBody | undefined; readonly flags: RequestFlags },
): Promise<Response> {
  const headers = new Headers({ accept: '*/*' })
  if (opened !== undefined) headers.set('content-type', opened.contentType)
  const named = new Set<string>()
  for (const [name, value] of flags.header ?? []) {
    // The first of a name replaces ours, another one is added to it.
    if (named.has(name.toLowerCase())) headers.append(name, value)
    else headers.set(name, value)
    named.add(name.toLowerCase())
  }
  const seconds = flags.timeout ?? DEFAULT_TIMEOUT_SECONDS
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(new Error('too late')), seconds * 1000)
  try {
    return await fetchAuthorized(url, {
      method,
      headers,
      redirect: 'manual',
      signal: abort.signal,
      ...(opened === undefined ? undefined : { body: opened.body, duplex: 'half' }),
    })
  } catch (error) {
    return refuse(abort.signal.aborted ? new TooLate(seconds) : error, url)
  } finally {
    clearTimeout(timer)
  }
}

class TooLate extends Error {
  readonly seconds: number

  constructor(seconds: number) {
    super('too late')
    this.seconds = seconds
  }
}

/** What keeps a request from being answered, in words. */
function refuse(error: unknown, url = 'the API'): never {
  const place = url.split('?', 1)[0] as string
  if (error instanceof TokenRequestError) throw describeTokenFailure(error)
  if (error instanceof KeyError || error instanceof HttpError || error instanceof KeygrantError) {
    throw error
  }
  if (error instanceof TooLate) {
    throw new CommandError(
      ExitCode.unreachable,
      `${place} did not begin to answer within ${error.seconds} s`,
      'give it more time with --timeout',
    )
  }
  const code = innerCode(error)
  if (code === 'ERR_INVALID_ARG_VALUE' && error instanceof Error) {
    throw new CommandError(
      ExitCode.usage,
      `a token is not sent to ${place}: it could be read on the way`,
      'use https; http is for this machine alone',
    )
  }
  throw new CommandError(
    ExitCode.unreachable,
    `${place} could not be reached (${code ?? (error instanceof Error ? error.message : 'unknown reason')})`,
    'is the API running, and is the address right?',
  )
}

function innerCode(error: unknown): string | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    const code = systemErrorCode(each)
    if (code !== undefined) return code
  }
  return undefined
}

async function passOn(
  { output, exitWith }: CliContext,
  response: Response,
  flags: RequestFlags,
): Promise<void> {
  const { status } = response
  const isFailure = status >= FIRST_ERROR_STATUS
  if (isFailure) output.warn(describeStatus(response))
  if (flags.include === true) for (const line of headLines(response)) output.line(line)
  if (isFailure && flags.fail === true) {
    exitWith(ExitCode.server)
    await response.body?.cancel()
    return
  }
  if (response.body === null) return
  const body = Readable.fromWeb(response.body)
  try {
    if (flags.output === undefined) await write(body)
    else await pipeline(body, createWriteStream(flags.output))
  } catch (error) {
    const code = innerCode(error)
    if (code === 'EPIPE') return
    const isOurs =
      flags.output !== undefined && /^E(?:NOENT|ACCES|ISDIR|NOSPC|ROFS|NOTDIR)$/.test(code ?? '')
    throw new CommandError(
      isOurs ? ExitCode.environment : ExitCode.unreachable,
      isOurs
        ? `${quoteInput(flags.output ?? '')} can not be written (${code ?? ''})`
        : `the answer was cut off in the middle (${code ?? 'unknown reason'})`,
      isOurs ? 'name a file that this user may write' : 'try again; what came is incomplete',
    )
  }
}

/** Writes as fast as it is taken, and leaves stdout open. */
async function write(body: Readable): Promise<void> {
  for await (const chunk of body) {
    if (!process.stdout.write(chunk as Buffer)) {
      await new Promise((resolve) => process.stdout.once('drain', resolve))
    }
  }
}

function describeStatus({ status, headers }: Response): string {
  const challenge = headers.get('www-authenticate') ?? ''
  const [, error] = /\berror="([\w.-]+)"/.exec(challenge) ?? []
  const [, scope] = /\bscope="([^"]*)"/.exec(challenge) ?? []
  const parts = [
    `the API answered HTTP ${status}`,
    ...(error === undefined ? [] : [error]),
    ...(scope === undefined ? [] : [`it wants the scope ${escapeControls(scope).slice(0, 200)}`]),
  ]
  return parts.join(': ')
}

function headLines({ status, statusText, headers }: Response): readonly string[] {
  const fields = [...headers].map(([name, value]) => `${name}: ${escapeControls(value)}`)
  return [`HTTP ${status} ${escapeControls(statusText)}`.trimEnd(), ...fields, '']
}
