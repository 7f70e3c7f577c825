import { Type, type Static } from 'typebox'
import { VISIT_ACTIONS } from '@anju/domain/visit/can'
import { NOT_READY } from '@anju/domain/visit/flow'
import { CONDITION_KINDS, SUBSTITUTES } from '@anju/domain/visit/condition'
import { GRADES, PRESENCE_WAYS, VISIT_OUTCOMES, VISIT_PARTS, VISIT_STATES } from '@anju/domain/visit/kinds'
import { ExceptionDetail } from '../visit-exception/schema.ts'
import { AreaName, Instant, List, Nullable, OneOf, pageQuery, Person, Uuid } from '../schema.ts'

const Can = Type.Object({ allowed: Type.Boolean(), reason: Type.Optional(Type.String()) })

export const VisitService = Type.Object({
  id: Uuid,
  code: Type.String(),
  name: Type.String(),
  category: Type.String(),
  conditions: Type.Array(Type.String()),
  required: Type.Array(Type.Object({ condition: OneOf(CONDITION_KINDS), substitute: Nullable(OneOf(SUBSTITUTES)) }), {
    description: 'Of this elder: the service’s conditions, and the guardian; whom nobody’s family may be stood in by',
  }),
  photos: Type.Boolean({ description: 'false: no picture is taken' }),
  planned: Type.Boolean(),
  doneAt: Nullable(Instant),
  said: Type.Record(Type.String(), Type.Unknown(), { description: 'What was said of each condition' }),
})

const grade = Nullable(OneOf(GRADES))
export const VisitRow = Type.Object({
  id: Uuid,
  elder: Person,
  home: Type.Object({ id: Uuid, address: Type.String(), landmark: Type.String() }),
  area: AreaName,
  provider: Person,
  caregiver: Nullable(Person),
  planId: Nullable(Uuid),
  jointId: Nullable(Uuid),
  plannedFrom: Instant,
  plannedTo: Instant,
  state: OneOf(VISIT_STATES),
  outcome: Nullable(OneOf(VISIT_OUTCOMES)),
  inQuestion: Type.Boolean(),
  confirmedAt: Nullable(Instant),
  beganAt: Nullable(Instant),
  leftAt: Nullable(Instant),
  minutes: Nullable(Type.Integer()),
  beginGrade: grade,
  endGrade: grade,
  verified: Nullable(Type.Boolean()),
  openExceptions: Type.Integer(),
  services: Type.Array(VisitService),
  version: Type.Integer(),
})
export type VisitRow = Static<typeof VisitRow>
export const VisitList = List(VisitRow)

export const VisitEntry = Type.Object({
  id: Uuid,
  at: Instant,
  deviceAt: Nullable(Instant),
  kind: Type.String(),
  user: Nullable(Person),
  corrects: Nullable(Uuid),
  body: Type.Record(Type.String(), Type.Unknown()),
})

/** A tap as it came: nothing of it is ever changed. */
const RawTap = Type.Object({
  message: Nullable(Type.String({ description: 'The address the tag opened, or the message of the door reader' })),
  code: Nullable(
    Type.Object({
      verified: Type.Boolean({ description: 'Its code is right under the tag’s own key' }),
      why: Nullable(Type.String({ description: 'Why it is not' })),
      tamper: Nullable(
        Type.Object({ ever: Type.String(), now: Type.String() }, { description: 'What the wire of the tag says' }),
      ),
    }),
  ),
  position: Nullable(
    Type.Object({
      lon: Type.Number(),
      lat: Type.Number(),
      system: Type.String({ description: 'wgs84, gcj02 or unknown, as the phone said' }),
      accuracyM: Nullable(Type.Number()),
    }),
  ),
  rule: Nullable(Type.String({ description: 'That graded it' })),
  ruleVersion: Nullable(Type.Integer()),
})

const Reason = Type.Object({ code: Type.String(), effect: Type.String() }, { additionalProperties: true })
export const VisitPresence = Type.Object({
  id: Uuid,
  part: Nullable(OneOf(VISIT_PARTS)),
  way: OneOf(PRESENCE_WAYS),
  at: Instant,
  deviceAt: Nullable(Instant),
  receivedAt: Instant,
  caregiver: Nullable(Person),
  homeId: Nullable(Uuid),
  uid: Nullable(Type.String()),
  counter: Nullable(Type.Integer()),
  deviceId: Nullable(Type.String()),
  grade,
  inQuestion: Type.Boolean(),
  reasons: Type.Array(Reason),
  reasonCode: Nullable(Type.String()),
  note: Type.String(),
  user: Nullable(Person),
  approvedBy: Nullable(Person),
  approvedAt: Nullable(Instant),
  exceptionId: Nullable(Type.String({ format: 'uuid', description: 'Of an end that a fix gave: what it corrects' })),
  raw: RawTap,
})
export type VisitPresence = Static<typeof VisitPresence>

export const VisitFile = Type.Object({
  id: Uuid,
  kind: Type.String(),
  type: Type.String(),
  takenAt: Nullable(Instant),
  receivedAt: Instant,
  caption: Type.String(),
  serviceId: Nullable(Uuid),
  look: Nullable(Type.String({ description: 'What the picture looks like: 16 hex digits of 64 comparisons' })),
  erased: Type.Boolean(),
})

/** What was measured during a visit: told by the caregiver’s phone, or by a device of the home. */
export const VisitReading = Type.Object({
  id: Uuid,
  at: Instant,
  receivedAt: Instant,
  deviceId: Nullable(Type.String({ description: 'null: the caregiver’s phone' })),
  by: Nullable(Person),
  kind: Type.String(),
  plausible: Type.Boolean(),
  systolic: Nullable(Type.Number()),
  diastolic: Nullable(Type.Number()),
  pulse: Nullable(Type.Number()),
  value: Nullable(Type.Number()),
})
export type VisitReading = Static<typeof VisitReading>

