import { Type, type Static } from 'typebox'
import { areaKinds } from '@anju/domain/access/area'
import { List, Nullable, OneOf, Uuid } from '../schema.ts'

const Name = Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' })

export const AreaRow = Type.Object({
  id: Uuid,
  name: Type.String(),
  kind: OneOf(areaKinds),
  parentId: Nullable(Uuid),
  path: Type.String({ description: "'/county/town/community/': what lies below begins with it" }),
  timeZone: Type.String({ description: 'IANA' }),
  homes: Type.Integer({ description: 'In the area and all below it' }),
  elders: Type.Integer({ description: 'Living, in the area and all below it' }),
  version: Type.Integer(),
})
export type AreaRow = Static<typeof AreaRow>
export const AreaList = List(AreaRow)

export const NewArea = Type.Object(
  { parentId: Uuid, name: Name, kind: OneOf(areaKinds), timeZone: Type.Optional(Type.String({ maxLength: 60 })) },
  { additionalProperties: false },
)
export const AreaChange = Type.Object({ version: Type.Integer(), name: Name }, { additionalProperties: false })
