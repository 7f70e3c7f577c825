import { Prisma } from '@anju/prisma/generated/client'
import { slicedSql } from '../slice.ts'
import { columnsOf } from '../whose.ts'
import type { Source } from './source.ts'

/** What people and the platform did about an alarm. Presses are entries of their own; `shown` is on the alarm's page. */
const steps = ['acknowledged', 'note', 'escalated', 'command', 'resolved']

interface Row {
  id: string
  raisedAt: Date
  deviceId: string | null
  kind: string
  state: string
  priority: string
  presses: number
  outcome: string | null
  steps: { at: string; kind: string; userId: string | null; userName: string | null; body: unknown }[] | null
}

/** Alarms of the elder herself, and those of her home that name nobody: a press in a home of two is for both. */
export const alarms: Source<'alarm'> = async ({ ask, whose, slice }) => {
  const { where, order } = slicedSql(Prisma.sql`raised_at`, Prisma.sql`id`, slice)
  const { from, to } = columnsOf(whose.stays)
  const rows = await ask<Row>(
    Prisma.sql`
    with found as (
      select one.* from unnest(${whose.elderIds}::uuid[]) as hers (elder_id) cross join lateral (
        select * from alarm where elder_id = hers.elder_id and kind <> 'device-silent' and ${where} ${order}) as one
      union all
      select one.*
      from unnest(${whose.stays.map(({ homeId }) => homeId)}::uuid[], ${from}::timestamptz[], ${to}::timestamptz[])
        as stay (home_id, "from", "to") cross join lateral (
        select * from alarm
        where home_id = stay.home_id and elder_id is null and kind <> 'device-silent'
          and raised_at >= coalesce(stay."from", '-infinity') and raised_at < coalesce(stay."to", 'infinity')
          and ${where} ${order}) as one)
    select found.id::text, found.raised_at as "raisedAt", found.device_id as "deviceId", found.kind, found.state,
           found.priority, found.presses, found.outcome, done.steps
    from found left join lateral (
      select jsonb_agg(jsonb_build_object('at', e.at, 'kind', e.kind, 'userId', e.user_id, 'userName', app_user.name,
                                          'body', e.body) order by e.at, e.id) as steps
      from alarm_entry e left join app_user on app_user.id = e.user_id
      where e.alarm_id = found.id and e.kind = any(${steps}::text[])) as done on true`,
    ['raisedAt'],
  )
  return rows.map(({ raisedAt, kind, steps: done, ...row }) => ({
    ...row,
    kind: 'alarm',
    at: raisedAt.toISOString(),
    deviceAt: null,
    receivedAt: raisedAt.toISOString(),
    alarmKind: kind,
    steps: (done ?? []).map((step) => ({
      at: new Date(step.at).toISOString(),
      kind: step.kind,
      user: step.userId === null ? null : { id: step.userId, name: step.userName ?? '' },
      text: wordIn(step.body, 'text'),
      code: codeOf(step.kind, step.body),
    })),
  }))
}

function codeOf(kind: string, body: unknown): string {
  if (kind === 'escalated') return wordIn(body, 'reason')
  if (kind === 'resolved') return wordIn(body, 'outcome')
  return [wordIn(body, 'cmd'), wordIn(body, 'state')].filter(Boolean).join(' ')
}

function wordIn(body: unknown, field: string): string {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, field) : undefined
  return typeof value === 'string' ? value : ''
}
