import type { Tx } from '../tx.ts'

/** Who changed a subject last and when: told to whoever changed it at the same time. */
export async function lastChangeOf(
  tx: Tx,
  subject: string,
): Promise<{ lastChange: { at: string; user: { id: string; name: string } | null } | null }> {
  const [last] = await tx.query<{ at: Date; id: string | null; name: string | null }>(
    `select record_change.at, app_user.id, app_user.name from record_change left join app_user on app_user.id = record_change.user_id
     where subject = $1 order by record_change.at desc, record_change.id desc limit 1`,
    [subject],
  )
  if (!last) return { lastChange: null }
  const user = last.id === null || last.name === null ? null : { id: last.id, name: last.name }
  return { lastChange: { at: last.at.toISOString(), user } }
}
