import { Refusal } from '@anju/domain/error'
import { DEFAULT_LIMIT, type PageQuery } from './schema.ts'

/** Where a page ended: the instant and the id of its last row, in the list's own order. */
export interface Mark {
  at: Date
  id: string
}

export interface Page<T> {
  items: T[]
  next: string | null
}

/** The opaque cursor of a mark. */
export function cursorOf(mark: Mark): string {
  return Buffer.from(JSON.stringify([mark.at.getTime(), mark.id])).toString('base64url')
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Reads a cursor of ours; undefined for the first page. Refuses `invalid-cursor`. `ids` says what ids the list has. */
export function markOf(cursor: string | undefined, ids: RegExp = uuid): Mark | undefined {
  if (cursor === undefined || cursor === '') return undefined
  const [at, id, ...rest] = parseArray(Buffer.from(cursor, 'base64url').toString('utf8'))
  const date = typeof at === 'number' ? new Date(at) : undefined
  if (!date || Number.isNaN(date.getTime()) || typeof id !== 'string' || !ids.test(id) || rest.length > 0) {
    throw new Refusal('invalid-cursor')
  }
  return { at: date, id }
}

function parseArray(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

export function limitOf(query: PageQuery): number {
  return query.limit ?? DEFAULT_LIMIT
}

/** A page from `limit + 1` rows: the one too many only says that there is a next page. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  markOfRow: (row: Row) => Mark,
  toItem: (row: Row) => Item,
): Page<Item> {
  const kept = rows.slice(0, limit)
  const last = kept.at(-1)
  return {
    items: kept.map((row) => toItem(row)),
    next: rows.length > limit && last !== undefined ? cursorOf(markOfRow(last)) : null,
  }
}

/**
 * Prisma's condition for what follows `mark` in the order (`field` desc, `id` desc). The first half lets the index
 * on `field` find the place; the second settles equal instants.
 */
export function after<Field extends string>(field: Field, mark: Mark | undefined) {
  if (mark === undefined) return {}
  return {
    [field]: { lte: mark.at },
    NOT: { AND: [{ [field]: mark.at }, { id: { gte: mark.id } }] },
  }
}

/** The same in the order (`field` asc, `id` asc). */
export function afterUpwards<Field extends string>(field: Field, mark: Mark | undefined) {
  if (mark === undefined) return {}
  return {
    [field]: { gte: mark.at },
    NOT: { AND: [{ [field]: mark.at }, { id: { lte: mark.id } }] },
  }
}