export const VisitFinding = Type.Object({
  ...Type.Pick(ExceptionDetail, [
    'id',
    'rule',
    'ruleVersion',
    'severity',
    'cases',
    'state',
    'foundAt',
    'decided',
    'dispute',
  ]).properties,
  clearedAt: Nullable(Instant),
})
export type VisitFinding = Static<typeof VisitFinding>

export const VisitDetail = Type.Object({
  ...VisitRow.properties,
  madeAt: Instant,
  madeBy: Nullable(Person),
  kinship: Nullable(Type.String({ description: 'Declared between caregiver and elder' })),
  verdict: Nullable(Type.Record(Type.String(), Type.Unknown())),
  kept: Type.Array(OneOf(NOT_READY), { description: 'What keeps it from settlement' }),
  entries: Type.Array(VisitEntry),
  presences: Type.Array(VisitPresence),
  files: Type.Array(VisitFile),
  exceptions: Type.Array(VisitFinding, { description: 'What the rules found, and what people decided' }),
  readings: Type.Array(VisitReading),
  joint: Type.Array(
    Type.Object({
      id: Uuid,
      elder: Person,
      state: OneOf(VISIT_STATES),
      plannedFrom: Instant,
      version: Type.Integer(),
      can: Type.Object({ reschedule: Can, cancel: Can }),
    }),
    { description: 'The others of this joint visit' },
  ),
  can: Type.Unsafe<Record<(typeof VISIT_ACTIONS)[number], Static<typeof Can>>>(
    Type.Object(Object.fromEntries(VISIT_ACTIONS.map((action) => [action, Can]))),
  ),
})
export type VisitDetail = Static<typeof VisitDetail>

export const VisitQuery = Type.Object({
  ...pageQuery,
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  state: Type.Optional(OneOf(['ahead', 'under-way', 'given', 'in-question', 'to-call-back', 'ready', 'all'] as const)),
  elder: Type.Optional(Uuid),
  caregiver: Type.Optional(Uuid),
  provider: Type.Optional(Uuid),
  area: Type.Optional(Uuid),
  order: Type.Optional(OneOf(['latest', 'earliest'] as const)),
  around: Type.Optional(Instant),
})

const strict = { additionalProperties: false }
const Reasoned = Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' })
const Text = Type.String({ maxLength: 2000 })
/** Of a screen that showed the visit: its version; of a phone that was cut off: its own clock. */
const acted = { version: Type.Optional(Type.Integer()), deviceAt: Type.Optional(Instant) }

export const NewVisit = Type.Object(
  {
    elderIds: Type.Array(Uuid, { minItems: 1, maxItems: 4, uniqueItems: true, description: 'Several: a joint visit' }),
    providerId: Uuid,
    plannedFrom: Instant,
    plannedTo: Instant,
    serviceIds: Type.Array(Uuid, { maxItems: 30, uniqueItems: true }),
    note: Type.Optional(Text),
  },
  strict,
)
export const Planned = Type.Object({ ids: Type.Array(Uuid) })
export const AssignBody = Type.Object({ version: Type.Integer(), caregiverId: Uuid }, strict)
export const AnswerBody = Type.Object({ ...acted, accepts: Type.Boolean(), reason: Type.Optional(Text) }, strict)
export const ConfirmBody = Type.Object({ ...acted, spokeWith: Reasoned, note: Type.Optional(Text) }, strict)
const Also = Type.Optional(
  Type.Array(Type.Object({ id: Uuid, version: Type.Integer() }, strict), {
    maxItems: 3,
    uniqueItems: true, // moved twice, its story would tell it twice
    description: 'Those of its joint visit that are meant too: all of them or none',
  }),
)
export const RescheduleBody = Type.Object(
  { version: Type.Integer(), plannedFrom: Instant, plannedTo: Instant, reason: Reasoned, also: Also },
  strict,
)
export const CancelBody = Type.Object({ version: Type.Integer(), reason: Reasoned, also: Also }, strict)
export const ActBody = Type.Object(acted, strict)
export const TurnAwayBody = Type.Object({ ...acted, outcome: OneOf(VISIT_OUTCOMES), said: Type.Optional(Text) }, strict)
export const EvaluateBody = Type.Object(
  {
    ...acted,
    face: OneOf(['good', 'fair', 'bad'] as const),
    said: Type.Optional(Text),
    signed: Type.Object({
      how: OneOf(['signature', 'thumb', 'proxy', 'cannot'] as const),
      by: Type.Optional(Type.String({ maxLength: 100 })),
      witness: Type.Optional(Type.String({ maxLength: 100 })),
      fileId: Type.Optional(Nullable(Uuid)),
    }),
    propertyChecked: Type.Boolean(),
  },
  strict,
)
export const CallBackBody = Type.Object(
  {
    ...acted,
    reached: Type.Boolean(),
    satisfied: Type.Optional(Nullable(OneOf(['yes', 'partly', 'no'] as const))),
    note: Type.Optional(Text),
    next: Type.Optional(Text),
  },
  strict,
)
export const QuestionBody = Type.Object(
  {
    version: Type.Integer(),
    inQuestion: Type.Boolean(),
    acknowledges: Type.Optional(Type.Boolean({ description: 'What contradicted it is explained: grade anew' })),
    reason: Reasoned,
  },
  strict,
)
export const NoteBody = Type.Object({ ...acted, text: Reasoned }, strict)
