import type { Scope } from '@anju/domain/access/scope'
import type { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { answersOf, foundOf } from '../visit-exception/row.ts'
import { objectOf, visitsWithin } from './row.ts'
import type { VisitDetail, VisitFinding, VisitReading } from './schema.ts'

const person = { select: { id: true, name: true } }

/** What the rules found in a visit, cleared or not, with what people decided and said. */
export async function readFindings(scope: Scope, db: Db, visitId: string): Promise<VisitFinding[]> {
  const rows = await db.visitException.findMany({
    where: { visit: { AND: [visitsWithin(scope), { id: visitId }] } },
    include: { decidedBy: person, disputedBy: person },
    orderBy: [{ foundAt: 'asc' }, { id: 'asc' }],
  })
  return rows.map((row) => ({
    ...foundOf(row),
    ...answersOf(row),
    clearedAt: row.clearedAt?.toISOString() ?? null,
  }))
}

/** A device of the home measures for other reasons too; no more of them than a page can show. */
const READINGS_AT_MOST = 50

/** What was measured while somebody was there: entries of the phone, and the elder's own devices between both ends. */
export async function readVisitReadings(
  scope: Scope,
  db: Db,
  visitId: string,
  entries: VisitDetail['entries'],
): Promise<VisitReading[]> {
  const told = entries.filter(({ kind }) => kind === 'reading').map(toldReading)
  const visit = await db.visit.findFirst({
    where: { AND: [visitsWithin(scope), { id: visitId }] },
    select: { elderId: true, beganAt: true, leftAt: true },
  })
  // what her own devices say is not the provider's affair
  if (visit === null || visit.beganAt === null || scope.providerId !== null) return told
  const { elderId, beganAt, leftAt } = visit
  const rows = await db.reading.findMany({
    where: { elderId, at: { gte: beganAt, ...(leftAt && { lte: leftAt }) } },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
    take: READINGS_AT_MOST,
  })
  const measured = rows.map((row) => ({
    ...fieldsOf(row),
    id: row.id,
    deviceId: row.deviceId,
    by: null,
    ...clocks(row),
  }))
  return [...told, ...measured].sort((a, b) => (a.at < b.at ? -1 : 1))
}

const clocks = ({ at, receivedAt }: { at: Date; receivedAt: Date }) => ({
  at: at.toISOString(),
  receivedAt: receivedAt.toISOString(),
})

function toldReading({ id, at, deviceAt, user, body }: VisitDetail['entries'][number]): VisitReading {
  const measurement = body['measurement']
  const known = measurement !== null && typeof measurement === 'object' ? { ...measurement } : {}
  return { ...fieldsOf(known), id, at: deviceAt ?? at, receivedAt: at, deviceId: null, by: user }
}

type Fields = Omit<VisitReading, 'id' | 'at' | 'receivedAt' | 'deviceId' | 'by'>
function fieldsOf(row: object): Fields {
  const { kind, plausible, systolic, diastolic, pulse, value } = objectOf(asJson(row))
  const number = (each: unknown): number | null => (typeof each === 'number' ? each : null)
  return {
    kind: typeof kind === 'string' ? kind : '',
    plausible: plausible === true,
    systolic: number(systolic),
    diastolic: number(diastolic),
    pulse: number(pulse),
    value: number(value),
  }
}
const asJson = (row: object): Prisma.JsonObject =>
  Object.fromEntries(
    Object.entries(row).filter(([, each]) => each === null || ['string', 'number', 'boolean'].includes(typeof each)),
  )
