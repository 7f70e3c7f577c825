import { deviceKinds, type DeviceKind } from '@anju/domain/device/kinds'
import { livenessOf } from '@anju/domain/device/liveness'
import type { Command as CommandRow, Prisma } from '@anju/prisma/generated/client'
import type { Command, DeviceRow } from './schema.ts'

/** What a fleet row needs of its device; `now` chooses the assignment that holds. */
export function deviceInclude(now: Date) {
  return {
    area: { select: { id: true, name: true } },
    state: true,
    assignments: {
      where: { validFrom: { lte: now }, OR: [{ validTo: null }, { validTo: { gt: now } }] },
      include: {
        elder: { select: { id: true, name: true } },
        home: { select: { id: true, address: true } },
      },
      orderBy: [{ userNumber: 'asc' }, { validFrom: 'desc' }],
    },
  } satisfies Prisma.DeviceInclude
}
export type IncludedDevice = Prisma.DeviceGetPayload<{ include: ReturnType<typeof deviceInclude> }>

/** A stored device as a fleet row. A meter of two users shows the first. */
export function toDevice(row: IncludedDevice, now: Date): DeviceRow {
  const owner = row.assignments[0]
  const { state } = row
  return {
    id: row.id,
    kind: kindOf(row.kind),
    label: row.label,
    model: row.model,
    serial: row.serial,
    voiceNumber: row.voiceNumber,
    version: row.version,
    area: row.area,
    hubId: row.hubId,
    elder: owner?.elder ?? null,
    home: owner?.home ?? null,
    userNumber: owner?.userNumber ?? null,
    state: stateOf(row, now),
    online: state?.online ?? null,
    battery: state?.battery ?? null,
    rssi: state?.rssi ?? null,
    firmware: state?.firmware ?? null,
    lastMessageAt: state?.lastMessageAt?.toISOString() ?? null,
    silentSince: state?.silentSince?.toISOString() ?? null,
    silentAfterS: row.silentAfterS,
    createdAt: row.createdAt.toISOString(),
    revokedAt: row.revokedAt?.toISOString() ?? null,
  }
}

/** How a stored device fares. */
export function stateOf(
  row: {
    kind: string
    revokedAt: Date | null
    silentAfterS: number
    state: { lastMessageAt: Date | null; silentSince: Date | null } | null
  },
  now: Date,
): DeviceRow['state'] {
  const { lastMessageAt = null, silentSince = null } = row.state ?? {}
  const { revokedAt, silentAfterS } = row
  return livenessOf({ kind: kindOf(row.kind), revokedAt, silentAfterS, lastMessageAt, silentSince }, now)
}

export function kindOf(text: string): DeviceKind {
  const kind = deviceKinds.find((each) => each === text)
  if (kind === undefined) throw new Error(`a stored device has the kind ${text}`)
  return kind
}

const states = ['queued', 'sent', 'done', 'expired'] as const

export function toCommand(row: CommandRow): Command {
  const state = states.find((each) => each === row.state)
  if (state === undefined) throw new Error(`a stored command has the state ${row.state}`)
  return {
    id: row.id,
    deviceId: row.deviceId,
    cmd: row.cmd,
    state,
    alarmId: row.alarmId,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
    doneAt: row.doneAt?.toISOString() ?? null,
    result: row.result,
  }
}
