/**
 * Makes pictures of pages small: a PNG of true colours becomes one with a palette of 256, which is as good for the eye where
 * a page has few colours and many shades between them.
 * @module
 */

import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
const MAX_COLOURS = 256

/** Rewrites a PNG with 8 bits for each of red, green, blue and perhaps alpha, not interlaced; all is taken as opaque. */
export function withPalette(png: Buffer): Buffer {
  const { width, height, pixels } = decode(png)
  const counts = new Map<number, number>()
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1)
  const byUse = [...counts.keys()].toSorted((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0))
  const palette = byUse.slice(0, MAX_COLOURS)
  const places = new Map(byUse.map((colour) => [colour, nearest(colour, palette)]))
  const raw = Buffer.alloc(height * (width + 1))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      raw[y * (width + 1) + 1 + x] = places.get(pixels[y * width + x] ?? 0) ?? 0
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3, 0, 0, 0], 8)
  const colours = Buffer.from(
    palette.flatMap((each) => [each >> 16, (each >> 8) & 255, each & 255]),
  )
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(raw, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function nearest(colour: number, palette: readonly number[]): number {
  let best = 0
  let least = Infinity
  for (const [index, other] of palette.entries()) {
    const red = (colour >> 16) - (other >> 16)
    const green = ((colour >> 8) & 255) - ((other >> 8) & 255)
    const blue = (colour & 255) - (other & 255)
    const distance = red * red + green * green + blue * blue
    if (distance < least) [best, least] = [index, distance]
  }
  return best
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** Colours as numbers, row by row. */
function decode(png: Buffer): {
  readonly width: number
  readonly height: number
  readonly pixels: Uint32Array
} {
  let [width, height, octets] = [0, 0, 3]
  const parts: Buffer[] = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const type = png.toString('latin1', at + 4, at + 8)
    const data = png.subarray(at + 8, at + 8 + png.readUInt32BE(at))
    if (type === 'IDAT') parts.push(data)
    if (type !== 'IHDR') continue
    ;[width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)]
    const [depth, kind, , , interlaced] = data.subarray(8)
    if (depth !== 8 || (kind !== 2 && kind !== 6) || interlaced !== 0) {
      throw new Error('This is no PNG of true colours.')
    }
    octets = kind === 6 ? 4 : 3
  }
  const raw = inflateSync(Buffer.concat(parts))
  const stride = width * octets
  let above = new Uint8Array(stride)
  const pixels = new Uint32Array(width * height)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] ?? 0
    const line = Uint8Array.from(raw.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1)))
    for (let index = 0; index < stride; index++) {
      const left = index < octets ? 0 : (line[index - octets] ?? 0)
      const corner = index < octets ? 0 : (above[index - octets] ?? 0)
      line[index] = (line[index] ?? 0) + predicted(filter, left, above[index] ?? 0, corner)
    }
    for (let x = 0; x < width; x++) {
      const [red = 0, green = 0, blue = 0] = line.subarray(x * octets, x * octets + 3)
      pixels[y * width + x] = (red << 16) | (green << 8) | blue
    }
    above = line
  }
  return { width, height, pixels }
}

/** What a line of a PNG is filtered by: none, left, above, their mean, or Paeth's choice. */
function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 0) return 0
  if (filter === 1) return left
  if (filter === 2) return above
  if (filter === 3) return (left + above) >> 1
  const estimate = left + above - corner
  const [a, b, c] = [left, above, corner].map((each) => Math.abs(estimate - each)) as [
    number,
    number,
    number,
  ]
  if (a <= b && a <= c) return left
  return b <= c ? above : corner
}
