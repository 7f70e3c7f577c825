import type pg from 'pg'
import { ensurePartitions } from '@anju/prisma/partition/apply'

export const DAY_MS = 86_400_000
export const YEARS = 5

/** Ids by name, so that a test can speak of them. */
export interface Life {
  elderId: string
  doubleId: string
  partnerId: string
  formerHomeId: string
  homeId: string
  nurse: string
  caregiver: string
}

/**
 * Five years of an elder: two homes, a husband with a meter of his own, a double entry merged into hers, a button,
 * a meter and a door reader; twice a day a reading, a visit's two taps, three alarms a week with what was done, every
 * third day a visit, and messages that could not be taken. Around it the readings and visits of a village.
 */
export async function liveFiveYears(pool: pg.Pool, areaId: string, areaPath: string, now: Date): Promise<Life> {
  const client = await pool.connect()
  try {
    for (let month = 0; month <= YEARS * 12; month += 3) {
      await ensurePartitions(client, new Date(now.getTime() - month * 30 * DAY_MS))
    }
  } finally {
    client.release()
  }
  const id = () => crypto.randomUUID()
  const life = {
    elderId: id(),
    doubleId: id(),
    partnerId: id(),
    formerHomeId: id(),
    homeId: id(),
    nurse: id(),
    caregiver: id(),
  }
  const ago = (days: number) => new Date(now.getTime() - days * DAY_MS)
  const born = ago(YEARS * 365)
  const moved = ago(365)
  const run = (sql: string, values: unknown[] = []) => pool.query(sql, values)
  await run(
    `insert into app_user (id, username, name, role, area_id, created_at) values ($1, 'nurse', '李静', 'seat', $2, $3)`,
    [life.nurse, areaId, born],
  )
  await run(`insert into home (id, area_id, address, created_at) values ($1, $3, '旧屋', $4), ($2, $3, '新居', $4)`, [
    life.formerHomeId,
    life.homeId,
    areaId,
    born,
  ])
  await run(
    `insert into elder (id, home_id, name, created_at, merged_into)
     values ($1, $4, '王秀英', $5, null), ($2, $4, '王秀英', $5, $1), ($3, $4, '赵建国', $5, null)`,
    [life.elderId, life.doubleId, life.partnerId, life.homeId, born],
  )
  await run(
    `insert into residence (id, elder_id, home_id, valid_from, valid_to)
     select gen_random_uuid(), e, $4::uuid, $6::timestamptz, $7::timestamptz from unnest(array[$1, $3]::uuid[]) e
     union all select gen_random_uuid(), e, $5::uuid, $7, null from unnest(array[$1, $3]::uuid[]) e
     union all select gen_random_uuid(), $2::uuid, $5::uuid, $7::timestamptz + interval '1 hour', null`,
    [life.elderId, life.doubleId, life.partnerId, life.formerHomeId, life.homeId, born, moved],
  )
  await run(
    `insert into device (id, kind, area_id, secret_hash, http_key_sealed, silent_after_s, created_at)
     select d, k, $1, '', '', 900, $2 from unnest(array['btn', 'bpm', 'his', 'dor'], array['button', 'bp-meter', 'glucose-meter', 'door-reader']) as t (d, k)`,
    [areaId, born],
  )
  await run(
    `insert into assignment (id, device_id, home_id, elder_id, valid_from, valid_to)
     select gen_random_uuid(), d, $1::uuid, e, $3::timestamptz, $4::timestamptz from unnest(array['btn', 'bpm', 'dor', 'his'], array[null, $5, null, $6]::uuid[]) as t (d, e)
     union all select gen_random_uuid(), d, $2::uuid, e, $4, null from unnest(array['btn', 'bpm', 'dor', 'his'], array[null, $5, null, $6]::uuid[]) as t (d, e)`,
    [life.formerHomeId, life.homeId, born, moved, life.elderId, life.partnerId],
  )
  const days = YEARS * 365 - 1
  const at = `$1::timestamptz - d * interval '1 day'`
  await run(
    `insert into reading (id, received_at, message_id, device_id, home_id, elder_id, kind, at, plausible, systolic, diastolic)
     select gen_random_uuid(), ${at} - n * interval '6 hours' + interval '3 s', 'm' || d || '-' || n, 'bpm',
            case when ${at} < $3 then $4::uuid else $5 end, $2, 'blood-pressure', ${at} - n * interval '6 hours', true, 120 + d % 30, 80
     from generate_series(1, ${days}) d, generate_series(0, 1) n`,
    [now, life.elderId, moved, life.formerHomeId, life.homeId],
  )
  await run(
    `insert into reading (id, received_at, message_id, device_id, elder_id, kind, at, plausible, value)
     select gen_random_uuid(), ${at}, 'v' || n || '-' || d, 'v' || n, md5(n::text)::uuid, 'weight', ${at}, true, 60
     from generate_series(1, ${days}, 10) d, generate_series(1, 300) n`,
    [now],
  )
  await run(
    `insert into tap (id, received_at, message_id, device_id, home_id, at, uid)
     select gen_random_uuid(), ${at} - n * interval '1 hour', 't' || d || '-' || n, 'dor',
            case when ${at} < $2 then $3::uuid else $4 end, ${at} - n * interval '1 hour', case n when 1 then '04a1b2c3' else '04:FF:FF:01' end
     from generate_series(1, ${days}) d, generate_series(1, 2) n`,
    [now, moved, life.formerHomeId, life.homeId],
  )
  await run(
    `with alarms as (
       insert into alarm (id, subject, kind, priority, state, area_id, area_path, elder_id, home_id, device_id, raised_at,
                          clock_from, presses, last_press_at, resolved_at, outcome, reasons)
       select gen_random_uuid(), 'home:' || h, 'emergency-press', 'high', 'resolved', $2, $3, null, h::uuid, 'btn', t, t, 1, t, t, 'test', '{}'
       from (select ${at} - interval '90 min' as t, case when ${at} < $4 then $5 else $6 end as h
             from generate_series(1, ${days}, 2) d) as due
       returning id, raised_at)
     insert into alarm_entry (id, alarm_id, at, kind, user_id, body)
     select gen_random_uuid(), alarms.id, raised_at + (s - 1) * interval '10 s', k, case when s > 1 then $7::uuid end, jsonb_build_object('deviceId', 'btn')
     from alarms, unnest(array['raised', 'shown', 'acknowledged', 'note', 'resolved']) with ordinality as e (k, s)`,
    [now, areaId, areaPath, moved, life.formerHomeId, life.homeId, life.nurse],
  )
  await liveVisits(pool, life, { areaId, areaPath, now })
  await run(
    `insert into rejected_message (id, received_at, device_id, type, code, detail, body)
     select gen_random_uuid(), ${at}, case when d % 2 = 0 then 'btn' else 'his' end, 'state', 'not-json', '', '' from generate_series(1, ${days}, 3) d`,
    [now],
  )
  await run(
    `insert into rejected_message (id, received_at, device_id, type, code, detail, body)
     select gen_random_uuid(), ${at}, 'v' || n, 'state', 'not-json', '', '' from generate_series(1, ${days}, 10) d, generate_series(1, 100) n`,
    [now],
  )
  await run(
    `insert into tap (id, received_at, message_id, device_id, home_id, at)
     select gen_random_uuid(), ${at}, 'v' || d || '-' || n, 'v' || n, md5(n::text)::uuid, ${at} from generate_series(1, ${days}, 6) d, generate_series(1, 100) n`,
    [now],
  )
  await run(
    `insert into alarm (id, subject, kind, priority, state, area_path, raised_at, clock_from, presses, last_press_at, resolved_at, reasons)
     select gen_random_uuid(), 'broker:' || n, 'emergency-press', 'high', 'resolved', $2, ${at}, ${at}, 1, ${at}, ${at}, '{}'
     from generate_series(1, ${days}, 9) d, generate_series(1, 100) n`,
    [now, areaPath],
  )
  await run(
    `insert into record_change (id, at, user_id, subject, action, after)
     select gen_random_uuid(), ${at}, $3, s, 'changed', '{"phone": "139"}'
     from generate_series(1, ${days}, 30) d, unnest($2::text[]) s`,
    [
      now,
      [`elder:${life.elderId}`, `home:${life.homeId}`, 'device:bpm', 'device:his', 'elder:someone-else'],
      life.nurse,
    ],
  )
  return life
}

