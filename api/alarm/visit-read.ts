import { may } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { isVisitState } from '@anju/domain/visit/kinds'
import type { Db } from '@anju/prisma/reads'
import { visitsWithin } from '../visit/row.ts'
import type { AlarmVisit } from './around-schema.ts'

const BECAUSE = ['late', 'missing', 'missed', 'inside-too-long'] as const

/** The visit an alarm asks about, with whom to call; null: it asks about none, or about one outside the scope. */
export async function readAlarmVisit(
  scope: Scope,
  db: Db,
  { subject, reasons }: { subject: string; reasons: unknown },
): Promise<AlarmVisit | null> {
  const [, id] = /^visit:(.+)$/.exec(subject) ?? []
  if (id === undefined || !may(scope.role, 'read-visits')) return null
  const reachable = { select: { id: true, name: true, phone: true } }
  const row = await db.visit.findFirst({
    where: { AND: [visitsWithin(scope), { id }] },
    select: {
      id: true,
      state: true,
      plannedFrom: true,
      plannedTo: true,
      beganAt: true,
      leftAt: true,
      caregiver: reachable,
      provider: reachable,
    },
  })
  if (!row) return null
  const said: unknown = typeof reasons === 'object' && reasons !== null ? Reflect.get(reasons, 'because') : null
  const after: unknown = typeof reasons === 'object' && reasons !== null ? Reflect.get(reasons, 'afterMin') : null
  const reached = may(scope.role, 'read-caregivers')
  const phoneOf = <Who extends { phone: string }>(who: Who): Who => (reached ? who : { ...who, phone: '' })
  return {
    id: row.id,
    state: isVisitState(row.state) ? row.state : 'planned',
    because: BECAUSE.find((one) => one === said) ?? null,
    afterMin: typeof after === 'number' ? after : null,
    caregiver: row.caregiver && phoneOf(row.caregiver),
    provider: phoneOf(row.provider),
    plannedFrom: row.plannedFrom.toISOString(),
    plannedTo: row.plannedTo.toISOString(),
    beganAt: row.beganAt?.toISOString() ?? null,
    leftAt: row.leftAt?.toISOString() ?? null,
  }
}
