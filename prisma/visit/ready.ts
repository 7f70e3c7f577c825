import { keptFromSettlement, type NotReady } from '@anju/domain/visit/flow'
import type { Tx } from '../tx.ts'
import { addVisitEntry } from './entry.ts'
import type { HeldVisit } from './hold.ts'

/** What keeps a visit from settlement now. The caller holds its elder's lock. */
export async function loadKept(tx: Tx, held: HeldVisit): Promise<NotReady[]> {
  const [open] = await tx.query<{ exceptions: number; unapproved: number }>(
    `select (select count(*)::int from visit_exception
             where visit_id = $1 and state in ('open', 'investigating') and severity <> 'notice') as exceptions,
            (select count(*)::int from presence
             where visit_id = $1 and way = 'typed' and approved_at is null and grade is not null) as unapproved`,
    [held.id],
  )
  return keptFromSettlement({
    ...held,
    openExceptions: open?.exceptions ?? 0,
    unapproved: open?.unapproved ?? 0,
  })
}

/** A visit becomes ready, or is no longer: after a call, a decision, a question, another grade. */
export async function settleReadiness(tx: Tx, held: HeldVisit, userId: string | null, now: Date): Promise<void> {
  if (held.state !== 'called-back' && held.state !== 'ready') return
  const kept = await loadKept(tx, held)
  const state = kept.length === 0 ? 'ready' : 'called-back'
  if (state === held.state) return
  await tx.query('update visit set state = $2, version = version + 1 where id = $1', [held.id, state])
  const kind = state === 'ready' ? 'ready' : 'kept'
  await addVisitEntry(tx, { ...held, state }, { kind, userId, at: now, body: { kept } })
}
