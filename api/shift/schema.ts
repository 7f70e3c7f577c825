import { Type, type Static } from 'typebox'
import { AreaName, Day, Instant, List, Nullable, OneOf, Person, Uuid } from '../schema.ts'

export const ShiftRow = Type.Object({
  id: Uuid,
  user: Person,
  area: AreaName,
  timeZone: Type.String({ description: 'Of the area; the clock times are meant in it' }),
  startsAt: Instant,
  endsAt: Instant,
  disabled: Type.Boolean({ description: 'The person is no longer let in' }),
})
export type ShiftRow = Static<typeof ShiftRow>
export const ShiftList = List(ShiftRow)

const Clock = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' })
export const NewShift = Type.Object(
  {
    userId: Uuid,
    day: Day,
    from: Clock,
    to: Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', description: 'Not after `from`: of the next day' }),
  },
  { additionalProperties: false },
)

export const CopyWeek = Type.Object(
  { monday: Type.String({ format: 'date', description: 'Of the week to be planned' }), areaId: Type.Optional(Uuid) },
  { additionalProperties: false },
)
export const Copied = Type.Object({
  copied: Type.Integer(),
  skipped: Type.Array(
    Type.Object({
      name: Type.String(),
      day: Day,
      from: Clock,
      to: Clock,
      reason: OneOf(['overlaps', 'disabled', 'not-a-seat', 'invalid']),
    }),
  ),
})
export type Copied = Static<typeof Copied>

const OnDuty = Type.Object({
  user: Person,
  startsAt: Instant,
  endsAt: Instant,
  present: Type.Boolean({ description: 'Signed in, sound armed, stream alive' }),
})
export const Duty = Type.Object({
  timeZone: Type.String(),
  onDuty: Type.Array(OnDuty),
  unmanned: Nullable(
    Type.Object({ startsAt: Instant, endsAt: Instant }, { description: 'A shift runs, and nobody of it is present' }),
  ),
  next: Nullable(Type.Object({ user: Person, startsAt: Instant, endsAt: Instant })),
})
export type Duty = Static<typeof Duty>
