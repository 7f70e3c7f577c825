import type { Tx } from '../tx.ts'

const KEY = 'alive'
/** The log's readers and the clocks may be this far behind before we are not well. */
const BEHIND_MS = 30_000
/** A gateway beats every few seconds. */
const GATEWAY_SILENT_MS = 30_000

/** What is not well. */
export const AILMENTS = ['gateway', 'deadlines', 'log'] as const
export type Ailment = (typeof AILMENTS)[number] | 'database'

interface Alive {
  lookedAt: string
  pingedAt: string | null
  notWell: Ailment[]
  error: string | null
}

/**
 * Whether all is well, asked by one of the workers each time: the others, and whoever asks again before `everyMs` is
 * over, get null. That it can be written down shows that the database takes writes.
 */
export async function lookWhetherWell(tx: Tx, now: Date, everyMs: number): Promise<Ailment[] | null> {
  const before = new Date(now.getTime() - everyMs).toISOString()
  const fresh: Alive = { lookedAt: now.toISOString(), pingedAt: null, notWell: [], error: null }
  const claimed = await tx.query(
    `insert into setting (key, value) values ($1, $2)
     on conflict (key) do update set value = setting.value || jsonb_build_object('lookedAt', $3::text)
       where (setting.value ->> 'lookedAt')::timestamptz <= $4 returning key`,
    [KEY, JSON.stringify(fresh), now.toISOString(), before],
  )
  if (claimed.length === 0) return null
  const ago = (ms: number) => new Date(now.getTime() - ms)
  const [look] = await tx.query<Record<Exclude<Ailment, 'database'>, boolean>>(
    `select not exists (select from gateway_run where beat_at > $1) as gateway,
            exists (select from deadline where state = 'pending' and due_at < $2) as deadlines,
            exists (select from event where at < $2 and at > $3
                    and position > coalesce((select position from reader_cursor where name = 'notifier'), 0)) as log`,
    [ago(GATEWAY_SILENT_MS), ago(BEHIND_MS), ago(24 * 3_600_000)],
  )
  const notWell = AILMENTS.filter((each) => look?.[each] === true)
  await tx.query(`update setting set value = value || jsonb_build_object('notWell', $2::jsonb) where key = $1`, [
    KEY,
    JSON.stringify(notWell),
  ])
  return notWell
}

/** What came of the ping. */
export async function recordPing(tx: Tx, { at, error }: { at: Date; error: string | null }): Promise<void> {
  const said = error === null ? { pingedAt: at.toISOString(), error: null } : { error }
  await tx.query('update setting set value = value || $2::jsonb where key = $1', [KEY, JSON.stringify(said)])
}
