import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import type { Db } from '@anju/prisma/reads'
import { after, pageOf, type Mark, type Page } from '../page.ts'
import { deviceInclude, toCommand, toDevice } from './row.ts'
import type { Command, DeviceDetail, DeviceRow, Rejected } from './schema.ts'

const within = (scope: Scope) => ({ area: { path: { startsWith: scope.areaPath } } })

/** The fleet, newest first. */
export async function readDevices(
  scope: Scope,
  db: Db,
  { mark, limit, now }: { mark: Mark | undefined; limit: number; now: Date },
): Promise<Page<DeviceRow>> {
  const rows = await db.device.findMany({
    where: { ...within(scope), ...after('createdAt', mark) },
    include: deviceInclude(now),
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  })
  return pageOf(rows, limit, (row) => ({ at: row.createdAt, id: row.id }), toDevice)
}

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
  return rows.map(toDevice)
}

const COMMANDS_SHOWN = 10

/** One device with its state, homes and last commands. Refuses `not-found` outside the scope. */
export async function readDevice(scope: Scope, db: Db, id: string, now: Date): Promise<DeviceDetail> {
  const row = await db.device.findFirst({ where: { id, ...within(scope) }, include: deviceInclude(now) })
  if (!row) throw new Refusal('not-found')
  const assignments = await db.assignment.findMany({
    where: { deviceId: id },
    include: { elder: { select: { id: true, name: true } } },
    orderBy: { validFrom: 'desc' },
  })
  const commands = await db.command.findMany({
    where: { deviceId: id },
    orderBy: { createdAt: 'desc' },
    take: COMMANDS_SHOWN,
  })
  const { state } = row
  return {
    ...toDevice(row),
    boot: Number(state?.boot ?? 0),
    seq: Number(state?.seq ?? 0),
    uptimeS: state?.uptimeS == null ? null : Number(state.uptimeS),
    deviceAt: state?.deviceAt?.toISOString() ?? null,
    stateReceivedAt: state?.stateReceivedAt?.toISOString() ?? null,
    assignments: assignments.map(({ homeId, elder, userNumber, validFrom, validTo }) => ({
      homeId,
      elder,
      userNumber,
      validFrom: validFrom.toISOString(),
      validTo: validTo?.toISOString() ?? null,
    })),
    commands: commands.map(toCommand),
  }
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

const EXCERPT_BYTES = 300

/** Messages of a device that could not be taken, newest first. */
export async function readRejected(
  scope: Scope,
  db: Db,
  { deviceId, mark, limit }: { deviceId: string; mark: Mark | undefined; limit: number },
): Promise<Page<Rejected>> {
  await readDevicePlace(scope, db, deviceId)
  const rows = await db.rejectedMessage.findMany({
    where: { deviceId, ...after('receivedAt', mark) },
    orderBy: [{ receivedAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  })
  return pageOf(
    rows,
    limit,
    (row) => ({ at: row.receivedAt, id: row.id }),
    (row) => ({
      id: row.id,
      receivedAt: row.receivedAt.toISOString(),
      type: row.type,
      code: row.code,
      detail: row.detail,
      bytes: row.body.length,
      excerpt: Buffer.from(row.body.subarray(0, EXCERPT_BYTES)).toString('utf8'),
    }),
  )
}
