import type { Scope } from '@anju/domain/access/scope'
import { Refusal } from '@anju/domain/error'
import type { ElderState } from '@anju/domain/elder/state'
import { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import type { Page } from '../page.ts'
import { elderInclude, toElder } from './row.ts'
import { matchKinds, type FoundElder, type MatchKind } from './schema.ts'
import { choicesOf, type Range, type Way, waysOf } from './words.ts'

export interface Search {
  search: string
  /** Only there, and in what lies below. */
  areaId?: string | undefined
  /** Without it: everybody but merged entries. */
  state?: ElderState | undefined
  cursor?: string | undefined
  limit: number
  now: Date
}

interface Hit {
  id: string
  matched: MatchKind | null
  /** Where the page may end: the hit's place in the order of its choice. */
  place: string
}

/**
 * Elders by name, pinyin, initials, number or place; each word must fit. Without words: newest first. Found by terms in
 * the terms' own order, so that a page is a walk along an index, however many there are.
 */
export async function readElders(scope: Scope, db: Db, asked: Search): Promise<Page<FoundElder>> {
  const { limit, now } = asked
  const areas = await db.area.findMany({
    where: { path: { startsWith: scope.areaPath } },
    select: { id: true, path: true, name: true },
  })
  const only = asked.areaId === undefined ? undefined : areas.find((area) => area.id === asked.areaId)
  if (asked.areaId !== undefined && only === undefined) throw new Refusal('not-found')
  const areaIds = areas.filter(({ path }) => path.startsWith(only?.path ?? '/')).map(({ id }) => id)
  const ways = waysOf(asked.search, areas)
  const mark = markOf(asked.cursor)
  const hits: (Hit & { choice: number })[] = []
  for (const [choice, picked] of (ways === null ? [[]] : choicesOf(ways)).entries()) {
    if (choice < mark.choice || hits.length > limit) continue
    const after = choice === mark.choice ? mark.after : undefined
    const query = queryOf(ways ?? [], picked, { areaIds, asked, after, take: limit + 1 - hits.length })
    hits.push(...(await db.$queryRaw<Hit[]>(query)).map((hit) => ({ ...hit, choice })))
  }
  const kept = hits.slice(0, limit)
  const last = kept.at(-1)
  const next = hits.length > limit && last ? cursorOf(last) : null
  return { items: await rowsOf(db, kept, now), next }
}

async function rowsOf(db: Db, hits: readonly Hit[], now: Date): Promise<FoundElder[]> {
  const rows = await db.elder.findMany({ where: { id: { in: hits.map(({ id }) => id) } }, include: elderInclude(now) })
  const byId = new Map(rows.map((row) => [row.id, row]))
  return hits.flatMap(({ id, matched }) => {
    const row = byId.get(id)
    return row ? [{ ...toElder(row, now), matched: matchKinds.find((kind) => kind === matched) ?? null }] : []
  })
}

interface Within {
  areaIds: readonly string[]
  asked: Search
  after: [string, string] | undefined
  take: number
}

/** People who fit each word in the way picked for it, and in none before. */
function queryOf(ways: readonly Way[][], picked: readonly number[], within: Within): Prisma.Sql {
  const words = picked.map((at, word) => ({ before: (ways[word] ?? []).slice(0, at), way: ways[word]?.[at] }))
  const terms = words.flatMap(({ way }) => (way?.kind === 'term' ? [way.range] : []))
  const conditions = [stateIs(within.asked), inAreas(within.areaIds)]
  for (const { before, way } of words) {
    if (way?.kind === 'area') conditions.push(inAreas(way.areaIds))
    for (const each of before) if (each.kind === 'term') conditions.push(Prisma.sql`not ${hasTerm(each.range)}`)
  }
  // The longest word is the rarest; the walk goes along it.
  const walked = terms.toSorted((a, b) => b.from.length - a.from.length)[0]
  if (walked === undefined) return byNewest(conditions, within)
  for (const range of terms) if (range !== walked) conditions.push(hasTerm(range))
  return byTerm(walked, conditions, within)
}

function byTerm({ from, to }: Range, conditions: Prisma.Sql[], { after, take }: Within): Prisma.Sql {
  const onward =
    after === undefined ? Prisma.empty : Prisma.sql`and (t.term, t.elder_id) > (${after[0]}, ${after[1]}::uuid)`
  // A person has many terms; she stands at her first.
  return Prisma.sql`
    select e.id, t.kind as matched, t.term as place
    from elder_term t join elder e on e.id = t.elder_id join home h on h.id = e.home_id
    where t.term >= ${from} and t.term < ${to} ${onward}
      and not exists (select from elder_term s where s.elder_id = t.elder_id
                      and s.term >= ${from} and s.term < ${to} and (s.term, s.kind) < (t.term, t.kind))
      and ${Prisma.join(conditions, ' and ')}
    order by t.term, t.elder_id limit ${take}`
}

function byNewest(conditions: Prisma.Sql[], { after, take, asked }: Within): Prisma.Sql {
  if (after !== undefined && Number.isNaN(Date.parse(after[0]))) throw new Refusal('invalid-cursor')
  const matched = asked.search.trim() === '' ? Prisma.sql`null` : Prisma.sql`'area'`
  const onward =
    after === undefined
      ? Prisma.empty
      : Prisma.sql`and (e.created_at, e.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`
  return Prisma.sql`
    select e.id, ${matched} as matched,
           to_char(e.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as place
    from elder e join home h on h.id = e.home_id
    where ${Prisma.join(conditions, ' and ')} ${onward}
    order by e.created_at desc, e.id desc limit ${take}`
}

const hasTerm = ({ from, to }: Range) =>
  Prisma.sql`exists (select from elder_term w where w.elder_id = e.id and w.term >= ${from} and w.term < ${to})`

const inAreas = (areaIds: readonly string[]) => Prisma.sql`h.area_id = any(${areaIds}::uuid[])`

function stateIs({ state, now }: Search): Prisma.Sql {
  const away = Prisma.sql`exists (select from absence a where a.elder_id = e.id and a.away_from <= ${now}
                                  and (a.away_to is null or a.away_to > ${now}))`
  const alive = Prisma.sql`e.merged_into is null and e.died_on is null`
  switch (state) {
    case 'living':
      return Prisma.sql`${alive} and not ${away}`
    case 'away':
      return Prisma.sql`${alive} and ${away}`
    case 'dead':
      return Prisma.sql`e.merged_into is null and e.died_on is not null`
    case 'merged':
      return Prisma.sql`e.merged_into is not null`
    case undefined:
      return Prisma.sql`e.merged_into is null`
  }
}

function cursorOf(hit: Hit & { choice: number }): string {
  return Buffer.from(JSON.stringify([hit.choice, hit.place, hit.id])).toString('base64url')
}

/** Refuses `invalid-cursor`. */
function markOf(cursor: string | undefined): { choice: number; after?: [string, string] } {
  if (cursor === undefined || cursor === '') return { choice: 0 }
  const [choice, place, id, ...rest] = parse(cursor)
  const isOurs = typeof choice === 'number' && Number.isInteger(choice) && rest.length === 0
  if (isOurs && typeof place === 'string' && typeof id === 'string' && uuid.test(id)) {
    return { choice, after: [place, id] }
  }
  throw new Refusal('invalid-cursor')
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function parse(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}
