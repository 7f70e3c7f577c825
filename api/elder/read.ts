import type { Scope } from '@anju/domain/access/scope'
import { maskIdNumber } from '@anju/domain/elder/id-number'
import { Refusal } from '@anju/domain/error'
import { ID_NUMBER_PURPOSE } from '@anju/prisma/elder/apply'
import type { Prisma } from '@anju/prisma/generated/client'
import { open, type MasterKey } from '@anju/prisma/key'
import type { Db } from '@anju/prisma/reads'
import { ageOf, dayOf } from '../day.ts'
import { readDevicesOfHome } from '../device/read.ts'
import { after, pageOf, type Mark, type Page } from '../page.ts'
import type { ElderFile, ElderRow } from './schema.ts'
import { sexOf } from './sex.ts'

const within = (scope: Scope) => ({ home: { area: { path: { startsWith: scope.areaPath } } } })

const homeInclude = { home: { include: { area: true } } } satisfies Prisma.ElderInclude
type IncludedElder = Prisma.ElderGetPayload<{ include: typeof homeInclude }>

/** Elders, newest first; `search` is the beginning of a name or a telephone number. */
export async function readElders(
  scope: Scope,
  db: Db,
  { search, mark, limit, now }: { search: string; mark: Mark | undefined; limit: number; now: Date },
): Promise<Page<ElderRow>> {
  const prefix = literal(search.trim())
  const rows = await db.elder.findMany({
    where: {
      ...within(scope),
      ...(prefix === '' ? {} : { OR: [{ name: { startsWith: prefix } }, { phone: { startsWith: prefix } }] }),
      ...(mark === undefined ? {} : { AND: [after('createdAt', mark)] }),
    },
    include: homeInclude,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  })
  return pageOf(
    rows,
    limit,
    (row) => ({ at: row.createdAt, id: row.id }),
    (row) => toElder(row, now),
  )
}

/** Prisma hands LIKE's own signs through; a search means them as they are. */
function literal(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}

function toElder(row: IncludedElder, now: Date): ElderRow {
  const { home } = row
  return {
    id: row.id,
    name: row.name,
    age: ageOf(row.bornOn, home.area.timeZone, now),
    sex: sexOf(row.sex),
    phone: row.phone,
    home: { id: home.id, address: home.address, landmark: home.landmark },
    area: { id: home.area.id, name: home.area.name },
    createdAt: row.createdAt.toISOString(),
  }
}

/** Where an elder lives; refuses `not-found` outside the scope. Every read about an elder begins with it. */
export async function readElderPlace(scope: Scope, db: Db, id: string): Promise<{ homeId: string }> {
  const row = await db.elder.findFirst({ where: { id, ...within(scope) }, select: { homeId: true } })
  if (!row) throw new Refusal('not-found')
  return row
}

/** The whole file. The identity number is masked here and leaves no other way. */
export async function readElder(
  scope: Scope,
  db: Db,
  { id, key, now }: { id: string; key: MasterKey; now: Date },
): Promise<ElderFile> {
  const row = await db.elder.findFirst({
    where: { id, ...within(scope) },
    include: { ...homeInclude, contacts: { orderBy: { rung: 'asc' } } },
  })
  if (!row) throw new Refusal('not-found')
  const sealed = row.idNumberSealed
  return {
    ...toElder(row, now),
    home: await readHome(scope, db, row.homeId, now),
    bornOn: dayOf(row.bornOn),
    dialect: row.dialect,
    hearing: row.hearing,
    conditions: row.conditions,
    allergies: row.allergies,
    idNumber: sealed === null ? null : maskIdNumber(open(key, ID_NUMBER_PURPOSE, id, sealed).toString('utf8')),
    contacts: row.contacts.map(({ rung, name, relation, phone }) => ({ rung, name, relation, phone })),
    devices: await readDevicesOfHome(scope, db, row.homeId, now),
  }
}

/** A home with who lives there. Refuses `not-found` outside the scope. */
export async function readHome(scope: Scope, db: Db, id: string, now: Date): Promise<ElderFile['home']> {
  const home = await db.home.findFirst({
    where: { id, area: { path: { startsWith: scope.areaPath } } },
    include: { area: true, elders: { orderBy: { createdAt: 'asc' } } },
  })
  if (!home) throw new Refusal('not-found')
  return {
    id: home.id,
    address: home.address,
    landmark: home.landmark,
    entryNote: home.entryNote,
    residents: home.elders.map((elder) => ({
      id: elder.id,
      name: elder.name,
      age: ageOf(elder.bornOn, home.area.timeZone, now),
    })),
  }
}
