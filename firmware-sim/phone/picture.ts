import { crc32, deflateSync } from 'node:zlib'
import type { Random } from '../random.ts'

const [width, height] = [96, 64]

/** A small PNG of a room, in base64: wall, floor, window and somebody at work, each time from another place. */
export function photoOfRoom(random: Random): string {
  const wall = [random.whole(150, 230), random.whole(150, 220), random.whole(140, 200)] as const
  const floor = [random.whole(70, 140), random.whole(60, 110), random.whole(40, 90)] as const
  const horizon = random.whole(34, 50)
  const window = { x: random.whole(4, 60), y: random.whole(4, 14), w: random.whole(14, 30), h: random.whole(12, 18) }
  const person = { x: random.whole(10, 80), y: random.whole(24, 40) }
  return png((x, y) => {
    const light = random.whole(-6, 6)
    const inside = x >= window.x && x < window.x + window.w && y >= window.y && y < window.y + window.h
    const dark = Math.hypot(x - person.x, (y - person.y) * 0.6) < 7
    const [r, g, b] = dark ? [60, 50, 70] : inside ? [225, 238, 250] : y < horizon ? wall : floor
    return [r + light, g + light, b + light]
  })
}

/** A name written by a hand that shakes a little. */
export function signature(random: Random): string {
  const points = Array.from({ length: 60 }, (_, n) => ({
    x: 6 + n * 1.4 + random.between(-1, 1),
    y: 32 + 12 * Math.sin(n / 3) * random.between(0.6, 1.1),
  }))
  return png((x, y) => {
    const ink = points.some((point) => Math.hypot(point.x - x, point.y - y) < 1.3)
    return ink ? [20, 30, 90] : [255, 255, 255]
  })
}

function png(at: (x: number, y: number) => readonly [number, number, number]): string {
  const rows = Array.from({ length: height }, (_, y) => [
    0,
    ...Array.from({ length: width }, (_, x) => at(x, y).map(byte)).flat(),
  ])
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8) // eight bits a colour, no palette, no transparency
  const parts = [
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.from(rows.flat()))),
    chunk('IEND', Buffer.alloc(0)),
  ]
  return Buffer.concat(parts).toString('base64')
}

const byte = (value: number): number => Math.max(0, Math.min(255, Math.round(value)))

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'ascii'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}
