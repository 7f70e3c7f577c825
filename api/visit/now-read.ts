import { may, opensFilesOnDuty } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { maskName } from '@anju/domain/elder/name'
import { UNDER_WAY } from '@anju/domain/visit/kinds'
import type { Db } from '@anju/prisma/reads'
import type { VisitNow } from './now-schema.ts'
import { visitsWithin } from './row.ts'

/** More than this are under way in no county: each is a caregiver at work. */
const AT_ONCE = 1000

/** Who is in which home now, and who has set out: those inside first, then by time. */
export async function readVisitsNow(
  scope: Scope,
  db: Db,
  { homeId, elderId }: { homeId?: string | undefined; elderId?: string | undefined },
): Promise<VisitNow[]> {
  const reachable = { select: { id: true, name: true, phone: true } }
  const underWay = { AND: [visitsWithin(scope), { state: { in: [...UNDER_WAY] } }] }
  const jointOf = async (id: string): Promise<string[]> => {
    const own = await db.visit.findMany({ where: { ...underWay, elderId: id }, select: { jointId: true } })
    return own.flatMap(({ jointId }) => jointId ?? [])
  }
  const rows = await db.visit.findMany({
    where: {
      ...underWay,
      ...(homeId !== undefined && { homeId }),
      ...(elderId !== undefined && { OR: [{ elderId }, { jointId: { in: await jointOf(elderId) } }] }),
    },
    select: {
      id: true,
      jointId: true,
      state: true,
      beganAt: true,
      plannedFrom: true,
      plannedTo: true,
      elder: { select: { id: true, name: true } },
      home: { select: { id: true, address: true, lon: true, lat: true } },
      area: { select: { id: true, name: true } },
      caregiver: reachable,
      provider: reachable,
      entries: { where: { kind: 'set-out' }, select: { at: true }, orderBy: { at: 'desc' }, take: 1 },
    },
    orderBy: [{ plannedFrom: 'asc' }, { id: 'asc' }],
    take: AT_ONCE,
  })
  const [named, reached] = [opensFilesOnDuty(scope.role), may(scope.role, 'read-caregivers')]
  const phoneOf = <Who extends { phone: string }>(who: Who): Who => (reached ? who : { ...who, phone: '' })
  const rounds = Map.groupBy(rows, ({ id, jointId, caregiver }) => `${jointId ?? id} ${caregiver?.id}`)
  const visits = [...rounds.values()].flatMap((joint): VisitNow[] => {
    // one tap at the door may be read for the one before the other
    const row = joint.find(({ state }) => state === 'in-service') ?? joint[0]
    if (!row) return []
    const { home, caregiver, entries, beganAt } = row
    const inside = row.state === 'in-service'
    const elders = joint.map(({ id, elder }) => ({
      id: elder.id,
      name: named ? elder.name : maskName(elder.name),
      visitId: id,
    }))
    const round: VisitNow = {
      id: row.id,
      elders,
      home: { id: home.id, address: named ? home.address : '' },
      area: row.area,
      place: !named || home.lon === null || home.lat === null ? null : { lon: home.lon, lat: home.lat },
      caregiver: caregiver && phoneOf(caregiver),
      provider: phoneOf(row.provider),
      state: inside ? 'in-service' : 'on-the-way',
      since: (inside ? beganAt : (entries[0]?.at ?? null))?.toISOString() ?? null,
      plannedFrom: row.plannedFrom.toISOString(),
      plannedTo: row.plannedTo.toISOString(),
    }
    return [round]
  })
  return visits.sort((a, b) => Number(b.state === 'in-service') - Number(a.state === 'in-service'))
}
