import { opensFilesOnDuty } from '@anju/domain/access/role'
import type { Scope } from '@anju/domain/access/scope'
import { maskName } from '@anju/domain/elder/name'
import { Refusal } from '@anju/domain/error'
import { wireStates } from '@anju/domain/proof/tamper'
import { setAsideReasons, unmatchedCodes, type UnmatchedKind, unmatchedOf } from '@anju/domain/proof/unmatched'
import { VISIT_PARTS } from '@anju/domain/visit/kinds'
import type { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { after, type Mark, type Page, pageOf } from '../page.ts'
import { objectOf, stateOf, visitsWithin } from '../visit/row.ts'
import { presencesNarrowed, type PresencesNarrowed, presencesWithin } from './within.ts'
import { presenceInclude, toPresence } from '../visit/presence-row.ts'
import {
  type Candidate,
  type PresenceCounts,
  presenceDecisions,
  type presenceLists,
  type PresenceRow,
} from './schema.ts'

const named = { select: { id: true, name: true } }
const visitSelect = {
  id: true,
  elder: named,
  area: named,
  provider: named,
  caregiver: named,
  plannedFrom: true,
  plannedTo: true,
  state: true,
  version: true,
} satisfies Prisma.VisitSelect
const include = {
  ...presenceInclude,
  setAsideBy: named,
  home: { select: { id: true, address: true, area: named } },
  device: { select: { id: true, label: true } },
  tag: { select: { id: true, uid: true, label: true, replacesId: true, checkedById: true } },
  visit: { select: visitSelect },
} satisfies Prisma.PresenceInclude

const SHOWN = {
  unmatched: { visitId: null, setAsideAt: null },
  'set-aside': { visitId: null, setAsideAt: { not: null } },
  'to-approve': {
    way: 'typed',
    approvedAt: null,
    refusedAt: null,
    grade: { not: null },
    visitId: { not: null },
    // where an approved correction counts, nothing hangs on what was typed at the door
    NOT: VISIT_PARTS.map((part) => ({
      part,
      exceptionId: null,
      visit: { presences: { some: { part, exceptionId: { not: null }, approvedAt: { not: null } } } },
    })),
  },
  'in-question': { inQuestion: true, visit: { inQuestion: true } },
} satisfies Record<(typeof presenceLists)[number], Prisma.PresenceWhereInput>

export interface PresencesAsked {
  show: keyof typeof SHOWN
  what: UnmatchedKind | undefined
  way: string | undefined
  mark: Mark | undefined
  limit: number
}

/** Taps that wait for somebody, newest first. */
export async function readPresences(
  scope: Scope,
  db: Db,
  asked: PresencesAsked,
  narrowed: PresencesNarrowed,
): Promise<Page<PresenceRow>> {
  const within = await presencesNarrowed(scope, db, narrowed)
  const only = [asked.what ? cameTo(asked.what) : {}, asked.way ? { way: asked.way } : {}]
  const rows = await db.presence.findMany({
    where: { AND: [within, SHOWN[asked.show], ...only, after('receivedAt', asked.mark)] },
    include,
    orderBy: [{ receivedAt: 'desc' }, { id: 'desc' }],
    take: asked.limit + 1,
  })
  const decided = await readDecided(db, rows)
  return pageOf(
    rows,
    asked.limit,
    ({ receivedAt, id }) => ({ at: receivedAt, id }),
    (row) => toRow(scope, row, decided),
  )
}

/** How many wait in each list. */
export async function readPresenceCounts(scope: Scope, db: Db, narrowed: PresencesNarrowed): Promise<PresenceCounts> {
  const within = await presencesNarrowed(scope, db, narrowed)
  const count = (show: keyof typeof SHOWN) => db.presence.count({ where: { AND: [within, SHOWN[show]] } })
  const [unmatched, toApprove, inQuestion] = [
    await count('unmatched'),
    await count('to-approve'),
    await count('in-question'),
  ]
  return { unmatched, 'to-approve': toApprove, 'in-question': inQuestion }
}

/** What was kept before there were codes found no visit. */
function cameTo(what: UnmatchedKind): Prisma.PresenceWhereInput {
  const codes: Prisma.PresenceWhereInput[] = unmatchedCodes[what].map((code) => ({
    verification: { path: ['code'], equals: code },
  }))
  const uncoded: Prisma.PresenceWhereInput = { verification: { equals: {} } }
  return { OR: what === 'no-visit' ? [...codes, uncoded] : codes }
}

/** One tap as the desk shows it. Refuses `not-found` outside the scope. */
export async function readPresenceRow(scope: Scope, db: Db, id: string): Promise<PresenceRow> {
  const row = await db.presence.findFirst({ where: { AND: [presencesWithin(scope), { id }] }, include })
  if (!row) throw new Refusal('not-found')
  return toRow(scope, row, await readDecided(db, [row]))
}

type Row = Prisma.PresenceGetPayload<{ include: typeof include }>

type Decided = ReadonlyMap<string, PresenceRow['decided']>

/** What was decided about these while they had no visit, from their histories. */
async function readDecided(db: Db, rows: readonly { id: string }[]): Promise<Decided> {
  const changes = await db.recordChange.findMany({
    where: { subject: { in: rows.map(({ id }) => `presence:${id}`) }, action: { in: [...presenceDecisions] } },
    include: { user: named },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
  })
  const decided = changes.flatMap(({ id, subject, at, user, action, after: became, reason }) => {
    const what = presenceDecisions.find((one) => one === action)
    if (what === undefined) return []
    const why = setAsideReasons.find((one) => one === objectOf(became)['why']) ?? null
    return [{ of: subject, said: { id, at: at.toISOString(), by: user, what, why, note: reason } }]
  })
  return new Map(
    [...Map.groupBy(decided, ({ of }) => of)].map(([of, all]) => [of, all.map(({ said }) => said)] as const),
  )
}

function toRow(scope: Scope, row: Row, decided: Decided): PresenceRow {
  const duty = opensFilesOnDuty(scope.role)
  const { visit, home, tag, verification } = row
  const { code } = objectOf(verification)
  const why = typeof code === 'string' ? code : ''
  return {
    ...toPresence(scope, row),
    visitId: row.visitId,
    visit: visit && toVisit(scope, visit),
    home: home && (duty ? home : { ...home, address: '' }),
    device: row.device,
    tag: tag && { ...tag, unconfirmed: tag.replacesId !== null && tag.checkedById === null },
    why,
    kind: row.visitId === null ? unmatchedOf(why) : null,
    wire: wireOf(verification),
    setAside: row.setAsideAt && {
      by: row.setAsideBy,
      at: row.setAsideAt.toISOString(),
      why: setAsideReasons.find((one) => one === row.setAsideWhy) ?? 'other',
    },
    decided: decided.get(`presence:${row.id}`) ?? [],
    own: scope.userId !== null && row.userId === scope.userId,
  }
}

function toVisit(scope: Scope, visit: Prisma.VisitGetPayload<{ select: typeof visitSelect }>) {
  const { elder, plannedFrom, plannedTo, state, ...rest } = visit
  return {
    ...rest,
    elder: opensFilesOnDuty(scope.role) ? elder : { ...elder, name: maskName(elder.name) },
    plannedFrom: plannedFrom.toISOString(),
    plannedTo: plannedTo.toISOString(),
    state: stateOf(state),
  }
}

/** What the tag said of its tamper wire, where it has one: kept with the facts, or with the code of an unmatched tap. */
export function wireOf(verification: Prisma.JsonValue): PresenceRow['wire'] {
  const { facts, sun } = objectOf(verification)
  const code = inside(inside(inside(facts, 'tap'), 'code'), 'tamper') ?? inside(sun, 'tamper')
  const state = (name: string) => wireStates.find((one) => one === inside(code, name))
  const [ever, now] = [state('ever'), state('now')]
  return ever && now ? { ever, now } : null
}

const inside = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([each]) => each === name)?.[1] : undefined

