import { type Static, Type } from 'typebox'
import { LOOK_CONSENTS, LOOK_ENDINGS, LOOK_FINDINGS, LOOK_REFUSALS, LOOK_STATES } from '@anju/domain/visit/video-look'
import { Instant, Nullable, OneOf, Person, Uuid } from '../schema.ts'

/** A browser's description of a connection, with every way it found to itself; they are seldom longer than 6 KB. */
const Description = Type.String({ minLength: 1, maxLength: 32_000, pattern: '^v=0' })

/** Why not, by its code; null: it may be done. */
const Can = Nullable(Type.String())

export const VideoLook = Type.Object({
  id: Uuid,
  visitId: Uuid,
  /** Of the visit; the caregiver's phone shows it. */
  elder: Type.String(),
  askedBy: Person,
  askedAt: Instant,
  note: Type.String(),
  state: OneOf(LOOK_STATES),
  consent: Nullable(OneOf(LOOK_CONSENTS)),
  connectedAt: Nullable(Instant),
  endedAt: Nullable(Instant),
  ending: Nullable(OneOf(LOOK_ENDINGS)),
  refusal: Nullable(OneOf(LOOK_REFUSALS)),
  finding: Nullable(OneOf(LOOK_FINDINGS)),
  findingNote: Type.String(),
  may: Type.Object({ agree: Can, refuse: Can, answer: Can, connect: Can, end: Can, find: Can }),
})
export type VideoLook = Static<typeof VideoLook>

export const VideoLooks = Type.Object({
  items: Type.Array(VideoLook),
  /** Whether another may be asked for now, where a visit was named; else null. */
  ask: Nullable(Type.Object({ why: Can })),
})
export type VideoLooks = Static<typeof VideoLooks>

export const VideoLooksQuery = Type.Object({
  visit: Type.Optional(Uuid),
  show: Type.Optional(OneOf(['open', 'all'] as const)),
})

export const Signal = Type.Object({
  state: OneOf(LOOK_STATES),
  offer: Nullable(Type.String()),
  answer: Nullable(Type.String()),
  /** As `RTCConfiguration.iceServers` takes them; the credentials hold for an hour. */
  iceServers: Type.Array(
    Type.Object({
      urls: Type.Array(Type.String()),
      username: Type.Optional(Type.String()),
      credential: Type.Optional(Type.String()),
    }),
  ),
})
export type Signal = Static<typeof Signal>

export const AskBody = Type.Object({ note: Type.Optional(Type.String({ maxLength: 500 })) })
export const AgreeBody = Type.Object({ consent: OneOf(LOOK_CONSENTS), offer: Description })
export const RefuseBody = Type.Object({ refusal: OneOf(LOOK_REFUSALS) })
export const AnswerBody = Type.Object({ answer: Description })
export const FindBody = Type.Object({
  finding: OneOf(LOOK_FINDINGS),
  note: Type.Optional(Type.String({ maxLength: 2000 })),
})
