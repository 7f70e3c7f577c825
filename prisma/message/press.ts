import { type Assignment, attributePress, clocksDisagree, MOVED_SINCE } from '@anju/domain/device/attribute'
import { loadPressed, type OwnedPress, type Pressed, raiseOrJoin, subjectOfPress } from '../alarm/press.ts'
import { presentByArea } from '../seat/apply.ts'
import { ChangedMeanwhile } from '../sqlstate.ts'
import { lockWhomDevicesMayConcern, type Tx } from '../tx.ts'
import type { ArrivedFact } from './arrived.ts'
import { type Claimed, claimPresses, type Known, loadKnown, standIn } from './dedupe.ts'
import { asHubs } from './hub.ts'
import { insertMessages } from './insert.ts'

type Press = ArrivedFact<'press'>

/** Where a device stands: its own area, the hub it is bound to, and its assignments, past and present. */
interface Standing {
  area: OwnedPress['area']
  hubId: string | null
  assignments: Assignment[]
}

/** All that is to be known before a batch of presses is decided, read under the locks of whomever it may concern. */
export interface Seen {
  locked: ReadonlySet<string>
  devices: ReadonlyMap<string, Standing>
  known: Known
  open: ReadonlyMap<string, Pressed>
  seats: ReadonlyMap<string, number>
}

/**
 * Locks and reads, in one trip. A press is attributed by what is read under the locks; which locks, PostgreSQL chooses
 * by itself: all that may be needed, the hub's own among them.
 */
export async function lookAtPresses(db: Pick<Tx, 'query'>, presses: readonly Press[], now: Date): Promise<Seen> {
  const speaking = presses.flatMap(({ fact, via, receivedAt }) => {
    const [from, to] = fact.time.at < receivedAt ? [fact.time.at, receivedAt] : [receivedAt, fact.time.at]
    return [fact.deviceId, ...(via === null ? [] : [via])].map((id) => ({ id, from, to }))
  })
  const [locked, devices, known, open, seats] = await Promise.all([
    lockWhomDevicesMayConcern(db, speaking), // first: what follows sees what the locks' last holders committed
    loadStanding(db, new Set(speaking.map(({ id }) => id))),
    loadKnown(
      db,
      presses.flatMap((press) => [press, ...(press.via === null ? [] : [asHubs(press, press.via)])]).map(standIn),
    ),
    loadPressed(db, now),
    presentByArea(db, now),
  ])
  return { locked, devices, known, open, seats }
}

/**
 * Tells repeats apart, stores messages, raises alarms or joins them; all of it sent and not waited for. Throws
 * `ChangedMeanwhile` when a press concerns somebody whose lock we do not hold.
 */
export function storePresses(tx: Tx, arrived: readonly Press[], seen: Seen, now: Date): Map<string, Claimed> {
  const presses = arrived.map((press) => owned(heard(press, seen.devices), seen.devices))
  for (const press of presses) {
    const subject = subjectOfPress(press)
    if (!seen.locked.has(subject)) throw new ChangedMeanwhile(`${subject} is not locked`)
  }
  const claimed = claimPresses(tx, presses, seen.known, (press) => seen.open.has(subjectOfPress(press)))
  const fresh = presses
    .filter((press) => claimed.get(press.factId) !== 'duplicate')
    .map((press) =>
      claimed.get(press.factId) === 'id-reused' ? { ...press, marks: [...press.marks, 'id-reused'] } : press,
    )
  insertMessages(
    tx,
    fresh.map((press) => ({ ...press, deviceAt: press.fact.time.deviceAt })),
  )
  raiseOrJoin(tx, fresh, seen.open, seen.seats, now)
  return claimed
}

/** A hub speaks only for devices bound to it; but a press is heard all the same, as the hub's own. */
function heard(press: Press, devices: Seen['devices']): Press {
  const { via, fact } = press
  return via === null || devices.get(fact.deviceId)?.hubId === via ? press : asHubs(press, via)
}

function owned(press: Press, devices: Seen['devices']): OwnedPress {
  const { deviceId, time } = press.fact
  const device = devices.get(deviceId)
  if (!device) throw new Error(`device ${deviceId} has no row`)
  const owner = attributePress(device.assignments, time.at, press.receivedAt)
  const moved = clocksDisagree(device.assignments, time.at, press.receivedAt, null)
  const marks = moved ? [...time.marks, MOVED_SINCE] : time.marks
  return { ...press, marks, messageId: standIn(press).messageId, owner, area: device.area }
}

type Nullable<T> = { [K in keyof T]: T[K] | null }

async function loadStanding(db: Pick<Tx, 'query'>, devices: ReadonlySet<string>): Promise<Map<string, Standing>> {
  const rows = await db.query<
    {
      id: string
      ownAreaId: string
      ownAreaPath: string
      hubId: string | null
      probe: boolean
      drillId: string | null
    } & Nullable<Assignment>
  >(
    `select device.id, own.id as "ownAreaId", own.path as "ownAreaPath", device.purpose = 'probe' as probe,
            device.drill_id as "drillId",
            case when device.revoked_at is null then device.hub_id end as "hubId",
            a.home_id as "homeId", a.elder_id as "elderId", a.user_number as "userNumber", a.valid_from as "validFrom",
            a.valid_to as "validTo", area.id as "areaId", area.path as "areaPath"
     from device join area own on own.id = device.area_id
     left join (assignment a join home on home.id = a.home_id join area on area.id = home.area_id)
       on a.device_id = device.id
     where device.id = any($1)`,
    [[...devices]],
  )
  const standing = new Map<string, Standing>()
  for (const { id, ownAreaId, ownAreaPath, hubId, probe, drillId, ...row } of rows) {
    const device = standing.get(id) ?? {
      area: { id: ownAreaId, path: ownAreaPath, probe, drillId },
      hubId,
      assignments: [],
    }
    standing.set(id, device)
    const { homeId, areaId, areaPath, validFrom } = row
    if (homeId === null || areaId === null || areaPath === null || validFrom === null) continue
    device.assignments.push({ ...row, homeId, areaId, areaPath, validFrom })
  }
  return standing
}
