import { Refusal } from '@anju/domain/error'
import type { OpenStay, StayStep } from '@anju/domain/elder/move'
import { followDevices, silenceSubjects } from '../alarm/follow.ts'
import { newId } from '../id.ts'
import { sqlState } from '../sqlstate.ts'
import type { Tx } from '../tx.ts'

/** How a step is taken back; kept in the history beside the change it belongs to. */
export interface StayUndo {
  was: string
  /** null: the stay only ended; the same id: it was written over, and `homeId` and `elderId` are what it said. */
  now: string | null
  homeId: string
  elderId: string | null
}

/** Open stays of the devices that are hers by name or stand in this home. */
export async function openStays(tx: Tx, elderId: string, homeId: string): Promise<OpenStay[]> {
  return tx.query<OpenStay & Record<string, unknown>>(
    `select id, device_id as "deviceId", home_id as "homeId", elder_id as "elderId", user_number as "userNumber",
            valid_from as "validFrom"
     from assignment where valid_to is null and device_id in (
       select device_id from assignment where valid_to is null and (elder_id = $1 or home_id = $2))
     order by device_id, id for update`,
    [elderId, homeId],
  )
}

/**
 * The subjects to lock before `openStays` and `undoSteps`: devices that are hers or in her home, those that a change
 * which can be taken back left elsewhere, and what open alarms of their silence are answered under.
 */
export async function deviceSubjects(tx: Tx, elderId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `select a.device_id as id from assignment a, elder
     where a.valid_to is null and elder.id = $1 and (a.elder_id = elder.id or a.home_id = elder.home_id)
     union
     select a.device_id
     from record_change change
     cross join lateral jsonb_array_elements(change.after -> 'undo' -> 'stays') step
     join assignment a on a.id in ((step ->> 'was')::uuid, (step ->> $2)::uuid)
     where change.subject = 'elder:' || $1::text and change.after ? 'undo'`,
    [elderId, 'now' satisfies keyof StayUndo],
  )
  const ids = rows.map(({ id }) => id)
  return [...ids.map((id) => `device:${id}`), ...(await silenceSubjects(tx, ids))]
}

/**
 * Takes the steps at `at`. A stay that began later than that is written over: it was thought to be where it now turns
 * out never to have been. Facts are attributed by their own time, so what a device still holds from before `at` goes
 * where it belonged then.
 */
export async function takeSteps(tx: Tx, steps: readonly StayStep[], at: Date, now: Date): Promise<StayUndo[]> {
  const undo: StayUndo[] = []
  for (const { stay, becomes } of steps) {
    const { homeId, elderId } = stay
    const begun = stay.validFrom < at
    if (becomes === null) {
      // Somebody else's part in it, which may have begun since: it was measured with until now.
      await tx.query('update assignment set valid_to = $2 where id = $1', [stay.id, begun ? at : now])
      undo.push({ was: stay.id, now: null, homeId, elderId })
      continue
    }
    if (begun) await tx.query('update assignment set valid_to = $2 where id = $1', [stay.id, at])
    const id = begun ? newId(now) : stay.id
    if (begun) {
      await tx.query(
        `insert into assignment (id, device_id, home_id, elder_id, user_number, valid_from) values ($1, $2, $3, $4, $5, $6)`,
        [id, stay.deviceId, becomes.homeId, becomes.elderId, stay.userNumber, at],
      )
    } else await writeOver(tx, id, becomes)
    undo.push({ was: stay.id, now: id, homeId, elderId })
  }
  await followHomes(tx, [...new Set(steps.map(({ stay }) => stay.deviceId))], now)
  return undo
}

async function writeOver(tx: Tx, id: string, stay: { homeId: string; elderId: string | null }): Promise<void> {
  await tx.query('update assignment set home_id = $2, elder_id = $3 where id = $1', [id, stay.homeId, stay.elderId])
}

/**
 * As if the steps had not been taken: what began with them goes on under what was before, to whatever end it has come
 * since. Refuses `nothing-to-undo` where a device was given to somebody else meanwhile.
 */
export async function undoSteps(tx: Tx, undo: readonly StayUndo[], now: Date): Promise<void> {
  const devices = new Set<string>()
  try {
    for (const { was: before, now: made, homeId, elderId } of undo) {
      // What was before is gone where the change that made it was taken back: what came of it says so again.
      const was = made !== null && !(await isThere(tx, before)) ? made : before
      if (made === was) await writeOver(tx, was, { homeId, elderId })
      const [gone] =
        made === null || made === was
          ? []
          : await tx.query<{ validTo: Date | null }>(
              'delete from assignment where id = $1 returning valid_to as "validTo"',
              [made],
            )
      const [row] =
        made === was
          ? await tx.query<{ deviceId: string }>('select device_id as "deviceId" from assignment where id = $1', [was])
          : await tx.query<{ deviceId: string }>(
              'update assignment set valid_to = $2 where id = $1 returning device_id as "deviceId"',
              [was, gone?.validTo ?? null],
            )
      if (row) devices.add(row.deviceId)
    }
  } catch (error) {
    if (sqlState(error) !== '23P01') throw error
    throw new Refusal('nothing-to-undo', 'A device of this home was given to somebody else meanwhile.')
  }
  await followHomes(tx, [...devices], now)
}

async function isThere(tx: Tx, stayId: string): Promise<boolean> {
  return (await tx.query('select from assignment where id = $1', [stayId])).length > 0
}

/** Whose screens show a device follows the home it stands in. Both areas' screens are told. */
export async function followHomes(tx: Tx, deviceIds: readonly string[], now: Date): Promise<void> {
  if (deviceIds.length === 0) return
  const rows = await tx.query<{ id: string; homeId: string; elderId: string | null; left: string; areaPath: string }>(
    `with standing as (
       select distinct on (a.device_id) a.device_id, a.home_id, a.elder_id, home.area_id, old_area.path as left_path
       from assignment a join home on home.id = a.home_id join device on device.id = a.device_id
       join area old_area on old_area.id = device.area_id
       where a.device_id = any($1) and a.valid_to is null order by a.device_id, a.user_number nulls first),
     followed as (
       update device set area_id = standing.area_id, version = device.version + 1 from standing
       where device.id = standing.device_id)
     select standing.device_id as id, standing.home_id as "homeId", standing.elder_id as "elderId",
            standing.left_path as "left", area.path as "areaPath"
     from standing join area on area.id = standing.area_id`,
    [deviceIds],
  )
  await followDevices(tx, deviceIds, now)
  for (const { id, homeId, elderId, left, areaPath } of rows) {
    for (const path of new Set([left, areaPath])) {
      const body = { deviceId: id, homeId, elderId }
      tx.events.push({ at: now, topic: 'device', name: 'device.bound', areaPath: path, subject: `device:${id}`, body })
    }
  }
}
