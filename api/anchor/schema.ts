import { Type, type Static } from 'typebox'
import { Instant, List, Nullable, OneOf, pageQuery, Uuid } from '../schema.ts'

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' })
const Way = {
  way: OneOf(['folder', 'email'] as const),
  channel: Nullable(Type.Object({ id: Uuid, name: Type.String() }, { description: 'null: the folder' })),
}

/** What one second party has of a day. */
const Handed = Type.Object({
  ...Way,
  attempts: Type.Integer(),
  handed: Nullable(
    Type.Object({
      at: Instant,
      to: Type.String({ description: 'The folder, or the addresses' }),
      digest: Type.String({ description: 'SHA-256 of what was sent' }),
    }),
  ),
  nextAt: Nullable(Instant),
})

/** A day with its root; `sealed: null`: a gap, no root was sealed for it. */
export const AnchorRow = Type.Object({
  day: Day,
  sealed: Nullable(Type.Object({ heads: Type.Integer(), root: Hash, signature: Type.String() })),
  parties: Type.Array(Handed),
})
export type AnchorRow = Static<typeof AnchorRow>

export const AnchorList = Type.Object({
  ...List(AnchorRow).properties,
  key: Type.String({ description: 'The public key the roots are signed with, in hex' }),
})

export const AnchorAttempt = Type.Object({
  id: Uuid,
  at: Instant,
  ...Way,
  firstDay: Day,
  lastDay: Day,
  to: Type.String(),
  status: Nullable(Type.Integer()),
  error: Nullable(Type.String({ description: 'null: it was taken' })),
  tookMs: Type.Integer(),
})
export type AnchorAttempt = Static<typeof AnchorAttempt>
export const AnchorAttemptList = List(AnchorAttempt)

export const AnchorQuery = Type.Object(pageQuery)
