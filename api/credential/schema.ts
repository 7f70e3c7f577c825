import { Type, type Static } from 'typebox'
import { CREDENTIAL_KINDS, FITNESS_RULES } from '@anju/domain/visit/credential'
import { DOCUMENT_BYTES_AT_MOST } from '@anju/domain/visit/document'
import { Day, Instant, Nullable, OneOf, Person, Uuid } from '../schema.ts'

/** Four characters carry three bytes; a paper that is somewhat too large is told so by its own code. */
export const BASE64_AT_MOST = Math.ceil((2 * DOCUMENT_BYTES_AT_MOST) / 3) * 4

const Kind = OneOf(CREDENTIAL_KINDS)

export const CredentialRow = Type.Object({
  id: Uuid,
  kind: Kind,
  title: Type.String(),
  number: Type.String(),
  issuedOn: Day,
  expiresOn: Nullable(Day),
  document: Nullable(Type.String({ description: 'The type of its paper' })),
  enteredAt: Instant,
  enteredBy: Nullable(Person),
  withdrawn: Nullable(Type.Object({ at: Instant, by: Nullable(Person), reason: Type.String() })),
})
export type CredentialRow = Static<typeof CredentialRow>

const standingStates = ['valid', 'expiring', 'not-yet', 'expired', 'withdrawn', 'never'] as const
const standing = {
  kind: Kind,
  state: OneOf(standingStates),
  day: Nullable(Type.String({ description: 'Until, since or from when' })),
  inDays: Nullable(Type.Integer({ description: 'Of what runs out' })),
  needed: Type.Boolean({ description: 'By “三不” everybody must hold it' }),
}
export const StandingRow = Type.Object(standing)
export type StandingRow = Static<typeof StandingRow>

export const MissingRow = Type.Object({
  kind: Kind,
  rule: OneOf(FITNESS_RULES),
  why: OneOf(['never', 'expired', 'withdrawn', 'not-yet']),
  day: Nullable(Type.String()),
})

export const CredentialFile = Type.Object({
  day: Type.String({ description: 'The day on which it stands so, in the area’s zone' }),
  fit: Type.Boolean({ description: 'May be sent, if no service asks for more' }),
  missing: Type.Array(MissingRow),
  standings: Type.Array(StandingRow),
  items: Type.Array(CredentialRow),
})
export type CredentialFile = Static<typeof CredentialFile>

export const worklistShows = ['all', 'expiring', 'missing'] as const
export const WorklistRow = Type.Object({ caregiver: Person, provider: Person, ...standing })
export type WorklistRow = Static<typeof WorklistRow>
export const Worklist = Type.Object({
  items: Type.Array(WorklistRow),
  next: Nullable(Type.String({ description: 'The `cursor` of the following page; null on the last' })),
  asOf: Type.Integer(),
  counts: Type.Object({
    expiring: Type.Integer(),
    missing: Type.Integer(),
    unfit: Type.Integer({ description: 'Caregivers who may not be sent' }),
  }),
})
export type Worklist = Static<typeof Worklist>

export const NewCredential = Type.Object(
  {
    kind: Kind,
    title: Type.Optional(Type.String({ maxLength: 100 })),
    number: Type.Optional(Type.String({ maxLength: 60 })),
    issuedOn: Day,
    expiresOn: Type.Optional(Nullable(Day)),
    data: Type.Optional(
      Type.String({
        maxLength: BASE64_AT_MOST,
        description: 'Its paper in base64: PDF, JPEG, PNG or WebP, 4 MB at most',
      }),
    ),
  },
  { additionalProperties: false },
)
export const Withdrawal = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 300, pattern: '\\S' }) },
  { additionalProperties: false },
)
