import { type Static, Type } from 'typebox'
import { SAMPLE_SHARE_BOUNDS } from '@anju/domain/visit/sample'
import { GRADES, VISIT_STATES } from '@anju/domain/visit/kinds'
import { AreaName, Instant, List, Nullable, OneOf, Person, Uuid } from '../schema.ts'
import { VisitRow } from './schema.ts'

const grade = Nullable(OneOf(GRADES))

/** A visit as small as the board draws it. */
export const BoardVisit = Type.Object({
  id: Uuid,
  elderId: Uuid,
  homeId: Uuid,
  providerId: Uuid,
  caregiverId: Nullable(Uuid),
  planId: Nullable(Uuid),
  jointId: Nullable(Uuid),
  plannedFrom: Instant,
  plannedTo: Instant,
  state: OneOf(VISIT_STATES),
  inQuestion: Type.Boolean(),
  confirmed: Type.Boolean(),
  beginGrade: grade,
  endGrade: grade,
  services: Type.Array(Type.String()),
  version: Type.Integer(),
})
export type BoardVisit = Static<typeof BoardVisit>

export const BoardHome = Type.Object({
  id: Uuid,
  address: Type.String(),
  areaId: Uuid,
  areaName: Type.String(),
  lon: Nullable(Type.Number()),
  lat: Nullable(Type.Number()),
})
export const BoardPerson = Type.Object({ ...Person.properties, homeId: Uuid })
export const BoardCaregiver = Type.Object({ ...Person.properties, providerId: Uuid })

export const Board = Type.Object({
  visits: Type.Array(BoardVisit),
  elders: Type.Array(BoardPerson),
  homes: Type.Array(BoardHome),
  caregivers: Type.Array(BoardCaregiver, {
    description: 'Whose visits these are; of one provider, all who work there',
  }),
  providers: Type.Array(Person),
  more: Type.Boolean({ description: 'There are more than are shown: narrow it' }),
  asOf: Type.Integer(),
})
export type Board = Static<typeof Board>

export const BoardQuery = Type.Object({
  from: Instant,
  to: Instant,
  provider: Type.Optional(Uuid),
  area: Type.Optional(Uuid),
})

const Measured = Type.Object({ code: Type.String() }, { additionalProperties: true })
export const Suggestions = Type.Object({
  items: Type.Array(
    Type.Object({
      caregiver: Person,
      fits: OneOf(['yes', 'tight', 'no'] as const),
      reasons: Type.Array(Measured, { description: 'Each in its own measure; there is no score' }),
    }),
  ),
  travel: Type.Object(
    { windingFactor: Type.Number(), kmPerHour: Type.Number() },
    { description: 'How ways are estimated' },
  ),
})
export type Suggestions = Static<typeof Suggestions>

/** A visit with how to reach the one it is for. */
export const ToCall = Type.Object({
  ...VisitRow.properties,
  phone: Type.String(),
  hearing: Type.String(),
  dialect: Type.String(),
  contacts: Type.Array(Type.Object({ name: Type.String(), relation: Type.String(), phone: Type.String() })),
})
export type ToCall = Static<typeof ToCall>
export const Worklist = Type.Object({
  items: Type.Array(ToCall, { description: 'The most pressing first' }),
  more: Type.Boolean(),
  asOf: Type.Integer(),
})
export type Worklist = Static<typeof Worklist>
export const WorklistQuery = Type.Object({
  kind: OneOf(['to-confirm', 'to-call-back'] as const),
  provider: Type.Optional(Uuid),
})

export const ToAsk = Type.Object({
  ...Worklist.properties,
  items: Type.Array(Type.Object({ ...ToCall.properties, tries: Type.Integer(), lastTryAt: Nullable(Instant) })),
  sharePercent: Type.Integer(),
})
export type ToAsk = Static<typeof ToAsk>

export const ElderToVisit = Type.Object({
  ...Person.properties,
  address: Type.String(),
  area: AreaName,
  household: Type.Array(Person, { description: 'Who lives there too' }),
})
export type ElderToVisit = Static<typeof ElderToVisit>
export const EldersToVisit = List(ElderToVisit)

const strict = { additionalProperties: false }
const Text = Type.String({ maxLength: 2000 })
export const FeedbackBody = Type.Object(
  {
    reached: Type.Boolean(),
    spokeWith: Type.Optional(Type.String({ maxLength: 100 })),
    came: Type.Optional(Nullable(OneOf(['yes', 'no', 'unsure'] as const))),
    satisfied: Type.Optional(Nullable(OneOf(['yes', 'partly', 'no'] as const))),
    note: Type.Optional(Text),
  },
  strict,
)
const [least, most] = SAMPLE_SHARE_BOUNDS
export const Share = Type.Object({ sharePercent: Type.Integer({ minimum: least, maximum: most }) }, strict)
