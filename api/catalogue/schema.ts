import { Type, type Static } from 'typebox'
import { SERVICE_CATEGORIES } from '@anju/domain/visit/catalogue'
import { CONDITION_KINDS, SUBSTITUTES } from '@anju/domain/visit/condition'
import { CREDENTIAL_KINDS } from '@anju/domain/visit/credential'
import { AreaName, Instant, List, Nullable, OneOf, Uuid } from '../schema.ts'

const Conditions = Type.Array(OneOf(CONDITION_KINDS), { maxItems: CONDITION_KINDS.length, uniqueItems: true })
const Credentials = Type.Array(OneOf(CREDENTIAL_KINDS), { maxItems: CREDENTIAL_KINDS.length, uniqueItems: true })

export const ServiceRow = Type.Object({
  id: Uuid,
  area: AreaName,
  code: Type.String({ description: 'The annex’s number, or an area’s own' }),
  category: OneOf(SERVICE_CATEGORIES),
  name: Type.String(),
  note: Type.String({ description: 'What it is' }),
  unit: Type.String({ description: 'Empty: the plan is silent' }),
  priceFen: Nullable(Type.Integer({ description: 'Null: the plan is silent' })),
  minMinutes: Nullable(Type.Integer({ description: 'Null: the plan is silent' })),
  conditions: Type.Array(OneOf(CONDITION_KINDS)),
  familySubstitute: Nullable(OneOf(SUBSTITUTES)),
  credentials: Type.Array(OneOf(CREDENTIAL_KINDS), { description: 'Beside those that everybody must hold (P1.1)' }),
  photos: Type.Boolean({ description: 'false: no picture is taken' }),
  source: Type.String({ description: 'The document it follows' }),
  retiredAt: Nullable(Instant),
  version: Type.Integer(),
  can: Type.Boolean({ description: 'Is of an area of whoever asks, and may so be changed' }),
})
export type ServiceRow = Static<typeof ServiceRow>
export const ServiceList = List(ServiceRow)

const facts = {
  code: Type.String({ minLength: 1, maxLength: 12, pattern: '^[0-9A-Za-z.-]+$' }),
  category: OneOf(SERVICE_CATEGORIES),
  name: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }),
}
const silent = {
  note: Type.Optional(Type.String({ maxLength: 500 })),
  unit: Type.Optional(Type.String({ maxLength: 20 })),
  priceFen: Type.Optional(Nullable(Type.Integer({ minimum: 0, maximum: 100_000_000 }))),
  minMinutes: Type.Optional(Nullable(Type.Integer({ minimum: 0, maximum: 1440 }))),
  conditions: Type.Optional(Conditions),
  familySubstitute: Type.Optional(Nullable(OneOf(SUBSTITUTES))),
  credentials: Type.Optional(Credentials),
  photos: Type.Optional(Type.Boolean()),
  source: Type.Optional(Type.String({ maxLength: 200 })),
}
export const NewService = Type.Object({ areaId: Uuid, ...facts, ...silent }, { additionalProperties: false })
export const ServiceChange = Type.Object(
  {
    version: Type.Integer(),
    code: Type.Optional(facts.code),
    category: Type.Optional(facts.category),
    name: Type.Optional(facts.name),
    ...silent,
    retired: Type.Optional(Type.Boolean({ description: 'Taken out of the catalogue, or put back' })),
  },
  { additionalProperties: false },
)
export const AnnexWanted = Type.Object({ areaId: Uuid }, { additionalProperties: false })
export const AnnexAdded = Type.Object({ added: Type.Integer({ description: 'Services that were not there yet' }) })
