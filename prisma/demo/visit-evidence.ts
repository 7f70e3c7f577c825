import type { VisitEntryKind } from '@anju/domain/visit/entry'
import { RAW } from '@anju/domain/evidence/visit-export'
import type { VisitPart } from '@anju/domain/visit/kinds'
import { appendEvidence } from '../evidence/apply.ts'
import { loadRaws } from '../presence/raw.ts'
import type { Tx } from '../tx.ts'
import { stepFact } from '../visit/entry.ts'
import type { PlannedVisit } from './visit-course.ts'

/**
 * What these visits would have added to their elders' chains, in order: read back from what was stored, so that it says
 * the same to the letter. What people have done since the county began is in the chains already. The caller holds the
 * elders' locks.
 */
export async function chainVisits(tx: Tx, visits: readonly PlannedVisit[], base: Date): Promise<void> {
  const ids = visits.map(({ id }) => id)
  const presences = await tx.query<{ id: string; visitId: string; part: string }>(
    'select id, visit_id as "visitId", part from presence where visit_id = any($1) and received_at < $2',
    [ids, base],
  )
  const raws = await loadRaws(
    tx,
    presences.map(({ id }) => id),
  )
  const steps = await loadSteps(tx, ids, base)
  const facts = visits.flatMap((visit) => {
    const of = { id: visit.id, elderId: visit.elder.id, state: visit.state }
    const own = presences.filter(({ visitId }) => visitId === visit.id)
    return (steps.get(visit.id) ?? []).map((step) => {
      const part = PART_OF[step.kind]
      const end = visit.ends.find((one) => one.part === part)
      const presenceId = end && own.find((presence) => presence.part === part)?.id
      if (!end || presenceId === undefined) return stepFact(of, step, factsOf(visit, step))
      const { way, at, graded } = end
      const said = { presenceId, part, way, at: at.toISOString(), grade: graded.grade }
      return stepFact(of, step, said, { [RAW]: raws.get(presenceId) ?? '' })
    })
  })
  await appendEvidence(tx, ...facts.toSorted((a, b) => a.at.getTime() - b.at.getTime()))
}

/** The step by which an end stands in the story. */
const PART_OF: Partial<Record<VisitEntryKind, VisitPart>> = { began: 'begin', left: 'end' }

interface Step {
  id: string
  visitId: string
  at: Date
  deviceAt: Date | null
  kind: VisitEntryKind
  userId: string | null
  corrects: string | null
  body: Record<string, unknown>
}

async function loadSteps(tx: Tx, ids: readonly string[], base: Date): Promise<Map<string, Step[]>> {
  const rows = await tx.query<Step & Record<string, unknown>>(
    `select id, visit_id as "visitId", at, device_at as "deviceAt", kind, user_id as "userId", corrects, body
     from visit_entry where visit_id = any($1) and at < $2 order by at, id`,
    [ids, base],
  )
  return Map.groupBy(rows, ({ visitId }) => visitId)
}

function factsOf({ outcome }: PlannedVisit, { kind, body }: Step): Record<string, unknown> {
  if (kind === 'evaluated') return { face: body['face'] }
  if (kind === 'feedback') return { came: body['came'], satisfied: body['satisfied'], sampled: body['sampled'] }
  return kind === 'turned-away' ? { outcome } : {}
}
