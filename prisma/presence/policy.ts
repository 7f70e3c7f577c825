import { typedReasons } from '@anju/domain/proof/reason'
import { type PresencePolicy, strictPolicy } from '@anju/domain/proof/verified'
import { recordChange } from '../history/apply.ts'
import { lockSubjects, type Tx } from '../tx.ts'

const keyOf = (areaId: string): string => `presence-policy:${areaId}`

/** What counts as a visit that took place at `areaPath`: as the nearest area says, at last both ends proved. */
export async function loadPresencePolicy(tx: Pick<Tx, 'query'>, areaPath: string): Promise<PresencePolicy> {
  const [row] = await tx.query<{ value: PresencePolicy }>(
    `select setting.value from setting join area on setting.key = 'presence-policy:' || area.id
     where starts_with($1, area.path) order by length(area.path) desc limit 1`,
    [areaPath],
  )
  return row ? { ...strictPolicy, ...row.value } : strictPolicy
}

/** An area's own policy; visits graded before keep their verdicts until they are graded anew. */
export async function setPresencePolicy(
  tx: Tx,
  { areaId, policy, reason }: { areaId: string; policy: PresencePolicy; reason: string },
  { userId, now }: { userId: string | null; now: Date },
): Promise<void> {
  await lockSubjects(tx, [`setting:${keyOf(areaId)}`])
  const [before] = await tx.query<{ value: Record<string, unknown> }>('select value from setting where key = $1', [
    keyOf(areaId),
  ])
  const kept = { ...policy, typedReasons: typedReasons.filter((one) => policy.typedReasons.includes(one)) }
  await tx.query('insert into setting (key, value) values ($1, $2) on conflict (key) do update set value = $2', [
    keyOf(areaId),
    JSON.stringify(kept),
  ])
  const change = { before: before?.value ?? {}, after: { ...kept }, reason, userId, now }
  await recordChange(tx, { subject: `setting:${keyOf(areaId)}`, action: 'changed', ...change })
}
