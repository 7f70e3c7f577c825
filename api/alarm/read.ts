import { can as decide } from '@anju/domain/alarm/can'
import { onSceneAt, stepsOf } from '@anju/domain/alarm/step'
import { opensFilesOnDuty } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import type { Db } from '@anju/prisma/reads'
import { withCallable } from '../elder/callable.ts'
import { readHome } from '../elder/read.ts'
import type { HomeDetail } from '../elder/schema.ts'
import { after, pageOf, type Mark, type Page } from '../page.ts'
import { readReadings } from '../reading/read.ts'
import { readAround, readLastCalled } from './around-read.ts'
import { readNuisancePlan, readPlaybook } from './plan-read.ts'
import { readStands } from './stands-read.ts'
import { alarmInclude, besides, priorityOf, stateOf, toAlarm } from './row.ts'
import type { AlarmDetail, AlarmEntry, AlarmRow, Can } from './schema.ts'

const within = (scope: Scope) => ({ areaPath: { startsWith: scope.areaPath } })

export type StateFilter = 'open' | 'resolved' | 'follow-up' | 'all'

const ofState = {
  open: { resolvedAt: null },
  resolved: { resolvedAt: { not: null } },
  'follow-up': { state: 'follow-up' },
  all: {},
} satisfies Record<StateFilter, object>

export interface AlarmsAsked {
  state: StateFilter
  ids?: string[] | undefined
  mark: Mark | undefined
  limit: number
  now: Date
}

