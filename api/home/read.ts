import type { Scope } from '@anju/domain/access/scope'
import { wordsOf } from '@anju/domain/elder/name'
import { Refusal } from '@anju/domain/error'
import { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { readDevicesOfHome } from '../device/read.ts'
import { readHome } from '../elder/read.ts'
import { ageOfElder, awayAt, stateOf } from '../elder/row.ts'
import { cursorOf, type Mark, type Page } from '../page.ts'
import { fits } from './fit.ts'
import type { HomeFile, HomeRow } from './schema.ts'

/** A home's file. Refuses `not-found` outside the scope. */
export async function readHomeFile(scope: Scope, db: Db, id: string, now: Date): Promise<HomeFile> {
  const detail = await readHome(scope, db, id, now)
  const home = await db.home.findFirst({ where: { id }, include: { area: { select: { id: true, name: true } } } })
  if (!home) throw new Refusal('not-found')
  const tags = await db.tag.findMany({ where: { homeId: id, revokedAt: null }, orderBy: { createdAt: 'asc' } })
  return {
    ...detail,
    area: home.area,
    createdAt: home.createdAt.toISOString(),
    devices: await readDevicesOfHome(scope, db, id, now),
    tags: tags.map(({ id: tagId, uid, label, createdAt }) => ({
      id: tagId,
      uid,
      label,
      createdAt: createdAt.toISOString(),
    })),
  }
}

/** Key holder and door code; the caller has written down who asked and why. Refuses `not-found` outside the scope. */
export async function readEntryNoteOf(scope: Scope, db: Db, id: string): Promise<{ entryNote: string }> {
  const home = await db.home.findFirst({
    where: { id, area: { path: { startsWith: scope.areaPath } } },
    select: { entryNote: true },
  })
  if (!home) throw new Refusal('not-found')
  return home
}

interface Asked {
  search: string
  areaId?: string | undefined
  mark: Mark | undefined
  limit: number
  now: Date
}

/**
 * Homes to move into, newest first: each word is part of an address or landmark, or begins a resident's name, pinyin or
 * number. Refuses `not-found` for an area outside the scope.
 */
export async function readHomes(scope: Scope, db: Db, asked: Asked): Promise<Page<HomeRow>> {
  const { search, areaId, mark, limit, now } = asked
  const area =
    areaId === undefined
      ? null
      : await db.area.findFirst({ where: { id: areaId, path: { startsWith: scope.areaPath } } })
  if (areaId !== undefined && area === null) throw new Refusal('not-found')
  const words = wordsOf(search)
  if (search.trim() !== '' && words.length === 0) return { items: [], next: null }
  const areaPath = area?.path ?? scope.areaPath
  const conditions = [
    Prisma.sql`not h.drill and starts_with(area.path, ${areaPath})`,
    ...(await fits(db, areaPath, words)),
  ]
  if (mark) conditions.push(Prisma.sql`(h.created_at, h.id) < (${mark.at}, ${mark.id}::uuid)`)
  const found = await db.$queryRaw<{ id: string }[]>(Prisma.sql`
    select h.id::text from home h join area on area.id = h.area_id
    where ${Prisma.join(conditions, ' and ')}
    order by h.created_at desc, h.id desc limit ${limit + 1}`)
  const rows = await db.home.findMany({
    where: { id: { in: found.slice(0, limit).map(({ id }) => id) } },
    include: {
      area: true,
      elders: {
        where: { diedOn: null, mergedIntoId: null },
        include: { absences: { where: awayAt(now), take: 1 } },
        orderBy: { createdAt: 'asc' },
      },
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  })
  const last = rows.at(-1)
  return {
    items: rows.map((home) => ({
      id: home.id,
      address: home.address,
      landmark: home.landmark,
      area: { id: home.area.id, name: home.area.name },
      residents: home.elders.map((elder) => ({
        id: elder.id,
        name: elder.name,
        age: ageOfElder(elder, home.area.timeZone, now),
        state: stateOf(elder),
      })),
      createdAt: home.createdAt.toISOString(),
    })),
    next: found.length > limit && last ? cursorOf({ at: last.createdAt, id: last.id }) : null,
  }
}
