import type { DeviceKind } from '@anju/domain/device/kinds'
import type { PositionSystem } from '@anju/domain/place/position'
import type { Contact } from './contacts.ts'
import type { Condition, Usual } from './life.ts'
import type { Sex } from './names.ts'
import type { DemoCommunityName } from './place.ts'

/** The demo county before it is stored: everything but secrets follows from the seed and the moment it was begun. */
export interface County {
  seed: string
  /** When it was begun; its history lies before. */
  base: Date
  homes: PlannedHome[]
  providers: PlannedProvider[]
  caregivers: PlannedCaregiver[]
}

export interface PlannedHome {
  id: string
  community: DemoCommunityName
  address: string
  landmark: string
  entryNote: string
  /** WGS-84. */
  lon: number
  lat: number
  /** As it was given: some were read off a map on a telephone. */
  given: { lon: number; lat: number; system: PositionSystem }
  since: Date
  /** Nobody lives here any more when empty. */
  elders: PlannedElder[]
  devices: PlannedDevice[]
  /** The number of the tag at the door. */
  doorTag: string
  /** Who comes here, most frequent first; indexes of the county's caregivers. */
  visitedBy: number[]
  /** Visits a month. */
  visits: number
}

export interface PlannedElder {
  id: string
  name: string
  sex: Sex
  /** 'YYYY-MM-DD' */
  bornOn: string
  phone: string
  dialect: string
  hearing: string
  conditions: string
  allergies: string
  idNumber: string | null
  contacts: Contact[]
  note: string
  since: Date
  health: readonly Condition[]
  usual: Usual
  /** The day the elder died, with who confirmed it when. */
  died: { on: string; confirmedAt: Date } | null
  /** Another's id: this entry was made twice. */
  mergedInto: string | null
  /** Where the elder lived before, until then. */
  movedFrom: { homeId: string; at: Date } | null
  absences: { kind: 'hospital' | 'family' | 'travel' | 'other'; from: Date; to: Date | null; note: string }[]
}

export interface PlannedDevice {
  id: string
  kind: DeviceKind
  label: string
  way: 'mqtt' | 'http' | 'through'
  hubId: string | null
  model: string
  serial: string
  since: Date
  owners: { homeId: string; elderId: string | null; userNumber: number | null; from: Date; to: Date | null }[]
  /** Taken out of use then. */
  revokedAt: Date | null
  /** Not heard since; such a device is not played by the simulator. */
  silentSince: Date | null
  battery: number | null
  rssi: number
  firmware: string
}

export interface PlannedProvider {
  id: string
  name: string
  phone: string
  address: string
  town: 0 | 1
}

export interface PlannedCaregiver {
  id: string
  provider: number
  name: string
  sex: Sex
  bornOn: string
  phone: string
  /** The badge's number. */
  badge: string
  left: boolean
}

export const DAY_MS = 86_400_000
/** How far back the demo's history reaches. */
export const HISTORY_DAYS = 92
/** The whole country keeps one time, without summer time since 1991. */
const ZONE_MS = 8 * 3_600_000

/** The local midnight `daysAgo` days before the day of `base`. */
export function midnight(base: Date, daysAgo: number): Date {
  const local = Math.floor((base.getTime() + ZONE_MS) / DAY_MS) * DAY_MS
  return new Date(local - ZONE_MS - daysAgo * DAY_MS)
}

/** The local day ('YYYY-MM-DD') an instant falls on. */
export function localDay(at: Date): string {
  return new Date(at.getTime() + ZONE_MS).toISOString().slice(0, 10)
}

/** An instant so many hours (8.5: half past eight) into the local day that begins at `midnight`. */
export function hour(midnight: Date, hours: number): Date {
  return new Date(midnight.getTime() + Math.round(hours * 3_600_000))
}

/** 0 on Sundays, of the local day that begins at `midnight`. */
export function weekday(midnight: Date): number {
  return (Math.floor((midnight.getTime() + ZONE_MS) / DAY_MS) + 4) % 7 // 1 January 1970 was a Thursday
}
