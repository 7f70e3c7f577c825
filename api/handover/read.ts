import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Scope } from '@anju/domain/access/scope'
import { ALARM_STATES } from '@anju/domain/alarm/kinds'
import { Refusal } from '@anju/domain/error'
import type { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { stateOf } from '../alarm/row.ts'
import { after, type Mark, type Page, pageOf } from '../page.ts'
import { OneOf } from '../schema.ts'
import type { HandoverRow } from './schema.ts'

const person = { select: { id: true, name: true } }
const include = { from: person, to: person, takenBy: person } satisfies Prisma.HandoverInclude
type Row = Prisma.HandoverGetPayload<{ include: typeof include }>
const Listed = Type.Array(Type.Object({ id: Type.String(), state: OneOf(ALARM_STATES) }))
const within = (scope: Scope) => ({ area: { path: { startsWith: scope.areaPath } } })

/** What shifts left to the next ones, newest first. */
export async function readHandovers(
  scope: Scope,
  db: Db,
  { waiting, mark, limit }: { waiting: boolean; mark: Mark | undefined; limit: number },
): Promise<Page<HandoverRow>> {
  const rows = await db.handover.findMany({
    where: { ...within(scope), ...(waiting && { takenAt: null }), ...after('at', mark) },
    include,
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  })
  const toRow = await rower(scope, db, rows)
  return pageOf(rows, limit, (row) => row, toRow)
}

export async function readHandover(scope: Scope, db: Db, id: string): Promise<HandoverRow> {
  const row = await db.handover.findFirst({ where: { id, ...within(scope) }, include })
  if (!row) throw new Refusal('not-found')
  return (await rower(scope, db, [row]))(row)
}

async function rower(scope: Scope, db: Db, rows: readonly Row[]): Promise<(row: Row) => HandoverRow> {
  const listed = new Map(
    rows.map(({ id, alarms }) => {
      if (!Value.Check(Listed, alarms)) throw new Error(`handover ${id} is not as it was written`)
      return [id, alarms]
    }),
  )
  const ids = [...new Set([...listed.values()].flat().map(({ id }) => id))]
  const alarms = await db.alarm.findMany({
    where: { id: { in: ids }, areaPath: { startsWith: scope.areaPath } },
    select: { id: true, kind: true, state: true, owner: person, elder: { select: { name: true } } },
  })
  const now = new Map(alarms.map((alarm) => [alarm.id, alarm]))
  return ({ id, from, to, at, note, takenBy, takenAt }) => ({
    id,
    from,
    to,
    at: at.toISOString(),
    note,
    alarms: (listed.get(id) ?? []).flatMap(({ id: alarmId, state: stateThen }) => {
      const alarm = now.get(alarmId)
      if (!alarm) return []
      const { kind, owner, elder } = alarm
      return [{ id: alarmId, kind, elder: elder?.name ?? null, stateThen, state: stateOf(alarm.state), owner }]
    }),
    takenBy,
    takenAt: takenAt?.toISOString() ?? null,
  })
}
