import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(10 * 1024)
let offset = pool.length

/**
 * A UUIDv7 (RFC 9562 §5.7): 48 bits of `now` in milliseconds, then 74 random bits, so that new rows land at the
 * end of their index.
 */
export function newId(now: Date = new Date()): string {
  if (offset === pool.length) {
    randomFillSync(pool)
    offset = 0
  }
  const time = now.getTime().toString(16).padStart(12, '0')
  const random = pool.toString('hex', offset, offset + 10)
  offset += 10
  const variant = ((parseInt(random[4] ?? '0', 16) & 0x3) | 0x8).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(1, 4)}-${variant}${random.slice(5, 8)}-${random.slice(8)}`
}

/** The moment a UUIDv7 was made, to the millisecond. */
export function timeOf(id: string): Date {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16))
}

/** No UUIDv7 made at `at` or later is smaller than this one. */
export function firstIdOf(at: Date): string {
  const time = at.getTime().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`
}
