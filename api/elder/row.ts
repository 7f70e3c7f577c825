import { ageOn } from '@anju/domain/elder/age'
import { type ElderState, stateOfElder } from '@anju/domain/elder/state'
import type { Prisma } from '@anju/prisma/generated/client'
import { ageOf, dayOf } from '../day.ts'
import type { ElderRow, HomePosition } from './schema.ts'
import { sexOf } from './sex.ts'

/** The absences that hold at `now`. */
export const awayAt = (now: Date) => ({ awayFrom: { lte: now }, OR: [{ awayTo: null }, { awayTo: { gt: now } }] })

/** What a row of the list needs of its elder. */
export function elderInclude(now: Date) {
  return {
    home: { include: { area: true } },
    absences: { where: awayAt(now), take: 1 },
  } satisfies Prisma.ElderInclude
}
/** What a row of the list is made of; `absences` are those that hold now. */
export interface ElderParts {
  id: string
  name: string
  sex: string | null
  phone: string
  bornOn: Date | null
  diedOn: Date | null
  mergedIntoId: string | null
  createdAt: Date
  home: { id: string; address: string; landmark: string; area: { id: string; name: string; timeZone: string } }
  absences: readonly unknown[]
}

/** A stored elder as the list says it. */
export function toElder(row: ElderParts, now: Date): ElderRow {
  const { home } = row
  return {
    id: row.id,
    name: row.name,
    age: ageOfElder(row, home.area.timeZone, now),
    sex: sexOf(row.sex),
    phone: row.phone,
    home: { id: home.id, address: home.address, landmark: home.landmark },
    area: { id: home.area.id, name: home.area.name },
    state: stateOf(row),
    createdAt: row.createdAt.toISOString(),
  }
}

/** Nobody grows older after death. */
export function ageOfElder(
  { bornOn, diedOn }: { bornOn: Date | null; diedOn: Date | null },
  timeZone: string,
  now: Date,
): number | null {
  return diedOn === null ? ageOf(bornOn, timeZone, now) : ageOn(dayOf(bornOn), dayOf(diedOn) ?? '')
}

export function stateOf(row: {
  mergedIntoId: string | null
  diedOn: Date | null
  absences: readonly unknown[]
}): ElderState {
  return stateOfElder({ mergedInto: row.mergedIntoId, diedOn: row.diedOn, awayNow: row.absences.length > 0 })
}

export function positionOf(home: {
  lon: number | null
  lat: number | null
  givenLon: number | null
  givenLat: number | null
  positionSystem: string | null
}): HomePosition | null {
  const { lon, lat, givenLon, givenLat, positionSystem: system } = home
  if (lon === null || lat === null || givenLon === null || givenLat === null) return null
  return { lon, lat, given: { lon: givenLon, lat: givenLat, system: system === 'gcj02' ? 'gcj02' : 'wgs84' } }
}
