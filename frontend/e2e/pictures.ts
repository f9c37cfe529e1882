/** Pictures of any size and shape, good and bad, made here. */
import { randomBytes } from 'node:crypto'
import { crc32, deflateSync } from 'node:zlib'

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data])
  const out = Buffer.alloc(8 + body.length)
  out.writeUInt32BE(data.length)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), 4 + body.length)
  return out
}

const header = (width: number, height: number) => {
  const data = Buffer.alloc(13)
  data.writeUInt32BE(width)
  data.writeUInt32BE(height, 4)
  data.set([8, 2, 0, 0, 0], 8)
  return chunk('IHDR', data)
}
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** An evening sky over hills. */
export function png(width: number, height: number): Buffer {
  const row = width * 3 + 1
  const raw = Buffer.alloc(row * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const hill = y / height > 0.62 + 0.12 * Math.sin((x / width) * 7) ? 0.28 : 1
      const at = y * row + 1 + x * 3
      raw[at] = (235 - (y / height) * 90) * hill
      raw[at + 1] = (120 + (y / height) * 60) * hill
      raw[at + 2] = (110 + (1 - y / height) * 120) * hill
    }
  }
  return file(width, height, raw)
}

/** Noise, which nothing makes smaller: about 3 bytes a pixel. */
export function noise(width: number, height: number): Buffer {
  const row = width * 3 + 1
  const raw = randomBytes(row * height)
  for (let y = 0; y < height; y++) raw[y * row] = 0 // no filter
  return file(width, height, raw)
}

const file = (width: number, height: number, raw: Buffer) =>
  Buffer.concat([signature, header(width, height), chunk('IDAT', deflateSync(raw, { level: 1 })), chunk('IEND', Buffer.alloc(0))])

/** Says that it is huge, in a few bytes. */
export const bomb = () => Buffer.concat([signature, header(50_000, 50_000), chunk('IDAT', deflateSync(Buffer.alloc(64))), chunk('IEND', Buffer.alloc(0))])

/** A picture of one colour in the old format that every system writes and the model doesn't take. */
export function bmp(width: number, height: number): Buffer {
  const row = Math.ceil((width * 3) / 4) * 4
  const out = Buffer.alloc(54 + row * height, 0x8c)
  out.write('BM', 0, 'latin1')
  out.writeUInt32LE(out.length, 2)
  out.writeUInt32LE(0, 6)
  out.writeUInt32LE(54, 10)
  out.writeUInt32LE(40, 14)
  out.writeInt32LE(width, 18)
  out.writeInt32LE(height, 22)
  out.writeUInt16LE(1, 26)
  out.writeUInt16LE(24, 28)
  out.fill(0, 30, 54)
  return out
}
