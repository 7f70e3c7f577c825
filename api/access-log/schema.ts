import { Type, type Static } from 'typebox'
import { Instant, List, Nullable, Person, Uuid } from '../schema.ts'

export const AccessRow = Type.Object({
  id: Uuid,
  at: Instant,
  user: Nullable(Person),
  action: Type.String({ description: 'open-file, unmask …' }),
  subject: Type.String({ description: 'elder:<id> …' }),
  elder: Nullable(Person),
  area: Type.String(),
  reason: Type.String(),
})
export type AccessRow = Static<typeof AccessRow>
export const AccessList = List(AccessRow)

export const accessFilter = {
  who: Type.Optional(Type.String({ maxLength: 100, description: 'Part of the name of who looked' })),
  whom: Type.Optional(Type.String({ maxLength: 100, description: 'Part of the name of the elder' })),
  userId: Type.Optional(Uuid),
  elderId: Type.Optional(Uuid),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
}
export interface AccessFilter {
  who?: string
  whom?: string
  userId?: string
  elderId?: string
  from?: string
  to?: string
}
