import { GRADES, isVisitState, PRESENCE_WAYS, VISIT_OUTCOMES, VISIT_PARTS } from '@anju/domain/visit/kinds'
import { Prisma } from '@anju/prisma/generated/client'
import type { VisitEnd, VisitStep } from '../schema.ts'
import { slicedSql } from '../slice.ts'
import type { Source } from './source.ts'

/** What people did about a visit; that somebody came and left stands in its ends, the rest on the visit's own page. */
const TOLD = [
  'planned',
  'confirmed',
  'rescheduled',
  'cancelled',
  'missed',
  'turned-away',
  'evaluated',
  'called-back',
  'questioned',
  'settled',
]

interface Row {
  id: string
  at: Date
  state: string
  outcome: string | null
  inQuestion: boolean
  plannedFrom: Date
  plannedTo: Date
  minutes: number | null
  providerId: string
  providerName: string
  caregiverId: string | null
  caregiverName: string | null
  ends:
    | { part: string; way: string; grade: string | null; at: string; deviceAt: string | null; receivedAt: string }[]
    | null
  steps:
    | {
        at: string
        deviceAt: string | null
        kind: string
        userId: string | null
        userName: string | null
        body: unknown
      }[]
    | null
}

/** Visits whose time has come, where they began or, where nobody came, where they were to begin. */
export const visits: Source<'visit'> = async ({ ask, whose, slice, now }) => {
  const at = Prisma.sql`coalesce(began_at, planned_from)`
  const { where, order } = slicedSql(at, Prisma.sql`id`, slice)
  const rows = await ask<Row>(
    Prisma.sql`
    select one.id::text, coalesce(one.began_at, one.planned_from) as at, one.state, one.outcome,
           one.in_question as "inQuestion", one.planned_from as "plannedFrom", one.planned_to as "plannedTo", one.minutes,
           provider.id::text as "providerId", provider.name as "providerName", caregiver.id::text as "caregiverId",
           caregiver.name as "caregiverName", known.ends, done.steps
    from unnest(${whose.elderIds}::uuid[]) as hers (elder_id) cross join lateral (
      select * from visit
      where elder_id = hers.elder_id and not drill and ${at} <= ${now}::timestamptz and ${where} ${order}) as one
    join provider on provider.id = one.provider_id
    left join caregiver on caregiver.id = one.caregiver_id
    left join lateral (
      select jsonb_agg(jsonb_build_object('part', part, 'way', way, 'grade', grade, 'at', at, 'deviceAt', device_at,
                                          'receivedAt', received_at)) as ends
      from (select distinct on (part) * from presence
            where visit_id = one.id and grade is not null and part is not null
            -- the one that counts, where several said the same
            order by part, at = case part when 'begin' then one.began_at else one.left_at end desc, received_at) as each
    ) as known on true
    left join lateral (
      select jsonb_agg(jsonb_build_object('at', e.at, 'deviceAt', e.device_at, 'kind', e.kind, 'userId', e.user_id,
                                          'userName', app_user.name, 'body', e.body) order by e.at, e.id) as steps
      from visit_entry e left join app_user on app_user.id = e.user_id
      where e.visit_id = one.id and e.kind = any(${TOLD}::text[])) as done on true`,
    ['at', 'plannedFrom', 'plannedTo'],
  )
  return rows.map((row) => {
    const ends = (row.ends ?? []).map(endOf).sort((a, b) => (a.at < b.at ? -1 : 1))
    const begin = ends.find(({ part }) => part === 'begin')
    return {
      kind: 'visit',
      id: row.id,
      at: row.at.toISOString(),
      deviceAt: begin?.deviceAt ?? null,
      receivedAt: begin?.receivedAt ?? row.at.toISOString(),
      deviceId: null,
      state: isVisitState(row.state) ? row.state : 'planned',
      outcome: VISIT_OUTCOMES.find((outcome) => outcome === row.outcome) ?? null,
      inQuestion: row.inQuestion,
      plannedFrom: row.plannedFrom.toISOString(),
      plannedTo: row.plannedTo.toISOString(),
      minutes: row.minutes,
      provider: { id: row.providerId, name: row.providerName },
      caregiver: row.caregiverId === null ? null : { id: row.caregiverId, name: row.caregiverName ?? '' },
      ends,
      steps: (row.steps ?? []).map((step): VisitStep => ({
        at: iso(step.at),
        deviceAt: step.deviceAt === null ? null : iso(step.deviceAt),
        kind: step.kind,
        user: step.userId === null ? null : { id: step.userId, name: step.userName ?? '' },
        code: codeOf(step.kind, step.body),
        text: ['said', 'reason', 'note'].map((field) => wordIn(step.body, field)).find(Boolean) ?? '',
      })),
    }
  })
}

function endOf({ part, way, grade, at, deviceAt, receivedAt }: NonNullable<Row['ends']>[number]): VisitEnd {
  return {
    part: VISIT_PARTS.find((one) => one === part) ?? 'begin',
    way: PRESENCE_WAYS.find((one) => one === way) ?? 'typed',
    grade: GRADES.find((one) => one === grade) ?? 'claimed',
    at: iso(at),
    deviceAt: deviceAt === null ? null : iso(deviceAt),
    receivedAt: iso(receivedAt),
  }
}

const iso = (text: string): string => new Date(text).toISOString()

/** Of an evaluation the face, of a call back whether she was content, at the door what was met there. */
function codeOf(kind: string, body: unknown): string {
  if (kind === 'evaluated') return wordIn(body, 'face')
  if (kind === 'turned-away') return wordIn(body, 'outcome')
  if (kind === 'called-back') return wordIn(body, 'satisfied')
  return ''
}

function wordIn(body: unknown, field: string): string {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, field) : undefined
  return typeof value === 'string' ? value : ''
}
