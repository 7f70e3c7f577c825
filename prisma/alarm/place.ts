import { subjectOf } from '@anju/domain/device/attribute'
import { Refusal } from '@anju/domain/error'
import type { Tx } from '../tx.ts'
import { type Act, begin } from './act.ts'
import { progressed } from './apply.ts'
import { addEntries, loadOpen, tell } from './store.ts'

interface Stay extends Record<string, unknown> {
  deviceId: string
  homeId: string
  elderId: string | null
  areaId: string
  areaPath: string
}

/**
 * Somebody who asked says where she is who pressed: in the home the alarm names, or in the one where the button hangs
 * now. In the latter case the alarm becomes that of whoever lives there. Refuses `button-moved-on` when the button
 * hangs elsewhere by now, `alarm-there` when whoever lives there has an open alarm of their own.
 */
export async function placeAlarm(tx: Tx, act: Act & { homeId: string }): Promise<void> {
  const seen = await standsNow(tx, act)
  const subjects = seen ? [subjectOf(seen.deviceId, seen)] : []
  const alarm = await begin(tx, act, 'step', subjects)
  const stay = await standsNow(tx, act)
  if (stay?.homeId !== seen?.homeId || stay?.elderId !== seen?.elderId) throw new Refusal('button-moved-on')
  const { id, areaPath } = alarm
  const stays = act.homeId === alarm.homeId
  if (!stays && act.homeId !== stay?.homeId) throw new Refusal('button-moved-on')
  const to = stays || !stay ? alarm : { ...alarm, ...stay, subject: subjectOf(stay.deviceId, stay) }
  if (to.subject !== alarm.subject && (await loadOpen(tx, [to.subject], alarm.kind)).length > 0) {
    throw new Refusal('alarm-there')
  }
  if (!stays) {
    // Whoever answers keeps it before their eyes: it goes to another area's desks only where they can follow.
    const [sees] = await tx.query<{ follows: boolean }>(
      'select starts_with($2, area.path) as follows from app_user join area on area.id = area_id where app_user.id = $1',
      [act.userId, to.areaPath],
    )
    const area = sees?.follows ? to : alarm
    await tx.query(
      `update alarm set subject = $2, elder_id = $3, home_id = $4, device_id = $5, area_id = $6, area_path = $7
       where id = $1`,
      [id, to.subject, to.elderId, to.homeId, to.deviceId, area.areaId, area.areaPath],
    )
    to.areaPath = area.areaPath
  }
  const body = { where: stays ? 'then' : 'now', homeId: act.homeId, otherHomeId: stays ? stay?.homeId : alarm.homeId }
  addEntries(tx, [{ alarmId: id, at: act.now, kind: 'placed', userId: act.userId, body }])
  await progressed(tx, alarm, act.now, 'handling')
  const told = to.areaPath === areaPath ? [to] : [to, { ...to, areaPath }]
  for (const each of told) tell(tx, each, 'pressed', act.now, { presses: alarm.presses, sounds: false })
}

/** Where the button hangs now that was pressed last. */
async function standsNow(tx: Tx, { alarmId, now }: Act): Promise<Stay | undefined> {
  const [stay] = await tx.query<Stay>(
    `select a.device_id as "deviceId", a.home_id as "homeId", a.elder_id as "elderId", area.id as "areaId",
            area.path as "areaPath"
     from (select body->>'deviceId' as id from alarm_entry
           where alarm_id = $1 and kind in ('raised', 'pressed') order by at desc, id desc limit 1) as pressed
       join assignment a on a.device_id = pressed.id and a.valid_from <= $2 and (a.valid_to is null or a.valid_to > $2)
       join home on home.id = a.home_id join area on area.id = home.area_id
     order by a.user_number nulls first limit 1`,
    [alarmId, now],
  )
  return stay
}
