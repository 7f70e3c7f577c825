import { ensurePartitions } from '@anju/prisma/partition/apply'
import type pg from 'pg'
import type { BigCounty } from './county.ts'

const YEARS = 5
const MONTH_MS = 30 * 86_400_000

/**
 * Five years of one elder: two readings a day, a visit's two taps every third day, a press with its alarm every third
 * week, a visit every third day, notes and changes; and two hundred thousand readings of everybody else over the same months, so that no
 * partition is empty.
 */
export async function seedFiveYears(pool: pg.Pool, { elder, areaId, areaPath }: BigCounty, now: Date): Promise<void> {
  const client = await pool.connect()
  try {
    for (let back = 2; back <= YEARS * 12 + 3; back += 4) {
      await ensurePartitions(client, new Date(now.getTime() - back * MONTH_MS))
    }
  } finally {
    client.release()
  }
  const button = await deviceOf(pool, elder.id, 'button')
  const from = [now, elder.id, elder.homeId, button] as const
  await pool.query(
    `with read as (
       select gen_random_uuid() as id, n, $1::timestamptz - n * interval '12 hours' as at from generate_series(1, 3650) as n)
     insert into reading (id, received_at, message_id, device_id, home_id, elder_id, kind, at, device_at, marks, plausible,
                          systolic, diastolic, pulse)
     select id, at, 'five-' || n, $4, $3, $2, 'blood-pressure', at, at,
            case when n % 30 = 0 then array['late'] else '{}' end, n % 300 <> 0, 120 + n % 40, 80, 70 from read`,
    [...from],
  )
  await pool.query(
    `insert into tap (id, received_at, message_id, device_id, home_id, at, device_at, uid)
     select gen_random_uuid(), at, 'tap-' || n, $3, $2, at, at, '04A1B2C3D4E5F6'
     from generate_series(1, 1216) as n cross join lateral (select $1::timestamptz - n * interval '36 hours' as at) as t`,
    [now, elder.homeId, button],
  )
  await pool.query(
    `with pressed as (
       insert into alarm (id, subject, kind, priority, state, area_id, area_path, elder_id, home_id, device_id, raised_at,
                          clock_from, presses, last_press_at, resolved_at, outcome, reasons)
       select gen_random_uuid(), 'elder:' || $2::uuid, 'emergency-press', 'high', 'resolved', $5, $6, $2, $3, $4, at, at, 1, at,
              at + interval '5 minutes', 'need-met', '{}'
       from generate_series(1, 90) as n cross join lateral (select $1::timestamptz - n * interval '20 days' as at) as t
       returning id, raised_at)
     insert into alarm_entry (id, alarm_id, at, kind, body)
     select gen_random_uuid(), id, raised_at + step * interval '1 minute', (array['raised', 'acknowledged', 'resolved'])[1 + step], '{}'
     from pressed cross join generate_series(0, 2) as step`,
    [...from, areaId, areaPath],
  )
  await pool.query(
    `insert into record_change (id, at, subject, action, before, after)
     select gen_random_uuid(), $1::timestamptz - n * interval '45 days', 'elder:' || $2::uuid, 'changed', '{"note": ""}', '{"note": "x"}'
     from generate_series(1, 40) as n`,
    [now, elder.id],
  )
  await pool.query(
    `insert into reading (id, received_at, message_id, device_id, home_id, elder_id, kind, at, device_at, plausible, systolic, diastolic)
     select gen_random_uuid(), at, 'other-' || n, 'bench-m-1', other.home_id, other.id, 'blood-pressure', at, at, true, 130, 80
     from generate_series(1, 200000) as n
     join (select id, home_id, row_number() over () as place from elder) as other on other.place = 1 + (n * 37) % 100000
     cross join lateral (select $1::timestamptz - n * interval '13 minutes' as at) as t`,
    [now],
  )
  await visit(pool, [now, elder.id, elder.homeId, areaId, areaPath])
  await pool.query('vacuum analyze reading, tap, alarm, alarm_entry, record_change, visit, visit_entry, presence')
}

async function deviceOf(pool: pg.Pool, elderId: string, kind: string): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `select device.id from device join assignment on assignment.device_id = device.id where elder_id = $1 and kind = $2`,
    [elderId, kind],
  )
  const [device] = rows
  if (device === undefined) throw new Error(`no ${kind}`)
  return device.id
}

async function visit(pool: pg.Pool, whose: readonly [Date, string, string, string, string]): Promise<void> {
  await pool.query(
    `with by as (insert into provider (id, area_id, name, created_at) values (gen_random_uuid(), $4, 'bench', $1) returning id),
     made as (
       insert into visit (id, area_id, area_path, elder_id, home_id, provider_id, planned_from, planned_to, state,
                          began_at, left_at, minutes, begin_grade, end_grade, made_at)
       select gen_random_uuid(), $4, $5, $2, $3, by.id, at, at + interval '1 hour', 'called-back', at,
              at + interval '62 minutes', 62, 'proved', 'proved', at - interval '14 days'
       from by cross join generate_series(1, 608) as n
       cross join lateral (select $1::timestamptz - n * interval '3 days' as at) as t
       returning id, began_at, left_at, made_at),
     ends as (
       insert into presence (id, visit_id, part, way, at, device_at, received_at, grade)
       select gen_random_uuid(), id, part, 'tag', at, at, at, 'proved'
       from made cross join lateral (values ('begin', began_at), ('end', left_at)) as e (part, at))
     insert into visit_entry (id, visit_id, at, kind, body)
     select gen_random_uuid(), id, at, kind, '{}'
     from made cross join lateral (values ('planned', made_at), ('assigned', made_at), ('accepted', made_at),
       ('set-out', began_at), ('served', left_at), ('evaluated', left_at), ('called-back', left_at + interval '1 day'))
       as e (kind, at)`,
    [...whose],
  )
}
