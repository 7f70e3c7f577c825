import { Type, type Static, type TSchema } from 'typebox'

/** Shapes shared by every route. Types are derived with `Static`; the dashboard imports those types alone. */

export const Uuid = Type.String({ format: 'uuid' })
/** RFC 3339, UTC. */
export const Instant = Type.String({ format: 'date-time' })
/** A day of our times: PostgreSQL knows no year 0, and a slip of the finger is told at once. */
export const Day = Type.String({ format: 'date', pattern: '^(19|20|21)' })
export const DeviceId = Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' })

/** A value or null. */
export function Nullable<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()])
}

/** One of these words. */
export function OneOf<const T extends readonly string[]>(words: T) {
  return Type.Unsafe<T[number]>(Type.Enum([...words]))
}

export const Person = Type.Object({ id: Uuid, name: Type.String() })
export const AreaName = Type.Object({ id: Uuid, name: Type.String() })

export const DEFAULT_LIMIT = 100
export const MAX_LIMIT = 1000

/** What every list takes. */
export const pageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 500, description: 'The `next` of the page before' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT })),
}
export interface PageQuery {
  cursor?: string
  limit?: number
}

/** What every list answers. */
export function List<T extends TSchema>(item: T) {
  return Type.Object({
    items: Type.Array(item),
    next: Nullable(Type.String({ description: 'The `cursor` of the following page; null on the last' })),
    asOf: Type.Integer({ description: 'The log position this list shows; the stream after it has no hole' }),
  })
}

/** RFC 9457; further members by code. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable; what programs go by' }),
    detail: Type.String(),
  },
  { additionalProperties: true },
)
export type Problem = Static<typeof Problem>
