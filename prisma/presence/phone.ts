import type { Tx } from '../tx.ts'

/** A browser that sends something is known from then on; who used it when stands in what it sent. */
export async function seePhone(
  tx: Tx,
  { phoneId, userAgent }: { phoneId: string; userAgent: string },
  now: Date,
): Promise<{ sharedSince: Date | null }> {
  const [phone] = await tx.query<{ sharedSince: Date | null }>(
    `insert into phone (id, first_seen_at, last_seen_at, user_agent) values ($1, $2, $2, $3)
     on conflict (id) do update set last_seen_at = greatest(phone.last_seen_at, $2), user_agent = $3
     returning shared_since as "sharedSince"`,
    [phoneId, now, userAgent.slice(0, 300)],
  )
  return phone ?? { sharedSince: null }
}
