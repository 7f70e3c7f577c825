import { Type, type Static } from 'typebox'
import { typedReasons } from '@anju/domain/proof/reason'
import { wireStates } from '@anju/domain/proof/tamper'
import { setAsideReasons, unmatchedKinds } from '@anju/domain/proof/unmatched'
import { GRADES, PRESENCE_WAYS, VISIT_PARTS, VISIT_STATES } from '@anju/domain/visit/kinds'
import { AreaName, Instant, List, Nullable, OneOf, pageQuery, Person, Uuid } from '../schema.ts'
import { VisitDetail, VisitPresence } from '../visit/schema.ts'

const strict = { additionalProperties: false }

/** Where a phone says it is, and as what. */
export const Position = Type.Object(
  {
    lon: Type.Number({ minimum: -180, maximum: 180 }),
    lat: Type.Number({ minimum: -90, maximum: 90 }),
    accuracyM: Type.Optional(Nullable(Type.Number({ minimum: 0 }))),
    system: OneOf(['wgs84', 'gcj02', 'unknown'] as const),
    at: Type.Optional(Instant),
  },
  strict,
)
export type Position = Static<typeof Position>

/** Sent by every fact of a phone: its own number, that of this fact, and its clock. */
export const phoneFact = {
  phoneId: Uuid,
  key: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$', description: 'The phone’s own number for this fact' }),
  deviceAt: Type.Optional(Instant),
}

export const NewPresence = Type.Object(
  {
    ...phoneFact,
    sentAt: Type.Optional(Type.String({ format: 'date-time', description: 'The phone’s clock as it sends' })),
    part: Type.Optional(OneOf(VISIT_PARTS)),
    visitId: Type.Optional(Uuid),
    way: OneOf(['tag', 'position', 'typed'] as const),
    url: Type.Optional(Type.String({ maxLength: 2048, description: 'The whole address the tag opened' })),
    position: Type.Optional(Position),
    noPosition: Type.Optional(OneOf(['position-denied', 'position-unavailable'] as const)),
    reasonCode: Type.Optional(OneOf(typedReasons)),
    note: Type.Optional(Type.String({ maxLength: 500 })),
  },
  strict,
)
export const PresenceAnswer = Type.Object({
  presence: VisitPresence,
  matched: Type.Boolean({ description: 'false: kept at the desk of unmatched taps' }),
  held: Nullable(Type.String({ description: 'It is kept, and the visit did not move on: a code of the catalogue' })),
  visit: Nullable(VisitDetail),
})
export type PresenceAnswer = Static<typeof PresenceAnswer>

