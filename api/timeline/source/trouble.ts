import { FOLDED } from '@anju/domain/alarm/kinds'
import { Prisma } from '@anju/prisma/generated/client'
import { nearFirst, slicedSql } from '../slice.ts'
import { columnsOf } from '../whose.ts'
import type { Asked, Source } from './source.ts'

/** Silence of the devices that stood with her, and messages of theirs that could not be taken. */
export const troubles: Source<'trouble'> = async (asked) =>
  asked.whose.held.length === 0 ? [] : (await Promise.all([silences(asked), rejections(asked)])).flat()

/** `unnest` of the devices that stood with her, as a table `held (device_id, "from", "to")`. */
export function heldTable({ whose }: Asked): Prisma.Sql {
  const { from, to } = columnsOf(whose.held)
  return Prisma.sql`unnest(${whose.held.map(({ deviceId }) => deviceId)}::text[], ${from}::timestamptz[],
    ${to}::timestamptz[]) as held (device_id, "from", "to")`
}

interface Silence {
  id: string
  at: Date
  deviceId: string
  state: string
  backAt: Date | null
}

async function silences(asked: Asked): Promise<Awaited<ReturnType<typeof troubles>>> {
  const { where, order } = slicedSql(Prisma.sql`raised_at`, Prisma.sql`id`, asked.slice)
  const ids = asked.whose.held.map(({ deviceId }) => deviceId)
  const columns = Prisma.sql`id, raised_at, state, outcome, device_id, devices`
  const rows = await asked.ask<Silence>(
    Prisma.sql`
    -- A handful, found device by device (\`offset 0\`): beside a plan for any devices it looks cheaper to walk through
    -- everybody's alarms.
    with silent as materialized (
      select distinct one.* from unnest(${ids}::text[]) as held (id) cross join lateral (
        select ${columns} from alarm where device_id = held.id and kind = 'device-silent'
        union
        select ${columns} from alarm where devices @> array[held.id] and kind = 'device-silent' offset 0) as one),
    found as (
      select alarm.id, alarm.raised_at, alarm.state, mine.device_id
      from silent as alarm cross join lateral (
        select held.device_id from ${heldTable(asked)}
        where (held.device_id = alarm.device_id or held.device_id = any(alarm.devices))
          and alarm.raised_at >= coalesce(held."from", '-infinity')
          and alarm.raised_at < coalesce(held."to", 'infinity')
        limit 1) as mine
      where alarm.outcome is distinct from ${FOLDED} and ${where} ${order})
    select found.id::text, found.raised_at as at, found.device_id as "deviceId", found.state, back.at as "backAt"
    from found left join lateral (
      select min(e.at) as at from alarm_entry e
      where e.alarm_id = found.id and e.kind = 'device-back' and e.body->>'deviceId' = found.device_id) as back on true`,
    ['at', 'backAt'],
  )
  return rows.map(({ id, at, deviceId, state, backAt }) => ({
    kind: 'trouble',
    id,
    at: at.toISOString(),
    deviceAt: null,
    receivedAt: at.toISOString(),
    deviceId,
    code: 'device-silent',
    detail: '',
    alarmId: id,
    state,
    backAt: backAt?.toISOString() ?? null,
  }))
}

interface Rejection {
  id: string
  at: Date
  deviceId: string
  code: string
  detail: string
}

async function rejections(asked: Asked): Promise<Awaited<ReturnType<typeof troubles>>> {
  const rows = await nearFirst(asked.slice, asked.now, (part) => {
    const { where, order } = slicedSql(Prisma.sql`received_at`, Prisma.sql`id`, part)
    return asked.ask<Rejection>(
      Prisma.sql`
    select one.id::text, one.received_at as at, one.device_id as "deviceId", one.code, one.detail
    from ${heldTable(asked)} cross join lateral (
      select * from rejected_message
      where device_id = held.device_id and received_at >= coalesce(held."from", '-infinity')
        and received_at < coalesce(held."to", 'infinity') and ${where} ${order}) as one`,
      ['at'],
    )
  })
  return rows.map(({ id, at, deviceId, code, detail }) => ({
    kind: 'trouble',
    id,
    at: at.toISOString(),
    deviceAt: null,
    receivedAt: at.toISOString(),
    deviceId,
    code,
    detail,
    alarmId: null,
    state: null,
    backAt: null,
  }))
}
