import { may } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import {
  CALL_CATEGORIES,
  CALL_DIRECTIONS,
  CALL_OUTCOMES,
  type CallCategory,
  lengthS,
  SPEAKS_AT_MOST_MS,
  stateOfCall,
} from '@anju/domain/call/call'
import { Refusal } from '@anju/domain/error'
import { openNumber } from '@anju/prisma/call/number'
import type { Prisma } from '@anju/prisma/generated/client'
import type { MasterKey } from '@anju/prisma/key'
import type { Db } from '@anju/prisma/reads'
import { after, type Mark, type Page, pageOf } from '../page.ts'
import { readCallers } from './callers.ts'
import type { CallDetail, CallRow, callShows, LiveCalls } from './schema.ts'

export interface Looking {
  key: MasterKey
  now: Date
}

const include = {
  area: { select: { id: true, name: true } },
  elder: { select: { id: true, name: true } },
  user: { select: { id: true, name: true } },
} satisfies Prisma.CallInclude

type Row = Prisma.CallGetPayload<{ include: typeof include }>

const within = (scope: Scope) => ({ area: { path: { startsWith: scope.areaPath } } })

export interface CallsAsked {
  show: (typeof callShows)[number]
  category: CallCategory | undefined
  elderId: string | undefined
  mark: Mark | undefined
  limit: number
}

/** Calls by when they began, newest first. */
export async function readCalls(scope: Scope, db: Db, asked: CallsAsked, looking: Looking): Promise<Page<CallRow>> {
  const rows = await db.call.findMany({
    where: {
      ...within(scope),
      ...(asked.show === 'unfiled' && { filedAt: null, OR: [{ endedAt: { not: null } }, over(looking.now)] }),
      ...(asked.show === 'missed' && { direction: 'in', answeredAt: null, endedAt: { not: null } }),
      ...(asked.category !== undefined && { category: asked.category }),
      ...(asked.elderId !== undefined && { elderId: asked.elderId }),
      ...after('beganAt', asked.mark),
    },
    include,
    orderBy: [{ beganAt: 'desc' }, { id: 'desc' }],
    take: asked.limit + 1,
  })
  return pageOf(
    rows,
    asked.limit,
    ({ beganAt, id }) => ({ at: beganAt, id }),
    (row) => toCall(scope, row, looking),
  )
}

/** Long enough ago to be over, though the exchange never said so. */
const over = (now: Date) => ({ beganAt: { lt: new Date(now.getTime() - SPEAKS_AT_MOST_MS) } })
/** Nobody answers more at once. */
const LIVE_SHOWN = 20

/** The calls under way, each with whom it may come from, and how many wait to be filed. */
export async function readLiveCalls(
  scope: Scope,
  db: Db,
  looking: Looking,
): Promise<Pick<LiveCalls, 'items' | 'unfiled'>> {
  const { now } = looking
  const rows = await db.call.findMany({
    where: { ...within(scope), endedAt: null, beganAt: { gte: new Date(now.getTime() - SPEAKS_AT_MOST_MS) } },
    include,
    orderBy: [{ beganAt: 'asc' }, { id: 'asc' }],
    take: LIVE_SHOWN,
  })
  const items: LiveCalls['items'] = []
  for (const row of rows) {
    const call = toCall(scope, row, looking)
    if (call.state !== 'ringing' && call.state !== 'speaking') continue
    items.push({ ...call, callers: await readCallers(scope, db, numberOf(row, looking.key), now) })
  }
  items.sort((a, b) => Number(a.state === 'speaking') - Number(b.state === 'speaking'))
  const unfiled = await db.call.count({
    where: { ...within(scope), filedAt: null, OR: [{ endedAt: { not: null } }, over(now)] },
  })
  return { items, unfiled }
}

/** One call with whom it may come from and what its exchange said. Refuses `not-found`. */
export async function readCall(scope: Scope, db: Db, id: string, looking: Looking): Promise<CallDetail> {
  const row = await db.call.findFirst({
    where: { id, ...within(scope) },
    include: { ...include, events: { orderBy: [{ at: 'asc' }, { id: 'asc' }] } },
  })
  if (!row) throw new Refusal('not-found')
  const { numberIndex } = row
  return {
    ...toCall(scope, row, looking),
    callers: await readCallers(scope, db, numberOf(row, looking.key), looking.now),
    said: row.events.map(({ event, at, receivedAt, extension }) => ({
      event,
      at: at.toISOString(),
      receivedAt: receivedAt.toISOString(),
      extension,
    })),
    earlier:
      numberIndex === null
        ? 0
        : await db.call.count({ where: { ...within(scope), numberIndex, beganAt: { lt: row.beganAt } } }),
  }
}

/** Refuses `not-found` unless the call is within the scope. */
export async function readCallPlace(scope: Scope, db: Db, id: string): Promise<void> {
  const row = await db.call.findFirst({ where: { id, ...within(scope) }, select: { id: true } })
  if (!row) throw new Refusal('not-found')
}

const numberOf = (row: Row, key: MasterKey) => openNumber(key, row.id, row.numberSealed)

/** A stored call as the API says it; its number to those alone who answer calls. */
function toCall(scope: Scope, row: Row, { key, now }: Looking): CallRow {
  return {
    id: row.id,
    direction: CALL_DIRECTIONS.find((one) => one === row.direction) ?? 'in',
    source: row.source,
    state: stateOfCall(row, now),
    number: may(scope.role, 'answer-calls') ? numberOf(row, key) : null,
    numberTail: row.numberTail,
    extension: row.extension,
    beganAt: row.beganAt.toISOString(),
    answeredAt: row.answeredAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    receivedAt: row.receivedAt.toISOString(),
    lengthS: lengthS(row),
    area: row.area,
    elder: row.elder,
    alarmId: row.alarmId,
    user: row.user,
    category: CALL_CATEGORIES.find((one) => one === row.category) ?? null,
    outcome: CALL_OUTCOMES.find((one) => one === row.outcome) ?? null,
    note: row.note,
    filedAt: row.filedAt?.toISOString() ?? null,
    version: row.version,
  }
}
