import type { Scope } from '@anju/domain/access/scope'
import type { Db } from '@anju/prisma/reads'
import { after, type Mark } from '../page.ts'
import { toReading } from '../reading/row.ts'
import type { TimelineEntry, TimelineKind } from './schema.ts'

interface Asked {
  db: Db
  scope: Scope
  elderId: string
  homeId: string
  mark: Mark | undefined
  take: number
}

/** Where each kind of entry comes from; every source answers in the order `at` desc, `id` desc. */
export const sources: Record<TimelineKind, (asked: Asked) => Promise<TimelineEntry[]>> = {
  press: presses,
  alarm: alarms,
  reading: readings,
  tap: taps,
  trouble: troubles,
}

const newest = <Field extends string>(field: Field) => [{ [field]: 'desc' as const }, { id: 'desc' as const }]

/** Alarms of the elder herself, and those of her home that name nobody: a press in a home of two is for both. */
function concerning({ elderId, homeId, scope }: Asked) {
  return {
    areaPath: { startsWith: scope.areaPath },
    OR: [{ elderId }, { homeId, elderId: null }],
  }
}

async function presses(asked: Asked): Promise<TimelineEntry[]> {
  const { db, mark, take } = asked
  const rows = await db.alarmEntry.findMany({
    where: {
      kind: { in: ['raised', 'pressed'] },
      alarm: { ...concerning(asked), kind: 'emergency-press' },
      ...after('at', mark),
    },
    orderBy: newest('at'),
    take,
  })
  const ids = rows.flatMap(({ message }) => message ?? [])
  const messages = new Map(
    (await db.message.findMany({ where: { id: { in: ids } } })).map((message) => [message.id, message]),
  )
  return rows.map(({ id, at, alarmId, message }) => {
    const fact = message === null ? undefined : messages.get(message)
    return {
      kind: 'press',
      id,
      at: at.toISOString(),
      deviceAt: fact?.at?.toISOString() ?? null,
      receivedAt: (fact?.receivedAt ?? at).toISOString(),
      deviceId: fact?.deviceId ?? null,
      alarmId,
      messageId: message,
      marks: fact?.marks ?? [],
    }
  })
}

async function alarms(asked: Asked): Promise<TimelineEntry[]> {
  const rows = await asked.db.alarm.findMany({
    where: { ...concerning(asked), kind: { not: 'device-silent' }, AND: [after('raisedAt', asked.mark)] },
    orderBy: newest('raisedAt'),
    take: asked.take,
  })
  return rows.map((row) => ({
    kind: 'alarm',
    id: row.id,
    at: row.raisedAt.toISOString(),
    deviceAt: null,
    receivedAt: row.raisedAt.toISOString(),
    deviceId: row.deviceId,
    alarmKind: row.kind,
    state: row.state,
    priority: row.priority,
    presses: row.presses,
    outcome: row.outcome,
  }))
}

async function readings({ db, elderId, mark, take }: Asked): Promise<TimelineEntry[]> {
  const rows = await db.reading.findMany({ where: { elderId, ...after('at', mark) }, orderBy: newest('at'), take })
  return rows.map(toReading).map((reading) => {
    const { id, at, deviceAt, receivedAt, deviceId } = reading
    return { kind: 'reading', id, at, deviceAt, receivedAt, deviceId, reading }
  })
}

async function taps({ db, homeId, mark, take }: Asked): Promise<TimelineEntry[]> {
  const rows = await db.tap.findMany({ where: { homeId, ...after('at', mark) }, orderBy: newest('at'), take })
  return rows.map((row) => ({
    kind: 'tap',
    id: row.id,
    at: row.at.toISOString(),
    deviceAt: row.deviceAt?.toISOString() ?? null,
    receivedAt: row.receivedAt.toISOString(),
    deviceId: row.deviceId,
    uid: row.uid,
    marks: row.marks,
  }))
}

/** Silence alarms that list a device of this home, and messages of its devices that could not be taken. */
async function troubles({ db, homeId, scope, mark, take }: Asked): Promise<TimelineEntry[]> {
  const held = await db.assignment.findMany({ where: { homeId }, select: { deviceId: true } })
  const deviceIds = [...new Set(held.map(({ deviceId }) => deviceId))]
  if (deviceIds.length === 0) return []
  const silent = await db.alarm.findMany({
    where: {
      kind: 'device-silent',
      areaPath: { startsWith: scope.areaPath },
      OR: [{ deviceId: { in: deviceIds } }, { devices: { hasSome: deviceIds } }],
      AND: [after('raisedAt', mark)],
    },
    orderBy: newest('raisedAt'),
    take,
  })
  const rejected = await db.rejectedMessage.findMany({
    where: { deviceId: { in: deviceIds }, ...after('receivedAt', mark) },
    orderBy: newest('receivedAt'),
    take,
  })
  return [
    ...silent.map((row) => ({
      kind: 'trouble' as const,
      id: row.id,
      at: row.raisedAt.toISOString(),
      deviceAt: null,
      receivedAt: row.raisedAt.toISOString(),
      deviceId: row.deviceId ?? deviceIds.find((id) => row.devices.includes(id)) ?? null,
      code: row.kind,
      detail: '',
      alarmId: row.id,
      state: row.state,
    })),
    ...rejected.map((row) => ({
      kind: 'trouble' as const,
      id: row.id,
      at: row.receivedAt.toISOString(),
      deviceAt: null,
      receivedAt: row.receivedAt.toISOString(),
      deviceId: row.deviceId,
      code: row.code,
      detail: row.detail,
      alarmId: null,
      state: null,
    })),
  ]
}
