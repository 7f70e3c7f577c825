import { ALARM_STATES, type AlarmKind, type AlarmState, isAlarmKind } from '@anju/domain/alarm/kinds'
import type { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { ageOf } from '../day.ts'
import { sexOf } from '../elder/sex.ts'
import type { AlarmRow } from './schema.ts'

/** What an alarm's row needs beside itself. */
export const alarmInclude = {
  area: true,
  owner: { select: { id: true, name: true } },
  elder: { select: { id: true, name: true, bornOn: true, sex: true } },
  home: { select: { id: true, address: true, landmark: true, area: { select: { timeZone: true } } } },
} satisfies Prisma.AlarmInclude
type IncludedAlarm = Prisma.AlarmGetPayload<{ include: typeof alarmInclude }>

const DEFAULT_ZONE = 'Asia/Shanghai'

/** When each of these alarms was first shown since its last press, and the facts behind it. */
export interface Beside {
  shownAt: Map<string, Date>
  facts: Map<string, Facts>
}

/** The last fact, and what the device's clock said at the first and the last. */
interface Facts {
  message: string
  firstDeviceAt: string | null
  lastDeviceAt: string | null
}

export async function besides(db: Db, alarmIds: readonly string[]): Promise<Beside> {
  if (alarmIds.length === 0) return { shownAt: new Map(), facts: new Map() }
  const ids = [...alarmIds]
  const shown = await db.$queryRaw<{ id: string; at: Date }[]>`
    select shown.alarm_id as id, min(shown.shown_at) as at
    from alarm_shown as shown join alarm on alarm.id = shown.alarm_id and shown.clock_from >= alarm.clock_from
    where shown.alarm_id = any(${ids}::uuid[]) group by shown.alarm_id`
  const facts = await db.$queryRaw<({ id: string } & Facts)[]>`
    select alarm_id as id, (array_agg(message order by at desc, id desc))[1] as message,
      (array_agg(body->>'deviceAt' order by at, id))[1] as "firstDeviceAt",
      (array_agg(body->>'deviceAt' order by at desc, id desc))[1] as "lastDeviceAt"
    from alarm_entry where alarm_id = any(${ids}::uuid[]) and message is not null group by alarm_id`
  return {
    shownAt: new Map(shown.map(({ id, at }) => [id, at])),
    facts: new Map(facts.map(({ id, ...rest }) => [id, rest])),
  }
}

/** A stored alarm as the API says it. */
export function toAlarm(row: IncludedAlarm, { shownAt, facts }: Beside, now: Date): AlarmRow {
  const { elder, home } = row
  const zone = row.area?.timeZone ?? home?.area.timeZone ?? DEFAULT_ZONE
  return {
    id: row.id,
    subject: row.subject,
    elderId: row.elderId,
    homeId: row.homeId,
    deviceId: row.deviceId,
    kind: row.kind,
    priority: priorityOf(row.priority),
    state: stateOf(row.state),
    raisedAt: row.raisedAt.toISOString(),
    clockFrom: row.clockFrom.toISOString(),
    presses: row.presses,
    lastPressAt: row.lastPressAt?.toISOString() ?? null,
    firstDeviceAt: facts.get(row.id)?.firstDeviceAt ?? null,
    lastDeviceAt: facts.get(row.id)?.lastDeviceAt ?? null,
    owner: row.owner,
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
    outcome: row.outcome,
    shelvedUntil: row.shelvedUntil?.toISOString() ?? null,
    followUpAt: row.followUpAt?.toISOString() ?? null,
    closedAt: row.closedAt?.toISOString() ?? null,
    drillId: row.drillId,
    escalation: row.escalation,
    devices: row.devices,
    elder: elder && {
      id: elder.id,
      name: elder.name,
      age: ageOf(elder.bornOn, zone, now),
      sex: sexOf(elder.sex),
    },
    home: home && { id: home.id, address: home.address, landmark: home.landmark },
    area: row.area && { id: row.area.id, name: row.area.name },
    shownAt: shownAt.get(row.id)?.toISOString() ?? null,
    messageId: facts.get(row.id)?.message ?? null,
  }
}

export function stateOf(text: string): AlarmState {
  const state = ALARM_STATES.find((each) => each === text)
  if (state === undefined) throw new Error(`a stored alarm has the state ${text}`)
  return state
}

export function kindOf(text: string): AlarmKind {
  if (isAlarmKind(text)) return text
  throw new Error(`a stored alarm has the kind ${text}`)
}

export function priorityOf(text: string): AlarmRow['priority'] {
  if (text === 'high' || text === 'medium' || text === 'low') return text
  throw new Error(`a stored alarm has the priority ${text}`)
}
