import { Type, type Static } from 'typebox'
import { alarmKinds } from '@anju/domain/alarm/kinds'
import { PLAYBOOK_STEPS_AT_MOST } from '@anju/domain/alarm/playbook'
import { PlaybookStep } from '../alarm/schema.ts'
import { AreaName, Instant, Nullable, OneOf, Person, Uuid } from '../schema.ts'

const steps = Type.Array(PlaybookStep, { maxItems: PLAYBOOK_STEPS_AT_MOST })

export const PlaybookRow = Type.Object({
  kind: OneOf(alarmKinds),
  area: Nullable(AreaName),
  id: Nullable(
    Type.String({ format: 'uuid', description: 'The one in force; null: the one every county begins with' }),
  ),
  steps,
  /** Made for this very area, and not for one above it. */
  own: Type.Boolean({ description: 'Made for this very area, and not for one above it' }),
  madeBy: Nullable(Person),
  madeAt: Nullable(Instant),
})
export type PlaybookRow = Static<typeof PlaybookRow>

export const PlaybookChange = Type.Object(
  {
    areaId: Uuid,
    kind: OneOf(alarmKinds),
    steps: Nullable(steps),
    basedOn: Nullable(Type.String({ format: 'uuid', description: 'This area’s own one the editor began from' })),
  },
  { additionalProperties: false },
)
