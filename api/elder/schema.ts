import { Type, type Static } from 'typebox'
import { DeviceRow } from '../device/schema.ts'
import { AreaName, Day, Instant, List, Nullable, OneOf, Uuid } from '../schema.ts'

export const sexes = ['female', 'male'] as const
const text = (maxLength: number) => Type.String({ maxLength })

export const Contact = Type.Object({
  rung: Type.Integer({ description: 'Place on the ladder, 1 first' }),
  name: Type.String(),
  relation: Type.String(),
  phone: Type.String(),
})
export type Contact = Static<typeof Contact>

export const Resident = Type.Object({ id: Uuid, name: Type.String(), age: Nullable(Type.Integer()) })

export const HomeName = Type.Object({ id: Uuid, address: Type.String(), landmark: Type.String() })

export const HomeDetail = Type.Object({
  ...HomeName.properties,
  entryNote: Type.String({ description: 'Key holder, door code' }),
  residents: Type.Array(Resident),
})

export const ElderRow = Type.Object({
  id: Uuid,
  name: Type.String(),
  age: Nullable(Type.Integer()),
  sex: Nullable(OneOf(sexes)),
  phone: Type.String(),
  home: HomeName,
  area: AreaName,
  createdAt: Instant,
})
export type ElderRow = Static<typeof ElderRow>
export const ElderList = List(ElderRow)

export const ElderFile = Type.Object({
  ...ElderRow.properties,
  home: HomeDetail,
  bornOn: Nullable(Day),
  dialect: Type.String(),
  hearing: Type.String(),
  conditions: Type.String(),
  allergies: Type.String(),
  idNumber: Nullable(Type.String({ description: 'Masked' })),
  contacts: Type.Array(Contact),
  devices: Type.Array(DeviceRow),
})
export type ElderFile = Static<typeof ElderFile>

export const NewElder = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' }),
    sex: Type.Optional(OneOf(sexes)),
    bornOn: Type.Optional(Day),
    phone: Type.Optional(text(40)),
    dialect: Type.Optional(text(100)),
    hearing: Type.Optional(text(200)),
    conditions: Type.Optional(text(2000)),
    allergies: Type.Optional(text(2000)),
    idNumber: Type.Optional(Type.String({ maxLength: 40, description: 'Resident identity number, GB 11643' })),
    homeId: Type.Optional(Uuid),
    areaId: Type.Optional(Uuid),
    address: Type.Optional(text(300)),
    landmark: Type.Optional(text(300)),
    entryNote: Type.Optional(text(500)),
    contacts: Type.Optional(
      Type.Array(
        Type.Object(
          { name: Type.String({ minLength: 1, maxLength: 100 }), relation: text(100), phone: text(40) },
          { additionalProperties: false },
        ),
        { maxItems: 20 },
      ),
    ),
  },
  { additionalProperties: false },
)
