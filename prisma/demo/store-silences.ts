import { ALARM_KINDS } from '@anju/domain/alarm/kinds'
import { SILENCE_RULE } from '@anju/domain/silence/silence'
import { acknowledgeAlarm, noteAlarm } from '../alarm/apply.ts'
import { resolveAlarm } from '../alarm/end.ts'
import { addEntries, insertAlarms, untouched } from '../alarm/store.ts'
import type { LogEvent } from '../log/append.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { hour, localDay, midnight, type County, type PlannedDevice, type PlannedHome } from './plan.ts'
import { Random } from './random.ts'
import { settle, type PastSeats } from './store-presses.ts'

interface Silence {
  home: PlannedHome
  devices: PlannedDevice[]
  cause: 'device' | 'hub' | 'community'
  at: Date
  /** When they spoke again; null: still silent. */
  backAt: Date | null
  words: string
}

/**
 * Devices that went silent on that day and were looked after; those that still are, with what is being done. Answers
 * what the log is to tell of them, as availability is counted from it.
 */
export async function storeSilences(
  tx: Tx,
  county: County,
  { seats, areaPath, daysAgo }: { seats: PastSeats; areaPath: string; daysAgo: number },
): Promise<LogEvent[]> {
  const told: LogEvent[] = []
  for (const silence of silencesOn(county, daysAgo))
    told.push(...(await storeSilence(tx, county, { seats, areaPath, silence })))
  return told
}

function silencesOn(county: County, daysAgo: number): Silence[] {
  const day = midnight(county.base, daysAgo)
  const random = new Random(county.seed, `silences ${daysAgo}`)
  const silent: Silence[] = county.homes.flatMap((home) =>
    home.devices
      .filter(({ silentSince }) => silentSince !== null && localDay(silentSince) === localDay(day))
      .map((device) => ({
        home,
        devices: [device],
        cause: 'device' as const,
        at: device.silentSince ?? day,
        backAt: null,
        words: '电池耗尽或未使用，已登记，下次上门更换',
      })),
  )
  if (daysAgo === 37) {
    const homes = county.homes.filter((home) => home.community === '竹林村' && home.elders.length > 0)
    const devices = homes.flatMap((home) =>
      home.devices.filter((each) => each.revokedAt === null && each.kind === 'hub'),
    )
    const [home] = homes
    const words = '全村停电检修，供电所答复次日中午恢复'
    if (home) silent.push({ home, devices, cause: 'community', at: hour(day, 17.7), backAt: hour(day, 36.2), words })
  }
  if (random.chance(0.1)) {
    const home = random.pick(county.homes.filter((each) => each.devices.some(isHealthy)))
    const device = home.devices.find(isHealthy)
    const at = hour(day, random.between(8, 15))
    const backAt = new Date(at.getTime() + random.whole(40, 200) * 60_000)
    const words = random.pick(['充电器松了，家属已插好', '信号弱，挪到窗边后恢复', '家里断电，已来电'])
    if (device) silent.push({ home, devices: [device], cause: 'device', at, backAt, words })
  }
  return silent
}

const isHealthy = (device: PlannedDevice): boolean =>
  device.kind === 'button' && device.revokedAt === null && device.silentSince === null

async function storeSilence(
  tx: Tx,
  county: County,
  { seats, areaPath, silence }: { seats: PastSeats; areaPath: string; silence: Silence },
): Promise<LogEvent[]> {
  const { home, devices, cause, at, backAt } = silence
  const [first] = devices
  const seat = seats.get('desk1')
  if (first === undefined || seat === undefined) return []
  const [area] = await tx.query<{ id: string; path: string }>(
    'select id, path from area where name = $1 and starts_with(path, $2)',
    [home.community, areaPath],
  )
  if (area === undefined) return []
  const owner = first.owners[0]?.elderId ?? null
  const subject = cause === 'community' ? `community:${area.id}` : owner === null ? `home:${home.id}` : `elder:${owner}`
  await lockSubjects(tx, [subject])
  const open = await tx.query(
    `select from alarm where subject = $1 and kind = 'device-silent' and resolved_at is null`,
    [subject],
  )
  if (open.length > 0) return []
  const ids = devices.map(({ id }) => id)
  const alarmId = new Random(county.seed, `silence ${first.id}`).id(at)
  insertAlarms(tx, [
    {
      id: alarmId,
      subject,
      kind: 'device-silent',
      priority: ALARM_KINDS['device-silent'],
      ...untouched,
      areaId: area.id,
      areaPath: area.path,
      elderId: cause === 'community' ? null : owner,
      homeId: cause === 'community' ? null : home.id,
      deviceId: cause === 'community' ? null : first.id,
      raisedAt: at,
      clockFrom: at,
      presses: 0,
      lastPressAt: null,
      escalation: 0,
      devices: ids,
      reasons: { rule: SILENCE_RULE, because: cause, devices: ids, since: at },
    },
  ])
  addEntries(tx, [{ alarmId, at, kind: 'raised', body: { cause, devices: ids } }])
  const act = { alarmId, userId: seat.userId }
  const after = (minutes: number): Date => new Date(at.getTime() + minutes * 60_000)
  await acknowledgeAlarm(tx, { ...act, now: after(0.6) })
  await noteAlarm(tx, { ...act, text: silence.words, now: after(7) })
  if (backAt !== null) {
    addEntries(
      tx,
      devices.map(({ id }) => ({ alarmId, at: backAt, kind: 'device-back', body: { deviceId: id } })),
    )
  }
  const over = backAt === null ? after(20) : new Date(backAt.getTime() + 90_000)
  await resolveAlarm(tx, { ...act, outcome: 'device-fault', note: silence.words, followUpAt: null, now: over })
  await settle(tx, alarmId, over)
  const tell = (name: 'device.silent' | 'device.back', when: Date): LogEvent[] =>
    ids.map((deviceId) => {
      return { at: when, topic: 'device', name, areaPath: area.path, subject: `device:${deviceId}`, body: { deviceId } }
    })
  return [...tell('device.silent', at), ...(backAt === null ? [] : tell('device.back', backAt))]
}
