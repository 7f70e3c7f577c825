import { type Finding, isSame } from '@anju/domain/visit/check/finding'
import { EXCEPTION_STATES, recheck } from '@anju/domain/visit/exception'
import { newId } from '../id.ts'
import type { Tx } from '../tx.ts'

interface Held {
  id: string
  visitId: string
  rule: string
  version: number
  severity: string
  findings: unknown
  state: string
}

/**
 * Keeps what was found in these visits in place of what was found before: new ones are raised, changed ones say what
 * they say now, those found no more are cleared. Decided ones stay, unless their facts changed: then the decision is
 * kept and the finding asked again. Answers whose findings changed. `findings` must be all that is found in `visits`.
 */
export async function storeFindings(
  tx: Tx,
  visits: readonly string[],
  findings: readonly Finding[],
  now: Date,
): Promise<Set<string>> {
  const rows = await tx.query<Held & Record<string, unknown>>(
    `select id, visit_id as "visitId", rule, version, severity, findings, state from visit_exception
     where visit_id = any($1::uuid[]) and state <> 'cleared' order by id for update`,
    [visits],
    'anew',
  )
  const held = new Map(rows.map((row) => [`${row.visitId} ${row.rule}`, row]))
  const changed = new Set<string>()
  const raised: { finding: Finding; reopens: string | null }[] = []
  const updated: { id: string; finding: Finding }[] = []
  const cleared: string[] = []
  for (const finding of findings) {
    const key = `${finding.visitId} ${finding.rule}`
    const before = held.get(key)
    held.delete(key)
    const same = before && isSame(finding.rule, { ...before, inputs: before.findings }, finding)
    const what = recheck(stateOf(before), same ? 'same' : 'changed')
    if (what !== 'keep') changed.add(finding.visitId)
    if (what === 'raise') raised.push({ finding, reopens: null })
    if (what === 'update' && before) updated.push({ id: before.id, finding })
    if (what === 'reopen' && before) {
      cleared.push(before.id)
      raised.push({ finding, reopens: before.id })
    }
  }
  for (const before of held.values()) {
    if (recheck(stateOf(before), null) !== 'clear') continue
    cleared.push(before.id)
    changed.add(before.visitId)
  }
  clear(tx, cleared, now)
  update(tx, updated)
  raise(tx, raised, now)
  return changed
}

const stateOf = (held: Held | undefined) => EXCEPTION_STATES.find((state) => state === held?.state) ?? null

function clear(tx: Tx, ids: readonly string[], now: Date): void {
  if (ids.length === 0) return
  tx.send(
    `update visit_exception set state = 'cleared', cleared_at = $2, row_version = row_version + 1 where id = any($1)`,
    [ids, now],
  )
}

function update(tx: Tx, updated: readonly { id: string; finding: Finding }[]): void {
  if (updated.length === 0) return
  tx.send(
    `update visit_exception set version = given.version, severity = given.severity, findings = given.findings,
            row_version = row_version + 1
     from unnest($1::uuid[], $2::int[], $3::text[], $4::jsonb[]) as given (id, version, severity, findings)
     where visit_exception.id = given.id`,
    [
      updated.map(({ id }) => id),
      updated.map(({ finding }) => finding.version),
      updated.map(({ finding }) => finding.severity),
      updated.map(({ finding }) => JSON.stringify(finding.inputs)),
    ],
  )
}

function raise(tx: Tx, raised: readonly { finding: Finding; reopens: string | null }[], now: Date): void {
  if (raised.length === 0) return
  const findings = raised.map(({ finding }) => finding)
  // Found by two at once, it is one.
  tx.send(
    `insert into visit_exception (id, visit_id, rule, version, severity, findings, found_at, state, reopens)
     select given.id, given.visit_id, given.rule, given.version, given.severity, given.findings, $7, 'open', given.reopens
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::text[], $6::jsonb[], $8::uuid[])
       as given (id, visit_id, rule, version, severity, findings, reopens)
     on conflict do nothing`,
    [
      findings.map(() => newId(now)),
      findings.map(({ visitId }) => visitId),
      findings.map(({ rule }) => rule),
      findings.map(({ version }) => version),
      findings.map(({ severity }) => severity),
      findings.map(({ inputs }) => JSON.stringify(inputs)),
      now,
      raised.map(({ reopens }) => reopens),
    ],
  )
}
