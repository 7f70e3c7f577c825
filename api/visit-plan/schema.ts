import { Type, type Static } from 'typebox'
import { Day, List, Nullable, OneOf, pageQuery, Person, Uuid } from '../schema.ts'

const ClockTime = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'HH:MM in the area’s zone' })
const PlanService = Type.Object({ id: Uuid, code: Type.String(), name: Type.String() })

/** A day of a plan without a visit, and why. */
export const PlanGap = Type.Object({
  day: Day,
  why: Type.String({ description: 'A code of the catalogue of refusals' }),
  detail: Type.Record(Type.String(), Type.Unknown()),
})

export const PlanRow = Type.Object({
  id: Uuid,
  elder: Person,
  provider: Person,
  caregiver: Nullable(Person),
  weekdays: Type.Array(Type.Integer({ description: '1 Monday … 7 Sunday' })),
  everyWeeks: Type.Integer(),
  beginsAt: ClockTime,
  minutes: Type.Integer(),
  services: Type.Array(PlanService),
  validFrom: Day,
  validTo: Nullable(Day),
  madeThrough: Nullable(Day),
  ended: Type.Boolean(),
  replacesId: Nullable(Uuid),
  note: Type.String(),
  gaps: Type.Array(PlanGap, { description: 'From today on' }),
  version: Type.Integer(),
})
export type PlanRow = Static<typeof PlanRow>
export const PlanList = List(PlanRow)

export const PlanQuery = Type.Object({
  ...pageQuery,
  show: Type.Optional(OneOf(['running', 'gaps', 'ended', 'all'] as const)),
  elder: Type.Optional(Uuid),
  provider: Type.Optional(Uuid),
})

const strict = { additionalProperties: false }
const agreed = {
  caregiverId: Nullable(Uuid),
  weekdays: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7, uniqueItems: true }),
  everyWeeks: Type.Integer({ minimum: 1, maximum: 8 }),
  beginsAt: ClockTime,
  minutes: Type.Integer({ minimum: 10, maximum: 720 }),
  serviceIds: Type.Array(Uuid, { maxItems: 30, uniqueItems: true }),
  validTo: Nullable(Day),
  note: Type.Optional(Type.String({ maxLength: 2000 })),
}
export const NewPlan = Type.Object({ elderId: Uuid, providerId: Uuid, validFrom: Day, ...agreed }, strict)
export const ChangedPlan = Type.Object({ version: Type.Integer(), from: Day, ...agreed }, strict)
export const EndPlan = Type.Object(
  {
    version: Type.Integer(),
    from: Type.String({ format: 'date', description: 'The first day without a visit of it' }),
    reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }),
  },
  strict,
)
export const PlanMade = Type.Object({
  id: Uuid,
  ids: Type.Array(Uuid, { description: 'Visits of the next four weeks' }),
  gaps: Type.Array(Type.Object({ day: Day, why: Type.String() }), { description: 'Days that could not be made' }),
})
