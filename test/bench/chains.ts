import { canonicalJson } from '@anju/domain/canonical'
import { RAW } from '@anju/domain/evidence/visit-export'
import type { VisitEntryKind } from '@anju/domain/visit/entry'
import type { VisitPart } from '@anju/domain/visit/kinds'
import { appendEvidence, sealDay } from '@anju/prisma/evidence/apply'
import { newId } from '@anju/prisma/id'
import { loadRaws } from '@anju/prisma/presence/raw'
import { poolQuery, transact } from '@anju/prisma/tx'
import { stepFact } from '@anju/prisma/visit/entry'
import type pg from 'pg'
import { DAY, type Draft, FIRST, MINUTE } from '../checks/county.ts'
import { uuidOf } from '../checks/seed.ts'

const SECRET = new Uint8Array(32).fill(7)

/** What each visit adds to its story and to its elder's chain, and when. */
const STEPS: { kind: VisitEntryKind; afterMin: number; part?: VisitPart; body: Record<string, unknown> }[] = [
  { kind: 'planned', afterMin: -3 * 24 * 60, body: {} },
  { kind: 'began', afterMin: 0, part: 'begin', body: { grade: 'supported', inQuestion: false } },
  { kind: 'left', afterMin: 60, part: 'end', body: { grade: 'supported', inQuestion: false } },
  { kind: 'evaluated', afterMin: 62, body: { face: 'good', said: '手脚麻利', signed: { how: 'signature' } } },
]

interface Act {
  visit: Draft
  at: Date
  step: (typeof STEPS)[number]
}

/** Chains what these visits would have, day by day, and seals each; answers how long the last seal took, in ms. */
export async function chainVisits(pool: pg.Pool, visits: readonly Draft[]): Promise<number> {
  const acts = visits.flatMap((visit): Act[] =>
    STEPS.map((step) => ({ visit, step, at: new Date(visit.plannedFrom.getTime() + step.afterMin * MINUTE) })),
  )
  const days = [...Map.groupBy(acts, ({ at }) => Math.floor((at.getTime() - FIRST) / DAY))].sort(([a], [b]) => a - b)
  let tookMs = 0
  for (const [day, today] of days) {
    await chainDay(
      pool,
      today.toSorted((a, b) => a.at.getTime() - b.at.getTime()),
    )
    await pool.query('analyze evidence, evidence_content, evidence_head')
    const began = performance.now()
    await transact(pool, (tx) => sealDay(tx, new Date(FIRST + day * DAY).toISOString().slice(0, 10), SECRET))
    tookMs = performance.now() - began
  }
  await pool.query('vacuum analyze evidence, evidence_content, evidence_head, visit_entry')
  return tookMs
}

async function chainDay(pool: pg.Pool, acts: readonly Act[]): Promise<void> {
  const ends = acts.flatMap(({ visit, step: { part } }) => visit.presences.filter((read) => read.part === part))
  const raws = await loadRaws(
    poolQuery(pool),
    ends.map(({ id }) => uuidOf(id)),
  )
  const steps = acts.map(({ visit, at, step: { kind, part, body } }) => {
    const read = visit.presences.find((one) => one.part === part)
    const presenceId = read && uuidOf(read.id)
    const raw = presenceId === undefined ? undefined : raws.get(presenceId)
    const said = { ...body, ...(presenceId !== undefined && { presenceId, part }) }
    const step = { id: newId(at), at, deviceAt: null, kind, userId: null, corrects: null, body: said }
    const of = { id: uuidOf(visit.id), elderId: uuidOf(visit.elder.id), state: 'evaluated' as const }
    const fact = stepFact(of, step, said, raw === undefined ? {} : { [RAW]: raw })
    return { visitId: of.id, step, fact }
  })
  await transact(pool, async (tx) => {
    await tx.query(
      `insert into visit_entry (id, visit_id, at, kind, body)
       select id, visit, at, kind, body from jsonb_to_recordset($1) as x(id uuid, visit uuid, at timestamptz, kind text, body jsonb)`,
      [
        canonicalJson(
          steps.map(({ visitId, step: { id, at, kind, body } }) => ({
            id,
            visit: visitId,
            at: at.toISOString(),
            kind,
            body,
          })),
        ),
      ],
    )
    await appendEvidence(tx, ...steps.map(({ fact }) => fact))
  })
}
