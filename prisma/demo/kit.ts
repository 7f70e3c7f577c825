import { idPrefix, type DeviceKind } from '@anju/domain/device/kinds'
import type { PlannedDevice, PlannedElder, PlannedHome } from './plan.ts'
import type { Random } from './random.ts'

/** Made-up makers and models; the button's range is the only one with two. */
const MODELS: Record<DeviceKind, readonly string[]> = {
  button: ['安铃 B2', '安铃 B1'],
  'bp-meter': ['康测 BP-30', '康测 BP-40'],
  'glucose-meter': ['康测 G-10'],
  oximeter: ['静息 O-5'],
  scale: ['静息 W-2'],
  thermometer: ['静息 T-1'],
  'door-reader': ['门信 R1'],
  hub: ['安居 H1'],
}
const FIRMWARE: Record<DeviceKind, readonly string[]> = {
  button: ['2.4.1', '2.4.1', '2.4.1', '2.3.0', '2.1.7'],
  'bp-meter': ['1.8.0', '1.8.0', '1.7.2'],
  'glucose-meter': ['1.3.1'],
  oximeter: ['1.2.0', '1.1.4'],
  scale: ['3.0.2'],
  thermometer: ['1.0.9'],
  'door-reader': ['5.2.0', '5.2.0', '5.1.1'],
  hub: ['4.6.0', '4.6.0', '4.5.3'],
}
const LABELS: Record<DeviceKind, readonly string[]> = {
  button: ['床头', '随身', '卫生间', '客厅', '厨房'],
  'bp-meter': ['客厅', '餐桌', '床头', '堂屋'],
  'glucose-meter': ['餐桌', '床头柜'],
  oximeter: ['床头', '客厅'],
  scale: ['卧室', '堂屋'],
  thermometer: ['药箱', '床头'],
  'door-reader': ['入户门', '院门'],
  hub: ['客厅网关', '堂屋网关'],
}
const letters = '0123456789abcdefghjkmnpqrstvwxyz'

/** A device of that kind for a home as from `since`; whose it is, the caller says. */
export function newDevice(
  random: Random,
  kind: DeviceKind,
  rest: Pick<PlannedDevice, 'since' | 'owners'> & Partial<PlannedDevice>,
): PlannedDevice {
  const name = Array.from({ length: 10 }, () => letters[random.whole(0, 31)]).join('')
  const onMains = kind === 'hub'
  return {
    id: `${idPrefix[kind]}-${name}`,
    kind,
    label: random.pick(LABELS[kind]),
    way: 'mqtt',
    hubId: null,
    model: random.pick(MODELS[kind]),
    serial: `${idPrefix[kind].toUpperCase()}24${random.whole(100000, 999999)}`,
    revokedAt: null,
    silentSince: null,
    battery: onMains ? null : Math.round(random.chance(0.04) ? random.between(16, 20.4) : random.between(35, 100)),
    rssi: -Math.round(random.chance(0.1) ? random.between(84, 96) : random.between(48, 80)),
    firmware: random.pick(FIRMWARE[kind]),
    ...rest,
  }
}

/** What a home is given: a button each, meters by need, a reader at some doors; in some homes a hub speaks for the meters. */
export function equip(random: Random, home: PlannedHome): PlannedDevice[] {
  const since = new Date(home.since.getTime() + 2 * 3_600_000)
  const owner = (elder: PlannedElder | null, userNumber: number | null = null) => ({
    homeId: home.id,
    elderId: elder?.id ?? null,
    userNumber,
    from: home.since,
    to: null,
  })
  const make = (kind: DeviceKind, owners: PlannedDevice['owners'], rest: Partial<PlannedDevice> = {}) =>
    newDevice(random, kind, { since, owners, ...rest })
  const hub = random.chance(0.15) ? make('hub', [owner(null)]) : null
  const way = (alone: PlannedDevice['way']): Partial<PlannedDevice> =>
    hub === null ? { way: alone } : { way: 'through', hubId: hub.id }
  const devices: PlannedDevice[] = hub === null ? [] : [hub]
  for (const elder of home.elders) {
    if (random.chance(0.96)) devices.push(make('button', [owner(elder)], hub && random.chance(0.5) ? way('mqtt') : {}))
  }
  const needs = (condition: string) => home.elders.filter((elder) => elder.health.some((each) => each === condition))
  const users = (elders: PlannedElder[]) =>
    elders.length > 1 ? elders.map((elder, i) => owner(elder, i + 1)) : [owner(elders[0] ?? null)]
  const meter = (kind: DeviceKind, share: number, elders: PlannedElder[], alone: PlannedDevice['way'] = 'mqtt') => {
    if (elders.length > 0 && random.chance(share)) devices.push(make(kind, users(elders), way(alone)))
  }
  meter('bp-meter', needs('hypertension').length > 0 ? 0.82 : 0.46, home.elders, random.chance(0.25) ? 'http' : 'mqtt')
  meter('glucose-meter', 0.8, needs('diabetes').slice(0, 1))
  meter('oximeter', 0.75, [...needs('copd'), ...needs('heart-failure')].slice(0, 1))
  meter('scale', needs('heart-failure').length > 0 ? 0.8 : 0.2, home.elders.slice(0, 1))
  meter('thermometer', 0.12, home.elders.slice(0, 1))
  if (random.chance(0.5)) devices.push(make('door-reader', [owner(null)]))
  return devices
}
