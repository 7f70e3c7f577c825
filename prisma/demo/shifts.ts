import type { Tx } from '../tx.ts'
import { hour, midnight, type County, DAY_MS } from './plan.ts'
import { Random } from './random.ts'

/** Who sits at the desk from when to when, in local hours; the night belongs to one. */
const SLOTS = [
  { from: 8, to: 16, who: ['lead', 'desk1'] },
  { from: 16, to: 24, who: ['desk2'] },
  { from: 0, to: 8, who: ['desk1', 'desk2'] }, // in turn
] as const
const DAYS_BACK = 14
const DAYS_AHEAD = 10

/**
 * Duty from two weeks back to ten days ahead of `now`; at later starts the days that are missing. A shift that people
 * changed or cancelled is left as it is: only days after the last one are added.
 */
export async function keepShifts(
  tx: Tx,
  { seed }: Pick<County, 'seed'>,
  { areaId, users, now }: { areaId: string; users: ReadonlyMap<string, string>; now: Date },
): Promise<void> {
  const [last] = await tx.query<{ at: Date | null }>('select max(starts_at) as at from shift where area_id = $1', [
    areaId,
  ])
  const random = new Random(seed, `shifts ${now.toISOString()}`)
  const createdBy = users.get('lead') ?? null
  const shifts: { userId: string; from: Date; to: Date }[] = []
  for (let day = -DAYS_BACK; day <= DAYS_AHEAD; day++) {
    const begins = midnight(now, -day)
    if (last?.at && begins <= last.at) continue
    const turn = Math.floor(begins.getTime() / DAY_MS) % 2
    for (const { from, to, who } of SLOTS) {
      for (const name of from === 0 ? [who[turn] ?? who[0]] : who) {
        const userId = users.get(name)
        if (userId !== undefined) shifts.push({ userId, from: hour(begins, from), to: hour(begins, to) })
      }
    }
  }
  await tx.query(
    `insert into shift (id, area_id, user_id, starts_at, ends_at, created_by, created_at)
     select id, $1, user_id, starts_at, ends_at, $2, $3
     from unnest($4::uuid[], $5::uuid[], $6::timestamptz[], $7::timestamptz[]) as s (id, user_id, starts_at, ends_at)
     on conflict do nothing`,
    [
      areaId,
      createdBy,
      now,
      shifts.map(() => random.id(now)),
      shifts.map(({ userId }) => userId),
      shifts.map(({ from }) => from),
      shifts.map(({ to }) => to),
    ],
  )
}
