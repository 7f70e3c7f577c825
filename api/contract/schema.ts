import { Type, type Static } from 'typebox'
import { AreaName, Day, Instant, List, Nullable, OneOf, Person, Uuid } from '../schema.ts'

export const contractStates = ['coming', 'in-force', 'over', 'ended'] as const

export const ContractRow = Type.Object({
  id: Uuid,
  provider: Person,
  area: AreaName,
  number: Type.String(),
  validFrom: Day,
  validTo: Nullable(Day),
  note: Type.String(),
  endedAt: Nullable(Instant),
  state: OneOf(contractStates),
  version: Type.Integer(),
  can: Type.Boolean({ description: 'Is for an area of whoever asks, and may so be changed' }),
})
export type ContractRow = Static<typeof ContractRow>
export const ContractList = List(ContractRow)

const facts = {
  number: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }),
  validFrom: Day,
  validTo: Type.Optional(Nullable(Day)),
  note: Type.Optional(Type.String({ maxLength: 500 })),
}
export const NewContract = Type.Object({ providerId: Uuid, areaId: Uuid, ...facts }, { additionalProperties: false })
export const ContractChange = Type.Object(
  {
    version: Type.Integer(),
    ...facts,
    number: Type.Optional(facts.number),
    validFrom: Type.Optional(Day),
    ended: Type.Optional(Type.Boolean({ description: 'Ended before its time, or taken up again' })),
  },
  { additionalProperties: false },
)
