import type { TypedReason } from '@anju/domain/proof/reason'
import type { FixReason } from '@anju/domain/visit/exception'
import type { VisitPart } from '@anju/domain/visit/kinds'
import type { Tx } from '../tx.ts'
import type { HeldVisit } from '../visit/hold.ts'
import { recordFor } from './apply.ts'
import { loadKeptPresence } from './kept.ts'
import { refused, regrade } from './regrade.ts'

/** Why an office types an end in, as the reasons for typing have it. */
const TYPED_FOR: Readonly<Record<FixReason, TypedReason>> = {
  'forgot-to-tap': 'forgotten',
  'phone-failed': 'phone-dead',
  'tag-failed': 'tag-silent',
  'typed-wrong': 'corrected',
  'wrong-file': 'corrected',
  other: 'corrected',
}

export interface Correction {
  exceptionId: string
  part: VisitPart
  at: Date
  reasonCode: FixReason
  note: string
}

/**
 * An end that a fix gives: typed in, so claimed, and it waits for a second person. What was tapped or typed before stays
 * as it came. The caller holds the visit's locks.
 */
export async function recordCorrection(
  tx: Tx,
  visit: HeldVisit,
  { exceptionId, part, at, reasonCode, note }: Correction,
  { userId, now }: { userId: string | null; now: Date },
): Promise<{ presenceId: string }> {
  const { presenceId } = await recordFor(tx, visit, {
    part,
    way: 'typed',
    visitId: visit.id,
    exceptionId,
    tappedAt: at,
    sentAt: now,
    receivedAt: now,
    read: null,
    homeId: null,
    caregiverId: visit.caregiverId,
    userId,
    from: '',
    phone: null,
    position: null,
    reason: TYPED_FOR[reasonCode],
    note,
    message: null,
    key: null,
    tap: null,
    now,
  })
  return { presenceId }
}

/** The fix is taken back, and with it the end that it gave: that one stays, and counts for nothing. */
export async function withdrawCorrections(
  tx: Tx,
  visit: HeldVisit,
  exceptionId: string,
  { userId, now }: { userId: string | null; now: Date },
): Promise<HeldVisit> {
  const standing = await tx.query<{ id: string }>(
    'select id from presence where exception_id = $1 and refused_at is null order by id',
    [exceptionId],
  )
  let next = visit
  for (const { id } of standing) {
    await tx.query('update presence set refused_by = $2, refused_at = $3 where id = $1', [id, userId, now])
    const kept = await loadKeptPresence(tx, id)
    next = await regrade(tx, next, { id, facts: kept?.facts ? refused(kept.facts, userId ?? '') : null })
  }
  return next
}
