import { type EndFacts, gradeEnd } from '@anju/domain/proof/grade'
import type { ReasonCode } from '@anju/domain/proof/reason'
import type { Tx } from '../tx.ts'
import type { HeldVisit } from '../visit/hold.ts'
import { countPresences } from './count.ts'

/** What contradicted a visit's ends was looked at and explained: both are graded anew, with that said. */
export async function acknowledgePresences(tx: Tx, visit: HeldVisit): Promise<HeldVisit> {
  const contradicted = await tx.query<{ id: string; facts: EndFacts | null; codes: ReasonCode[] }>(
    `select id, verification -> 'facts' as facts,
            array(select reason ->> 'code' from jsonb_array_elements(reasons) reason
                  where reason ->> 'effect' = 'contradicts') as codes
     from presence where visit_id = $1 and in_question`,
    [visit.id],
  )
  let next = visit
  for (const { id, facts, codes } of contradicted) {
    next = await regrade(tx, next, { id, facts: facts && { ...datedFacts(facts), acknowledged: codes } })
  }
  return next
}

/** Grades a presence anew from the facts it was graded by, some of them changed, and counts its visit's ends again. */
export async function regrade(
  tx: Tx,
  visit: HeldVisit,
  { id, facts }: { id: string; facts: EndFacts | null },
): Promise<HeldVisit> {
  if (facts === null) return visit
  const grade = gradeEnd(datedFacts(facts))
  await tx.query(
    'update presence set grade = $2, in_question = $3, reasons = $4, verification = verification || $5 where id = $1',
    [
      id,
      grade.grade === 'none' ? null : grade.grade,
      grade.inQuestion,
      JSON.stringify(grade.reasons),
      JSON.stringify({ facts, rule: grade.rule, version: grade.version }),
    ],
  )
  return countPresences(tx, visit)
}

/** Of a typed end: a second person knows better, or whoever gave it took it back. */
export function refused(facts: EndFacts, by: string): EndFacts {
  return facts.tap.kind === 'typed' ? { ...facts, tap: { ...facts.tap, refusedBy: by } } : facts
}

/** As JSON keeps no dates. */
function datedFacts(facts: EndFacts): EndFacts {
  const date = (at: Date | string | null): Date | null => (at === null ? null : new Date(at))
  const { moment, other } = facts
  return {
    ...facts,
    moment: { tappedAt: date(moment.tappedAt), sentAt: date(moment.sentAt), receivedAt: new Date(moment.receivedAt) },
    other: other && { ...other, at: date(other.at) },
  }
}
