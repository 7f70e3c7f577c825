import { Type, type Static } from 'typebox'
import { deviceKinds } from '@anju/domain/device/kinds'
import { deviceStates } from '@anju/domain/device/liveness'
import { AreaName, DeviceId, Instant, List, Nullable, OneOf, pageQuery, Person, Uuid } from '../schema.ts'

const State = Type.Unsafe<(typeof deviceStates)[number]>({
  ...OneOf(deviceStates),
  description: 'late: missed a report and is not silent yet; never: not heard since it was registered',
})

export const DeviceRow = Type.Object({
  id: DeviceId,
  kind: OneOf(deviceKinds),
  label: Type.String(),
  model: Type.String(),
  serial: Type.String({ description: 'The maker’s number; empty when nobody wrote it down' }),
  voiceNumber: Type.String({ description: 'Of its SIM card, by which one talks through it; empty for none' }),
  version: Type.Integer(),
  area: AreaName,
  hubId: Nullable(DeviceId),
  elder: Nullable(Person),
  home: Nullable(Type.Object({ id: Uuid, address: Type.String() })),
  userNumber: Nullable(Type.Integer()),
  state: State,
  online: Nullable(Type.Boolean()),
  battery: Nullable(Type.Integer({ description: 'Percent' })),
  rssi: Nullable(Type.Integer({ description: 'dBm' })),
  firmware: Nullable(Type.String()),
  lastMessageAt: Nullable(Instant),
  silentSince: Nullable(Instant),
  silentAfterS: Type.Integer(),
  createdAt: Instant,
  revokedAt: Nullable(Instant),
})
export type DeviceRow = Static<typeof DeviceRow>

export const FleetRow = Type.Object({
  ...DeviceRow.properties,
  rejectedDay: Type.Integer({ description: 'Messages of the last 24 hours that could not be taken' }),
})
export type FleetRow = Static<typeof FleetRow>
export const DeviceList = List(FleetRow)

export const fleetSorts = ['newest', 'unheard', 'battery'] as const
export type FleetSort = (typeof fleetSorts)[number]

/** What the fleet is narrowed by. */
const narrowing = {
  kind: Type.Optional(OneOf(deviceKinds)),
  areaId: Type.Optional(Type.String({ format: 'uuid', description: 'The area and all below it' })),
  lowBattery: Type.Optional(Type.Boolean()),
  firmware: Type.Optional(Type.String({ maxLength: 100 })),
  hubId: Type.Optional(DeviceId),
  search: Type.Optional(
    Type.String({ maxLength: 100, description: 'Beginning of id, serial number or elder’s name; part of the label' }),
  ),
}
export const FleetQuery = Type.Object({ ...narrowing, state: Type.Optional(State) })
export type FleetQuery = Static<typeof FleetQuery>
export const DeviceListQuery = Type.Object({
  ...pageQuery,
  ...FleetQuery.properties,
  sort: Type.Optional(OneOf(fleetSorts)),
})

export const FleetCounts = Type.Object({
  alive: Type.Integer(),
  late: Type.Integer(),
  silent: Type.Integer(),
  never: Type.Integer(),
  revoked: Type.Integer(),
  lowBattery: Type.Integer(),
  asOf: Type.Integer(),
})
export type FleetCounts = Static<typeof FleetCounts>

const Facet = Type.Object({ id: Type.String(), name: Type.String(), devices: Type.Integer() })
export const FleetFacets = Type.Object({
  firmwares: Type.Array(Facet),
  areas: Type.Array(Facet, { description: 'Where devices are, in the order of the area tree' }),
})
export type FleetFacets = Static<typeof FleetFacets>

/** What an operator may send by hand; `help-coming` follows an acknowledgement and `config` has no screen yet. */
export const manualCommands = ['test', 'silence', 'locate'] as const

export const Command = Type.Object({
  id: Uuid,
  deviceId: DeviceId,
  cmd: Type.String(),
  state: OneOf(['queued', 'sent', 'done', 'expired']),
  alarmId: Nullable(Uuid),
  createdAt: Instant,
  expiresAt: Instant,
  sentAt: Nullable(Instant),
  doneAt: Nullable(Instant),
  result: Nullable(Type.String()),
})
export type Command = Static<typeof Command>

export const DeviceTest = Type.Object({
  id: Uuid,
  startedAt: Instant,
  expiresAt: Instant,
  startedBy: Nullable(Person),
  pressedAt: Nullable(Type.String({ format: 'date-time', description: 'By the device’s clock' })),
  receivedAt: Nullable(Instant),
  storedAt: Nullable(Type.String({ format: 'date-time', description: 'When the log told of it; null: not known' })),
  shownAt: Nullable(Type.String({ format: 'date-time', description: 'First painted at a desk' })),
  alarm: Nullable(
    Type.Object({
      id: Uuid,
      state: Type.String(),
      alone: Type.Boolean({ description: 'No press but the test’s is in it' }),
    }),
  ),
})
export type DeviceTest = Static<typeof DeviceTest>

const Relative = Type.Object({
  id: DeviceId,
  kind: OneOf(deviceKinds),
  label: Type.String(),
  state: State,
  lastMessageAt: Nullable(Instant),
  homeId: Nullable(Type.String({ format: 'uuid', description: 'null: it hangs in no home of your area' })),
  apart: Type.Boolean({ description: 'The two hang in different homes: its radio may not reach' }),
})

export const Change = Type.Object({
  id: Uuid,
  at: Instant,
  action: Type.String(),
  user: Nullable(Person),
  before: Type.Record(Type.String(), Type.Unknown()),
  after: Type.Record(Type.String(), Type.Unknown()),
  reason: Type.String(),
})

