import type pg from 'pg'
import type { Town } from './world.ts'

export const MANY = 100_000

/**
 * What a county has after months: 100,000 readings of one elder and as many of the others, 100,000 alarms of which
 * 40 are open, 100,000 events. Times lie a few seconds apart behind `now`, the newest last.
 */
export async function seedMany(pool: pg.Pool, town: Town, now: Date): Promise<{ elderId: string; alarmId: string }> {
  const { rows } = await pool.query<{ id: string; homeId: string }>(
    `select id, home_id as "homeId" from elder order by id limit 1`,
  )
  const { id: elderId, homeId } = rows[0]!
  await pool.query(
    `insert into reading (id, received_at, message_id, device_id, home_id, elder_id, kind, at, device_at, plausible,
                          systolic, diastolic, pulse)
     select gen_random_uuid(), $1::timestamptz - n * interval '3 seconds', 'many-' || n, 'bench-m-1',
            case when n % 2 = 0 then $2::uuid end, case when n % 2 = 0 then $3::uuid else other.id end, 'blood-pressure',
            $1::timestamptz - n * interval '3 seconds', $1::timestamptz - n * interval '3 seconds', true, 120 + n % 40, 80, 70
     from generate_series(1, $4 * 2) as n
     join (select id, row_number() over (order by id) as place from elder) as other on other.place = 2 + n % 4000`,
    [now, homeId, elderId, MANY],
  )
  await pool.query(
    `insert into alarm (id, subject, kind, priority, state, area_id, area_path, elder_id, home_id, device_id, raised_at,
                        clock_from, presses, last_press_at, resolved_at, outcome, reasons)
     select gen_random_uuid(), 'home:' || home.id, 'device-tampered', 'medium', case when n <= 40 then 'raised' else 'resolved' end,
            area.id, area.path, elder.id, home.id, 'bench-b-1', at.at, at.at, 1, at.at,
            case when n > 40 then at.at + interval '2 minutes' end, case when n > 40 then 'device-fault' end, '{}'
     from generate_series(1, $2::integer) as n
     cross join lateral (select $1::timestamptz - n * interval '60 seconds' as at) as at
     join (select id, home_id, row_number() over (order by id) as place from elder) as elder
       on elder.place = 1 + n % $3::integer
     join home on home.id = elder.home_id join area on area.id = home.area_id`,
    [now, MANY, town.elders],
  )
  await pool.query(
    `with head as (update log_head set position = position + $2 returning position)
     insert into event (position, at, topic, name, area_path, subject, body)
     select head.position - $2 + n, $1, 'alarm', 'alarm.pressed', $3, 'home:many', '{}'
     from head, generate_series(1, $2) as n`,
    [now, MANY, town.areaPath],
  )
  await pool.query('vacuum analyze reading, alarm, event')
  const open = await pool.query<{ id: string }>(
    `select id from alarm where kind = 'device-tampered' order by raised_at desc limit 1`,
  )
  return { elderId, alarmId: open.rows[0]!.id }
}
