import type { Scope } from '@anju/domain/access/scope'
import type { Db } from '@anju/prisma/reads'
import { ageOf } from '../day.ts'
import { readHome } from '../elder/read.ts'
import { sexOf } from '../elder/sex.ts'
import type { Stands } from './around-schema.ts'

const within = (scope: Scope) => ({ areaPath: { startsWith: scope.areaPath } })

interface Subject {
  id: string
  kind: string
  homeId: string | null
  resolvedAt: Date | null
}

/**
 * Where the button hangs now that was pressed last, if that is not where the open alarm sends help: it was moved, and
 * came from an outbox or has a slow clock. Null when there is nothing to ask. Outside one’s duty (`withheld`) only the
 * place is told.
 */
export async function readStands(
  scope: Scope,
  db: Db,
  alarm: Subject,
  { withheld, now }: { withheld: boolean; now: Date },
): Promise<Stands | null> {
  if (alarm.kind !== 'emergency-press' || alarm.resolvedAt !== null) return null
  const entries = await db.alarmEntry.findMany({
    where: { alarmId: alarm.id, alarm: within(scope), kind: { in: ['raised', 'pressed', 'placed'] } },
    include: { user: { select: { id: true, name: true } } },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: 50,
  })
  const deviceId = entries.map(({ kind, body }) => (kind === 'placed' ? null : textOf(body, 'deviceId'))).find(Boolean)
  if (!deviceId) return null
  const device = await db.device.findUnique({
    where: { id: deviceId },
    select: {
      assignments: {
        where: { validFrom: { lte: now }, OR: [{ validTo: null }, { validTo: { gt: now } }] },
        include: { elder: true, home: { include: { area: true } } },
        orderBy: { userNumber: { sort: 'asc', nulls: 'first' } },
        take: 1,
      },
      _count: { select: { assignments: true } },
    },
  })
  const [stay] = device?.assignments ?? []
  // A button that never hung anywhere names no home, and is nowhere else either.
  if (!device || device._count.assignments === 0 || (stay?.homeId ?? null) === alarm.homeId) return null
  if (!stay) return { deviceId, since: null, home: null, area: null, elder: null, answer: null }
  const said = entries.find(({ kind }) => kind === 'placed')
  const holds = said && textOf(said.body, 'homeId') === alarm.homeId && textOf(said.body, 'otherHomeId') === stay.homeId
  const { elder, home } = stay
  // Told to whoever must answer, even if it hangs where they are not on duty: she may be there.
  const { entry: _, ...shown } = await readHome({ ...scope, areaPath: home.area.path }, db, home.id, now)
  return {
    deviceId,
    since: stay.validFrom.toISOString(),
    home: withheld ? { ...shown, residents: [], position: null } : shown,
    area: { id: home.area.id, name: home.area.name },
    elder: elder && {
      id: elder.id,
      name: elder.name,
      age: ageOf(elder.bornOn, home.area.timeZone, now),
      sex: sexOf(elder.sex),
      phone: withheld || elder.diedOn !== null ? '' : elder.phone,
    },
    answer: holds ? { at: said.at.toISOString(), user: said.user } : null,
  }
}

function textOf(body: unknown, field: string): string | null {
  if (typeof body !== 'object' || body === null || !(field in body)) return null
  const value: unknown = Object.entries(body).find(([name]) => name === field)?.[1]
  return typeof value === 'string' ? value : null
}
