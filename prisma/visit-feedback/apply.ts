import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { isGiven } from '@anju/domain/visit/kinds'
import { isSampled, SAMPLE_RULE } from '@anju/domain/visit/sample'
import { recordChange } from '../history/apply.ts'
import type { MasterKey } from '../key.ts'
import type { Tx } from '../tx.ts'
import { addVisitEntry } from '../visit/entry.ts'
import { actorOf, lockVisit } from '../visit/hold.ts'
import { loadShare, sampleSecret, storeShare } from './share.ts'

export interface Feedback {
  visitId: string
  /** false: nobody answered; it may be tried again. */
  reached: boolean
  /** Who spoke: the elder, family … */
  spokeWith: string
  /** Whether somebody came, as the elder says. */
  came: 'yes' | 'no' | 'unsure' | null
  satisfied: 'yes' | 'partly' | 'no' | null
  note: string
}

/**
 * What 12349 heard when it asked after a visit (P5.5): an entry of its story, and of the elder's evidence where somebody
 * was reached. It moves no state and holds nobody up. Refuses `not-found`, `visit-state` before the visit is over, and
 * `visit-asked` when the answer is known already.
 */
export async function recordFeedback(
  tx: Tx,
  { visitId, ...said }: Feedback,
  key: MasterKey,
  scope: Scope,
  now: Date,
): Promise<void> {
  const held = await lockVisit(tx, visitId, await actorOf(tx, scope, now))
  if (!isGiven(held.state) || held.leftAt === null) throw new Refusal('visit-state', undefined, { state: held.state })
  const [asked] = await tx.query(`select id from visit_entry where visit_id = $1 and kind = 'feedback'`, [visitId])
  if (asked) throw new Refusal('visit-asked')
  const sharePercent = await loadShare(tx)
  const sampled = isSampled(visitId, sampleSecret(key), sharePercent)
  const body = { ...said, rule: SAMPLE_RULE, sharePercent, sampled }
  const entry = { userId: scope.userId, at: now, body }
  // not the provider's to know before the elder was spoken with
  if (!said.reached)
    return void (await addVisitEntry(tx, held, { ...entry, kind: 'feedback-not-reached', quiet: true }))
  const { came, satisfied } = said
  await addVisitEntry(tx, held, { ...entry, kind: 'feedback', facts: { came, satisfied, sampled } })
}

/** What share of visits is asked after, for the whole installation. */
export async function setShare(
  tx: Tx,
  { sharePercent, reason }: { sharePercent: number; reason: string },
  userId: string | null,
  now: Date,
): Promise<void> {
  const before = { sharePercent: await loadShare(tx) }
  await storeShare(tx, sharePercent)
  const subject = 'setting:visit-sample'
  await recordChange(tx, { subject, action: 'changed', before, after: { sharePercent }, reason, userId, now })
}
