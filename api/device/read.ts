import type { Scope } from '@anju/domain/access/scope'
import { isTestAlone } from '@anju/domain/device/test-press'
import { Refusal } from '@anju/domain/error'
import { firstIdOf } from '@anju/prisma/id'
import type { Db } from '@anju/prisma/reads'
import { readRejectedDay } from './fleet-read.ts'
import { deviceInclude, kindOf, stateOf, toCommand, toDevice } from './row.ts'
import type { Command, DeviceDetail, DeviceRow, DeviceTest, Stay } from './schema.ts'

const within = (scope: Scope) => ({ area: { path: { startsWith: scope.areaPath } } })

/** The devices that stand in a home now. */
export async function readDevicesOfHome(scope: Scope, db: Db, homeId: string, now: Date): Promise<DeviceRow[]> {
  const rows = await db.device.findMany({
    where: {
      ...within(scope),
      assignments: { some: { homeId, validFrom: { lte: now }, OR: [{ validTo: null }, { validTo: { gt: now } }] } },
    },
    include: deviceInclude(now),
    orderBy: [{ kind: 'asc' }, { id: 'asc' }],
  })
  return rows.map((row) => toDevice(row, now))
}

const COMMANDS_SHOWN = 10
const CHANGES_SHOWN = 50
const CHILDREN_SHOWN = 200

/** Of a hub and what it speaks for, whichever the other is. */
const relative = {
  id: true,
  kind: true,
  label: true,
  revokedAt: true,
  silentAfterS: true,
  state: { select: { lastMessageAt: true, silentSince: true } },
  assignments: {
    where: { validTo: null },
    select: { homeId: true, home: { select: { area: { select: { path: true } } } } },
  },
} as const

/** One device: state, family, homes, last commands, tests and history. Refuses `not-found` outside the scope. */
export async function readDevice(scope: Scope, db: Db, id: string, now: Date): Promise<DeviceDetail> {
  const row = await db.device.findFirst({
    where: { id, ...within(scope) },
    include: { ...deviceInclude(now), hub: { select: relative } },
  })
  if (!row) throw new Refusal('not-found')
  const children = await db.device.findMany({
    where: { hubId: id, ...within(scope) },
    select: relative,
    orderBy: [{ kind: 'asc' }, { id: 'asc' }],
    take: CHILDREN_SHOWN,
  })
  const commands = await db.command.findMany({
    where: { deviceId: id },
    orderBy: { createdAt: 'desc' },
    take: COMMANDS_SHOWN,
  })
  const history = await db.recordChange.findMany({
    where: { subject: `device:${id}` },
    include: { user: { select: { id: true, name: true } } },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: CHANGES_SHOWN,
  })
  const rejected = await readRejectedDay(scope, db, [id], now)
  const homes = new Set(row.assignments.map(({ homeId }) => homeId))
  const relate = (other: NonNullable<typeof row.hub>) => ({
    id: other.id,
    kind: kindOf(other.kind),
    label: other.label,
    state: stateOf(other, now),
    lastMessageAt: other.state?.lastMessageAt?.toISOString() ?? null,
    homeId: other.assignments.find(({ home }) => home.area.path.startsWith(scope.areaPath))?.homeId ?? null,
    apart: homes.size > 0 && other.assignments.length > 0 && !other.assignments.some(({ homeId }) => homes.has(homeId)),
  })
  const { state } = row
  return {
    ...toDevice(row, now),
    rejectedDay: rejected.get(id) ?? 0,
    boot: Number(state?.boot ?? 0),
    seq: Number(state?.seq ?? 0),
    uptimeS: state?.uptimeS == null ? null : Number(state.uptimeS),
    deviceAt: state?.deviceAt?.toISOString() ?? null,
    stateReceivedAt: state?.stateReceivedAt?.toISOString() ?? null,
    secretChangedAt: row.secretChangedAt?.toISOString() ?? null,
    hub: row.hub && relate(row.hub),
    children: children.map(relate),
    assignments: await readStays(scope, db, id),
    commands: commands.map(toCommand),
    tests: await readTests(scope, db, id),
    history: history.map(({ id: change, at, action, user, before, after, reason }) => ({
      id: change,
      at: at.toISOString(),
      action,
      user,
      before: objectOf(before),
      after: objectOf(after),
      reason,
    })),
  }
}

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

