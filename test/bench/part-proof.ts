import { readPolicyPreview } from '@anju/api/presence/policy-read'
import { readVisitEvidence } from '@anju/api/visit/evidence-read'
import { scopeOf } from '@anju/domain/access/scope'
import { verifyVisit } from '@anju/domain/evidence/verify-visit'
import { writeVisitExport } from '@anju/domain/evidence/visit-export'
import { exportEvidence } from '@anju/prisma/evidence/export'
import { openReads, snapshot } from '@anju/prisma/reads'
import { AS_OF } from '../checks/county.ts'
import { uuidOf } from '../checks/seed.ts'
import { chainVisits } from './chains.ts'
import { type Figure, type Part } from './figure.ts'
import { explain, noteStatements } from './plans.ts'
import type { Stage } from './stage.ts'
import { growMonth, VISITS } from './visits.ts'

const TIMES = 20
const SECRET = new Uint8Array(32).fill(7)

/** What is asked over a month of 100,000 visits of proof: a policy tried on it, and one visit's evidence as a file. */
export async function proofPart({ pool }: Stage): Promise<Part> {
  const { visits } = await growMonth(pool, VISITS)
  await vary(pool)
  const sealedMs = await chainVisits(pool, visits)
  const { rows } = await pool.query<{ chains: number; entries: number; areaPath: string }>(
    `select count(distinct elder_id)::int as chains, count(*)::int as entries,
            (select area_path from visit where area_path = '/' || $1::text || '/' limit 1) as "areaPath" from evidence`,
    [uuidOf('county')],
  )
  const { chains = 0, entries = 0, areaPath = '' } = rows[0] ?? {}
  const scope = scopeOf({ userId: null, role: 'administrator', areaPath })
  const reads = openReads(pool)
  const policy = {
    least: { begin: 'supported', end: 'claimed' },
    typedReasons: ['tag-gone'],
    needsPosition: true,
  } as const
  const preview = (): Promise<unknown> =>
    snapshot(reads, (db) => readPolicyPreview(scope, db, { path: areaPath, policy, now: AS_OF }))
  const middle = visits.filter(({ plannedFrom }) => plannedFrom.getUTCDate() === 16)
  let file: Uint8Array = new Uint8Array()
  const evidence = async (i: number): Promise<void> => {
    const visitId = uuidOf(middle[i % middle.length]?.id ?? '')
    const { value } = await snapshot(reads, (db) => readVisitEvidence(scope, db, visitId, AS_OF))
    file = writeVisitExport(value, SECRET)
  }
  const elders = [...new Set(middle.map(({ elder }) => uuidOf(elder.id)))]
  const figures: Figure[] = [
    {
      what: 'A policy tried on the month before it is set',
      unit: 'ms',
      runs: await timed(preview),
      target: { atMost: 2000 },
    },
    { what: 'One visit’s evidence as a signed file', unit: 'ms', runs: await timed(evidence), target: { atMost: 200 } },
    {
      what: 'That file verified without the platform',
      unit: 'ms',
      runs: await timed(() => void verifyVisit(file)),
      note: `${Math.round(file.length / 1024)} KB`,
    },
    {
      what: 'One elder’s whole chain exported',
      unit: 'ms',
      runs: await timed((i) => exportEvidence(reads, elders.slice(i % 50, (i % 50) + 1)), 5),
    },
    { what: 'A day sealed', unit: 'ms', runs: [sealedMs], note: `over ${chains} chains` },
  ]
  const words: string[] = []
  for (const [what, ask] of [
    ['A policy tried on the month', preview],
    ['One visit’s evidence', () => evidence(0)],
  ] as const) {
    const statements = noteStatements()
    await ask()
    statements.stop()
    const plans = await explain(pool, statements.noted)
    words.push(`**${what}** (${plans.length} statements)`, '', ...plans.map((plan) => `- ${plan.words}`), '')
  }
  return {
    title: `Proof: ${visits.length.toLocaleString('en')} visits in a month, ${chains.toLocaleString('en')} chains with ${entries.toLocaleString('en')} entries`,
    figures,
    words: words.join('\n').trimEnd(),
  }
}

async function timed(ask: (i: number) => unknown, times = TIMES): Promise<number[]> {
  const runs: number[] = []
  for (let i = -1; i < times; i++) {
    const began = performance.now()
    await ask(i + 1)
    if (i >= 0) runs.push(performance.now() - began)
  }
  return runs
}

/** Ends as a county has them: most proved, some less, each with reasons. */
async function vary(pool: Stage['pool']): Promise<void> {
  await pool.query(
    `update presence set grade = (array['proved', 'proved', 'proved', 'supported', 'claimed'])[1 + abs(hashtext(id::text)) % 5],
            reasons = reasons || case abs(hashtext(id::text)) % 5
              when 4 then '[{"code": "typed-in", "typed": "tag-gone", "effect": "limits"}, {"code": "approval-missing", "effect": "limits"}]'
              when 3 then '[{"code": "sent-later", "effect": "limits"}]'
              else '[{"code": "tag-confirmed", "effect": "supports"}, {"code": "position-missing", "effect": "neutral"}]' end::jsonb
     where visit_id is not null`,
  )
  await pool.query('vacuum analyze presence')
}
