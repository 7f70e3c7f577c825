import { Type, type Static } from 'typebox'
import { deviceKinds } from '@anju/domain/device/kinds'
import { GRADES, PRESENCE_WAYS, VISIT_OUTCOMES, VISIT_PARTS, VISIT_STATES } from '@anju/domain/visit/kinds'
import { Reading } from '../reading/schema.ts'
import { DeviceId, Instant, Nullable, OneOf, Person, Uuid } from '../schema.ts'

export const timelineKinds = [
  'press',
  'alarm',
  'reading',
  'tap',
  'trouble',
  'device',
  'change',
  'absence',
  'move',
  'call',
  'care-check',
  'referral',
  'visit',
] as const
export type TimelineKind = (typeof timelineKinds)[number]

/**
 * Both clocks of every entry: `deviceAt` is the device's, `receivedAt` ours (for what people enter: when they did);
 * `at` is what the list is ordered by.
 */
const common = {
  id: Uuid,
  at: Instant,
  deviceAt: Nullable(Instant),
  receivedAt: Instant,
  deviceId: Nullable(DeviceId),
  device: Nullable(Type.Object({ id: DeviceId, kind: OneOf(deviceKinds), label: Type.String() })),
}
const who = { user: Nullable(Person), reason: Type.String() }
const fields = Type.Record(Type.String(), Type.Unknown(), { description: 'Only what changed' })
const Place = Type.Object({ id: Uuid, address: Type.String() })

const Step = Type.Object({
  at: Instant,
  kind: Type.String({ description: 'acknowledged, note, escalated, command, resolved' }),
  user: Nullable(Person),
  text: Type.String({ description: 'What was noted' }),
  code: Type.String({ description: 'Of an escalation its reason, of a command its name and state' }),
})

export const VisitEnd = Type.Object({
  part: OneOf(VISIT_PARTS),
  way: OneOf(PRESENCE_WAYS),
  grade: OneOf(GRADES),
  at: Instant,
  deviceAt: Nullable(Instant),
  receivedAt: Instant,
})
export type VisitEnd = Static<typeof VisitEnd>

export const VisitStep = Type.Object({
  at: Instant,
  deviceAt: Nullable(Instant),
  kind: Type.String({ description: 'planned, confirmed, rescheduled, turned-away, evaluated, called-back …' }),
  user: Nullable(Person),
  code: Type.String({ description: 'Of an evaluation its face, of a call back whether she was content' }),
  text: Type.String({ description: 'What was said' }),
})
export type VisitStep = Static<typeof VisitStep>

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
    steps: Type.Array(Step, { description: 'What was done, in order' }),
  }),
  Type.Object({ kind: Type.Literal('reading'), ...common, reading: Reading }),
  Type.Object({
    kind: Type.Literal('tap'),
    ...common,
    uid: Nullable(Type.String()),
    marks: Type.Array(Type.String()),
    badge: Nullable(Type.Object({ ...Person.properties, provider: Type.String(), label: Type.String() })),
    door: Nullable(Type.Object({ ...Place.properties, label: Type.String() })),
  }),
  Type.Object({
    kind: Type.Literal('trouble'),
    ...common,
    code: Type.String({ description: 'device-silent, or why a message could not be taken' }),
    detail: Type.String(),
    alarmId: Nullable(Uuid),
    state: Nullable(Type.String()),
    backAt: Nullable(Type.String({ format: 'date-time', description: 'When the silent device spoke again' })),
  }),
  Type.Object({
    kind: Type.Literal('device'),
    ...common,
    ...who,
    action: Type.String(),
    before: fields,
    after: fields,
  }),
  Type.Object({
    kind: Type.Literal('change'),
    ...common,
    ...who,
    of: OneOf(['elder', 'home']),
    action: Type.String(),
    before: fields,
    after: fields,
  }),
  Type.Object({
    kind: Type.Literal('absence'),
    ...common,
    absence: Type.String({ description: 'hospital, family, travel, other' }),
    step: OneOf(['left', 'back']),
    until: Nullable(Instant),
    note: Type.String(),
  }),
  Type.Object({ kind: Type.Literal('move'), ...common, from: Nullable(Place), to: Place }),
  Type.Object({
    kind: Type.Literal('call'),
    ...common,
    direction: Type.String(),
    state: Type.String(),
    category: Nullable(Type.String()),
    outcome: Nullable(Type.String()),
    lengthS: Nullable(Type.Integer()),
    user: Nullable(Person),
    note: Type.String(),
    alarmId: Nullable(Uuid),
  }),
  Type.Object({
    kind: Type.Literal('care-check'),
    ...common,
    channel: Type.String(),
    result: Type.String(),
    user: Nullable(Person),
    note: Type.String(),
    corrected: Type.Boolean({ description: 'A newer one holds instead' }),
    corrects: Nullable(Uuid),
  }),
  Type.Object({
    kind: Type.Literal('referral'),
    ...common,
    referral: Type.String(),
    state: Type.String(),
    overdue: Type.Boolean(),
    what: Type.String(),
    handedTo: Type.String(),
    closedAt: Nullable(Instant),
    result: Type.String(),
    user: Nullable(Person),
  }),
  Type.Object({
    kind: Type.Literal('visit'),
    ...common,
    state: OneOf(VISIT_STATES),
    outcome: Nullable(OneOf(VISIT_OUTCOMES)),
    inQuestion: Type.Boolean(),
    plannedFrom: Instant,
    plannedTo: Instant,
    minutes: Nullable(Type.Integer()),
    provider: Person,
    caregiver: Nullable(Person),
    ends: Type.Array(VisitEnd, { description: 'How its begin and its end are known' }),
    steps: Type.Array(VisitStep, { description: 'What was done about it, in order' }),
  }),
])
export type TimelineEntry = Static<typeof TimelineEntry>

type WithoutDevice<Entry> = Entry extends unknown ? Omit<Entry, 'device'> : never
/** An entry as its source finds it; what kind of device spoke is looked up once for the whole page. */
export type Found = WithoutDevice<TimelineEntry>
