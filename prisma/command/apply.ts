import type { Command } from '@anju/domain/wire/schema'
import { newId } from '../id.ts'
import type { ArrivedFact } from '../message/arrived.ts'
import type { Tx } from '../tx.ts'

export interface CommandOrder {
  deviceId: string
  cmd: Command['cmd']
  body: Record<string, unknown>
  alarmId: string | null
  expiresAt: Date
  now: Date
}

/** Queues a command for a device; gateways send it at once, and again whenever the device subscribes, until it expires. */
export async function queueCommand(tx: Tx, order: CommandOrder): Promise<{ id: string }> {
  const id = newId(order.now)
  await tx.query(
    `insert into command (id, device_id, cmd, body, alarm_id, state, created_at, expires_at)
     values ($1, $2, $3, $4, $5, 'queued', $6, $7)`,
    [id, order.deviceId, order.cmd, JSON.stringify(order.body), order.alarmId, order.now, order.expiresAt],
  )
  await tellOf(tx, [id], 'queued', order.now)
  return { id }
}

export interface WaitingCommand {
  id: string
  deviceId: string
  cmd: Command['cmd']
  body: Record<string, unknown>
  expiresAt: Date
  state: 'queued' | 'sent'
}

/** Commands of these devices that are still worth sending, oldest first. */
export async function waitingCommands(
  db: Pick<Tx, 'query'>,
  deviceIds: readonly string[],
  now: Date,
): Promise<WaitingCommand[]> {
  return db.query<WaitingCommand>(
    `select id, device_id as "deviceId", cmd, body, state, expires_at as "expiresAt" from command
     where device_id = any($1) and state in ('queued', 'sent') and expires_at > $2 order by created_at`,
    [deviceIds, now],
  )
}

/** The device's broker took it: sent, not yet done. */
export async function markSent(tx: Tx, ids: readonly string[], now: Date): Promise<void> {
  const rows = await tx.query<{ id: string }>(
    `update command set state = 'sent', sent_at = $2 where id = any($1) and state = 'queued' returning id`,
    [ids, now],
  )
  const changed = rows.map((row) => row.id)
  await tellOf(tx, changed, 'sent', now)
}

/** A device answered its command. An answer to a command of another device, or a second answer, changes nothing. */
export async function recordAcks(tx: Tx, acks: readonly ArrivedFact<'ack'>[]): Promise<void> {
  const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
  for (const { fact, receivedAt } of acks.filter((ack) => uuid.test(ack.fact.commandId))) {
    const rows = await tx.query<{ id: string }>(
      `update command set state = 'done', done_at = $3, result = $4
       where id = $1 and device_id = $2 and state in ('queued', 'sent') returning id`,
      [fact.commandId, fact.deviceId, receivedAt, fact.result],
    )
    const changed = rows.map((row) => row.id)
    await tellOf(tx, changed, 'done', receivedAt)
  }
}

/** Commands that nobody carried out in time are over. */
export async function expireCommands(tx: Tx, now: Date): Promise<void> {
  const rows = await tx.query<{ id: string }>(
    `update command set state = 'expired'
     where id in (select id from command where state in ('queued', 'sent') and expires_at <= $1
                  order by id limit 500 for update skip locked)
     returning id`,
    [now],
  )
  const changed = rows.map((row) => row.id)
  await tellOf(tx, changed, 'expired', now)
}

async function tellOf(tx: Tx, ids: readonly string[], state: string, now: Date): Promise<void> {
  if (ids.length === 0) return
  const rows = await tx.query<{
    id: string
    deviceId: string
    cmd: string
    alarmId: string | null
    areaPath: string
    result: string | null
  }>(
    `select command.id, device_id as "deviceId", cmd, alarm_id as "alarmId", area.path as "areaPath", result
     from command join device on device.id = command.device_id join area on area.id = device.area_id
     where command.id = any($1)`,
    [ids],
  )
  for (const { id, deviceId, cmd, alarmId, areaPath, result } of rows) {
    tx.events.push({
      at: now,
      topic: 'command',
      name: `command.${state}`,
      areaPath,
      subject: `device:${deviceId}`,
      body: { commandId: id, deviceId, cmd, alarmId, result },
    })
  }
}
