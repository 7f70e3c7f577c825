import { may, opensFilesOnDuty } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { SEAT_PRESENT_MS } from '@anju/domain/alarm/limits'
import { Refusal } from '@anju/domain/error'
import type { Db } from '@anju/prisma/reads'
import { kindOf } from '../device/row.ts'
import { readPhotos } from '../home/photo-read.ts'
import { readVisitsNow } from '../visit/now-read.ts'
import type { Around, LadderContact } from './around-schema.ts'
import { readCaregiversNear } from './near-read.ts'
import { readAlarmVisit } from './visit-read.ts'

const within = (scope: Scope) => ({ areaPath: { startsWith: scope.areaPath } })

const TAPS_MS = 24 * 3_600_000
const SHOWN = 20

interface Subject {
  id: string
  subject: string
  reasons: unknown
  elderId: string | null
  homeId: string | null
  deviceId: string | null
  resolvedAt: Date | null
  areaPath: string
  raisedAt: Date
}

/** What stands around an alarm; outside one’s duty nothing of it is told. */
export async function readAround(scope: Scope, db: Db, alarm: Subject, now: Date): Promise<Around> {
  if (!opensFilesOnDuty(scope.role)) {
    return { entryOnFile: false, voices: [], photos: [], caregivers: [], inside: [], visit: null, taps: [], calls: [] }
  }
  const { homeId } = alarm
  const entry =
    homeId === null
      ? null
      : await db.home.findFirst({
          where: { id: homeId, alarms: { some: { id: alarm.id, ...within(scope) } } },
          select: { entryNote: true },
        })
  return {
    entryOnFile: entry !== null && entry.entryNote.trim() !== '',
    voices: homeId === null ? [] : await readVoices(scope, db, { ...alarm, homeId }, now),
    photos: homeId === null ? [] : await readPhotos(scope, db, homeId),
    caregivers: may(scope.role, 'read-caregivers') ? await readCaregiversNear(scope, db, alarm, now) : [],
    inside: homeId !== null && may(scope.role, 'read-visits') ? await readVisitsNow(scope, db, { homeId }) : [],
    visit: await readAlarmVisit(scope, db, alarm),
    taps: homeId === null ? [] : await readTaps(scope, db, homeId, now),
    calls: may(scope.role, 'read-calls') ? await readCallsOf(scope, db, alarm) : [],
  }
}

/** By which one talks into the home without anybody lifting a telephone: what raised first, then her own. */
async function readVoices(
  scope: Scope,
  db: Db,
  alarm: Subject & { homeId: string },
  now: Date,
): Promise<Around['voices']> {
  const { id, homeId, elderId, deviceId } = alarm
  const needed = alarm.resolvedAt === null ? [{ alarms: { some: { id, ...within(scope) } } }] : []
  const rows = await db.assignment.findMany({
    where: {
      homeId,
      home: { OR: [{ area: { path: { startsWith: scope.areaPath } } }, ...needed] },
      validFrom: { lte: now },
      OR: [{ validTo: null }, { validTo: { gt: now } }],
      device: { revokedAt: null, voiceNumber: { not: '' } },
    },
    select: { elderId: true, device: { select: { id: true, kind: true, label: true, voiceNumber: true } } },
    orderBy: [{ validFrom: 'asc' }, { id: 'asc' }],
  })
  const far = (row: (typeof rows)[number]): number =>
    row.device.id === deviceId ? 0 : row.elderId !== null && row.elderId === elderId ? 1 : 2
  rows.sort((a, b) => far(a) - far(b))
  const byDevice = new Map(rows.map(({ device }) => [device.id, device]))
  return [...byDevice.values()].map(({ voiceNumber: phone, kind, label, ...device }) => ({
    deviceId: device.id,
    kind: kindOf(kind),
    label,
    phone,
  }))
}