/** Every third day a visit with both its ends and its story; every fifth of them was missed. And two for next week. */
async function liveVisits(
  pool: pg.Pool,
  life: Life,
  { areaId, areaPath, now }: { areaId: string; areaPath: string; now: Date },
): Promise<void> {
  const provider = crypto.randomUUID()
  const days = YEARS * 365 - 1
  const run = (sql: string, values: unknown[]) => pool.query(sql, values)
  await run(`insert into provider (id, area_id, name, created_at) values ($1, $2, '夕阳红', $3)`, [
    provider,
    areaId,
    now,
  ])
  await run(`insert into caregiver (id, provider_id, name, created_at) values ($1, $2, '李护工', $3)`, [
    life.caregiver,
    provider,
    now,
  ])
  await run(
    `with made as (
       insert into visit (id, area_id, area_path, elder_id, home_id, provider_id, caregiver_id, planned_from, planned_to,
                          state, began_at, left_at, minutes, begin_grade, end_grade, made_at)
       select gen_random_uuid(), $2, $3, $4, $5, $6, $7, t, t + interval '1 hour',
              case when came then 'called-back' when t > $1::timestamptz then 'assigned' else 'missed' end,
              case when came then t + interval '2 min' end, case when came then t + interval '65 min' end,
              case when came then 63 end, case when came then 'proved' end, case when came then 'supported' end,
              t - interval '14 days'
       from (select $1::timestamptz - d * interval '1 day' - interval '5 hours' as t, d > 0 and d % 5 <> 0 as came
             from generate_series(-6, ${days}, 3) d) due
       returning *),
     ends as (
       insert into presence (id, visit_id, part, way, at, device_at, received_at, caregiver_id, home_id, grade)
       select gen_random_uuid(), id, part, 'tag', at, at, at + late, caregiver_id, home_id, grade
       from made cross join lateral (values ('begin', began_at, interval '2 s', begin_grade),
                                            ('end', left_at, interval '3 hours', end_grade)) as p (part, at, late, grade)
       where began_at is not null)
     insert into visit_entry (id, visit_id, at, device_at, kind, user_id, body)
     select gen_random_uuid(), id, at, null, kind, $8, body
     from made cross join lateral (values
       ('planned', made_at, '{}'::jsonb), ('assigned', made_at, '{}'), ('served', left_at, '{}'),
       ('evaluated', left_at, '{"face": "good", "said": "细心"}'), ('called-back', left_at + interval '1 day', '{"satisfied": "yes"}'),
       ('missed', planned_to, '{}')) as e (kind, at, body)
     where at is not null
       and (kind in ('planned', 'assigned') or state <> 'assigned' and (kind = 'missed') = (state = 'missed'))`,
    [now, areaId, areaPath, life.elderId, life.homeId, provider, life.caregiver, life.nurse],
  )
}
