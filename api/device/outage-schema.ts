import { Type, type Static } from 'typebox'
import { deviceKinds } from '@anju/domain/device/kinds'
import { AreaName, DeviceId, Instant, Nullable, OneOf, Uuid } from '../schema.ts'

export const Outage = Type.Object({
  area: AreaName,
  town: Nullable(Type.String({ description: 'What the village belongs to' })),
  dark: Type.Boolean({ description: 'So many are silent together that the village shares the cause' }),
  devices: Type.Integer({ description: 'Ever heard and not revoked' }),
  silent: Type.Integer(),
  since: Type.String({ format: 'date-time', description: 'The first of those now silent' }),
  lastSince: Type.String({ format: 'date-time', description: 'The last of them' }),
  hubs: Type.Array(
    Type.Object(
      { id: DeviceId, label: Type.String(), children: Type.Integer() },
      { description: 'Silent with theirs' },
    ),
  ),
  alone: Type.Integer({ description: 'Silent devices that share no cause' }),
  alarms: Type.Array(Type.Object({ id: Uuid, state: Type.String(), devices: Type.Integer() })),
  elders: Type.Array(
    Type.Object({
      id: Uuid,
      name: Type.String(),
      age: Nullable(Type.Integer()),
      phone: Type.String(),
      address: Type.String(),
      kinds: Type.Array(OneOf(deviceKinds), { description: 'Which of their devices are silent' }),
      since: Instant,
    }),
    { description: 'Whom to ask after first: those without their button, then the oldest' },
  ),
  moreElders: Type.Integer({ description: 'Beyond the list' }),
})
export type Outage = Static<typeof Outage>

export const Outages = Type.Object({
  items: Type.Array(Outage, { description: 'Worst first' }),
  asOf: Type.Integer(),
})
export type Outages = Static<typeof Outages>