export const presenceLists = ['unmatched', 'to-approve', 'in-question', 'set-aside'] as const
/** What is done about a tap without a visit, as its history names it. */
export const presenceDecisions = ['set-aside', 'taken-up', 'badge-named'] as const
export const PresenceQuery = Type.Object({
  ...pageQuery,
  show: Type.Optional(OneOf(presenceLists)),
  what: Type.Optional(OneOf(unmatchedKinds)),
  way: Type.Optional(OneOf(PRESENCE_WAYS)),
  provider: Type.Optional(Uuid),
  area: Type.Optional(Uuid),
  caregiver: Type.Optional(Uuid),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
})
const Wire = Type.Object({ ever: OneOf(wireStates), now: OneOf(wireStates) })
/** The visit a tap belongs to, or may belong to. */
export const PresenceVisit = Type.Object({
  id: Uuid,
  elder: Person,
  area: AreaName,
  provider: Person,
  caregiver: Nullable(Person),
  plannedFrom: Instant,
  plannedTo: Instant,
  state: OneOf(VISIT_STATES),
  version: Type.Integer(),
})
export const PresenceRow = Type.Object({
  ...VisitPresence.properties,
  visitId: Nullable(Uuid),
  visit: Nullable(PresenceVisit),
  home: Nullable(Type.Object({ id: Uuid, address: Type.String(), area: AreaName })),
  device: Nullable(Type.Object({ id: Type.String(), label: Type.String() })),
  tag: Nullable(Type.Object({ id: Uuid, uid: Type.String(), label: Type.String(), unconfirmed: Type.Boolean() })),
  why: Type.String({ description: 'What the tag’s reading came to, where it came to no visit' }),
  kind: Nullable(OneOf(unmatchedKinds)),
  wire: Nullable(Wire),
  setAside: Nullable(Type.Object({ by: Nullable(Person), at: Instant, why: OneOf(setAsideReasons) })),
  decided: Type.Array(
    Type.Object({
      id: Uuid,
      at: Instant,
      by: Nullable(Person),
      what: OneOf(presenceDecisions),
      why: Nullable(OneOf(setAsideReasons)),
      note: Type.String(),
    }),
    { description: 'What was decided about it while it had no visit, the first first' },
  ),
  own: Type.Boolean({ description: 'Typed in by whoever asks: somebody else approves it' }),
})
export type PresenceRow = Static<typeof PresenceRow>
export const PresenceList = Type.Object({
  ...List(PresenceRow).properties,
  counts: Type.Object({ unmatched: Type.Integer(), 'to-approve': Type.Integer(), 'in-question': Type.Integer() }),
})
export type PresenceCounts = Static<typeof PresenceList>['counts']
export const Candidate = Type.Object({
  ...PresenceVisit.properties,
  sameHome: Type.Boolean(),
  sameCaregiver: Type.Boolean(),
  apartMin: Type.Integer({ description: 'Minutes between the tap and the planned time; 0 within it' }),
  said: Type.Array(OneOf(VISIT_PARTS), { description: 'The ends that something says already' }),
})
export type Candidate = Static<typeof Candidate>
export const CandidateList = Type.Object({ items: Type.Array(Candidate) })
const Reasoned = Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' })
export const RefuseBody = Type.Object({ reason: Reasoned }, strict)
export const SetAsideBody = Type.Object(
  { why: OneOf(setAsideReasons), note: Type.Optional(Type.String({ maxLength: 500 })) },
  strict,
)
export const TakeUpBody = Type.Object({ note: Type.Optional(Type.String({ maxLength: 500 })) }, strict)
export const NameBadgeBody = Type.Object({ caregiverId: Uuid, reason: Reasoned }, strict)
export const ApproveBody = Type.Object({ note: Type.Optional(Type.String({ maxLength: 500 })) }, strict)
export const AttachBody = Type.Object(
  { visitId: Uuid, part: OneOf(VISIT_PARTS), reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }) },
  strict,
)

const Least = OneOf(GRADES)
export const PolicyBody = Type.Object(
  {
    areaId: Uuid,
    least: Type.Object({ begin: Least, end: Least }),
    typedReasons: Type.Array(OneOf(typedReasons)),
    needsPosition: Type.Boolean(),
    reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }),
  },
  strict,
)
export const Policy = Type.Object({
  areaId: Uuid,
  least: Type.Object({ begin: Least, end: Least }),
  typedReasons: Type.Array(OneOf(typedReasons)),
  needsPosition: Type.Boolean(),
})
export type Policy = Static<typeof Policy>
export const PolicyQuery = Type.Object({ areaId: Uuid })
export const PreviewQuery = Type.Object({
  areaId: Uuid,
  begin: Least,
  end: Least,
  needsPosition: Type.Optional(Type.Boolean()),
  typed: Type.Optional(Type.String({ maxLength: 200, description: 'Accepted reasons for typing in, with commas' })),
})
export const Preview = Type.Object({
  days: Type.Integer(),
  visits: Type.Integer({ description: 'With a begin and an end, of these days' }),
  verified: Type.Integer({ description: 'Of them, by the policy asked about' }),
  now: Type.Integer({ description: 'Of them, as it was counted' }),
})
export type Preview = Static<typeof Preview>

export const DistressBody = Type.Object(
  { ...phoneFact, visitId: Type.Optional(Uuid), position: Type.Optional(Position) },
  strict,
)
export const Errand = Type.Object({
  alarmId: Uuid,
  stepId: Uuid,
  elder: Nullable(Type.String()),
  address: Type.String(),
  landmark: Type.String(),
  since: Instant,
  state: OneOf(['asked', 'accepted', 'declined', 'arrived', 'over'] as const),
})
export type Errand = Static<typeof Errand>
export const ErrandAnswer = Type.Object({ accepts: Type.Boolean() }, strict)
