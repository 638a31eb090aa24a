/**
 * PEM blocks in a text (RFC 7468), in whatever shape an environment variable or a form left it.
 * @module
 */

import { malformed } from '../refusal.ts'
import { decodeBase64 } from './base64.ts'
import type { LegacyEncryption } from './legacy-pem.ts'

/** One PEM block. */
export interface PemBlock {
  /** What stands between `BEGIN` and the dashes, such as `PRIVATE KEY`. */
  readonly label: string
  readonly octets: Uint8Array
  /** `Proc-Type: 4,ENCRYPTED` with its `DEK-Info`. */
  readonly encryption: LegacyEncryption | undefined
}

const MAX_MARKERS = 200
const MARKER = /-----(BEGIN|END) ([^-\r\n]{1,60})-----/g
const PROC_TYPE = /Proc-Type:\s*4,\s*ENCRYPTED/
const DEK_INFO = /DEK-Info:\s*([A-Z0-9-]{1,30})(?:,\s*([0-9A-Fa-f]+))?/
const HEADER_LINE = /^[A-Za-z][A-Za-z0-9-]*:.*$/gm

const FIX_COPY =
  'copy the file again, whole, from the line "-----BEGIN …-----" to the line "-----END …-----"'

/**
 * Finds every PEM block in a text, in order; what stands around them is passed over.
 *
 * @throws `KeyError` for a block that has no end, or that is not base64 inside.
 */
export function findPemBlocks(text: string): readonly PemBlock[] {
  const markers = [...text.matchAll(MARKER)]
  if (markers.length > MAX_MARKERS) {
    throw malformed('the input holds more than 100 PEM blocks', 'give only the key')
  }
  const blocks: PemBlock[] = []
  for (const [index, begin] of markers.entries()) {
    if (begin[1] !== 'BEGIN') continue
    const label = begin[2] as string
    const end = markers[index + 1]
    const start = begin.index + begin[0].length
    if (end?.[1] !== 'END') throw withoutEnd(label, text.slice(start, end?.index))
    if (end[2] !== label) {
      throw malformed(
        `the PEM block begins as "${shown(label)}" and ends as "${shown(end[2] as string)}"`,
        FIX_COPY,
      )
    }
    blocks.push(readBlock(label, text.slice(start, end.index)))
  }
  if (blocks.length > 0) return blocks
  throw malformed('the PEM has no complete "-----BEGIN …-----" line', FIX_COPY)
}

function readBlock(label: string, body: string): PemBlock {
  const dekInfo = DEK_INFO.exec(body)
  const isEncrypted = PROC_TYPE.test(body)
  const bare = isEncrypted ? body.replace(PROC_TYPE, '').replace(DEK_INFO, '') : body
  const octets = decodeBase64(bare.replaceAll(HEADER_LINE, ''))
  if (octets === undefined) {
    throw malformed(
      bare.trim() === ''
        ? `the PEM block "${shown(label)}" is empty`
        : `the PEM block "${shown(label)}" is not base64 inside`,
      FIX_COPY,
    )
  }
  const [, cipher = 'an unstated cipher', iv = ''] = dekInfo ?? []
  return { label, octets, encryption: isEncrypted ? { cipher, iv } : undefined }
}

function withoutEnd(label: string, rest: string): Error {
  if (rest.trim() === '') {
    return malformed(
      `the input is only the first line of a PEM ("-----BEGIN ${shown(label)}-----"): the value was cut at its first line break`,
      'in a .env file put the whole key into double quotes with \\n for each line break, or use the base64 of the file',
    )
  }
  return malformed(
    `the PEM is cut off: it has "-----BEGIN ${shown(label)}-----" but not "-----END ${shown(label)}-----"`,
    FIX_COPY,
  )
}

/** A label, unless it holds anything that no label does. */
export function shown(label: string): string {
  return /^[A-Z0-9 .]+$/.test(label) ? label : '…'
}
