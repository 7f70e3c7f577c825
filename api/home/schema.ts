import { Type, type Static } from 'typebox'
import { DeviceRow } from '../device/schema.ts'
import { GivenPosition, HomeDetail, Resident, Version } from '../elder/schema.ts'
import { AreaName, Instant, List, Nullable, pageQuery, Uuid } from '../schema.ts'

export const HomeRow = Type.Object({
  id: Uuid,
  address: Type.String(),
  landmark: Type.String(),
  area: AreaName,
  residents: Type.Array(Resident),
  createdAt: Instant,
})
export type HomeRow = Static<typeof HomeRow>
export const HomeList = List(HomeRow)

export const Tag = Type.Object({ id: Uuid, uid: Type.String(), label: Type.String(), createdAt: Instant })

export const HomeFile = Type.Object({
  ...HomeDetail.properties,
  area: AreaName,
  createdAt: Instant,
  devices: Type.Array(DeviceRow),
  tags: Type.Array(Tag, { description: 'At the door, in use' }),
})
export type HomeFile = Static<typeof HomeFile>

export const HomeQuery = Type.Object({
  ...pageQuery,
  search: Type.Optional(Type.String({ maxLength: 100, description: 'Part of an address, landmark or resident' })),
  area: Type.Optional(Uuid),
})

export const HomePatch = Type.Object(
  {
    version: Version,
    address: Type.Optional(Type.String({ maxLength: 300 })),
    landmark: Type.Optional(Type.String({ maxLength: 300 })),
    entryNote: Type.Optional(Type.String({ maxLength: 500, description: 'Key holder, door code; empty clears' })),
    areaId: Type.Optional(Uuid),
    position: Type.Optional(Nullable(GivenPosition)),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
)