/** Badges read at the door lately: is somebody of ours in the home? */
async function readTaps(scope: Scope, db: Db, homeId: string, now: Date): Promise<Around['taps']> {
  const rows = await db.$queryRaw<
    {
      id: string
      at: Date
      receivedAt: Date
      marks: string[]
      uid: string | null
      caregiver: Around['taps'][number]['caregiver']
    }[]
  >`
    select tap.id, tap.at, tap.received_at as "receivedAt", tap.marks, tap.uid,
           case when caregiver.id is null then null
                else jsonb_build_object('id', caregiver.id, 'name', caregiver.name) end as caregiver
    from tap join home on home.id = tap.home_id join area on area.id = home.area_id
      left join tag on tag.uid = tap.uid and tag.revoked_at is null
      left join caregiver on caregiver.id = tag.caregiver_id
    where tap.home_id = ${homeId}::uuid and tap.received_at > ${new Date(now.getTime() - TAPS_MS)}
      and starts_with(area.path, ${scope.areaPath})
    order by tap.at desc, tap.id desc limit ${SHOWN}`
  return rows.map(({ at, receivedAt, ...tap }) => ({
    ...tap,
    at: at.toISOString(),
    receivedAt: receivedAt.toISOString(),
  }))
}

async function readCallsOf(scope: Scope, db: Db, { id, elderId, raisedAt }: Subject): Promise<Around['calls']> {
  const rows = await db.call.findMany({
    where: {
      area: { path: { startsWith: scope.areaPath } },
      OR: [{ alarmId: id }, ...(elderId === null ? [] : [{ elderId, alarmId: null, beganAt: { gte: raisedAt } }])],
    },
    include: { user: { select: { id: true, name: true } } },
    orderBy: [{ beganAt: 'desc' }, { id: 'desc' }],
    take: SHOWN,
  })
  return rows.map(({ beganAt, answeredAt, endedAt, ...call }) => ({
    id: call.id,
    direction: call.direction,
    beganAt: beganAt.toISOString(),
    answeredAt: answeredAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
    numberTail: call.numberTail,
    outcome: call.outcome,
    user: call.user,
  }))
}

/** How it went when each of these was last rung for an alarm, wherever that alarm was. */
export async function readLastCalled(
  scope: Scope,
  db: Db,
  contactIds: readonly string[],
): Promise<Map<string, NonNullable<LadderContact['last']>>> {
  if (contactIds.length === 0) return new Map()
  const rows = await db.$queryRaw<{ contactId: string; at: Date; outcome: string }[]>`
    select distinct on (entry.body->>'contactId') entry.body->>'contactId' as "contactId", entry.at,
           entry.body->>'outcome' as outcome
    from alarm_entry entry join alarm on alarm.id = entry.alarm_id
    where entry.body ? 'contactId' and entry.body->>'contactId' = any(${[...contactIds]}::text[])
      and entry.kind = 'step-ended' and entry.body->>'outcome' <> 'left-off'
      and starts_with(alarm.area_path, ${scope.areaPath})
    order by entry.body->>'contactId', entry.at desc`
  return new Map(rows.map(({ contactId, at, outcome }) => [contactId, { at: at.toISOString(), outcome }]))
}

/** Whom an alarm may be handed to: at a desk now that hears it. Refuses `not-found` outside the scope. */
export async function readTakers(
  scope: Scope,
  db: Db,
  alarmId: string,
  now: Date,
): Promise<{ id: string; name: string }[]> {
  const alarm = await db.alarm.findFirst({ where: { id: alarmId, ...within(scope) } })
  if (!alarm) throw new Refusal('not-found')
  return db.$queryRaw<{ id: string; name: string }[]>`
    select distinct app_user.id, app_user.name
    from seat
    join session on session.id = seat.session_id and session.revoked_at is null and session.expires_at > ${now}
    join app_user on app_user.id = seat.user_id and app_user.disabled_at is null
    where seat.beat_at > ${new Date(now.getTime() - SEAT_PRESENT_MS)} and seat.armed and seat.streaming
      and starts_with(${alarm.areaPath}, seat.area_path)
      and app_user.id is distinct from ${alarm.ownerId}::uuid
    order by app_user.name, app_user.id`
}

/** Key holder and door code, while the alarm is open. Refuses `not-found`, `alarm-resolved`. The caller logs it. */
export async function readEntryNote(
  scope: Scope,
  db: Db,
  alarmId: string,
): Promise<{ homeId: string; entryNote: string }> {
  const alarm = await db.alarm.findFirst({
    where: { id: alarmId, ...within(scope) },
    select: { resolvedAt: true, home: { select: { id: true, entryNote: true } } },
  })
  if (!alarm?.home) throw new Refusal('not-found')
  if (alarm.resolvedAt !== null) throw new Refusal('alarm-resolved')
  return { homeId: alarm.home.id, entryNote: alarm.home.entryNote }
}
