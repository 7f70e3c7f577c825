import { Type, type Static } from 'typebox'
import { roles } from '@anju/domain/access/role'
import { SessionRow } from '../session/schema.ts'
import { AreaName, Instant, List, Nullable, OneOf, Person, Uuid } from '../schema.ts'

const Name = Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' })
const Phone = Type.String({ maxLength: 40 })

/** invited: has not chosen a password yet. */
export const userStates = ['active', 'invited', 'disabled'] as const

export const UserRow = Type.Object({
  id: Uuid,
  username: Nullable(Type.String({ description: 'null: invited, and not yet there' })),
  name: Type.String(),
  phone: Type.String(),
  role: OneOf(roles),
  area: AreaName,
  provider: Nullable(Person),
  state: OneOf(userStates),
  lastSeenAt: Nullable(Instant),
  createdAt: Instant,
  version: Type.Integer(),
  can: Type.Boolean({ description: 'Whoever asks may change this user' }),
})
export type UserRow = Static<typeof UserRow>
export const UserList = List(UserRow)

const linkKinds = ['invite', 'reset'] as const

export const StaffChange = Type.Object({
  at: Instant,
  by: Nullable(Type.String({ description: 'null: a program, or Anju itself' })),
  action: Type.String(),
  before: Type.Record(Type.String(), Type.Unknown()),
  after: Type.Record(Type.String(), Type.Unknown()),
  reason: Type.String(),
})
export type StaffChange = Static<typeof StaffChange>

export const UserDetail = Type.Object({
  ...UserRow.properties,
  link: Nullable(
    Type.Object({ kind: OneOf(linkKinds), createdAt: Instant, expiresAt: Instant }, { description: 'The open one' }),
  ),
  history: Type.Array(StaffChange, { description: 'The newest 50 changes' }),
})
export type UserDetail = Static<typeof UserDetail>

export const NewUser = Type.Object(
  {
    name: Name,
    phone: Type.Optional(Phone),
    role: OneOf(roles),
    areaId: Type.Optional(Uuid),
    providerId: Type.Optional(Uuid),
  },
  { additionalProperties: false },
)

export const UserChange = Type.Object(
  {
    version: Type.Integer(),
    name: Type.Optional(Name),
    phone: Type.Optional(Phone),
    role: Type.Optional(OneOf(roles)),
    areaId: Type.Optional(Uuid),
    providerId: Type.Optional(Uuid),
  },
  { additionalProperties: false },
)

/** The link itself, shown once. The token stands behind a #, which no browser sends and no proxy logs. */
export const OneTimeLink = Type.Object({
  userId: Uuid,
  kind: OneOf(linkKinds),
  link: Type.String(),
  expiresAt: Instant,
})
export type OneTimeLink = Static<typeof OneTimeLink>

export const Reason = Type.Object(
  { reason: Type.Optional(Type.String({ maxLength: 500 })) },
  { additionalProperties: false },
)

export const UserSessions = List(SessionRow)

const Token = Type.String({ minLength: 1, maxLength: 100 })
export const OpenInvitation = Type.Object({ token: Token }, { additionalProperties: false })
export const Invitation = Type.Object({
  kind: OneOf(linkKinds),
  name: Type.String(),
  username: Nullable(Type.String()),
  role: OneOf(roles),
  area: Type.String(),
  provider: Nullable(Type.String()),
  expiresAt: Instant,
})
export type Invitation = Static<typeof Invitation>

const Password = Type.String({ minLength: 1, maxLength: 300 })
export const AcceptInvitation = Type.Object(
  { token: Token, username: Type.Optional(Type.String({ maxLength: 64 })), password: Password },
  { additionalProperties: false },
)
export const Accepted = Type.Object({ username: Type.String() })

export const NewPassword = Type.Object({ current: Password, password: Password }, { additionalProperties: false })
