import type { Alarm } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { sliced } from '../slice.ts'
import { each, type Source } from './source.ts'

/** What people and the platform did about an alarm. Presses are entries of their own; `shown` is on the alarm's page. */
const steps = ['acknowledged', 'note', 'escalated', 'command', 'resolved']

/** Alarms of the elder herself, and those of her home that name nobody: a press in a home of two is for both. */
export const alarms: Source<'alarm'> = async ({ db, whose, slice }) => {
  const named = await each(whose.elderIds, (elderId) => {
    const { where, ...rest } = sliced('raisedAt', slice)
    return db.alarm.findMany({ where: { elderId, kind: { not: 'device-silent' }, ...where }, ...rest })
  })
  const nameless = await each(whose.stays, (stay) => {
    const { where, ...rest } = sliced('raisedAt', slice, stay)
    return db.alarm.findMany({
      where: { homeId: stay.homeId, elderId: null, kind: { not: 'device-silent' }, ...where },
      ...rest,
    })
  })
  const rows = [...named, ...nameless]
  const done = await stepsOf(db, rows)
  return rows.map((row) => ({
    kind: 'alarm',
    id: row.id,
    at: row.raisedAt.toISOString(),
    deviceAt: null,
    receivedAt: row.raisedAt.toISOString(),
    deviceId: row.deviceId,
    alarmKind: row.kind,
    state: row.state,
    priority: row.priority,
    presses: row.presses,
    outcome: row.outcome,
    steps: done.get(row.id) ?? [],
  }))
}

async function stepsOf(db: Db, rows: readonly Alarm[]) {
  const entries = await db.alarmEntry.findMany({
    where: { alarmId: { in: rows.map(({ id }) => id) }, kind: { in: steps } },
    include: { user: { select: { id: true, name: true } } },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
  })
  const said = entries.map(({ alarmId, at, kind, user, body }) => ({
    alarmId,
    step: { at: at.toISOString(), kind, user, text: wordIn(body, 'text'), code: codeOf(kind, body) },
  }))
  return new Map(
    [...Map.groupBy(said, ({ alarmId }) => alarmId)].map(([id, found]) => [id, found.map(({ step }) => step)]),
  )
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
