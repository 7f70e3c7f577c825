import type { Reading as ReadingRow } from '@anju/prisma/generated/client'
import type { Reading } from './schema.ts'

/** A stored row as the API says it. */
export function toReading(row: ReadingRow): Reading {
  return {
    ...row,
    at: row.at.toISOString(),
    deviceAt: row.deviceAt?.toISOString() ?? null,
    receivedAt: row.receivedAt.toISOString(),
  }
}
