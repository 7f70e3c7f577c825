import { Type, type Static } from 'typebox'
import { contactRoles } from '@anju/domain/elder/contact'
import { elderStates } from '@anju/domain/elder/state'
import { elderWarnings } from '@anju/domain/elder/warning'
import { positionSystems } from '@anju/domain/place/position'
import { DeviceRow } from '../device/schema.ts'
import { AreaName, Day, Instant, List, Nullable, OneOf, Person, Uuid } from '../schema.ts'

export const sexes = ['female', 'male'] as const
const text = (maxLength: number) => Type.String({ maxLength })
const State = OneOf(elderStates)
const Reason = Type.String({ maxLength: 500, description: 'Why; kept in the history' })
export const GivenReason = Type.String({ minLength: 1, maxLength: 500, pattern: '\\S', description: 'Why; kept' })

export const Contact = Type.Object({
  id: Uuid,
  rung: Type.Integer({ description: 'Place on the ladder, 1 first' }),
  name: Type.String(),
  relation: Type.String(),
  phone: Type.String(),
  role: OneOf(contactRoles),
  callable: Type.Boolean({ description: 'false: no number, or of somebody recorded as deceased' }),
})
export type Contact = Static<typeof Contact>

export const Resident = Type.Object({ id: Uuid, name: Type.String(), age: Nullable(Type.Integer()), state: State })

export const HomeName = Type.Object({ id: Uuid, address: Type.String(), landmark: Type.String() })

const LonLat = { lon: Type.Number({ minimum: -180, maximum: 180 }), lat: Type.Number({ minimum: -90, maximum: 90 }) }
export const GivenPosition = Type.Object({ ...LonLat, system: OneOf(positionSystems) }, { additionalProperties: false })
export const HomePosition = Type.Object({
  ...LonLat,
  given: Type.Object({ ...LonLat, system: OneOf(positionSystems) }, { description: 'As somebody gave it' }),
})
export type HomePosition = Static<typeof HomePosition>

export const HomeDetail = Type.Object({
  ...HomeName.properties,
  entry: Type.Object(
    {
      onFile: Type.Boolean(),
      changedAt: Nullable(Instant),
      changedBy: Nullable(Person),
    },
    { description: 'Whether key holder or door code are known. POST /api/homes/{id}/entry tells them for a reason' },
  ),
  residents: Type.Array(Resident, { description: 'Who lives there now, at home or away' }),
  version: Type.Integer(),
  position: Nullable(HomePosition),
})

export type HomeDetail = Static<typeof HomeDetail>

export const ElderRow = Type.Object({
  id: Uuid,
  name: Type.String(),
  age: Nullable(Type.Integer({ description: 'Of the deceased: at death' })),
  sex: Nullable(OneOf(sexes)),
  phone: Type.String(),
  home: HomeName,
  area: AreaName,
  state: State,
  createdAt: Instant,
})
export type ElderRow = Static<typeof ElderRow>

export const matchKinds = ['name', 'pinyin', 'initials', 'phone', 'contact', 'area'] as const
export type MatchKind = (typeof matchKinds)[number]
export const FoundElder = Type.Object({
  ...ElderRow.properties,
  matched: Nullable(OneOf(matchKinds)),
})
export type FoundElder = Static<typeof FoundElder>
export const ElderList = List(FoundElder)

export const absenceKinds = ['hospital', 'family', 'travel', 'other'] as const
export const Absence = Type.Object({
  id: Uuid,
  kind: OneOf(absenceKinds),
  from: Instant,
  to: Nullable(Type.String({ format: 'date-time', description: 'null: until told otherwise' })),
  note: Type.String(),
})
export type Absence = Static<typeof Absence>

export const Residence = Type.Object({ home: HomeName, from: Instant, to: Nullable(Instant) })

