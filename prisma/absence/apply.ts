import { Refusal } from '@anju/domain/error'
import { recordChange } from '../history/apply.ts'
import { newId } from '../id.ts'
import { type By, lockElder, requireOwnFile, tellElder } from '../elder/lock.ts'
import { sqlState } from '../sqlstate.ts'
import type { Tx } from '../tx.ts'
import { withdrawVisits } from '../visit/withdraw.ts'
import { makePlansAnew } from '../visit-plan/gap.ts'

export interface NewAbsence {
  elderId: string
  kind: 'hospital' | 'family' | 'travel' | 'other'
  from: Date
  /** null: until told otherwise. */
  to: Date | null
  note: string
}

/**
 * An elder is away: silence of her devices is paused, presses are not, and visits planned for that time are cancelled. The past may be told late, the future ahead.
 * Refuses `not-found`, `elder-merged`, `elder-dead`, `date-impossible`, and `absence-overlaps`.
 */
export async function addAbsence(tx: Tx, absence: NewAbsence, by: By): Promise<{ id: string; elderId: string }> {
  const { elderId, kind, from, to, note } = absence
  const held = await lockElder(tx, elderId, by.within)
  requireOwnFile(held)
  if (held.diedOn !== null) throw new Refusal('elder-dead')
  if (to !== null && to <= from) throw new Refusal('date-impossible', 'The return is not after the beginning.')
  const id = newId(by.now)
  try {
    await tx.query(
      `insert into absence (id, elder_id, kind, away_from, away_to, note, created_by, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, elderId, kind, from, to, note, by.userId, by.now],
    )
  } catch (error) {
    if (sqlState(error) === '23P01') throw new Refusal('absence-overlaps')
    throw error
  }
  await recordChange(tx, {
    subject: `elder:${elderId}`,
    action: 'absent',
    before: {},
    after: { kind, from: from.toISOString(), to: to?.toISOString() ?? null, note },
    reason: '',
    userId: by.userId,
    now: by.now,
  })
  await withdrawVisits(
    tx,
    { elderId, why: 'elder-away', during: { from, to }, detail: { absenceId: id, kind } },
    by.userId,
    by.now,
  )
  tellElder(tx, held, 'elder.absent', by.now, { absenceId: id, away: from <= by.now && (to === null || to > by.now) })
  return { id, elderId }
}

/**
 * She is back, or comes back, at `at`; at or before its beginning the absence never was. Refuses `not-found`, and
 * `date-impossible` for one that ended earlier.
 */
export async function endAbsence(tx: Tx, { id, at }: { id: string; at: Date }, by: By): Promise<{ elderId: string }> {
  const [known] = await tx.query<{ elderId: string }>('select elder_id as "elderId" from absence where id = $1', [id])
  if (!known) throw new Refusal('not-found')
  const held = await lockElder(tx, known.elderId, by.within)
  const [absence] = await tx.query<{ kind: string; from: Date; to: Date | null }>(
    'select kind, away_from as "from", away_to as "to" from absence where id = $1',
    [id],
  )
  if (!absence) throw new Refusal('not-found')
  const { kind, from, to } = absence
  if (to !== null && at > to) throw new Refusal('date-impossible', 'This absence ended before that.')
  const cancelled = at <= from
  if (cancelled) await tx.query('delete from absence where id = $1', [id])
  else await tx.query('update absence set away_to = $2 where id = $1', [id, at])
  await recordChange(tx, {
    subject: `elder:${held.id}`,
    action: cancelled ? 'absence-cancelled' : 'back',
    before: { kind, from: from.toISOString(), to: to?.toISOString() ?? null },
    after: cancelled ? {} : { to: at.toISOString() },
    reason: '',
    userId: by.userId,
    now: by.now,
  })
  await makePlansAnew(tx, held.id, by.now)
  tellElder(tx, held, 'elder.absent', by.now, { absenceId: id, away: !cancelled && at > by.now && from <= by.now })
  return known
}

/** An absence as it was before a death ended it. */
export interface EndedAbsence {
  id: string
  elderId: string
  kind: string
  from: string
  to: string | null
  note: string
  createdBy: string | null
  createdAt: string
}

/** What has begun ends at `now`; what was still to come is taken away. Answers them as they were. */
export async function endForDeath(tx: Tx, elderId: string, now: Date): Promise<EndedAbsence[]> {
  const rows = await tx.query<EndedAbsence & Record<string, unknown>>(
    `select id, elder_id as "elderId", kind, away_from as "from", away_to as "to", note, created_by as "createdBy",
            created_at as "createdAt"
     from absence where elder_id = $1 and (away_to is null or away_to > $2)`,
    [elderId, now],
  )
  await tx.query('delete from absence where elder_id = $1 and away_from >= $2', [elderId, now])
  await tx.query('update absence set away_to = $2 where elder_id = $1 and (away_to is null or away_to > $2)', [
    elderId,
    now,
  ])
  return rows
}

/** Absences as a death found them. */
export async function reopenAbsences(tx: Tx, absences: readonly EndedAbsence[]): Promise<void> {
  for (const { id, elderId, kind, from, to, note, createdBy, createdAt } of absences) {
    await tx.query(
      `insert into absence (id, elder_id, kind, away_from, away_to, note, created_by, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do update set away_to = excluded.away_to`,
      [id, elderId, kind, from, to, note, createdBy, createdAt],
    )
  }
}
