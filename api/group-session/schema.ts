import { Type, type Static } from 'typebox'
import { SESSION_STATES } from '@anju/domain/visit/group-session'
import { AreaName, Instant, List, Nullable, OneOf, Person, Uuid } from '../schema.ts'

const row = {
  id: Uuid,
  area: AreaName,
  provider: Person,
  caregiver: Nullable(Person),
  title: Type.String(),
  place: Type.String(),
  plannedFrom: Instant,
  plannedTo: Instant,
  state: OneOf(SESSION_STATES),
  note: Type.String(),
  there: Type.Integer({ description: 'How many were there' }),
  payable: Type.Literal(false, { description: 'Never as home visits; nor are goods or vouchers given there (P7)' }),
  version: Type.Integer(),
}
export const GroupSessionRow = Type.Object(row)
export type GroupSessionRow = Static<typeof GroupSessionRow>
export const GroupSessionList = List(GroupSessionRow)
export const GroupSessionDetail = Type.Object({
  ...row,
  attendance: Type.Array(Type.Object({ elder: Person, notedAt: Instant, notedBy: Nullable(Person) })),
})
export type GroupSessionDetail = Static<typeof GroupSessionDetail>

const Title = Type.String({ minLength: 1, maxLength: 80, pattern: '\\S' })
const Place = Type.String({ minLength: 1, maxLength: 120, pattern: '\\S' })
const Note = Type.String({ maxLength: 500 })
export const NewGroupSession = Type.Object(
  {
    providerId: Uuid,
    areaId: Uuid,
    title: Title,
    place: Place,
    plannedFrom: Instant,
    plannedTo: Instant,
    caregiverId: Type.Optional(Nullable(Uuid)),
    note: Type.Optional(Note),
  },
  { additionalProperties: false },
)
export const GroupSessionChange = Type.Object(
  {
    version: Type.Integer(),
    title: Type.Optional(Title),
    place: Type.Optional(Place),
    plannedFrom: Type.Optional(Instant),
    plannedTo: Type.Optional(Instant),
    caregiverId: Type.Optional(Nullable(Uuid)),
    note: Type.Optional(Note),
    state: Type.Optional(OneOf(SESSION_STATES)),
  },
  { additionalProperties: false },
)
/** A village hall holds no more. */
export const ATTENDANCE_AT_MOST = 500
export const AttendanceNoted = Type.Object(
  { version: Type.Integer(), elderIds: Type.Array(Uuid, { maxItems: ATTENDANCE_AT_MOST, uniqueItems: true }) },
  { additionalProperties: false },
)
