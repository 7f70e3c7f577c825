import { Type, type Static } from 'typebox'
import { Day, DeviceId, Instant, Nullable, OneOf, Uuid } from '../schema.ts'
import { absenceKinds, FoundElder, GivenReason, NewHome, Version } from './schema.ts'

const Reason = Type.Optional(Type.String({ maxLength: 500, description: 'Why; kept in the history' }))

/** To a home that is there, or to a new one. */
export const MoveBody = Type.Object(
  {
    version: Version,
    homeId: Type.Optional(Uuid),
    newHome: Type.Optional(Type.Object(NewHome, { additionalProperties: false })),
    from: Type.String({ format: 'date-time', description: 'Since when; up to now' }),
    devices: Type.Union([Type.Literal('stay'), Type.Literal('with'), Type.Array(DeviceId, { maxItems: 100 })], {
      description: 'What goes along: nothing, all that are hers alone, or these',
    }),
    reason: Reason,
  },
  { additionalProperties: false },
)

export const AbsenceBody = Type.Object(
  {
    kind: OneOf(absenceKinds),
    from: Instant,
    to: Type.Optional(Nullable(Instant)),
    note: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
)
export const EndBody = Type.Object(
  { at: Type.String({ format: 'date-time', description: 'Back since; at or before its beginning it never was' }) },
  { additionalProperties: false },
)

export const DeathBody = Type.Object(
  { version: Version, diedOn: Day, reason: GivenReason },
  { additionalProperties: false },
)

export const MergeBody = Type.Object(
  { into: Uuid, version: Version, reason: GivenReason },
  { additionalProperties: false },
)

export const IdNumberShown = Type.Object({ idNumber: Nullable(Type.String()) })

export const suggestReasons = ['name-and-birth', 'name-and-phone', 'id-number'] as const
export const SuggestQuery = Type.Object({
  name: Type.String({ maxLength: 100 }),
  bornOn: Type.Optional(Day),
  phone: Type.Optional(Type.String({ maxLength: 40 })),
})
/** Somebody who may be the same person, and why. */
export const Likely = Type.Object({
  ...FoundElder.properties,
  bornOn: Nullable(Day),
  because: Type.Array(OneOf(suggestReasons)),
})
export type Likely = Static<typeof Likely>
export const LikelyList = Type.Object({ items: Type.Array(Likely) })