export const ElderFile = Type.Object({
  ...ElderRow.properties,
  home: HomeDetail,
  bornOn: Nullable(Day),
  dialect: Type.String(),
  hearing: Type.String(),
  conditions: Type.String(),
  allergies: Type.String(),
  medicines: Type.String(),
  note: Type.String(),
  understands: Type.Boolean({ description: 'false: the guardian is there for every service (P4)' }),
  withoutFamily: Type.Boolean({ description: 'Nobody of the family lives; whom the catalogue names may stand in' }),
  idNumber: Nullable(Type.String({ description: 'Masked' })),
  version: Type.Integer({ description: 'Sent back with a change' }),
  callable: Type.Boolean({ description: 'false: no number, or deceased; never offer it' }),
  diedOn: Nullable(Day),
  deathConfirmedBy: Nullable(Person),
  deathConfirmedAt: Nullable(Instant),
  mergedInto: Nullable(Type.String({ format: 'uuid', description: 'The file that goes on' })),
  merged: Type.Array(Person, { description: 'Double entries merged into this one' }),
  absence: Nullable(Absence),
  absences: Type.Array(Absence, { description: 'Newest first' }),
  residences: Type.Array(Residence, { description: 'Newest first' }),
  careCheckDays: Nullable(Type.Integer({ description: 'Days between two care checks; null: none are planned' })),
  warnings: Type.Array(OneOf(elderWarnings)),
  contacts: Type.Array(Contact),
  devices: Type.Array(DeviceRow),
})
export type ElderFile = Static<typeof ElderFile>

const NewContact = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    relation: text(100),
    phone: text(40),
    role: Type.Optional(OneOf(contactRoles)),
  },
  { additionalProperties: false },
)
const Contacts = Type.Array(NewContact, { maxItems: 20 })
const ElderName = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })
const IdNumber = Type.String({ maxLength: 40, description: 'Resident identity number, GB 11643; 18 digits or 15' })

export const NewHome = {
  areaId: Type.Optional(Uuid),
  address: Type.Optional(text(300)),
  landmark: Type.Optional(text(300)),
  entryNote: Type.Optional(text(500)),
  position: Type.Optional(GivenPosition),
}

export const NewElder = Type.Object(
  {
    name: ElderName,
    sex: Type.Optional(OneOf(sexes)),
    bornOn: Type.Optional(Day),
    phone: Type.Optional(text(40)),
    dialect: Type.Optional(text(100)),
    hearing: Type.Optional(text(200)),
    conditions: Type.Optional(text(2000)),
    allergies: Type.Optional(text(2000)),
    medicines: Type.Optional(text(2000)),
    note: Type.Optional(text(4000)),
    understands: Type.Optional(Type.Boolean()),
    withoutFamily: Type.Optional(Type.Boolean()),
    idNumber: Type.Optional(IdNumber),
    homeId: Type.Optional(Uuid),
    ...NewHome,
    contacts: Type.Optional(Contacts),
  },
  { additionalProperties: false },
)

export const Version = Type.Integer({ minimum: 1, description: 'Of the file as it was read' })

/** What is not said stays; null clears. */
export const ElderPatch = Type.Object(
  {
    version: Version,
    name: Type.Optional(ElderName),
    sex: Type.Optional(Nullable(OneOf(sexes))),
    bornOn: Type.Optional(Nullable(Day)),
    phone: Type.Optional(Nullable(text(40))),
    dialect: Type.Optional(Nullable(text(100))),
    hearing: Type.Optional(Nullable(text(200))),
    conditions: Type.Optional(Nullable(text(2000))),
    allergies: Type.Optional(Nullable(text(2000))),
    medicines: Type.Optional(Nullable(text(2000))),
    note: Type.Optional(Nullable(text(4000))),
    understands: Type.Optional(Type.Boolean()),
    withoutFamily: Type.Optional(Type.Boolean()),
    idNumber: Type.Optional(Nullable(IdNumber)),
    reason: Type.Optional(Reason),
  },
  { additionalProperties: false },
)

export const ContactsBody = Type.Object(
  { version: Version, contacts: Contacts, reason: Type.Optional(Reason) },
  { additionalProperties: false },
)
export const ReasonBody = Type.Object({ reason: GivenReason }, { additionalProperties: false })
