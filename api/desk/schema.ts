import { Type, type Static } from 'typebox'
import { Instant, Nullable, Uuid } from '../schema.ts'
import { Outside } from '../session/schema.ts'

export const Desk = Type.Object({
  presentSeats: Type.Integer({ description: 'Seats that hear alarms of this area: signed in, armed, streaming' }),
  armedHere: Type.Boolean({ description: 'A seat of this session is among them' }),
  oldestUnownedAt: Nullable(Instant),
  lastPressAt: Nullable(Instant),
  lastTest: Nullable(
    Type.Object({
      pressedAt: Type.String({ format: 'date-time', description: 'When the last test press arrived' }),
      seconds: Nullable(Type.Number({ description: 'From arrival to the first desk that showed it; null: none did' })),
    }),
  ),
  openProbe: Nullable(
    Type.Object(
      { id: Uuid, presses: Type.Integer(), clockFrom: Instant },
      { description: 'A test press to be painted and reported as shown, quietly' },
    ),
  ),
  outside: Outside,
  asOf: Type.Integer(),
})
export type Desk = Static<typeof Desk>

export const Beat = Type.Object(
  {
    armed: Type.Boolean({ description: 'Sound is on and was proven to play' }),
    streaming: Type.Boolean({ description: 'The event stream is alive' }),
  },
  { additionalProperties: false },
)

export const Present = Type.Object({ presentSeats: Type.Integer(), outside: Outside, at: Instant })
export type Present = Static<typeof Present>
