import { decideBind, decideUnbind, type Stay } from '@anju/domain/device/bind'
import { Refusal } from '@anju/domain/error'
import { followDevices, silenceSubjects } from '../alarm/follow.ts'
import { type Actor, holdDevice, holdLive, placeOf } from '../device/apply.ts'
import { recordChange } from '../history/apply.ts'
import { newId } from '../id.ts'
import { lockSubjects, type Tx } from '../tx.ts'

export interface Binding {
  /** The elder's own; or the home, for everybody there. */
  elderId?: string
  homeId?: string
  /** Up to now. */
  from: Date
  userNumber?: number
  /** Leaves whatever home it stands in at `from`. */
  move?: boolean
  /** Where it hangs there; its label is what helps somebody to find it, so it changes with the place. */
  label?: string
}

/**
 * A device comes into a home from a moment on; facts are attributed by their own time, so the past may be set right.
 * Refuses `not-found`, `device-revoked`, `time-ahead`, and `device-bound` or `device-moved-on` with the stay that is
 * in the way (`stay`).
 */
export async function bindDevice(tx: Tx, deviceId: string, binding: Binding & Actor): Promise<{ homeId: string }> {
  await lockStanding(tx, deviceId)
  const device = await holdLive(tx, deviceId, binding.within)
  const place = await placeOf(tx, binding)
  const { homeId, elderId } = place
  if (homeId === null) throw new Refusal('not-found', 'Name a home or an elder.')
  const { from, move = false, userNumber = null, label = device.label, now, userId = null } = binding
  const stays = await staysOf(tx, deviceId)
  const verdict = decideBind(stays, { homeId, elderId, userNumber, from, move }, now)
  if (!verdict.ok) {
    if (verdict.why === 'future') throw new Refusal('time-ahead')
    const code = verdict.why === 'overlap' ? 'device-bound' : 'device-moved-on'
    throw new Refusal(code, undefined, { stay: await tellStay(tx, verdict.with, binding.within) })
  }
  await endStays(tx, verdict.ends, from)
  await tx.query(
    `insert into assignment (id, device_id, home_id, elder_id, user_number, valid_from) values ($1, $2, $3, $4, $5, $6)`,
    [newId(now), deviceId, homeId, elderId, userNumber, from],
  )
  // Whose screens show it follows the home it stands in.
  await tx.query('update device set area_id = $2, label = $3, version = version + 1 where id = $1', [
    deviceId,
    place.areaId,
    label,
  ])
  await followDevices(tx, [deviceId], now)
  const left = stays.find((stay) => verdict.ends.includes(stay.id) && stay.homeId !== homeId)
  await recordChange(tx, {
    subject: `device:${deviceId}`,
    action: left ? 'moved' : 'bound',
    before: {
      ...(left && { homeId: left.homeId, elderId: left.elderId }),
      ...(label !== device.label && { label: device.label }),
    },
    after: {
      homeId,
      elderId,
      userNumber,
      from: from.toISOString(),
      ...(label !== device.label && { label }),
    },
    reason: '',
    userId,
    now,
  })
  // Both areas' screens are told: one sees it come, the other sees it go.
  for (const areaPath of new Set([device.areaPath, place.areaPath])) {
    tx.events.push({
      at: now,
      topic: 'device',
      name: 'device.bound',
      areaPath,
      subject: `device:${deviceId}`,
      body: { deviceId, homeId, elderId },
    })
  }
  return { homeId }
}

/**
 * A device leaves its home, for one user of a meter or altogether. Refuses `time-ahead`, `device-unbound`, and
 * `device-bound-later` with the stay that began after `at`.
 */
export async function unbindDevice(
  tx: Tx,
  deviceId: string,
  { at, userNumber, ...actor }: Actor & { at: Date; userNumber?: number },
): Promise<void> {
  await lockStanding(tx, deviceId)
  const device = await holdDevice(tx, deviceId, actor.within)
  const stays = await staysOf(tx, deviceId)
  const verdict = decideUnbind(stays, { at, userNumber }, actor.now)
  if (!verdict.ok) {
    if (verdict.why === 'future') throw new Refusal('time-ahead')
    if (verdict.why === 'unbound') throw new Refusal('device-unbound')
    throw new Refusal('device-bound-later', undefined, { stay: await tellStay(tx, verdict.with, actor.within) })
  }
  await endStays(tx, verdict.ends, at)
  await tx.query('update device set version = version + 1 where id = $1', [deviceId])
  await followDevices(tx, [deviceId], actor.now)
  const left = stays.find((stay) => verdict.ends.includes(stay.id))
  await recordChange(tx, {
    subject: `device:${deviceId}`,
    action: 'unbound',
    before: { homeId: left?.homeId, elderId: left?.elderId },
    after: { until: at.toISOString() },
    reason: '',
    userId: actor.userId ?? null,
    now: actor.now,
  })
  tx.events.push({
    at: actor.now,
    topic: 'device',
    name: 'device.bound',
    areaPath: device.areaPath,
    subject: `device:${deviceId}`,
    body: { deviceId, homeId: null, elderId: null },
  })
}

/** The device, and what an open alarm of its silence is answered under, in the one order. */
async function lockStanding(tx: Tx, deviceId: string): Promise<void> {
  await lockSubjects(tx, [`device:${deviceId}`, ...(await silenceSubjects(tx, [deviceId]))])
}

async function staysOf(tx: Tx, deviceId: string): Promise<Stay[]> {
  const rows = await tx.query<Stay & Record<string, unknown>>(
    `select id, home_id as "homeId", elder_id as "elderId", user_number as "userNumber", valid_from as "validFrom",
            valid_to as "validTo"
     from assignment where device_id = $1 order by valid_from`,
    [deviceId],
  )
  return rows
}

async function endStays(tx: Tx, ids: readonly string[], at: Date): Promise<void> {
  if (ids.length > 0) await tx.query('update assignment set valid_to = $2 where id = any($1)', [ids, at])
}

/** Where and whose a stay is, for the sentence that refuses; of a home outside the asker's area only the dates. */
async function tellStay(tx: Tx, { homeId, elderId, userNumber, validFrom, validTo }: Stay, within: string) {
  const [place] = await tx.query<{ address: string; area: string; elder: string | null }>(
    `select home.address, area.name as area,
            (select string_agg(name, '、' order by created_at, id) from elder
             where elder.home_id = home.id and ($2::uuid is null or elder.id = $2)) as elder
     from home join area on area.id = home.area_id where home.id = $1 and starts_with(area.path, $3)`,
    [homeId, elderId, within],
  )
  const from = validFrom.toISOString()
  return { ...(place && { homeId, elderId, ...place }), userNumber, from, to: validTo?.toISOString() ?? null }
}
