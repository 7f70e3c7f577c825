import { may } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { stepsOf } from '@anju/domain/alarm/step'
import type { Db } from '@anju/prisma/reads'
import { presenceInclude, toPresence } from '../visit/presence-row.ts'
import { objectOf } from '../visit/row.ts'
import { presencesWithin } from './within.ts'
import type { Errand } from './schema.ts'

/** Refuses `not-found` unless the presence is within the scope. */
export async function readPresencePlace(scope: Scope, db: Db, id: string): Promise<void> {
  const row = await db.presence.findFirst({ where: { AND: [presencesWithin(scope), { id }] }, select: { id: true } })
  if (!row) throw new Refusal('not-found')
}

export async function readPresence(scope: Scope, db: Db, id: string) {
  const row = await db.presence.findFirst({
    where: { AND: [presencesWithin(scope), { id }] },
    include: presenceInclude,
  })
  if (!row) throw new Refusal('not-found')
  return toPresence(scope, row)
}

/** A caregiver's own presence: also one whose door nobody knows. */
export async function readOwnPresence(scope: Scope, db: Db, id: string) {
  const row = await db.presence.findFirst({ where: { id, userId: scope.userId }, include: presenceInclude })
  if (!row) throw new Refusal('not-found')
  return toPresence(scope, row)
}

/** How long after an alarm ended its errand still stands on the phone. */
const ERRAND_STAYS_MS = 2 * 3_600_000

/** Where an alarm's desk sends this caregiver. */
export async function readErrands(scope: Scope, db: Db, now: Date): Promise<Errand[]> {
  if (!may(scope.role, 'do-visits')) return []
  const rows = await db.$queryRaw<
    { alarmId: string; elder: string | null; address: string; landmark: string; over: boolean; caregiverId: string }[]
  >`
    select alarm.id as "alarmId", elder.name as elder, coalesce(home.address, '') as address,
           coalesce(home.landmark, '') as landmark, alarm.resolved_at is not null as over,
           app_user.caregiver_id::text as "caregiverId"
    from app_user
    join alarm_entry entry on entry.body ? 'caregiverId' and entry.body ->> 'caregiverId' = app_user.caregiver_id::text
      and entry.kind = 'step'
    join alarm on alarm.id = entry.alarm_id
    left join elder on elder.id = alarm.elder_id left join home on home.id = alarm.home_id
    where app_user.id = ${scope.userId}::uuid
      and starts_with(alarm.area_path, ${scope.areaPath})
      and (alarm.resolved_at is null or alarm.resolved_at > ${new Date(now.getTime() - ERRAND_STAYS_MS)})
    group by alarm.id, elder.name, home.address, home.landmark, app_user.caregiver_id`
  return (await Promise.all(rows.map((row) => errandOf(db, row)))).flat()
}

async function errandOf(
  db: Db,
  row: { alarmId: string; elder: string | null; address: string; landmark: string; over: boolean; caregiverId: string },
): Promise<Errand[]> {
  const entries = await db.alarmEntry.findMany({
    where: { alarmId: row.alarmId, kind: { in: ['step', 'step-ended'] } },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
  })
  const steps = stepsOf(entries.map((entry) => ({ ...entry, body: objectOf(entry.body) })))
  const step = steps.findLast(({ caregiverId }) => caregiverId === row.caregiverId)
  if (!step) return []
  const { alarmId, elder, address, landmark } = row
  const said = ['accepted', 'declined', 'arrived'] as const
  const state = said.find((one) => one === step.outcome) ?? (row.over || step.endedAt !== null ? 'over' : 'asked')
  return [{ alarmId, stepId: step.id, elder, address, landmark, since: step.begunAt.toISOString(), state }]
}
