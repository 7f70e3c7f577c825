import { type Away, pausesOf } from '@anju/domain/silence/away'
import type { Tx } from '../tx.ts'

/** When the silence of a device had no meaning since `since`, because who has it was away; as its home is lived in now. */
export async function loadPauses(
  tx: Tx,
  { deviceId, since, now }: { deviceId: string; since: Date; now: Date },
): Promise<readonly Away[]> {
  const standing = await tx.query<{ elderId: string | null; homeId: string }>(
    `select elder.id as "elderId", a.home_id as "homeId"
     from assignment a left join elder on elder.id = a.elder_id and elder.died_on is null and elder.merged_into is null
     where a.device_id = $1 and a.valid_from <= $2 and (a.valid_to is null or a.valid_to > $2)`,
    [deviceId, now],
  )
  if (standing.length === 0) return []
  const living = await tx.query<{ id: string; homeId: string }>(
    `select id, home_id as "homeId" from elder
     where (home_id = any($1) or id = any($2)) and died_on is null and merged_into is null`,
    [standing.map((each) => each.homeId), standing.flatMap((each) => each.elderId ?? [])],
  )
  const absences = await tx.query<Away & { elderId: string }>(
    // What was told of a double entry is told of her.
    `select coalesce(elder.merged_into, elder.id) as "elderId", away_from as "from", away_to as "to"
     from elder join absence on absence.elder_id = elder.id
     where (elder.id = any($1) or elder.merged_into = any($1)) and away_from <= $3
       and (away_to is null or away_to > $2)`,
    [living.map((elder) => elder.id), since, now],
  )
  const residents = Map.groupBy(living, (elder) => elder.homeId)
  return pausesOf(
    standing,
    new Map([...residents].map(([homeId, elders]) => [homeId, elders.map((elder) => elder.id)])),
    Map.groupBy(absences, (absence) => absence.elderId),
  )
}
