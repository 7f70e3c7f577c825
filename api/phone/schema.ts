import { Type, type Static } from 'typebox'
import { sexes } from '../elder/schema.ts'
import { Instant, List, Nullable, OneOf, Uuid } from '../schema.ts'
import { SignedIn } from '../session/schema.ts'
import { VisitRow } from '../visit/schema.ts'

const strict = { additionalProperties: false }

/** The token stands behind a #, which no browser sends and no proxy logs. */
export const PhoneLink = Type.Object({ link: Type.String(), expiresAt: Instant })
export type PhoneLink = Static<typeof PhoneLink>

export const PhoneRow = Type.Object({
  id: Uuid,
  phoneId: Uuid,
  userAgent: Type.String(),
  joinedAt: Instant,
  lastUsedAt: Nullable(Instant),
  locked: Type.Boolean({ description: 'Too many wrong PINs: it opens no more' }),
  endedAt: Nullable(Instant),
  others: Type.Integer({ description: 'Other caregivers who sign in on it' }),
  sharedSince: Nullable(Instant),
  sharedNote: Type.String(),
})
export type PhoneRow = Static<typeof PhoneRow>
export const PhoneList = List(PhoneRow)

export const SharedBody = Type.Object(
  { shared: Type.Boolean(), note: Type.Optional(Type.String({ maxLength: 200 })) },
  strict,
)

const Token = Type.String({ minLength: 1, maxLength: 100 })
const Pin = Type.String({ maxLength: 20 })
export const OpenPhoneLink = Type.Object({ token: Token }, strict)
export const PhoneInvited = Type.Object({ name: Type.String(), provider: Type.String(), expiresAt: Instant })
export type PhoneInvited = Static<typeof PhoneInvited>

export const JoinPhone = Type.Object({ token: Token, pin: Pin, phoneId: Uuid }, strict)
export const Joined = Type.Object({ ...SignedIn.properties, phoneId: Uuid })
export type Joined = Static<typeof Joined>

export const OwnPhone = Type.Object({
  phoneId: Nullable(Uuid),
  people: Type.Array(Type.Object({ id: Uuid, name: Type.String(), locked: Type.Boolean() })),
})
export type OwnPhone = Static<typeof OwnPhone>
export const PinSignIn = Type.Object({ userId: Uuid, pin: Pin }, strict)

/** What whoever stands at the door must know of her (P5.1), and nothing else of her file. */
export const Essentials = Type.Object({
  age: Nullable(Type.Integer()),
  sex: Nullable(OneOf(sexes)),
  phone: Type.String(),
  dialect: Type.String(),
  hearing: Type.String(),
  conditions: Type.String(),
  allergies: Type.String(),
  medicines: Type.String(),
  note: Type.String(),
  understands: Type.Boolean({ description: 'false: the guardian is there for every service (P4)' }),
  withoutFamily: Type.Boolean({ description: 'Nobody of the family lives; whom the catalogue names may stand in' }),
  livesWith: Type.Integer({ description: 'Others who live there' }),
  contacts: Type.Array(Type.Object({ name: Type.String(), relation: Type.String(), phone: Type.String() })),
})
export type Essentials = Static<typeof Essentials>

export const DayVisit = Type.Object({ visit: VisitRow, elder: Essentials, timeZone: Type.String() })
export type DayVisit = Static<typeof DayVisit>
export const Day = List(DayVisit)
export const DayQuery = Type.Object({ from: Instant, to: Instant })
