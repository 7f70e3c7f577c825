import { Type, type Static } from 'typebox'
import { ESCALATIONS } from '@anju/domain/alarm/kinds'
import { channelKinds, EmailSettings, SmsSettings, WebhookSettings } from '@anju/domain/channel/settings'
import { AreaName, Instant, List, Nullable, OneOf, Uuid } from '../schema.ts'

const Name = Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' })
/** None: it is there for the roots of evidence alone. */
const Reasons = Type.Array(OneOf(ESCALATIONS), { maxItems: ESCALATIONS.length, uniqueItems: true })
const Kind = OneOf(channelKinds)

/** How it goes with a way to the outside. */
export const ChannelState = Type.Object({
  okAt: Nullable(Instant),
  failedAt: Nullable(Instant),
  failingSince: Nullable(Instant),
  failures: Type.Integer({ description: 'In a row' }),
  said: Type.String({ description: 'What the last failed attempt was told' }),
  alarmId: Nullable(Uuid),
  waiting: Type.Integer({ description: 'Messages that wait for it' }),
})
export type ChannelState = Static<typeof ChannelState>

export const ChannelRow = Type.Object({
  id: Uuid,
  name: Type.String(),
  kind: Kind,
  area: AreaName,
  reasons: Reasons,
  enabled: Type.Boolean(),
  keepsRoots: Type.Boolean({ description: 'It is sent the daily roots of evidence; by e-mail alone' }),
  removedAt: Nullable(Instant),
  host: Type.String({ description: 'Where it leads; no more of the address' }),
  version: Type.Integer(),
  state: ChannelState,
})
export type ChannelRow = Static<typeof ChannelRow>
export const ChannelList = List(ChannelRow)

/** By kind; an empty secret in a change: as it was. */
export const Settings = Type.Union([
  Type.Object({ kind: Type.Literal('webhook'), settings: WebhookSettings }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal('email'), settings: EmailSettings }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal('sms'), settings: SmsSettings }, { additionalProperties: false }),
])
export type Settings = Static<typeof Settings>

export const ChannelDetail = Type.Object({
  ...ChannelRow.properties,
  channel: Settings,
  secretKept: Type.Boolean({ description: 'A secret is kept; it is never shown' }),
})
export type ChannelDetail = Static<typeof ChannelDetail>

export const NewChannel = Type.Object(
  {
    areaId: Uuid,
    name: Name,
    reasons: Reasons,
    enabled: Type.Optional(Type.Boolean()),
    keepsRoots: Type.Optional(Type.Boolean()),
    channel: Settings,
  },
  { additionalProperties: false },
)
export const ChannelChange = Type.Object(
  {
    version: Type.Integer(),
    name: Type.Optional(Name),
    reasons: Type.Optional(Reasons),
    enabled: Type.Optional(Type.Boolean()),
    keepsRoots: Type.Optional(Type.Boolean()),
    removed: Type.Optional(Type.Boolean()),
    channel: Type.Optional(Settings),
  },
  { additionalProperties: false },
)

export const TestBody = Type.Object(
  {
    phone: Type.Optional(Type.String({ pattern: '^\\+?[0-9 -]{5,20}$', description: 'Where a short message goes' })),
  },
  { additionalProperties: false },
)
export const TestAnswer = Type.Object({
  worked: Type.Boolean(),
  status: Nullable(Type.Integer()),
  error: Nullable(Type.String()),
  said: Type.String({ description: 'The first of what the other side answered' }),
  tookMs: Type.Integer(),
})
export type TestAnswer = Static<typeof TestAnswer>

const Attempt = Type.Object({
  n: Type.Integer(),
  at: Instant,
  status: Nullable(Type.Integer()),
  error: Nullable(Type.String()),
  tookMs: Nullable(Type.Integer()),
})

/** One message to one recipient by one channel, with every attempt. */
const notificationStates = ['waiting', 'delivered', 'given-up', 'moot', 'covered'] as const
export const NotificationRow = Type.Object({
  id: Uuid,
  at: Instant,
  alarmId: Nullable(Uuid),
  kind: Type.String({ description: 'Of the alarm' }),
  reason: Nullable(Type.String({ description: 'Why the outside is told; null: the alarm itself' })),
  channel: Nullable(Type.Object({ id: Uuid, name: Type.String(), kind: Kind })),
  recipient: Nullable(Type.String({ description: 'Who is on call, by name; null: nobody in particular' })),
  state: OneOf(notificationStates),
  covers: Type.Integer({ description: 'Other alarms that this message tells of' }),
  coveredBy: Nullable(
    Type.Object(
      { id: Uuid, state: OneOf(notificationStates), at: Nullable(Instant) },
      { description: 'The message that tells of this alarm beside others; `at`: when it was delivered' },
    ),
  ),
  nextAt: Nullable(Instant),
  deliveredAt: Nullable(Instant),
  attempts: Type.Array(Attempt),
})
export type NotificationRow = Static<typeof NotificationRow>
export const NotificationList = List(NotificationRow)

/** What the environment configures, and whether the world is told that we live. */
export const OutsideState = Type.Object({
  webhook: Nullable(ChannelState),
  alive: Nullable(
    Type.Object({
      lookedAt: Nullable(Instant),
      pingedAt: Nullable(Instant),
      notWell: Type.Array(Type.String({ description: 'database, gateway, deadlines, log' })),
      error: Nullable(Type.String({ description: 'Why the last ping did not arrive' })),
    }),
  ),
  publicUrl: Type.Boolean({ description: 'Messages carry the address of the alarm' }),
})
export type OutsideState = Static<typeof OutsideState>
