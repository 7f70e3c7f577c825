import { Type, type Static } from 'typebox'
import { Instant, Nullable, Person, Uuid } from '../schema.ts'

export const KinshipRow = Type.Object({
  id: Uuid,
  caregiver: Person,
  elder: Person,
  relation: Type.String(),
  declaredAt: Instant,
  declaredBy: Nullable(Person),
})
export type KinshipRow = Static<typeof KinshipRow>
export const Kinships = Type.Object({ items: Type.Array(KinshipRow) })
export type Kinships = Static<typeof Kinships>

export const NewKinship = Type.Object(
  {
    caregiverId: Uuid,
    elderId: Uuid,
    relation: Type.String({
      minLength: 1,
      maxLength: 40,
      pattern: '\\S',
      description: 'What the caregiver is to the elder',
    }),
  },
  { additionalProperties: false },
)
export const KinshipEnd = Type.Object(
  { reason: Type.Optional(Type.String({ maxLength: 300 })) },
  { additionalProperties: false },
)

export const ServedElders = Type.Object({ items: Type.Array(Person) })
export type ServedElders = Static<typeof ServedElders>
