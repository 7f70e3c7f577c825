import { Type, type Static } from 'typebox'
import { deviceKinds } from '@anju/domain/device/kinds'
import { AreaName, DeviceId, Instant, List, Nullable, OneOf, Person, Uuid } from '../schema.ts'

export const DeviceRow = Type.Object({
  id: DeviceId,
  kind: OneOf(deviceKinds),
  label: Type.String(),
  area: AreaName,
  hubId: Nullable(DeviceId),
  elder: Nullable(Person),
  home: Nullable(Type.Object({ id: Uuid, address: Type.String() })),
  userNumber: Nullable(Type.Integer()),
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
export const DeviceList = List(DeviceRow)

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

export const DeviceDetail = Type.Object({
  ...DeviceRow.properties,
  boot: Type.Integer(),
  seq: Type.Integer(),
  uptimeS: Nullable(Type.Integer()),
  deviceAt: Nullable(Instant),
  stateReceivedAt: Nullable(Instant),
  assignments: Type.Array(
    Type.Object({
      homeId: Uuid,
      elder: Nullable(Person),
      userNumber: Nullable(Type.Integer()),
      validFrom: Instant,
      validTo: Nullable(Instant),
    }),
  ),
  commands: Type.Array(Command),
})
export type DeviceDetail = Static<typeof DeviceDetail>

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

export const NewDevice = Type.Object(
  {
    kind: OneOf(deviceKinds),
    elderId: Uuid,
    label: Type.Optional(Type.String({ maxLength: 100 })),
    userNumber: Type.Optional(Type.Integer({ minimum: 1, maximum: 99 })),
    hubId: Type.Optional(DeviceId),
  },
  { additionalProperties: false },
)

export const RegisteredDevice = Type.Object({
  id: DeviceId,
  secret: Type.String({ description: '256 bits in hex; shown this once' }),
  kind: OneOf(deviceKinds),
  label: Type.String(),
  elderId: Uuid,
  homeId: Uuid,
})
export type RegisteredDevice = Static<typeof RegisteredDevice>
