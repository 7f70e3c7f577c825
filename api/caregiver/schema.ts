import { Type, type Static } from 'typebox'
import { sexes } from '../elder/schema.ts'
import { Day, Instant, List, Nullable, OneOf, Person, Uuid } from '../schema.ts'

const Name = Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' })
const Phone = Type.String({ maxLength: 40 })

export const TagRow = Type.Object({
  id: Uuid,
  uid: Type.String({ description: 'Capital hex' }),
  label: Type.String(),
  createdAt: Instant,
})
export type TagRow = Static<typeof TagRow>
export const TagList = List(TagRow)

export const CaregiverRow = Type.Object({
  id: Uuid,
  name: Type.String(),
  sex: Nullable(OneOf(sexes)),
  bornOn: Nullable(Day),
  phone: Type.String(),
  provider: Person,
  badges: Type.Array(TagRow),
  leftAt: Nullable(Instant),
  version: Type.Integer(),
  can: Type.Boolean({ description: 'Works for a provider within the area of whoever asks' }),
})
export type CaregiverRow = Static<typeof CaregiverRow>
export const CaregiverList = List(CaregiverRow)

export const NewCaregiver = Type.Object(
  {
    providerId: Uuid,
    name: Name,
    sex: Type.Optional(Nullable(OneOf(sexes))),
    bornOn: Type.Optional(Nullable(Day)),
    phone: Type.Optional(Phone),
  },
  { additionalProperties: false },
)
export const CaregiverChange = Type.Object(
  {
    version: Type.Integer(),
    name: Type.Optional(Name),
    sex: Type.Optional(Nullable(OneOf(sexes))),
    bornOn: Type.Optional(Nullable(Day)),
    phone: Type.Optional(Phone),
    left: Type.Optional(Type.Boolean({ description: 'true gives the badges back' })),
  },
  { additionalProperties: false },
)
export const NewTag = Type.Object(
  {
    uid: Type.String({ maxLength: 60, description: 'The number a reader shows, as hex; spaces and colons are let go' }),
    label: Type.Optional(Type.String({ maxLength: 60 })),
  },
  { additionalProperties: false },
)
