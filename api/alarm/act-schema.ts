import { Type } from 'typebox'
import { OUTCOMES } from '@anju/domain/alarm/kinds'
import { AMBULANCE_STATES, stepKinds } from '@anju/domain/alarm/step'
import { DeviceId, OneOf, Uuid } from '../schema.ts'

const words = (minLength: 0 | 1) =>
  Type.String({ minLength, maxLength: 4000, ...(minLength === 1 && { pattern: '\\S' }) })
const strict = { additionalProperties: false } as const

export const NoteBody = Type.Object({ text: words(1) }, strict)
export const ReasonBody = Type.Object({ reason: words(1) }, strict)
export const PlaceBody = Type.Object({ homeId: Uuid }, strict)
export const HandOverBody = Type.Object({ toId: Uuid, note: Type.Optional(words(0)) }, strict)
export const ShelveBody = Type.Object(
  { until: Type.String({ format: 'date-time', description: 'At most 24 hours from now' }), reason: words(1) },
  strict,
)
export const ResolveBody = Type.Object(
  {
    outcome: OneOf(OUTCOMES),
    note: Type.Optional(words(0)),
    followUpAt: Type.Optional(
      Type.String({ format: 'date-time', description: 'When somebody must look again; absent: nobody needs to' }),
    ),
  },
  strict,
)
export const CloseBody = Type.Object({ text: Type.Optional(words(0)) }, strict)
export const StepBody = Type.Object(
  {
    step: OneOf(stepKinds),
    contactId: Type.Optional(Uuid),
    caregiverId: Type.Optional(Uuid),
    deviceId: Type.Optional(DeviceId),
  },
  strict,
)
export const StepEndBody = Type.Object(
  { outcome: Type.String({ minLength: 1, maxLength: 40 }), text: Type.Optional(words(0)) },
  strict,
)
export const AmbulanceBody = Type.Object(
  {
    status: OneOf(AMBULANCE_STATES),
    hospital: Type.Optional(Type.String({ maxLength: 200 })),
    text: Type.Optional(words(0)),
  },
  strict,
)
