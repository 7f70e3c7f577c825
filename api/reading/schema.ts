import { Type, type Static } from 'typebox'
import { DeviceId, Instant, Nullable, Uuid } from '../schema.ts'

/** A stored reading in normal units: mmHg, mmol/L, %, kg, Cel, pulse per minute. */
export const Reading = Type.Object({
  id: Uuid,
  messageId: Type.String({ description: 'The device’s own id of the message' }),
  deviceId: DeviceId,
  homeId: Nullable(Uuid),
  elderId: Nullable(Uuid),
  kind: Type.String({ description: 'blood-pressure, glucose, spo2, weight, temperature' }),
  at: Type.String({ format: 'date-time', description: 'When it was measured, as well as we can know' }),
  deviceAt: Nullable(Instant),
  receivedAt: Instant,
  marks: Type.Array(Type.String()),
  plausible: Type.Boolean(),
  systolic: Nullable(Type.Number()),
  diastolic: Nullable(Type.Number()),
  pulse: Nullable(Type.Number()),
  value: Nullable(Type.Number()),
  meal: Nullable(Type.String()),
  userNumber: Nullable(Type.Integer()),
  irregular: Nullable(Type.Boolean()),
  motion: Nullable(Type.Boolean()),
})
export type Reading = Static<typeof Reading>
