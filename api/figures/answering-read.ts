import type { Scope } from '@anju/domain/access/scope'
import { FOLDED } from '@anju/domain/alarm/kinds'
import { YARDSTICKS } from '@anju/domain/figures/yardsticks'
import { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import type { Period } from './period.ts'
import type { Answering, AnsweringGroup } from './schema.ts'

type By = 'kind' | 'area' | 'shift'
interface Row {
  key: string | null
  label: string | null
  alarms: number
  answered: number
  answer: number[] | null
  answerMost: number | null
  answerWithin: number[]
  arrived: number
  onScene: number[] | null
  onSceneMost: number | null
  onSceneWithin: number[]
}

const withinOf = (of: 'answer' | 'on-scene'): number[] =>
  YARDSTICKS.filter((yardstick) => yardstick.of === of).map(({ withinS }) => withinS)
const ANSWER = withinOf('answer')
const ON_SCENE = withinOf('on-scene')

/** Drills and our own test presses are counted nowhere, and a single alarm that a village's took in once, with it. */
export const counted = Prisma.sql`alarm.drill_id is null and alarm.kind not in ('probe', 'probe-failed')
  and alarm.outcome is distinct from ${FOLDED}`

/**
 * How soon alarms were answered (raised → first taken) and how soon somebody stood at the door, by kind, community or
 * shift. Percentiles are those of PostgreSQL's percentile_cont; an alarm that nobody took has no answer time and is
 * within no yardstick.
 */
export async function readAnswering(scope: Scope, db: Db, period: Period, by: By): Promise<Answering> {
  const { from, to, areaPath, timeZone } = period
  const key = {
    kind: Prisma.sql`kind`,
    area: Prisma.sql`"areaId"::text`,
    shift: Prisma.sql`coalesce(shift, '')`,
  }[by]
  const rows = await db.$queryRaw<Row[]>`
    with of_alarm as (
      select alarm.kind, alarm.area_id as "areaId", area.name as "areaName",
             extract(epoch from acts.taken - alarm.raised_at)::float8 as answer,
             extract(epoch from acts.arrived - alarm.raised_at)::float8 as "onScene",
             duty.shift
      from alarm left join area on area.id = alarm.area_id
      left join lateral (
        select min(at) filter (where entry.kind = 'acknowledged') as taken,
               min(at) filter (where entry.kind = 'step-ended' and entry.body->>'outcome' in ('arrived', 'at-the-door')
                                  or entry.kind = 'ambulance' and entry.body->>'status' = 'at-the-door') as arrived
        from alarm_entry entry where entry.alarm_id = alarm.id) acts on true
      left join lateral (
        select to_char(starts_at at time zone ${timeZone}, 'HH24:MI') || '–' ||
               to_char(ends_at at time zone ${timeZone}, 'HH24:MI') as shift
        from shift join area of on of.id = shift.area_id
        where ${by === 'shift'} and shift.cancelled_at is null and shift.starts_at <= alarm.raised_at
          and shift.ends_at > alarm.raised_at and starts_with(alarm.area_path, of.path)
        order by starts_at limit 1) duty on true
      where alarm.raised_at >= ${from} and alarm.raised_at < ${to} and starts_with(alarm.area_path, ${areaPath})
        and starts_with(alarm.area_path, ${scope.areaPath}) and ${counted})
    select ${key} as key, ${by === 'area' ? Prisma.sql`min("areaName")` : Prisma.sql`null`} as label,
           count(*)::integer as alarms,
           count(answer)::integer as answered,
           percentile_cont(array[0.5, 0.9, 0.975, 0.99]) within group (order by answer) as answer,
           max(answer) as "answerMost",
           array[count(*) filter (where answer <= ${ANSWER[0]}), count(*) filter (where answer <= ${ANSWER[1]})]::integer[]
             as "answerWithin",
           count("onScene")::integer as arrived,
           percentile_cont(array[0.5, 0.9, 0.975, 0.99]) within group (order by "onScene") as "onScene",
           max("onScene") as "onSceneMost",
           array[count(*) filter (where "onScene" <= ${ON_SCENE[0]}),
                 count(*) filter (where "onScene" <= ${ON_SCENE[1]})]::integer[] as "onSceneWithin"
    from of_alarm group by grouping sets ((${key}), ()) order by grouping(${key}) desc, count(*) desc`
  const [all, ...groups] = rows.map(toGroup)
  const [drilled] = await db.$queryRaw<{ n: number }[]>`
    select count(*)::integer as n from alarm
    where raised_at >= ${from} and raised_at < ${to} and starts_with(area_path, ${areaPath})
      and starts_with(area_path, ${scope.areaPath}) and drill_id is not null`
  if (!all) throw new Error('a sum over nothing is still a row')
  return { all, groups, drills: drilled?.n ?? 0 }
}

function toGroup(row: Row): AnsweringGroup {
  const times = (n: number, shares: number[] | null, most: number | null, within: number[]) => {
    const [p50 = null, p90 = null, p975 = null, p99 = null] = shares ?? []
    return { n, p50, p90, p975, p99, most, within }
  }
  return {
    key: row.key ?? '',
    label: row.label,
    alarms: row.alarms,
    answer: times(row.answered, row.answer, row.answerMost, row.answerWithin),
    onScene: times(row.arrived, row.onScene, row.onSceneMost, row.onSceneWithin),
  }
}