export const Stay = Type.Object({
  homeId: Nullable(Type.String({ description: 'null: a home outside your area' })),
  address: Type.String(),
  area: Type.String(),
  elder: Nullable(Person),
  userNumber: Nullable(Type.Integer()),
  validFrom: Instant,
  validTo: Nullable(Instant),
  arrivedAfter: Type.Integer({ description: 'Facts of this time that arrived only after the device had left' }),
})
export type Stay = Static<typeof Stay>

export const DeviceDetail = Type.Object({
  ...FleetRow.properties,
  boot: Type.Integer(),
  seq: Type.Integer(),
  uptimeS: Nullable(Type.Integer()),
  deviceAt: Nullable(Instant),
  stateReceivedAt: Nullable(Instant),
  secretChangedAt: Nullable(Instant),
  hub: Nullable(Relative),
  children: Type.Array(Relative, { description: 'What a hub speaks for' }),
  assignments: Type.Array(Stay),
  commands: Type.Array(Command),
  tests: Type.Array(DeviceTest, { description: 'The last ones, newest first' }),
  history: Type.Array(Change),
})
export type DeviceDetail = Static<typeof DeviceDetail>

export const DeviceMessage = Type.Object({
  id: Uuid,
  receivedAt: Instant,
  at: Nullable(Type.String({ format: 'date-time', description: 'The device’s clock' })),
  type: Type.String(),
  way: Type.String(),
  via: Nullable(Type.String({ description: 'The hub that spoke for it' })),
  marks: Type.Array(Type.String()),
  formerHome: Nullable(
    Type.Object(
      { address: Type.String(), elder: Nullable(Type.String()) },
      { description: 'Where it belongs by its own time, when that is not where the device stood on arrival' },
    ),
  ),
})
export type DeviceMessage = Static<typeof DeviceMessage>
export const MessageList = List(DeviceMessage)

export const Rejected = Type.Object({
  id: Uuid,
  receivedAt: Instant,
  type: Type.String(),
  code: Type.String(),
  detail: Type.String({ description: 'Why, in plain words' }),
  bytes: Type.Integer({ description: 'Length of the body' }),
  excerpt: Type.String({ description: 'Its beginning as text' }),
})
export type Rejected = Static<typeof Rejected>
export const RejectedList = List(Rejected)

export const RejectedBody = Type.Object({
  ...Rejected.properties,
  text: Nullable(Type.String({ description: 'The whole body; null when it is no UTF-8' })),
  hex: Type.String({ description: 'Its first bytes, for what is no text' }),
})
export type RejectedBody = Static<typeof RejectedBody>

const text = (maxLength: number) => Type.String({ maxLength })
const Serial = Type.String({
  maxLength: 100,
  pattern: '^(\\S(.*\\S)?)?$',
  description: 'On the case; one device’s only',
})
const UserNumber = Type.Integer({ minimum: 1, maximum: 99 })

export const NewDevice = Type.Object(
  {
    kind: OneOf(deviceKinds),
    elderId: Type.Optional(Uuid),
    homeId: Type.Optional(
      Type.String({ format: 'uuid', description: 'For everybody there; one of elder, home, area' }),
    ),
    areaId: Type.Optional(Type.String({ format: 'uuid', description: 'On the shelf, in no home yet' })),
    label: Type.Optional(text(100)),
    model: Type.Optional(text(100)),
    serial: Type.Optional(Serial),
    userNumber: Type.Optional(UserNumber),
    hubId: Type.Optional(DeviceId),
  },
  { additionalProperties: false },
)

export const Broker = Type.Object({
  host: Type.String(),
  port: Type.Integer(),
  tls: Type.Boolean(),
})
export type Broker = Static<typeof Broker>

export const NewSecret = Type.Object({
  id: DeviceId,
  secret: Type.String({ description: '256 bits in hex; shown this once' }),
  kind: OneOf(deviceKinds),
  label: Type.String(),
  broker: Broker,
})
export type NewSecret = Static<typeof NewSecret>

export const RegisteredDevice = Type.Object({
  ...NewSecret.properties,
  elderId: Nullable(Uuid),
  homeId: Nullable(Uuid),
})
export type RegisteredDevice = Static<typeof RegisteredDevice>

export const ChangedDevice = Type.Object(
  {
    version: Type.Integer({ description: 'Of the device as it was read; another is refused' }),
    label: Type.Optional(text(100)),
    model: Type.Optional(text(100)),
    serial: Type.Optional(Serial),
    voiceNumber: Type.Optional(text(40)),
    hubId: Type.Optional(Nullable(DeviceId)),
  },
  { additionalProperties: false },
)

export const BindBody = Type.Object(
  {
    elderId: Type.Optional(Uuid),
    homeId: Type.Optional(Uuid),
    from: Type.Optional(Type.String({ format: 'date-time', description: 'Up to now, which it is by default' })),
    userNumber: Type.Optional(UserNumber),
    move: Type.Optional(Type.Boolean({ description: 'Leaves whatever home it stands in then' })),
    label: Type.Optional(Type.String({ maxLength: 100, description: 'Where it hangs there; as it was by default' })),
  },
  { additionalProperties: false },
)
export const UnbindBody = Nullable(
  Type.Object({ at: Type.Optional(Instant), userNumber: Type.Optional(UserNumber) }, { additionalProperties: false }),
)
export const RevokeBody = Nullable(Type.Object({ reason: Type.Optional(text(500)) }, { additionalProperties: false }))
