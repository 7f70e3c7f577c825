import type { Scope } from '@anju/domain/access/scope'
import { readNumber, sameNumbers } from '@anju/domain/call/number'
import { termsOfNumber } from '@anju/prisma/call/number'
import type { Db } from '@anju/prisma/reads'
import { ageOfElder, awayAt, stateOf } from '../elder/row.ts'
import { sexOf } from '../elder/sex.ts'
import type { Caller } from './schema.ts'

/** More than these share a number only where it is an office's. */
const SHOWN = 20

/**
 * Whom a number may belong to: whose it is, who lives where the device with that card hangs, who lives with them, whose
 * contact has it. The dead come last.
 */
export async function readCallers(scope: Scope, db: Db, number: string | null, now: Date): Promise<Caller[]> {
  if (number === null) return []
  const { whole, from, to } = termsOfNumber(number)
  const found = await db.$queryRaw<{ id: string; homeId: string; own: boolean }[]>`
    select elder.id::text, elder.home_id::text as "homeId", bool_or(term.kind = 'phone') as own
    from elder_term term join elder on elder.id = term.elder_id and elder.merged_into is null
    join home on home.id = elder.home_id join area on area.id = home.area_id
    where term.kind in ('phone', 'contact') and starts_with(area.path, ${scope.areaPath})
      and (term.term = any(${whole}::text[]) or (term.term >= ${from} and term.term < ${to}))
    group by elder.id order by own desc, elder.id limit ${SHOWN}`
  const rung = await homesOfDevice(scope, db, whole)
  if (found.length === 0 && rung.length === 0) return []
  const own = new Set(found.flatMap((one) => (one.own ? [one.id] : [])))
  const homeIds = [...found.flatMap((one) => (one.own ? [one.homeId] : [])), ...rung.map(({ homeId }) => homeId)]
  const rows = await db.elder.findMany({
    where: {
      home: { area: { path: { startsWith: scope.areaPath } } },
      mergedIntoId: null,
      OR: [{ id: { in: found.map(({ id }) => id) } }, { homeId: { in: homeIds }, diedOn: null }],
    },
    include: {
      home: { include: { area: true } },
      absences: { where: awayAt(now), take: 1 },
      contacts: { orderBy: { rung: 'asc' } },
      alarms: { where: { resolvedAt: null }, select: { id: true, kind: true, state: true } },
    },
    take: SHOWN * 2,
  })
  const foundIds = new Set(found.map(({ id }) => id))
  /** A button of hers names her; one of the home, whoever lives there. */
  const speaksThere = (row: { id: string; homeId: string; diedOn: unknown }): boolean =>
    row.diedOn === null &&
    rung.some(({ homeId, elderId }) => homeId === row.homeId && (elderId === null || elderId === row.id))
  const callers = rows.map((row): Caller => {
    const contact = own.has(row.id) ? undefined : row.contacts.find(({ phone }) => isSame(phone, number))
    return {
      id: row.id,
      name: row.name,
      age: ageOfElder(row, row.home.area.timeZone, now),
      sex: sexOf(row.sex),
      state: stateOf(row),
      address: row.home.address,
      area: { id: row.home.area.id, name: row.home.area.name },
      via: own.has(row.id)
        ? 'own'
        : speaksThere(row)
          ? 'device'
          : contact !== undefined && foundIds.has(row.id)
            ? 'contact'
            : 'household',
      contact: contact === undefined ? null : { name: contact.name, relation: contact.relation },
      alarms: row.alarms,
    }
  })
  return callers.sort((a, b) => rank(a) - rank(b) || b.alarms.length - a.alarms.length || (a.id < b.id ? -1 : 1))
}

const nearness = { own: 0, device: 1, household: 2, contact: 3 }
function rank({ state, via }: Caller): number {
  return (state === 'dead' ? 10 : 0) + nearness[via]
}

/** Where devices with this number's card hang now, and whose they are; one that was taken away speaks for nobody. */
async function homesOfDevice(
  scope: Scope,
  db: Db,
  whole: string[],
): Promise<{ homeId: string; elderId: string | null }[]> {
  return db.$queryRaw`
    select distinct stay.home_id::text as "homeId", stay.elder_id::text as "elderId"
    from device join assignment stay on stay.device_id = device.id and stay.valid_to is null
    join home on home.id = stay.home_id join area on area.id = home.area_id
    where device.voice_number <> '' and device.voice_number = any(${whole}::text[])
      and device.revoked_at is null and starts_with(area.path, ${scope.areaPath})`
}

/** Whether a number as it stands in a file is the caller's. */
function isSame(stored: string, number: string): boolean {
  const kept = readNumber(stored)
  if (kept === null) return false
  return kept === number || sameNumbers(number).whole.includes(kept) || sameNumbers(kept).whole.includes(number)
}