/** Alarms by when they were raised, newest first. */
export async function readAlarms(
  scope: Scope,
  db: Db,
  { state, ids, mark, limit, now }: AlarmsAsked,
): Promise<Page<AlarmRow>> {
  const rows = await db.alarm.findMany({
    // Our own test press is nobody's to answer, and in no list.
    where: {
      ...within(scope),
      kind: { not: 'probe' },
      ...ofState[state],
      ...(ids && { id: { in: ids } }),
      ...after('raisedAt', mark),
    },
    include: alarmInclude,
    orderBy: [{ raisedAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  })
  const beside = await besides(
    db,
    rows.map(({ id }) => id),
  )
  return pageOf(
    rows,
    limit,
    (row) => ({ at: row.raisedAt, id: row.id }),
    (row) => toAlarm(row, beside, now),
  )
}

/** Refuses `not-found` unless the alarm is within the scope. */
export async function readAlarmPlace(scope: Scope, db: Db, id: string): Promise<void> {
  if (!(await db.alarm.findFirst({ where: { id, ...within(scope) }, select: { id: true } }))) {
    throw new Refusal('not-found')
  }
}

const READINGS_SHOWN = 10

const untold = { dialect: '', hearing: '', allergies: '', conditions: '', medicines: '', phone: '', contacts: [] }

/** One alarm with all that whoever answers it must know. Refuses `not-found` outside the scope. */
export async function readAlarm(scope: Scope, db: Db, id: string, now: Date): Promise<AlarmDetail> {
  const row = await db.alarm.findFirst({ where: { id, ...within(scope) }, include: alarmInclude })
  if (!row) throw new Refusal('not-found')
  const alarm = toAlarm(row, await besides(db, [id]), now)
  const { elderId, homeId } = row
  // While it is open, whoever must answer it sees whom it is about, even if she or her home now belong elsewhere.
  const needed = row.resolvedAt === null ? id : undefined
  const entries = await readEntries(scope, db, id)
  const steps = stepsOf(
    entries.map(({ at, user, ...entry }) => ({ ...entry, at: new Date(at), userId: user?.id ?? null })),
  )
  const home = homeId === null ? null : await orNothing(readHome(scope, db, homeId, now, needed), null)
  // An alarm is no way round the reason that opening a file asks (promise 10).
  const withheld = !opensFilesOnDuty(scope.role)
  return {
    ...alarm,
    reasons: row.reasons,
    entries,
    steps: steps.map(({ begunAt, endedAt, ...step }) => ({
      ...step,
      begunAt: begunAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
    })),
    onSceneAt: onSceneAt(steps)?.toISOString() ?? null,
    playbook: await readPlaybook(scope, db, row),
    nuisancePlan: withheld ? null : await readNuisancePlan(scope, db, elderId, now),
    elder: alarm.elder && {
      ...alarm.elder,
      ...(withheld ? untold : await readNeeds(scope, db, alarm.elder.id, needed)),
    },
    home: home && toldHome(home, withheld),
    ...(await readAround(scope, db, row, now)),
    stands: await readStands(scope, db, row, { withheld, now }),
    withheld,
    readings:
      elderId === null || withheld
        ? []
        : (await orNothing(readReadings(scope, db, { elderId, limit: READINGS_SHOWN }), { items: [] })).items,
    can: mayDo(scope, row, now),
  }
}

/** Key and code are told by a request of their own, which is written down; outside one’s duty only the address. */
function toldHome({ entry: _, ...home }: HomeDetail, withheld: boolean): AlarmDetail['home'] {
  return withheld ? { ...home, residents: [], position: null } : home
}

async function readEntries(scope: Scope, db: Db, alarmId: string): Promise<AlarmEntry[]> {
  const rows = await db.alarmEntry.findMany({
    where: { alarmId, alarm: within(scope) },
    include: { user: { select: { id: true, name: true } } },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
  })
  return rows.map(({ id, at, kind, user, message, body }) => ({
    id,
    at: at.toISOString(),
    kind,
    user,
    messageId: message,
    body: typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {},
  }))
}

/** What is outside the scope is not told. */
async function orNothing<T, Nothing>(told: Promise<T>, nothing: Nothing): Promise<T | Nothing> {
  try {
    return await told
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not-found') return nothing
    throw error
  }
}

/**
 * How to speak with the elder, what endangers her, whom to call. Of somebody outside the scope nothing is told, but
 * for an open alarm `needed` of the scope.
 */
async function readNeeds(scope: Scope, db: Db, id: string, needed: string | undefined) {
  const elder = await db.elder.findFirst({
    where: {
      id,
      OR: [
        { home: { area: { path: { startsWith: scope.areaPath } } } },
        ...(needed === undefined ? [] : [{ alarms: { some: { id: needed, ...within(scope) } } }]),
      ],
    },
    include: { contacts: { orderBy: { rung: 'asc' } } },
  })
  if (!elder) return untold
  const { dialect, hearing, allergies, conditions, medicines, contacts } = elder
  const callable = await withCallable(db, contacts)
  const last = await readLastCalled(
    scope,
    db,
    contacts.map((contact) => contact.id),
  )
  return {
    dialect,
    hearing,
    allergies,
    conditions,
    medicines,
    phone: elder.diedOn === null ? elder.phone : '', // nobody rings the dead
    contacts: callable.map((contact) => ({ ...contact, last: last.get(contact.id) ?? null })),
  }
}

interface Owned {
  state: string
  priority: string
  shelvedUntil: Date | null
  ownerId: string | null
  owner: { id: string; name: string } | null
}

/** What the one who looks may do, and who stands in the way. A program takes no alarm. */
function mayDo(scope: Scope, row: Owned, now: Date): AlarmDetail['can'] {
  const user = { id: scope.userId ?? '', role: scope.userId === null ? 'auditor' : scope.role }
  const shelved = row.shelvedUntil !== null && row.shelvedUntil > now
  const answers = decide(
    { state: stateOf(row.state), ownerId: row.ownerId, priority: priorityOf(row.priority), shelved },
    user,
  )
  const named = (answer: ReturnType<typeof decide>['note']): Can => {
    if (answer.allowed || row.owner === null || !['alarm-owned', 'alarm-other-owner'].includes(answer.reason))
      return answer
    return { ...answer, by: row.owner }
  }
  return {
    acknowledge: named(answers.acknowledge),
    step: named(answers.step),
    note: named(answers.note),
    'hand-over': named(answers['hand-over']),
    'give-back': named(answers['give-back']),
    shelve: named(answers.shelve),
    resolve: named(answers.resolve),
    reopen: named(answers.reopen),
    close: named(answers.close),
  }
}