/** How far from a tap a visit may be planned and still be meant. */
const AROUND_MS = 24 * 3_600_000
const SHOWN_AT_MOST = 12

/** The visits a tap may be about, the likeliest first: same door and caregiver, then by time. */
export async function readCandidates(scope: Scope, db: Db, id: string): Promise<Candidate[]> {
  const tap = await db.presence.findFirst({ where: { AND: [presencesWithin(scope), { id }] } })
  if (!tap) throw new Refusal('not-found')
  const { homeId, caregiverId, at } = tap
  const who: Prisma.VisitWhereInput[] = [
    ...(homeId === null ? [] : [{ homeId }]),
    ...(caregiverId === null ? [] : [{ caregiverId }]),
  ]
  const between = { gte: new Date(at.getTime() - AROUND_MS), lte: new Date(at.getTime() + AROUND_MS) }
  const open = { state: { notIn: ['cancelled', 'refused'] }, plannedFrom: between }
  const visits = await db.visit.findMany({
    where: { AND: [visitsWithin(scope), open, { OR: who }] },
    select: { ...visitSelect, homeId: true, caregiverId: true, presences: { select: { part: true } } },
    orderBy: [{ plannedFrom: 'asc' }, { id: 'asc' }],
    take: 100,
  })
  const found = visits.map(({ presences, homeId: door, caregiverId: carer, ...visit }) => ({
    ...toVisit(scope, visit),
    sameHome: door === homeId,
    sameCaregiver: carer !== null && carer === caregiverId,
    apartMin: apart(at, visit.plannedFrom, visit.plannedTo),
    said: VISIT_PARTS.filter((part) => presences.some((one) => one.part === part)),
  }))
  const fits = (one: Candidate): number => Number(one.sameHome) + Number(one.sameCaregiver)
  return found.toSorted((a, b) => fits(b) - fits(a) || a.apartMin - b.apartMin).slice(0, SHOWN_AT_MOST)
}

function apart(at: Date, from: Date, to: Date): number {
  const outside = Math.max(from.getTime() - at.getTime(), at.getTime() - to.getTime(), 0)
  return Math.round(outside / 60_000)
}
