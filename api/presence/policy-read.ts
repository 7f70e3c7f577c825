import type { Scope } from '@anju/domain/access/scope'
import type { GradedEnd } from '@anju/domain/proof/grade'
import { type PresencePolicy, verified } from '@anju/domain/proof/verified'
import type { Db } from '@anju/prisma/reads'
import type { Preview } from './schema.ts'

const DAYS = 30

interface Alike {
  begin: GradedEnd
  end: GradedEnd
  n: number
  now: number
}

/** How many of the last 30 days' visits with both ends a policy takes as verified. */
export async function readPolicyPreview(
  scope: Scope,
  db: Db,
  { path, policy, now }: { path: string; policy: PresencePolicy; now: Date },
): Promise<Preview> {
  const since = new Date(now.getTime() - DAYS * 86_400_000)
  // of several that say one end the one that counts, chosen in the order of `countedOf`, with what `verified` asks of
  // it; visits that are alike to it are counted once
  const alike = await db.$queryRaw<Alike[]>`
    with counted as (
      select distinct on (presence.visit_id, presence.part) presence.visit_id, presence.part, visit.verified,
             jsonb_build_object('grade', coalesce(grade, 'none'), 'inQuestion', presence.in_question, 'reasons',
               jsonb_path_query_array(reasons, '$[*] ? (@.code == "approval-missing" || @.code == "approval-own"
                                                     || @.code == "typed-in" || @.code == "position-missing")')) as said
      from visit join presence on presence.visit_id = visit.id and presence.part is not null
      where (presence.exception_id is null or presence.grade is not null) and visit.left_at between ${since} and ${now} and not visit.drill
        and starts_with(visit.area_path, ${path}) and starts_with(visit.area_path, ${scope.areaPath})
        and (${scope.providerId}::uuid is null or visit.provider_id = ${scope.providerId}::uuid)
      order by presence.visit_id, presence.part,
               case when presence.exception_id is null then (case when grade is null then 3 else 1 end)
                    when presence.approved_at is not null then 0 else 2 end,
               case when presence.exception_id is null then array_position(array['proved', 'supported', 'claimed'], grade) end,
               case when presence.exception_id is null then presence.at end, presence.id desc)
    select arrival.said as begin, leaving.said as end, count(*)::int as n,
           (count(*) filter (where arrival.verified))::int as now
    from counted arrival join counted leaving on leaving.visit_id = arrival.visit_id and leaving.part = 'end'
    where arrival.part = 'begin' group by 1, 2`
  const sum = (of: (one: Alike) => number): number => alike.reduce((all, one) => all + of(one), 0)
  return {
    days: DAYS,
    visits: sum(({ n }) => n),
    verified: sum((one) => (verified(one.begin, one.end, policy).verified ? one.n : 0)),
    now: sum((one) => one.now),
  }
}