/** Where a device stood, newest first. A home outside the scope keeps its dates and says nothing else. */
async function readStays(scope: Scope, db: Db, deviceId: string): Promise<Stay[]> {
  const rows = await db.assignment.findMany({
    where: { deviceId },
    include: { elder: { select: { id: true, name: true } }, home: { include: { area: true } } },
    orderBy: [{ validFrom: 'desc' }, { userNumber: 'asc' }],
  })
  return Promise.all(
    rows.map(async ({ home, elder, userNumber, validFrom, validTo }) => {
      const ours = home.area.path.startsWith(scope.areaPath)
      return {
        homeId: ours ? home.id : null,
        address: ours ? home.address : '',
        area: ours ? home.area.name : '',
        elder: ours ? elder : null,
        userNumber,
        validFrom: validFrom.toISOString(),
        validTo: validTo?.toISOString() ?? null,
        arrivedAfter: validTo === null ? 0 : await countArrivedAfter(scope, db, { deviceId, validFrom, validTo }),
      }
    }),
  )
}

/** Facts that happened while a device stood in a home and arrived after it had left: an outbox that was full. */
async function countArrivedAfter(
  scope: Scope,
  db: Db,
  { deviceId, validFrom, validTo }: { deviceId: string; validFrom: Date; validTo: Date },
): Promise<number> {
  const [row] = await db.$queryRaw<{ n: number }[]>`
    select count(*)::integer as n
    from message_dedupe d join message m on m.id = d.fact_id and m.received_at >= ${validTo}
    where d.device_id = ${deviceId} and d.fact_id >= ${firstIdOf(validTo)}::uuid
      and m.at >= ${validFrom} and m.at < ${validTo} and not 'skewed' = any(m.marks)`
  return row?.n ?? 0
}

const TESTS_SHOWN = 5

/** The last test presses of a device: pressed, received, stored, shown, and the alarm that each raised. */
export async function readTests(scope: Scope, db: Db, deviceId: string): Promise<DeviceTest[]> {
  const rows = await db.$queryRaw<
    {
      id: string
      startedAt: Date
      expiresAt: Date
      userId: string | null
      userName: string | null
      pressedAt: Date | null
      receivedAt: Date | null
      storedAt: Date | null
      shownAt: Date | null
      alarmId: string | null
      alarmState: string | null
      presses: number | null
    }[]
  >`
    select t.id, t.started_at as "startedAt", t.expires_at as "expiresAt", u.id as "userId", u.name as "userName",
           t.pressed_at as "pressedAt", t.received_at as "receivedAt", t.stored_at as "storedAt",
           (select min(shown_at) from alarm_shown
            where alarm_shown.alarm_id = t.alarm_id and shown_at >= t.received_at) as "shownAt",
           t.alarm_id as "alarmId", alarm.state as "alarmState", alarm.presses
    from device_test t left join app_user u on u.id = t.started_by left join alarm on alarm.id = t.alarm_id
    where t.device_id = ${deviceId} order by t.started_at desc limit ${TESTS_SHOWN}`
  const alarmIds = rows.flatMap(({ alarmId }) => alarmId ?? [])
  const told = await db.$queryRaw<{ alarmId: string; deviceId: string | null; at: Date }[]>`
    select alarm_id as "alarmId", body->>'deviceId' as "deviceId", at from alarm_entry
    where alarm_id = any(${alarmIds}::uuid[]) and kind in ('raised', 'pressed')`
  return rows.map((row) => {
    const { id, alarmId, userId, startedAt } = row
    const presses = told.filter((entry) => entry.alarmId === alarmId)
    const alone = isTestAlone({ presses: row.presses ?? 0, told: presses }, { deviceId, startedAt })
    return {
      id,
      startedAt: startedAt.toISOString(),
      expiresAt: row.expiresAt.toISOString(),
      startedBy: userId === null ? null : { id: userId, name: row.userName ?? '' },
      pressedAt: row.pressedAt?.toISOString() ?? null,
      receivedAt: row.receivedAt?.toISOString() ?? null,
      storedAt: row.storedAt?.toISOString() ?? null,
      shownAt: row.shownAt?.toISOString() ?? null,
      alarm: alarmId === null ? null : { id: alarmId, state: row.alarmState ?? '', alone },
    }
  })
}

/** Refuses `not-found` unless the device is within the scope. */
export async function readDevicePlace(scope: Scope, db: Db, id: string): Promise<{ revoked: boolean }> {
  const row = await db.device.findFirst({ where: { id, ...within(scope) }, select: { revokedAt: true } })
  if (!row) throw new Refusal('not-found')
  return { revoked: row.revokedAt !== null }
}

export async function readCommand(scope: Scope, db: Db, id: string): Promise<Command> {
  const row = await db.command.findFirst({ where: { id, device: within(scope) } })
  if (!row) throw new Refusal('not-found')
  return toCommand(row)
}
