/**
 * The body of a request: a text, a file or standard input, and what it is.
 * @module
 */

import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { CommandError, systemErrorCode } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { quoteInput } from '../../untrusted-text.ts'

/** A body, ready to be sent. */
export interface RequestBody {
  readonly body: string | ReadableStream<Uint8Array>
  /** Unless a header says otherwise. */
  readonly contentType: string
  /** Octets, where they are known before they are sent. */
  readonly length: number | undefined
}

const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'
const BINARY_TYPE = 'application/octet-stream'

/**
 * Opens the body that `--data` or `--data-binary` gives. Files and standard input are streamed.
 *
 * @throws {@link CommandError} when it can't be read.
 */
export async function openBody(
  { stdin }: Pick<CliContext, 'stdin'>,
  given: { readonly data: string | undefined; readonly dataBinary: string | undefined },
): Promise<RequestBody | undefined> {
  const { data, dataBinary } = given
  if (data !== undefined && dataBinary !== undefined) {
    throw new CommandError(
      ExitCode.usage,
      '--data and --data-binary both give the body; choose one',
    )
  }
  const text = data ?? dataBinary
  if (text === undefined) return undefined
  const isBinary = dataBinary !== undefined
  if (!text.startsWith('@')) {
    const contentType = isBinary ? BINARY_TYPE : isJson(text) ? JSON_TYPE : FORM_TYPE
    return { body: text, contentType, length: Buffer.byteLength(text) }
  }
  const file = text.slice(1)
  const isJsonFile = file.toLowerCase().endsWith('.json')
  const contentType = isBinary ? BINARY_TYPE : isJsonFile || file === '-' ? JSON_TYPE : FORM_TYPE
  if (file === '-') {
    return { body: asWebStream(stdin), contentType, length: undefined }
  }
  const { handle, size } = await openFile(file)
  return { body: asWebStream(handle.createReadStream()), contentType, length: size }
}

function asWebStream(stream: Readable): ReadableStream<Uint8Array> {
  return Readable.toWeb(stream)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

async function openFile(file: string): Promise<{ handle: FileHandle; size: number | undefined }> {
  try {
    const handle = await open(file)
    const found = await handle.stat()
    if (!found.isDirectory()) return { handle, size: found.isFile() ? found.size : undefined }
    await handle.close()
    throw Object.assign(new Error('a directory'), { code: 'EISDIR' })
  } catch (error) {
    const code = systemErrorCode(error)
    const why: Readonly<Record<string, string>> = {
      ENOENT: 'does not exist',
      EISDIR: 'is a directory',
      EACCES: 'may not be read by this user',
    }
    throw new CommandError(
      ExitCode.input,
      `${quoteInput(file)} ${why[code ?? ''] ?? `can not be read (${code ?? 'unknown reason'})`}`,
      'name the file of the body behind the "@"; a body that begins with "@" goes into a file',
    )
  }
}
