import { Type, type Static } from 'typebox'
import { DeviceId, Instant, Nullable, Uuid } from '../schema.ts'
import { Reading } from '../reading/schema.ts'

export const timelineKinds = ['press', 'alarm', 'reading', 'tap', 'trouble'] as const
export type TimelineKind = (typeof timelineKinds)[number]

/** Both clocks of every entry: `deviceAt` is the device's, `receivedAt` ours; `at` is what the list is ordered by. */
const common = { id: Uuid, at: Instant, deviceAt: Nullable(Instant), receivedAt: Instant, deviceId: Nullable(DeviceId) }

export const TimelineEntry = Type.Union([
  Type.Object({
    kind: Type.Literal('press'),
    ...common,
    alarmId: Uuid,
    messageId: Nullable(Uuid),
    marks: Type.Array(Type.String()),
  }),
  Type.Object({
    kind: Type.Literal('alarm'),
    ...common,
    alarmKind: Type.String(),
    state: Type.String(),
    priority: Type.String(),
    presses: Type.Integer(),
    outcome: Nullable(Type.String()),
  }),
  Type.Object({ kind: Type.Literal('reading'), ...common, reading: Reading }),
  Type.Object({
    kind: Type.Literal('tap'),
    ...common,
    uid: Nullable(Type.String()),
    marks: Type.Array(Type.String()),
  }),
  Type.Object({
    kind: Type.Literal('trouble'),
    ...common,
    code: Type.String({ description: 'device-silent, or why a message could not be taken' }),
    detail: Type.String(),
    alarmId: Nullable(Uuid),
    state: Nullable(Type.String()),
  }),
])
export type TimelineEntry = Static<typeof TimelineEntry>
