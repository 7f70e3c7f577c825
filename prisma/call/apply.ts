import { type CallDirection, type CallEventKind, foldCall, type HookEvent, stateOfCall } from '@anju/domain/call/call'
import { HOOK_REMEMBERED_MS } from '@anju/domain/call/hook'
import { tailOf } from '@anju/domain/call/number'
import { Refusal } from '@anju/domain/error'
import { newId } from '../id.ts'
import type { MasterKey } from '../key.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { areaOfNumber, sealNumber } from './number.ts'

/** What an exchange says of a call. */
export interface Said {
  /** The message's own id: taken once. */
  webhookId: string
  /** The exchange's id of the call. */
  externalId: string
  event: HookEvent
  direction: CallDirection
  /** As `readNumber` gives it; null: withheld. */
  number: string | null
  /** The exchange's clock. */
  at: Date
  extension: string
  now: Date
}

/** Calls of an exchange share one space of ids. */
const PBX = 'pbx'

/**
 * Takes what an exchange says of a call, in whatever order it comes; said twice it changes nothing. Refuses
 * `hook-replayed` for a message that was taken before.
 */
export async function takeSaid(tx: Tx, key: MasterKey, said: Said): Promise<{ id: string; added: boolean }> {
  await takeOnce(tx, said.webhookId, said.now)
  await lockSubjects(tx, [`call:${PBX}:${said.externalId}`])
  const call = (await heldByExchange(tx, said.externalId)) ?? (await beginCall(tx, key, said))
  const added = await addEvent(tx, call.id, said)
  if (!added) return { id: call.id, added }
  if (call.numberIndex === null && said.number !== null) await storeNumber(tx, key, call.id, said.number)
  await foldInto(tx, call, said)
  return { id: call.id, added }
}

async function takeOnce(tx: Tx, webhookId: string, now: Date): Promise<void> {
  const [first] = await tx.query(
    `insert into hook_seen (source, id, at) values ('call', $1, $2) on conflict do nothing returning id`,
    [webhookId, now],
  )
  if (!first) throw new Refusal('hook-replayed')
}

/** Ids of messages that could not be replayed any more. */
export async function forgetHooks(tx: Tx, now: Date): Promise<void> {
  await tx.query('delete from hook_seen where at < $1', [new Date(now.getTime() - HOOK_REMEMBERED_MS)])
}

interface HeldCall {
  id: string
  direction: CallDirection
  areaPath: string
  numberIndex: Buffer | null
}

async function heldByExchange(tx: Tx, externalId: string): Promise<HeldCall | undefined> {
  const [call] = await tx.query<HeldCall & Record<string, unknown>>(
    `select call.id, call.direction, area.path as "areaPath", call.number_index as "numberIndex"
     from call join area on area.id = call.area_id
     where call.source = $1 and call.external_id = $2 for no key update of call`,
    [PBX, externalId],
  )
  return call
}

async function beginCall(tx: Tx, key: MasterKey, said: Said): Promise<HeldCall> {
  const area = await areaOfNumber(tx, said.number)
  if (!area) throw new Refusal('not-found', 'There is no area yet that calls could belong to.')
  const { direction, externalId, number, at: beganAt, now } = said
  const id = newId(now)
  await insertCall(tx, key, { id, direction, source: PBX, externalId, number, beganAt, areaId: area.id, now })
  return { id, direction, areaPath: area.path, numberIndex: null }
}

export interface NewCall {
  id: string
  direction: CallDirection
  source: 'pbx' | 'manual'
  externalId: string | null
  number: string | null
  beganAt: Date
  answeredAt?: Date | null
  endedAt?: Date | null
  areaId: string
  elderId?: string | null
  alarmId?: string | null
  userId?: string | null
  now: Date
}

export async function insertCall(tx: Tx, key: MasterKey, call: NewCall): Promise<void> {
  await tx.query(
    `insert into call (id, direction, source, external_id, began_at, answered_at, ended_at, received_at, area_id,
                       elder_id, alarm_id, user_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      call.id,
      call.direction,
      call.source,
      call.externalId,
      call.beganAt,
      call.answeredAt ?? null,
      call.endedAt ?? null,
      call.now,
      call.areaId,
      call.elderId ?? null,
      call.alarmId ?? null,
      call.userId ?? null,
    ],
  )
  if (call.number !== null) await storeNumber(tx, key, call.id, call.number)
}

async function storeNumber(tx: Tx, key: MasterKey, id: string, number: string): Promise<void> {
  const { sealed, index } = sealNumber(key, id, number)
  await tx.query('update call set number_sealed = $2, number_index = $3, number_tail = $4 where id = $1', [
    id,
    sealed,
    index,
    tailOf(number),
  ])
}

interface NewEvent {
  event: CallEventKind
  at: Date
  extension?: string
  now: Date
}

/** Answers whether it was new. */
export async function addEvent(tx: Tx, callId: string, { event, at, extension = '', now }: NewEvent): Promise<boolean> {
  const added = await tx.query(
    `insert into call_event (id, call_id, event, at, received_at, extension) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing returning id`,
    [newId(now), callId, event, at, now, extension],
  )
  return added.length > 0
}

/** Folds all that was said of a call into its row, and tells the screens. */
export async function foldInto(tx: Tx, call: { id: string; direction: string; areaPath: string }, last: NewEvent) {
  const events = await tx.query<{ event: CallEventKind; at: Date; extension: string }>(
    'select event, at, extension from call_event where call_id = $1',
    [call.id],
  )
  const folded = foldCall(events)
  if (!folded) return
  await tx.query('update call set began_at = $2, answered_at = $3, ended_at = $4, extension = $5 where id = $1', [
    call.id,
    folded.beganAt,
    folded.answeredAt,
    folded.endedAt,
    folded.extension,
  ])
  tellCall(tx, call, last.event, last.now, { direction: call.direction, state: stateOfCall(folded, last.now) })
}

/** Tells the desks of a call: ids and states, never who or from where. */
export function tellCall(
  tx: Tx,
  call: { id: string; areaPath: string },
  name: CallEventKind | 'filed' | 'corrected' | 'entered',
  now: Date,
  body: Record<string, unknown>,
): void {
  tx.events.push({
    at: now,
    topic: 'call',
    name: `call.${name}`,
    areaPath: call.areaPath,
    subject: `call:${call.id}`,
    body: { callId: call.id, ...body },
  })
}
