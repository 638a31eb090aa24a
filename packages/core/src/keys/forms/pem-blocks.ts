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
  if (/-----BEGIN(?:%20|\+)/i.test(text)) throw malformed(...PERCENT_ENCODED)
  throw malformed('the PEM has no complete "-----BEGIN …-----" line', FIX_COPY)
}

const PERCENT_ENCODED = [
  'the PEM is percent-encoded, as for a form or an address',
  'decode it once, or give what is in the file',
] as const

const PLUS_LOST = [
  'the PEM has spaces where "+" was: something decoded it as a form',
  'send "+" as %2B, or give what is in the file',
] as const

/** What was done to the body of a block on its way, by the marks that it left. */
const SPOILED: readonly (readonly [
  isSpoiled: (body: string) => boolean,
  sentence: string,
  fix: string,
])[] = [
  [(body) => /%[0-9A-F]{2}/i.test(body), ...PERCENT_ENCODED],
  [
    (body) => /&(?:#x?[0-9A-F]{1,6}|[a-z]{1,8});/i.test(body),
    'the PEM holds HTML entities',
    'copy the key from the file itself, not from the source of a page',
  ],
  [
    (body) => /^[ \t]*[>|#*]/m.test(body),
    'the PEM has a mark such as ">" before its lines',
    'take the marks away, or copy the key from the file itself',
  ],
  [hasLostPlus, ...PLUS_LOST],
]

function readBlock(label: string, body: string): PemBlock {
  const dekInfo = DEK_INFO.exec(body)
  const isEncrypted = PROC_TYPE.test(body)
  const bare = isEncrypted ? body.replace(PROC_TYPE, '').replace(DEK_INFO, '') : body
  const octets = decodeBase64(bare.replaceAll(HEADER_LINE, ''))
  if (octets === undefined) throw notBase64(label, bare)
  if (hasLostPlus(bare) && isShort(octets)) throw malformed(...PLUS_LOST)
  const [, cipher = 'an unstated cipher', iv = ''] = dekInfo ?? []
  return { label, octets, encryption: isEncrypted ? { cipher, iv } : undefined }
}

function hasLostPlus(body: string): boolean {
  return !body.includes('+') && /\n.*[A-Za-z0-9/] [A-Za-z0-9/]/.test(body)
}

/** Whether DER says that it is longer than it is. */
function isShort([tag, form = 0, high = 0, low = 0, ...rest]: Uint8Array): boolean {
  if (tag !== 0x30) return false
  if (form < 0x80) return form > rest.length + 2
  return form === 0x81 ? high > rest.length + 1 : high * 256 + low > rest.length
}

function notBase64(label: string, body: string): Error {
  if (body.trim() === '') return malformed(`the PEM block "${shown(label)}" is empty`, FIX_COPY)
  const spoiled = SPOILED.find(([isSpoiled]) => isSpoiled(body))
  if (spoiled !== undefined) return malformed(spoiled[1], spoiled[2])
  return malformed(`the PEM block "${shown(label)}" is not base64 inside`, FIX_COPY)
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
