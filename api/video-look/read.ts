import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import { isVisitState } from '@anju/domain/visit/kinds'
import {
  canLook,
  LOOK_CONSENTS,
  LOOK_ENDINGS,
  LOOK_FINDINGS,
  LOOK_REFUSALS,
  LOOK_STATES,
  mayAskForLook,
} from '@anju/domain/visit/video-look'
import type { Can } from '@anju/domain/visit/can'
import type { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { visitsWithin } from '../visit/row.ts'
import type { Signal, VideoLook, VideoLooks } from './schema.ts'

const include = {
  visit: { select: { caregiverId: true, elder: { select: { name: true } } } },
  askedBy: { select: { id: true, name: true } },
} satisfies Prisma.VideoLookInclude
type Row = Prisma.VideoLookGetPayload<{ include: typeof include }>

export interface LooksAsked {
  visitId: string | undefined
  show: 'open' | 'all'
}

/** Looks at the scope's visits, the newest first: all of one visit, or those under way. */
export async function readLooks(scope: Scope, db: Db, { visitId, show }: LooksAsked, now: Date): Promise<VideoLooks> {
  const rows = await db.videoLook.findMany({
    where: {
      visit: visitsWithin(scope),
      ...(visitId !== undefined && { visitId }),
      ...(show === 'open' && { endedAt: null }),
    },
    include,
    orderBy: [{ askedAt: 'desc' }, { id: 'desc' }],
    take: 100,
  })
  const caregiverId = await ownCaregiver(scope, db)
  const items = rows.map((row) => toLook(row, scope, caregiverId))
  if (visitId === undefined) return { items, ask: null }
  const visit = await db.visit.findFirst({ where: { id: visitId, AND: [visitsWithin(scope)] } })
  if (!visit || !isVisitState(visit.state)) throw new Refusal('not-found')
  const { state, leftAt } = visit
  return { items, ask: { why: whyNot(mayAskForLook({ state, caregiverId: visit.caregiverId, leftAt }, now)) } }
}

/** Whether a look is in the scope, before anything is done to it. */
export async function readLook(scope: Scope, db: Db, id: string): Promise<VideoLook> {
  const row = await db.videoLook.findFirst({ where: { id, visit: visitsWithin(scope) }, include })
  if (!row) throw new Refusal('not-found')
  return toLook(row, scope, await ownCaregiver(scope, db))
}

/** How the two find each other: for those two alone. */
export async function readSignal(scope: Scope, db: Db, id: string): Promise<Omit<Signal, 'iceServers'>> {
  const row = await db.videoLook.findFirst({ where: { id, visit: visitsWithin(scope) }, include })
  if (!row) throw new Refusal('not-found')
  const caregiverId = await ownCaregiver(scope, db)
  const isOfTwo = row.askedById === scope.userId || (caregiverId !== null && caregiverId === row.visit.caregiverId)
  if (!isOfTwo) throw new Refusal('not-allowed')
  return { state: stateOf(row), offer: row.offer, answer: row.answer }
}

async function ownCaregiver(scope: Scope, db: Db): Promise<string | null> {
  if (scope.userId === null || scope.role !== 'caregiver') return null
  const user = await db.appUser.findUnique({ where: { id: scope.userId }, select: { caregiverId: true } })
  return user?.caregiverId ?? null
}

function toLook(row: Row, scope: Scope, caregiverId: string | null): VideoLook {
  const state = stateOf(row)
  const ending = oneOf(LOOK_ENDINGS, row.ending)
  const finding = oneOf(LOOK_FINDINGS, row.finding)
  const table = canLook(
    { state, ending, finding, askedBy: row.askedById, caregiverId: row.visit.caregiverId },
    { id: scope.userId ?? '', caregiverId },
  )
  return {
    id: row.id,
    visitId: row.visitId,
    elder: row.visit.elder.name,
    askedBy: row.askedBy,
    askedAt: row.askedAt.toISOString(),
    note: row.note,
    state,
    consent: oneOf(LOOK_CONSENTS, row.consent),
    connectedAt: row.connectedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    ending,
    refusal: oneOf(LOOK_REFUSALS, row.refusal),
    finding,
    findingNote: row.findingNote,
    may: {
      agree: whyNot(table.agree),
      refuse: whyNot(table.refuse),
      answer: whyNot(table.answer),
      connect: whyNot(table.connect),
      end: whyNot(table.end),
      find: whyNot(table.find),
    },
  }
}

const whyNot = (can: Can): string | null => (can.allowed ? null : can.reason)
const oneOf = <T extends string>(words: readonly T[], text: string | null): T | null =>
  words.find((one) => one === text) ?? null
const stateOf = ({ state }: { state: string }) => oneOf(LOOK_STATES, state) ?? 'ended'
