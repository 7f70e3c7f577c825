import { Type, type Static } from 'typebox'
import { tagKinds } from '@anju/domain/proof/our-tags'
import { typedReasons } from '@anju/domain/proof/reason'
import { GRADES, VISIT_PARTS } from '@anju/domain/visit/kinds'
import { Instant, List, Nullable, OneOf, pageQuery, Uuid } from '../schema.ts'
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

export const PresenceQuery = Type.Object({
  ...pageQuery,
  show: Type.Optional(OneOf(['unmatched', 'to-approve', 'in-question'] as const)),
})
export const PresenceRow = Type.Object({
  ...VisitPresence.properties,
  visitId: Nullable(Uuid),
  home: Nullable(Type.Object({ id: Uuid, address: Type.String() })),
  why: Type.String({ description: 'What the tag’s reading came to, where it came to no visit' }),
})
export type PresenceRow = Static<typeof PresenceRow>
export const PresenceList = List(PresenceRow)
export const ApproveBody = Type.Object({ note: Type.Optional(Type.String({ maxLength: 500 })) }, strict)
export const AttachBody = Type.Object(
  { visitId: Uuid, part: OneOf(VISIT_PARTS), reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }) },
  strict,
)

export const TagBody = Type.Object({ kind: Type.Optional(OneOf(tagKinds)) }, strict)
export const TagWriting = Type.Object({
  uid: Type.String(),
  kind: OneOf(tagKinds),
  keys: Type.Object({ master: Type.String(), fileRead: Type.String(), metaRead: Type.String() }),
  template: Type.Object({
    url: Type.String(),
    ndef: Type.String(),
    offsets: Type.Record(Type.String(), Type.Integer()),
    fileSettings: Type.String(),
  }),
})

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
export const PolicyQuery = Type.Object({ areaId: Uuid })

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
