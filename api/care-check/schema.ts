import { Type, type Static } from 'typebox'
import { CARE_CHANNELS, CARE_RESULTS, KEY_REASONS, OVERDUE_BOUNDS_DAYS } from '@anju/domain/care-check/due'
import { sexes } from '../elder/schema.ts'
import { AreaName, Instant, List, Nullable, OneOf, pageQuery, Person, Uuid } from '../schema.ts'

export const CareCheck = Type.Object({
  id: Uuid,
  elder: Person,
  at: Instant,
  channel: OneOf(CARE_CHANNELS),
  result: OneOf(CARE_RESULTS),
  note: Type.String(),
  user: Nullable(Person),
  enteredAt: Instant,
  corrects: Nullable(Uuid),
  correctedBy: Nullable(Type.String({ format: 'uuid', description: 'The newer one that holds instead' })),
})
export type CareCheck = Static<typeof CareCheck>
export const CareCheckList = List(CareCheck)

export const CareDue = Type.Object({
  elder: Type.Object({
    ...Person.properties,
    age: Nullable(Type.Integer()),
    sex: Nullable(OneOf(sexes)),
    phone: Type.String(),
    dialect: Type.String(),
    hearing: Type.String(),
  }),
  address: Type.String(),
  landmark: Type.String(),
  area: AreaName,
  everyDays: Type.Integer(),
  since: Type.String({
    format: 'date-time',
    description: 'The last check that reached her; before the first, registration',
  }),
  dueAt: Instant,
  overdueDays: Type.Integer(),
  key: Type.Array(OneOf(KEY_REASONS), { description: 'Why she is looked after first' }),
  last: Nullable(
    Type.Object({
      id: Uuid,
      at: Instant,
      channel: OneOf(CARE_CHANNELS),
      result: OneOf(CARE_RESULTS),
      user: Nullable(Person),
    }),
  ),
  tries: Type.Integer({ description: 'In vain since then' }),
})
export type CareDue = Static<typeof CareDue>
export const CareDueList = List(CareDue)

export const careShows = ['due', 'overdue', 'week'] as const
export const DueQuery = Type.Object({
  ...pageQuery,
  area: Type.Optional(Uuid),
  show: Type.Optional(OneOf(careShows)),
})

export const CareCommunity = Type.Object({
  area: AreaName,
  town: Nullable(Type.String()),
  planned: Type.Integer({ description: 'Whose checks run; without those away' }),
  due: Type.Integer({ description: 'Due now, the overdue among them' }),
  overdue: Type.Integer({ description: 'By as many days as raise' }),
  week: Type.Integer({ description: 'Due now or within seven days' }),
  oldest: Nullable(Instant),
})
export type CareCommunity = Static<typeof CareCommunity>
export const CareCommunities = Type.Object({
  items: Type.Array(CareCommunity, { description: 'The most overdue first' }),
  overdueAfterDays: Type.Integer(),
  asOf: Type.Integer(),
})

export const DarkVillage = Type.Object({
  area: AreaName,
  town: Nullable(Type.String()),
  since: Instant,
  elders: Type.Array(
    Type.Object({
      ...Person.properties,
      age: Nullable(Type.Integer()),
      phone: Type.String(),
      address: Type.String(),
      landmark: Type.String(),
      conditions: Type.String(),
      key: Type.Array(OneOf(KEY_REASONS)),
      seenAt: Nullable(Type.String({ format: 'date-time', description: 'A care check since it went dark' })),
    }),
    { description: 'Whom to see in person, the most reasons first' },
  ),
  more: Type.Integer(),
})
export type DarkVillage = Static<typeof DarkVillage>
export const DarkVillages = Type.Object({ items: Type.Array(DarkVillage), asOf: Type.Integer() })

const said = {
  at: Type.Optional(Instant),
  channel: OneOf(CARE_CHANNELS),
  result: OneOf(CARE_RESULTS),
  note: Type.Optional(Type.String({ maxLength: 4000 })),
}
export const NewCheck = Type.Object({ elderId: Uuid, ...said }, { additionalProperties: false })
export const Correction = Type.Object({ ...said, at: Instant }, { additionalProperties: false })
export const PlanBody = Type.Object(
  {
    version: Type.Integer(),
    everyDays: Nullable(Type.Integer({ minimum: 1, maximum: 90 })),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
)
const [fewest, most] = OVERDUE_BOUNDS_DAYS
export const OverdueBody = Type.Object(
  { overdueAfterDays: Type.Integer({ minimum: fewest, maximum: most }) },
  { additionalProperties: false },
)
