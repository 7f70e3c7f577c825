import { DRILL_STATES, scenarioNames } from '@anju/domain/drill/scenario'
import { Type, type Static } from 'typebox'
import { AreaName, DeviceId, Instant, List, Nullable, OneOf, pageQuery, Person, Uuid } from '../schema.ts'

const Seconds = Nullable(Type.Number({ description: 'Seconds after it was raised' }))
const Spread = Type.Object({ n: Type.Integer(), p50: Seconds, p90: Seconds, max: Seconds })
const Part = Nullable(Type.Number({ minimum: 0, maximum: 1 }))

export const Report = Type.Object({
  alarms: Type.Array(
    Type.Object({
      id: Uuid,
      kind: Type.String(),
      deviceId: Nullable(DeviceId),
      devices: Type.Integer({ description: 'How many a grouped alarm lists' }),
      presses: Type.Integer(),
      raisedAt: Instant,
      shownAt: Nullable(Instant),
      acknowledgedAt: Nullable(Instant),
      owner: Nullable(Type.String()),
      firstStepAt: Nullable(Instant),
      resolvedAt: Nullable(Instant),
      escalations: Type.Array(Type.Object({ at: Instant, reason: Type.String() })),
      delivered: Type.Integer({ description: 'Messages about it that the outside took' }),
    }),
  ),
  shown: Spread,
  acknowledged: Spread,
  firstStep: Spread,
  resolved: Spread,
  within60: Part,
  within180: Part,
  unanswered: Type.Integer(),
  presses: Type.Object({ planned: Type.Integer(), stored: Type.Integer() }),
})

export type Report = Static<typeof Report>

export const DrillRow = Type.Object({
  id: Uuid,
  area: AreaName,
  scenario: Type.String(),
  seed: Type.Integer({ description: 'The same seed plays the same presses' }),
  state: OneOf(DRILL_STATES),
  startedBy: Nullable(Person),
  startedAt: Instant,
  endsAt: Type.String({ format: 'date-time', description: 'Over by then, whatever was not answered' }),
  endedAt: Nullable(Instant),
  tellsOutside: Type.Boolean({ description: 'Its escalations leave the house, marked as a drill’s' }),
})
export type DrillRow = Static<typeof DrillRow>
export const DrillList = List(DrillRow)

export const DrillDetail = Type.Object({ ...DrillRow.properties, report: Report })
export type DrillDetail = Static<typeof DrillDetail>

export const DrillQuery = Type.Object({ ...pageQuery })
export const StartDrill = Type.Object(
  {
    areaId: Uuid,
    scenario: OneOf(scenarioNames),
    tellsOutside: Type.Optional(Type.Boolean({ default: true })),
  },
  { additionalProperties: false },
)
export const Started = Type.Object({ id: Uuid })
