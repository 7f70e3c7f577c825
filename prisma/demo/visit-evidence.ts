import type { VisitEntryKind } from '@anju/domain/visit/entry'
import type { EvidenceFact } from '@anju/domain/evidence/chain'
import { RAW, STEP } from '@anju/domain/evidence/visit-export'
import { appendEvidence } from '../evidence/apply.ts'
import { loadRaws } from '../presence/raw.ts'
import type { Tx } from '../tx.ts'
import { stepText } from '../visit/entry.ts'
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
    const fact = factOf(visit)
    const own = presences.filter(({ visitId }) => visitId === visit.id)
    return [
      ...visit.ends.map(({ part, way, at, receivedAt, graded }) => {
        const presenceId = own.find((presence) => presence.part === part)?.id ?? ''
        const body = { presenceId, part, way, at: at.toISOString(), grade: graded.grade }
        return fact('visit-presence', receivedAt, body, { [RAW]: raws.get(presenceId) ?? '' })
      }),
      ...(steps.get(visit.id) ?? []).flatMap((step) => [
        ...ofAct(visit, step, fact),
        fact('visit-entry', step.at, { entryId: step.id, kind: step.kind }, { [STEP]: stepText(step) }),
      ]),
    ]
  })
  await appendEvidence(tx, ...facts.toSorted((a, b) => a.at.getTime() - b.at.getTime()))
}

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

type Make = (kind: string, at: Date, body: Record<string, unknown>, personal?: Record<string, string>) => EvidenceFact

const factOf =
  ({ id, elder, state }: PlannedVisit): Make =>
  (kind, at, body, personal = {}) => ({
    elderId: elder.id,
    at,
    kind,
    body: { visitId: id, state, ...body },
    personal,
  })

function ofAct({ outcome }: PlannedVisit, { kind, at, body }: Step, fact: Make): EvidenceFact[] {
  if (kind === 'evaluated') return [fact('visit-evaluated', at, { face: body['face'] }, { said: String(body['said']) })]
  return kind === 'turned-away' ? [fact('visit-turned-away', at, { outcome })] : []
}
