import { Type, type Static } from 'typebox'
import { AreaName, Instant, List, Nullable, Uuid } from '../schema.ts'

const Name = Type.String({ minLength: 1, maxLength: 80, pattern: '\\S' })
const Phone = Type.String({ maxLength: 40 })
const Address = Type.String({ maxLength: 200 })

export const ProviderRow = Type.Object({
  id: Uuid,
  name: Type.String(),
  area: AreaName,
  phone: Type.String(),
  address: Type.String(),
  caregivers: Type.Integer({ description: 'Who work there now' }),
  closedAt: Nullable(Instant),
  version: Type.Integer(),
  can: Type.Boolean({ description: 'Lies within the area of whoever asks, and may so be changed' }),
})
export type ProviderRow = Static<typeof ProviderRow>
export const ProviderList = List(ProviderRow)

export const NewProvider = Type.Object(
  { name: Name, areaId: Uuid, phone: Type.Optional(Phone), address: Type.Optional(Address) },
  { additionalProperties: false },
)
export const ProviderChange = Type.Object(
  {
    version: Type.Integer(),
    name: Type.Optional(Name),
    phone: Type.Optional(Phone),
    address: Type.Optional(Address),
    closed: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
