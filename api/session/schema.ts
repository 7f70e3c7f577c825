import { Type, type Static } from 'typebox'
import { roles } from '@anju/domain/access/role'
import { Instant, OneOf, Uuid } from '../schema.ts'

export const SignIn = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: 64 }),
    password: Type.String({ minLength: 1, maxLength: 256 }),
  },
  { additionalProperties: false },
)

/** Whether alarms can leave the house: by a webhook or a channel, or not at all. */
export const Outside = OneOf(['configured', 'none'])
export type Outside = Static<typeof Outside>

export const SignedIn = Type.Object({
  user: Type.Object({
    id: Uuid,
    username: Type.String(),
    name: Type.String(),
    role: OneOf(roles),
    area: Type.Object({ id: Uuid, name: Type.String(), path: Type.String() }),
  }),
  session: Type.Object({ id: Uuid, expiresAt: Instant }),
  demo: Type.Boolean({ description: 'The data are made up' }),
  outside: Outside,
})
export type SignedIn = Static<typeof SignedIn>

export const SessionRow = Type.Object({
  id: Uuid,
  createdAt: Instant,
  lastSeenAt: Instant,
  expiresAt: Instant,
  userAgent: Type.String(),
  current: Type.Boolean({ description: 'The session that asks' }),
})
export type SessionRow = Static<typeof SessionRow>
