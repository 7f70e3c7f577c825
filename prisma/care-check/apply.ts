import { type CareChannel, type CareResult, counts } from '@anju/domain/care-check/due'
import { Refusal } from '@anju/domain/error'
import { clearAlarm } from '../alarm/raise.ts'
import { type By, type HeldElder, lockElder, requireOwnFile, requireVersion, tellElder } from '../elder/lock.ts'
import { recordChange } from '../history/apply.ts'
import { newId } from '../id.ts'
import { lockSubjects, type Tx } from '../tx.ts'
import { storeOverdueAfter } from './due.ts'

/** A look at how somebody is (P2.7). */
export interface Check {
  at: Date
  channel: CareChannel
  result: CareResult
  note: string
}

/** A clock in the office may run a little ahead of ours. */
const AHEAD_MS = 2 * 60_000

/** Writes a care check down. Refuses `not-found` outside the scope, `elder-merged`, `elder-dead`, `time-ahead`. */
export async function recordCheck(tx: Tx, elderId: string, check: Check, by: By): Promise<{ id: string }> {
  const held = await lockElder(tx, elderId, by.within)
  requireOwnFile(held)
  if (held.diedOn !== null) throw new Refusal('elder-dead')
  return { id: await insertCheck(tx, held, { ...check, corrects: null }, by) }
}

/**
 * Corrects a check by a newer one; what it said stays. Refuses `not-found`, `time-ahead`, and `check-corrected` where
 * somebody did so before.
 */
export async function correctCheck(tx: Tx, checkId: string, check: Check, by: By): Promise<{ id: string }> {
  const [old] = await tx.query<{ elderId: string }>('select elder_id as "elderId" from care_check where id = $1', [
    checkId,
  ])
  if (!old) throw new Refusal('not-found')
  const held = await lockElder(tx, old.elderId, by.within)
  const [newer] = await tx.query('select id from care_check where corrects = $1', [checkId])
  if (newer) throw new Refusal('check-corrected')
  return { id: await insertCheck(tx, held, { ...check, corrects: checkId }, by) }
}

async function insertCheck(
  tx: Tx,
  held: HeldElder,
  check: Check & { corrects: string | null },
  by: By,
): Promise<string> {
  if (check.at.getTime() > by.now.getTime() + AHEAD_MS) throw new Refusal('time-ahead')
  const id = newId(by.now)
  const { at, channel, result, note, corrects } = check
  await tx.query(
    `insert into care_check (id, elder_id, at, channel, result, note, user_id, entered_at, corrects)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [id, held.id, at, channel, result, note, by.userId, by.now, corrects],
  )
  // From which check her weeks run: the last that reached her and stands.
  await tx.query(
    `update elder set care_checked_at = (
       select max(one.at) from care_check one where one.elder_id = $1 and one.result <> 'not-reached'
         and not exists (select from care_check newer where newer.corrects = one.id))
     where id = $1`,
    [held.id],
  )
  if (counts(result)) await endWaiting(tx, held.id, id, by.now)
  tx.events.push({
    at: by.now,
    topic: 'care-check',
    name: corrects === null ? 'care-check.recorded' : 'care-check.corrected',
    areaPath: held.areaPath,
    subject: `elder:${held.id}`,
    body: { careCheckId: id, elderId: held.id, result, channel },
  })
  return id
}

/** An open alarm about her alone reads that its cause is gone. */
async function endWaiting(tx: Tx, elderId: string, careCheckId: string, now: Date): Promise<void> {
  const open = await tx.query<{ id: string }>(
    `select id from alarm where subject = $1 and kind = 'care-check-overdue' and resolved_at is null`,
    [`elder:${elderId}`],
  )
  for (const { id } of open) await clearAlarm(tx, { alarmId: id, body: { careCheckId }, now })
}

/** How often somebody is to be looked after; null: not at all. Refuses as changes of a file do. */
export async function planChecks(
  tx: Tx,
  { id, version, everyDays, reason }: { id: string; version: number; everyDays: number | null; reason: string },
  by: By,
): Promise<void> {
  const held = await lockElder(tx, id, by.within)
  requireOwnFile(held)
  requireVersion(held, version)
  const [was] = await tx.query<{ days: number | null }>('select care_check_days as days from elder where id = $1', [id])
  if (was?.days === everyDays) return
  await tx.query('update elder set care_check_days = $2, version = version + 1 where id = $1', [id, everyDays])
  const [before, after] = [{ careCheckDays: was?.days ?? null }, { careCheckDays: everyDays }]
  const change = { before, after, reason, userId: by.userId, now: by.now }
  await recordChange(tx, { subject: `elder:${id}`, action: 'changed', ...change })
  tellElder(tx, held, 'elder.changed', by.now, { version: held.version + 1, fields: ['careCheckDays'] })
}

/** After how many days an overdue check raises, for the whole installation. */
export async function setOverdueAfter(tx: Tx, days: number, was: number, by: By): Promise<void> {
  await lockSubjects(tx, ['setting:care-check'])
  await storeOverdueAfter(tx, days)
  await recordChange(tx, {
    subject: 'setting:care-check',
    action: 'changed',
    before: { overdueAfterDays: was },
    after: { overdueAfterDays: days },
    reason: '',
    userId: by.userId,
    now: by.now,
  })
}
