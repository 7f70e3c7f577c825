import pg from 'pg'
import type { Acknowledged } from './ledger.ts'

/** What is wrong in the database; each list is empty when all is well. At most ten of a kind are named. */
export type Faults = Record<string, unknown[]>

/**
 * Reads one unmoving picture of the database, also while devices go on talking: every acknowledged message is there
 * once, and nothing is there by half.
 */
export async function findFaults(databaseUrl: string, acknowledged: Acknowledged[]): Promise<Faults> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('begin transaction isolation level repeatable read read only')
    const faults: Faults = { lost: await lost(client, acknowledged) }
    for (const [name, sql] of Object.entries(whole)) {
      faults[name] = (await client.query<Record<string, unknown>>(`${sql} limit 10`)).rows
    }
    return faults
  } finally {
    await client.end()
  }
}

async function lost(client: pg.Client, acknowledged: Acknowledged[]): Promise<unknown[]> {
  const { rows } = await client.query<Record<string, unknown>>(
    `select a.device, a.id, a.way, count(message.id)::int as stored
       from unnest($1::text[], $2::text[], $3::text[]) as a (device, id, way)
       left join message_dedupe d on d.device_id = a.device and d.message_id = a.id
       left join message on message.id = d.fact_id
      group by 1, 2, 3 having count(message.id) <> 1 limit 10`,
    [
      acknowledged.map((each) => each.device),
      acknowledged.map((each) => each.id),
      acknowledged.map((each) => each.way),
    ],
  )
  return rows
}

/** Both ways: what must stand beside each fact, and the fact beside each of those. */
const whole: Record<string, string> = {
  'stored twice': `select device_id, message_id, count(*)::int from message where message_id is not null
     group by 1, 2 having count(*) > 1`,
  'dedupe without message': `select d.device_id, d.message_id from message_dedupe d
     where not exists (select from message where message.id = d.fact_id)`,
  'message without dedupe': `select id, type from message where message_id is not null
     and not exists (select from message_dedupe d where d.fact_id = message.id)`,
  'reading by half': `select m.id as message, r.id as reading from (select * from message where type = 'reading') m
     full join reading r on r.id = m.id where m.id is null or r.id is null`,
  'tap by half': `select m.id as message, t.id as tap from (select * from message where type = 'tap') m
     full join tap t on t.id = m.id where m.id is null or t.id is null`,
  // A press is counted in its alarm exactly once; every open alarm was told, and asks after its owner.
  'presses not counted': `select alarm.pressed, message.stored
     from (select coalesce(sum(presses), 0)::int as pressed from alarm
            where kind in ('emergency-press', 'probe')) alarm,
          (select count(*)::int as stored from message where type = 'press') message
     where alarm.pressed <> message.stored`,
  'entry of no message': `select alarm_entry.id from alarm_entry where message is not null
     and not exists (select from message m where m.id = alarm_entry.message)`,
  'alarm not raised once': `select alarm.id, count(event.position)::int from alarm
     left join event on event.name = 'alarm.raised' and event.body ->> 'alarmId' = alarm.id::text
     group by 1 having count(event.position) <> 1`,
  'presses told otherwise': `select alarm.id, alarm.presses, max((event.body ->> 'presses')::int) as told from alarm
     join event on event.name in ('alarm.raised', 'alarm.pressed') and event.body ->> 'alarmId' = alarm.id::text
     where alarm.kind = 'emergency-press' group by 1, 2 having alarm.presses <> max((event.body ->> 'presses')::int)`,
  'alarm without a clock': `select id from alarm where kind = 'emergency-press'
     and not exists (select from deadline where kind = 'alarm-unowned' and ref = alarm.id::text)`,
  'log with a hole': `select log_head.position as head, count(event.position)::int as events,
       min(event.position) as first, max(event.position) as last from log_head left join event on true
     group by 1 having count(event.position) <> log_head.position or max(event.position) <> log_head.position
       or min(event.position) <> 1`,
}
