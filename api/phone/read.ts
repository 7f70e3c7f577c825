import { PIN_FAILURES_AT_MOST } from '@anju/domain/access/pin'
import type { Scope } from '@anju/domain/access/scope'
import type { Db } from '@anju/prisma/reads'
import { readCaregiver } from '../caregiver/read.ts'
import { ageOf } from '../day.ts'
import { withCallable } from '../elder/callable.ts'
import { sexOf } from '../elder/sex.ts'
import { include, toVisit, visitsWithin } from '../visit/row.ts'
import type { DayVisit, PhoneRow } from './schema.ts'

/** A caregiver's own visits that touch this time, as they come, with what is to be known at the door. */
export async function readDay(
  scope: Scope,
  db: Db,
  { from, to, now }: { from: Date; to: Date; now: Date },
): Promise<DayVisit[]> {
  if (scope.userId === null) return []
  const rows = await db.visit.findMany({
    where: {
      AND: [visitsWithin(scope), { caregiver: { users: { some: { id: scope.userId } } } }],
      plannedFrom: { lt: to },
      plannedTo: { gt: from },
    },
    include: {
      ...include,
      area: true,
      elder: {
        include: {
          contacts: { orderBy: { rung: 'asc' } },
          home: { select: { elders: { where: { diedOn: null, mergedIntoId: null }, select: { id: true } } } },
        },
      },
    },
    orderBy: [{ plannedFrom: 'asc' }, { id: 'asc' }],
    take: VISITS_AT_MOST,
  })
  return Promise.all(
    rows.map(async ({ elder, ...row }) => ({
      visit: toVisit(scope, { ...row, area: { id: row.area.id, name: row.area.name }, elder }),
      elder: {
        age: ageOf(elder.bornOn, row.area.timeZone, now),
        sex: sexOf(elder.sex),
        phone: elder.phone,
        dialect: elder.dialect,
        hearing: elder.hearing,
        conditions: elder.conditions,
        allergies: elder.allergies,
        medicines: elder.medicines,
        note: elder.note,
        understands: elder.understands,
        withoutFamily: elder.withoutFamily,
        livesWith: elder.home.elders.filter(({ id }) => id !== elder.id).length,
        contacts: (await withCallable(db, elder.contacts))
          .filter(({ callable }) => callable)
          .map(({ name, relation, phone }) => ({ name, relation, phone })),
      },
      timeZone: row.area.timeZone,
    })),
  )
}

/** More than one pair of hands does in the two days a phone holds. */
const VISITS_AT_MOST = 60

/** The phones a caregiver signs in on, and did, newest first. Refuses `not-found` outside the scope. */
export async function readPhones(scope: Scope, db: Db, caregiverId: string): Promise<PhoneRow[]> {
  await readCaregiver(scope, db, caregiverId)
  const keys = await db.phoneKey.findMany({
    where: { user: { caregiverId } },
    include: { phone: { include: { keys: { where: { revokedAt: null }, select: { userId: true } } } } },
    orderBy: [{ madeAt: 'desc' }, { id: 'desc' }],
    take: PHONES_AT_MOST,
  })
  return keys.map(({ id, userId, madeAt, lastUsedAt, failures, revokedAt, phone }) => ({
    id,
    phoneId: phone.id,
    userAgent: phone.userAgent,
    joinedAt: madeAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    locked: failures >= PIN_FAILURES_AT_MOST,
    endedAt: revokedAt?.toISOString() ?? null,
    others: new Set(phone.keys.map((key) => key.userId).filter((each) => each !== userId)).size,
    sharedSince: phone.sharedSince?.toISOString() ?? null,
    sharedNote: phone.sharedNote,
  }))
}

const PHONES_AT_MOST = 50
