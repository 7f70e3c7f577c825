import { Type, type Static } from 'typebox'
import { Instant, List, Nullable, pageQuery, Person, Uuid } from '../schema.ts'

const Fields = Type.Record(Type.String(), Type.Unknown())

/** One change of a file: who, when, what and why. */
export const Change = Type.Object({
  id: Uuid,
  at: Instant,
  user: Nullable(Person),
  subject: Type.String(),
  action: Type.String({ description: 'registered, changed, contacts-changed, moved, died, merged, …' }),
  before: Type.Unsafe<Record<string, unknown>>(Fields),
  after: Type.Unsafe<Record<string, unknown>>(Fields),
  reason: Type.String(),
})
export type Change = Static<typeof Change>
export const ChangeList = List(Change)

export const HistoryQuery = Type.Object({
  ...pageQuery,
  subject: Type.String({
    pattern: '^(elder|home|device|call|referral|service|contract|caregiver|group-session):[A-Za-z0-9._-]{1,64}$',
    description: 'elder:<id>, home:<id>, device:<id> … of what has a history',
  }),
})
