import { Type, type Static } from 'typebox'
import { REFERRAL_KINDS, REFERRAL_STATES, REFERRAL_STEPS } from '@anju/domain/referral/referral'
import { AreaName, Instant, List, Nullable, OneOf, pageQuery, Person, Uuid } from '../schema.ts'

const Can = Type.Union([
  Type.Object({ allowed: Type.Literal(true), state: OneOf(REFERRAL_STATES) }),
  Type.Object({ allowed: Type.Literal(false), reason: Type.String({ description: 'A code of the catalogue' }) }),
])

export const ReferralRow = Type.Object({
  id: Uuid,
  kind: OneOf(REFERRAL_KINDS),
  what: Type.String(),
  handedTo: Type.String(),
  state: OneOf(REFERRAL_STATES),
  dueAt: Nullable(Instant),
  overdue: Type.Boolean(),
  area: AreaName,
  elder: Nullable(Person),
  callId: Nullable(Uuid),
  alarmId: Nullable(Uuid),
  openedBy: Nullable(Person),
  openedAt: Instant,
  closedBy: Nullable(Person),
  closedAt: Nullable(Instant),
  result: Type.String(),
  version: Type.Integer(),
  can: Type.Object({ 'hand-on': Can, done: Can, drop: Can, reopen: Can }),
})
export type ReferralRow = Static<typeof ReferralRow>
export const ReferralList = Type.Object({
  ...List(ReferralRow).properties,
  counts: Type.Object({ open: Type.Integer(), overdue: Type.Integer() }, { description: 'Of the scope' }),
})

export const referralShows = ['open', 'overdue', 'closed', 'all'] as const
export const ReferralQuery = Type.Object({
  ...pageQuery,
  show: Type.Optional(OneOf(referralShows)),
  kind: Type.Optional(OneOf(REFERRAL_KINDS)),
  elder: Type.Optional(Uuid),
})

const What = Type.String({ minLength: 1, maxLength: 2000, pattern: '\\S' })
const Whom = Type.String({ maxLength: 200 })
export const NewReferral = Type.Object(
  {
    kind: OneOf(REFERRAL_KINDS),
    what: What,
    handedTo: Type.Optional(Whom),
    dueAt: Type.Optional(Nullable(Instant)),
    elderId: Type.Optional(Nullable(Uuid)),
    callId: Type.Optional(Nullable(Uuid)),
    alarmId: Type.Optional(Nullable(Uuid)),
  },
  { additionalProperties: false },
)
export const ReferralPatch = Type.Object(
  {
    version: Type.Integer(),
    kind: Type.Optional(OneOf(REFERRAL_KINDS)),
    what: Type.Optional(What),
    handedTo: Type.Optional(Whom),
    dueAt: Type.Optional(Nullable(Instant)),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
)
export const StepBody = Type.Object(
  {
    version: Type.Integer(),
    step: OneOf(REFERRAL_STEPS),
    handedTo: Type.Optional(Whom),
    result: Type.Optional(Type.String({ maxLength: 2000 })),
  },
  { additionalProperties: false },
)
