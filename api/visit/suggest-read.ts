import type { Scope } from '@anju/domain/access/scope'
import { dayAfter, instantOf, mondayOf } from '@anju/domain/access/roster'
import { todayIn } from '@anju/domain/elder/day'
import { Refusal } from '@anju/domain/error'
import { AHEAD, GIVEN, UNDER_WAY } from '@anju/domain/visit/kinds'
import { type Candidate, suggest, TRAVEL } from '@anju/domain/visit/suggest'
import type { Db } from '@anju/prisma/reads'
import type { Suggestions } from './office-schema.ts'
import { visitsWithin } from './row.ts'

const place = { select: { id: true, lon: true, lat: true } }
const at = ({ lon, lat }: { lon: number | null; lat: number | null }) =>
  lon === null || lat === null ? null : { lon, lat }

/** Who of its provider could give this visit, with reasons; a person decides. Refuses `not-found` outside the scope. */
export async function readSuggestions(scope: Scope, db: Db, id: string): Promise<Suggestions> {
  const visit = await db.visit.findFirst({
    where: { AND: [visitsWithin(scope), { id }] },
    include: { home: place, area: { select: { timeZone: true } } },
  })
  if (!visit) throw new Refusal('not-found')
  const caregivers = await db.caregiver.findMany({
    where: { providerId: visit.providerId, leftAt: null },
    select: {
      id: true,
      name: true,
      kinships: { where: { elderId: visit.elderId, endedAt: null }, select: { relation: true } },
    },
  })
  const ids = caregivers.map((caregiver) => caregiver.id)
  const { timeZone } = visit.area
  const monday = mondayOf(todayIn(timeZone, visit.plannedFrom))
  const week = { from: instantOf(monday, '00:00', timeZone), to: instantOf(dayAfter(monday, 7), '00:00', timeZone) }
  const others = await db.visit.findMany({
    where: {
      caregiverId: { in: ids },
      state: { in: [...AHEAD, ...UNDER_WAY, ...GIVEN] },
      plannedFrom: { lt: week.to },
      plannedTo: { gt: week.from },
      id: { not: id },
      // of a couple's joint visit all go to one
      ...(visit.jointId !== null && { OR: [{ jointId: null }, { jointId: { not: visit.jointId } }] }),
    },
    select: { id: true, caregiverId: true, homeId: true, plannedFrom: true, plannedTo: true, home: place },
  })
  const before = await db.visit.groupBy({
    by: ['caregiverId'],
    where: { elderId: visit.elderId, caregiverId: { in: ids }, state: { in: [...GIVEN] }, id: { not: id } },
    _count: true,
    _max: { beganAt: true },
  })
  const candidates = caregivers.map(({ id: caregiverId, kinships }): Candidate => {
    const known = before.find((one) => one.caregiverId === caregiverId)
    return {
      id: caregiverId,
      missing: [],
      kinship: kinships[0]?.relation ?? null,
      visitedBefore: known?._count ?? 0,
      lastVisitedAt: known?._max.beganAt ?? null,
      visits: others
        .filter((other) => other.caregiverId === caregiverId)
        .map((other) => ({ ...other, at: at(other.home) })),
    }
  })
  const { homeId, plannedFrom, plannedTo, home } = visit
  const names = new Map(caregivers.map(({ id, name }) => [id, { id, name }]))
  return {
    items: suggest({ homeId, plannedFrom, plannedTo, at: at(home), provider: null }, candidates).flatMap(
      ({ caregiverId, fits, reasons }) => {
        const caregiver = names.get(caregiverId)
        return caregiver ? [{ caregiver, fits, reasons: reasons.map(plain) }] : []
      },
    ),
    travel: { ...TRAVEL },
  }
}

/** Instants as text. */
function plain(reason: object): { code: string } & Record<string, unknown> {
  const entries = Object.entries(reason).map(([name, value]) => [
    name,
    value instanceof Date ? value.toISOString() : value,
  ])
  return Object.fromEntries(entries)
}
