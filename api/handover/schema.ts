import { Type, type Static } from 'typebox'
import { ALARM_STATES } from '@anju/domain/alarm/kinds'
import { Instant, List, Nullable, OneOf, Person, Uuid } from '../schema.ts'

export const HandoverRow = Type.Object({
  id: Uuid,
  from: Person,
  to: Nullable(Person),
  at: Instant,
  note: Type.String(),
  alarms: Type.Array(
    Type.Object({
      id: Uuid,
      kind: Type.String(),
      elder: Nullable(Type.String({ description: 'Her name' })),
      stateThen: OneOf(ALARM_STATES),
      state: OneOf(ALARM_STATES),
      owner: Nullable(Person),
    }),
    { description: 'What was open when it was written, as it was then and as it is now' },
  ),
  takenBy: Nullable(Person),
  takenAt: Nullable(Instant),
})
export type HandoverRow = Static<typeof HandoverRow>
export const HandoverList = List(HandoverRow)

export const NewHandover = Type.Object(
  {
    toId: Type.Optional(Uuid),
    note: Type.Optional(Type.String({ maxLength: 4000 })),
  },
  { additionalProperties: false },
)
