import type { Tx } from '../tx.ts'

/** Who changed a subject last and when: told to whoever changed it at the same time. */
export async function lastChangeOf(
  tx: Tx,
  subject: string,
): Promise<{ changedBy: string | null; changedAt: string | null }> {
  const [last] = await tx.query<{ at: Date; name: string | null }>(
    `select record_change.at, app_user.name from record_change left join app_user on app_user.id = record_change.user_id
     where subject = $1 order by record_change.at desc, record_change.id desc limit 1`,
    [subject],
  )
  return { changedBy: last?.name ?? null, changedAt: last?.at.toISOString() ?? null }
}
