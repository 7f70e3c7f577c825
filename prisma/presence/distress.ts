import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { raiseAlarm } from '../alarm/raise.ts'
import { loadAlarm, addEntries, tell } from '../alarm/store.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { addVisitEntry } from '../visit/entry.ts'
import { loadVisit } from '../visit/hold.ts'
import { seePhone } from './phone.ts'

export interface Distress {
  phoneId: string
  /** The phone's own number for it: sent twice it is one. */
  key: string
  userAgent: string
  visitId: string | null
  position: Record<string, unknown> | null
  deviceAt: Date | null
}

/**
 * A caregiver calls for help. It raises, high, where their visit under way is, or where their provider is; called again
 * it sounds again. Refuses `not-allowed` for whoever is no caregiver.
 */
export async function callDistress(tx: Tx, distress: Distress, scope: Scope, now: Date): Promise<{ alarmId: string }> {
  const [caregiver] = await tx.query<{ id: string; areaId: string; areaPath: string }>(
    `select caregiver.id, area.id as "areaId", area.path as "areaPath"
     from app_user join caregiver on caregiver.id = app_user.caregiver_id
     join provider on provider.id = caregiver.provider_id join area on area.id = provider.area_id
     where app_user.id = $1`,
    [scope.userId],
  )
  if (!caregiver) throw new Refusal('not-allowed')
  const subject = `caregiver:${caregiver.id}`
  const visit = await underWay(tx, caregiver.id, distress.visitId)
  await lockSubjects(tx, [subject, ...(visit ? [`elder:${visit.elderId}`] : [])])
  await seePhone(tx, distress, now)
  const { phoneId, key, position, deviceAt } = distress
  const [same] = await tx.query<{ alarmId: string }>(
    `select alarm.id as "alarmId" from alarm where subject = $1 and kind = 'caregiver-distress'
       and (reasons ->> 'key' = $2 or exists (
         select from alarm_entry where alarm_id = alarm.id and kind = 'joined' and body ->> 'key' = $2))`,
    [subject, key],
  )
  if (same) return same
  const at = visit ?? { areaId: caregiver.areaId, areaPath: caregiver.areaPath, elderId: null, homeId: null }
  const reasons = {
    because: 'caregiver-called',
    caregiverId: caregiver.id,
    visitId: visit?.id ?? null,
    phoneId,
    key,
    position,
    deviceAt: deviceAt?.toISOString() ?? null,
  }
  const [open] = await tx.query<{ id: string }>(
    `select id from alarm where subject = $1 and kind = 'caregiver-distress' and resolved_at is null`,
    [subject],
  )
  const alarmId = await raiseAlarm(tx, {
    kind: 'caregiver-distress',
    subject,
    areaId: at.areaId,
    areaPath: at.areaPath,
    elderId: at.elderId,
    homeId: at.homeId,
    reasons,
    now,
  })
  if (open) await soundAgain(tx, alarmId, now)
  if (visit) {
    const entry = { kind: 'distress' as const, userId: scope.userId, at: now, deviceAt, body: { alarmId } }
    await addVisitEntry(tx, visit, entry)
  }
  return { alarmId }
}

/** Called again while it is open: it sounds again and its clocks begin anew, as with a button. */
async function soundAgain(tx: Tx, alarmId: string, now: Date): Promise<void> {
  await tx.query('update alarm set presses = presses + 1, last_press_at = $2, clock_from = $2 where id = $1', [
    alarmId,
    now,
  ])
  const alarm = await loadAlarm(tx, alarmId)
  if (!alarm) return
  addEntries(tx, [{ alarmId, at: now, kind: 'pressed', body: {} }])
  tell(tx, alarm, 'pressed', now, { presses: alarm.presses, sounds: true })
}

async function underWay(tx: Tx, caregiverId: string, visitId: string | null) {
  const [found] = await tx.query<{ id: string }>(
    `select id from visit where caregiver_id = $1 and (id = $2 or ($2::uuid is null and state in ('on-the-way', 'in-service')))
     order by state = 'in-service' desc limit 1`,
    [caregiverId, visitId],
  )
  return found ? loadVisit(tx, found.id) : undefined
}
