import type { Scope } from '@anju/domain/access/scope'
import { maskIdNumber } from '@anju/domain/elder/id-number'
import { warningsOf } from '@anju/domain/elder/warning'
import { Refusal } from '@anju/domain/error'
import { openIdNumber } from '@anju/prisma/elder/change'
import type { MasterKey } from '@anju/prisma/key'
import type { Db } from '@anju/prisma/reads'
import { dayOf } from '../day.ts'
import { readDevicesOfHome } from '../device/read.ts'
import { withCallable } from './callable.ts'
import { ageOfElder, awayAt, elderInclude, positionOf, stateOf, toElder } from './row.ts'
import { absenceKinds, type Absence, type ElderFile } from './schema.ts'

const within = (scope: Scope) => ({ home: { area: { path: { startsWith: scope.areaPath } } } })

/** Where an elder lives; refuses `not-found` outside the scope. Every read about an elder begins with it. */
export async function readElderPlace(
  scope: Scope,
  db: Db,
  id: string,
): Promise<{ homeId: string; elderIds: [string, ...string[]] }> {
  const row = await db.elder.findFirst({
    where: { id, ...within(scope) },
    select: { homeId: true, merged: { select: { id: true } } },
  })
  if (!row) throw new Refusal('not-found')
  return { homeId: row.homeId, elderIds: [id, ...row.merged.map((each) => each.id)] }
}

const ABSENCES_SHOWN = 50
const RESIDENCES_SHOWN = 50

/** The whole file. The identity number is masked here; unmasked it is read by `readIdNumberOf` alone. */
export async function readElder(
  scope: Scope,
  db: Db,
  { id, key, now }: { id: string; key: MasterKey; now: Date },
): Promise<ElderFile> {
  const row = await db.elder.findFirst({
    where: { id, ...within(scope) },
    include: {
      ...elderInclude(now),
      contacts: { orderBy: { rung: 'asc' } },
      merged: { select: { id: true, name: true }, orderBy: { createdAt: 'asc' } },
      residences: { include: { home: true }, orderBy: { validFrom: 'desc' }, take: RESIDENCES_SHOWN },
    },
  })
  if (!row) throw new Refusal('not-found')
  const absences = await db.absence.findMany({
    where: { elderId: id },
    orderBy: [{ awayFrom: 'desc' }, { id: 'desc' }],
    take: ABSENCES_SHOWN,
  })
  const idNumber = openIdNumber(key, id, row.idNumberSealed)
  const bornOn = dayOf(row.bornOn)
  const confirmedBy = row.deathConfirmedBy
  const [away] = row.absences
  return {
    ...toElder(row, now),
    home: await readHome(scope, db, row.homeId, now),
    bornOn,
    dialect: row.dialect,
    hearing: row.hearing,
    conditions: row.conditions,
    allergies: row.allergies,
    medicines: row.medicines,
    note: row.note,
    understands: row.understands,
    withoutFamily: row.withoutFamily,
    idNumber: idNumber === null ? null : maskIdNumber(idNumber),
    version: row.version,
    callable: row.diedOn === null && row.phone !== '',
    diedOn: dayOf(row.diedOn),
    deathConfirmedBy:
      confirmedBy === null
        ? null
        : await db.appUser.findFirst({ where: { id: confirmedBy }, select: { id: true, name: true } }),
    deathConfirmedAt: row.deathConfirmedAt?.toISOString() ?? null,
    mergedInto: row.mergedIntoId,
    merged: row.merged,
    absence: away === undefined ? null : toAbsence(away),
    absences: absences.map(toAbsence),
    residences: row.residences.map(({ home, validFrom, validTo }) => ({
      home: { id: home.id, address: home.address, landmark: home.landmark },
      from: validFrom.toISOString(),
      to: validTo?.toISOString() ?? null,
    })),
    careCheckDays: row.careCheckDays,
    warnings: warningsOf({ sex: row.sex, bornOn }, idNumber),
    contacts: await withCallable(db, row.contacts),
    devices: await readDevicesOfHome(scope, db, row.homeId, now),
  }
}

/** A stored absence as the API says it. */
function toAbsence(row: { id: string; kind: string; awayFrom: Date; awayTo: Date | null; note: string }): Absence {
  return {
    id: row.id,
    kind: absenceKinds.find((kind) => kind === row.kind) ?? 'other',
    from: row.awayFrom.toISOString(),
    to: row.awayTo?.toISOString() ?? null,
    note: row.note,
  }
}

/** A home with who lives there. Refuses `not-found` outside the scope, unless it is that of its alarm `needed`. */
export async function readHome(
  scope: Scope,
  db: Db,
  id: string,
  now: Date,
  needed?: string,
): Promise<ElderFile['home']> {
  const path = { startsWith: scope.areaPath }
  const home = await db.home.findFirst({
    where: {
      id,
      OR: [{ area: { path } }, ...(needed === undefined ? [] : [{ alarms: { some: { id: needed, areaPath: path } } }])],
    },
    include: {
      area: true,
      entryNoteUser: { select: { id: true, name: true } },
      elders: {
        where: { diedOn: null, mergedIntoId: null },
        include: { absences: { where: awayAt(now), take: 1 } },
        orderBy: { createdAt: 'asc' },
      },
    },
  })
  if (!home) throw new Refusal('not-found')
  return {
    id: home.id,
    address: home.address,
    landmark: home.landmark,
    entry: {
      onFile: home.entryNote.trim() !== '',
      changedAt: home.entryNoteAt?.toISOString() ?? null,
      changedBy: home.entryNoteUser,
    },
    version: home.version,
    position: positionOf(home),
    residents: home.elders.map((elder) => ({
      id: elder.id,
      name: elder.name,
      age: ageOfElder(elder, home.area.timeZone, now),
      state: stateOf(elder),
    })),
  }
}

/** Refuses `not-found` unless the home is within the scope. */
export async function readHomePlace(scope: Scope, db: Db, id: string): Promise<void> {
  const home = await db.home.findFirst({
    where: { id, area: { path: { startsWith: scope.areaPath } } },
    select: { id: true },
  })
  if (!home) throw new Refusal('not-found')
}

/** The identity number as it is; the caller has written down who asked and why. Refuses `not-found`. */
export async function readIdNumberOf(
  scope: Scope,
  db: Db,
  { id, key }: { id: string; key: MasterKey },
): Promise<string | null> {
  const row = await db.elder.findFirst({ where: { id, ...within(scope) }, select: { idNumberSealed: true } })
  if (!row) throw new Refusal('not-found')
  return openIdNumber(key, id, row.idNumberSealed)
}
