import { Type, type Static } from 'typebox'
import {
  CALL_CATEGORIES,
  CALL_DIRECTIONS,
  CALL_OUTCOMES,
  EMERGENCY_SERVICES,
  HOOK_EVENTS,
} from '@anju/domain/call/call'
import { elderStates } from '@anju/domain/elder/state'
import { sexes } from '../elder/schema.ts'
import { AreaName, DeviceId, Instant, List, Nullable, OneOf, pageQuery, Person, Uuid } from '../schema.ts'

export const callStates = ['ringing', 'speaking', 'ended', 'missed', 'unsure'] as const

/** What an exchange says. */
export const HookBody = Type.Object(
  {
    call: Type.String({ minLength: 1, maxLength: 128, description: 'The exchange’s own id of the call' }),
    event: OneOf(HOOK_EVENTS),
    direction: OneOf(CALL_DIRECTIONS),
    number: Type.Optional(
      Nullable(
        Type.String({ maxLength: 200, description: 'The other side’s, as the exchange has it; null: withheld' }),
      ),
    ),
    at: Type.String({ format: 'date-time', description: 'The exchange’s clock' }),
    extension: Type.Optional(Type.String({ maxLength: 32, description: 'Who was rung, or answered' })),
  },
  { additionalProperties: true },
)
export type HookBody = Static<typeof HookBody>
export const HookTaken = Type.Object({
  id: Uuid,
  added: Type.Boolean({ description: 'false: this was known already' }),
})

export const CallRow = Type.Object({
  id: Uuid,
  direction: OneOf(CALL_DIRECTIONS),
  source: Type.String({ description: 'pbx or manual' }),
  state: OneOf(callStates),
  number: Nullable(Type.String({ description: 'Only for those who answer calls; null too where it was withheld' })),
  numberTail: Type.String({ description: 'The last four digits' }),
  extension: Type.String(),
  beganAt: Type.String({ format: 'date-time', description: 'The exchange’s clock' }),
  answeredAt: Nullable(Instant),
  endedAt: Nullable(Instant),
  receivedAt: Type.String({ format: 'date-time', description: 'Ours' }),
  lengthS: Nullable(Type.Integer({ description: 'Spoken' })),
  area: AreaName,
  elder: Nullable(Person),
  alarmId: Nullable(Uuid),
  user: Nullable(Person),
  category: Nullable(OneOf(CALL_CATEGORIES)),
  outcome: Nullable(OneOf(CALL_OUTCOMES)),
  note: Type.String(),
  filedAt: Nullable(Instant),
  version: Type.Integer(),
})
export type CallRow = Static<typeof CallRow>
export const CallList = List(CallRow)

/** Somebody a number may belong to. */
export const Caller = Type.Object({
  ...Person.properties,
  age: Nullable(Type.Integer()),
  sex: Nullable(OneOf(sexes)),
  state: OneOf(elderStates),
  address: Type.String(),
  area: AreaName,
  via: OneOf(['own', 'device', 'household', 'contact']),
  contact: Nullable(
    Type.Object({ name: Type.String(), relation: Type.String() }, { description: 'Whose number it is in her file' }),
  ),
  alarms: Type.Array(Type.Object({ id: Uuid, kind: Type.String(), state: Type.String() }), {
    description: 'Her open ones',
  }),
})
export type Caller = Static<typeof Caller>

const Said = Type.Object({ event: Type.String(), at: Instant, receivedAt: Instant, extension: Type.String() })

export const CallDetail = Type.Object({
  ...CallRow.properties,
  callers: Type.Array(Caller, { description: 'Whom the number may belong to, the likeliest first' }),
  said: Type.Array(Said, { description: 'What the exchange said, by its clock and ours' }),
  earlier: Type.Integer({ description: 'Calls of the same number before this one' }),
})
export type CallDetail = Static<typeof CallDetail>

export const LiveCalls = Type.Object({
  items: Type.Array(Type.Object({ ...CallRow.properties, callers: Type.Array(Caller) }), {
    description: 'Ringing first, then those spoken, the longest waiting first',
  }),
  unfiled: Type.Integer(),
  hook: Type.Boolean({ description: 'Whether an exchange may tell of calls' }),
  dial: Type.Boolean({ description: 'Whether an exchange dials for us' }),
  asOf: Type.Integer(),
})
export type LiveCalls = Static<typeof LiveCalls>

export const callShows = ['all', 'unfiled', 'missed'] as const
export const CallQuery = Type.Object({
  ...pageQuery,
  show: Type.Optional(OneOf(callShows)),
  category: Type.Optional(OneOf(CALL_CATEGORIES)),
  elder: Type.Optional(Uuid),
})

const Text = Type.String({ maxLength: 4000 })
const filing = {
  category: OneOf(CALL_CATEGORIES),
  outcome: OneOf(CALL_OUTCOMES),
  note: Type.Optional(Text),
  elderId: Type.Optional(Nullable(Uuid)),
  alarmId: Type.Optional(Nullable(Uuid)),
}
export const FileBody = Type.Object(
  {
    version: Type.Integer(),
    ...filing,
    category: Type.Optional(filing.category),
    outcome: Type.Optional(filing.outcome),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
)
export const NewCall = Type.Object(
  {
    direction: OneOf(CALL_DIRECTIONS),
    number: Type.Optional(Type.String({ maxLength: 60 })),
    beganAt: Instant,
    lengthS: Type.Integer({ minimum: 0, maximum: 86_400, description: 'Spoken; 0: nobody answered' }),
    ...filing,
  },
  { additionalProperties: false },
)
export const DialBody = Type.Object(
  {
    elderId: Type.Optional(Uuid),
    contactId: Type.Optional(Uuid),
    deviceId: Type.Optional(DeviceId),
    caregiverId: Type.Optional(Uuid),
    service: Type.Optional(OneOf(EMERGENCY_SERVICES)),
    alarmId: Type.Optional(Uuid),
  },
  { additionalProperties: false },
)
export const Dialled = Type.Object({ callId: Uuid })
