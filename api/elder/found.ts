import type { ElderState } from '@anju/domain/elder/state'
import { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import type { ElderParts } from './row.ts'
import type { MatchKind } from './schema.ts'
import type { Range } from './words.ts'

/** What is looked for: people in these areas, in this state, whom each of `terms` finds and none of `not`. */
export interface Wanted {
  areaIds: readonly string[]
  state: ElderState | undefined
  terms: readonly Range[]
  not: readonly Range[]
  now: Date
}

export interface Hit extends ElderParts {
  matched: MatchKind | null
  /** Where it stands: its first term, or when it was registered. */
  place: string
}

export interface From {
  after: { place: string; id: string } | undefined
  take: number
}

/** A word that finds more people than this is looked up person by person and not as a set; so is one beside a rare one. */
const MANY_TERMS = 10_000
/** In areas of no more homes than this each person is looked at; in larger ones the term's people are. */
const FEW_HOMES = 2_500
/** A word that finds no more than this needs no other way. */
const FEW_TERMS = 500

/**
 * People by the place of their first term, or the newest first where there are no terms. The way is chosen here and not
 * left to the planner: it cannot guess how many terms begin with a word, and its guess decides between 5 ms and 5 s.
 */
export async function findPeople(db: Db, wanted: Wanted, from: From): Promise<Hit[]> {
  if (wanted.terms.length === 0) return rowsOf(db, wanted, newest(wanted, from))
  const first = await countAll(db, wanted, FEW_TERMS + 1)
  const allCommon = wanted.terms.length > 1 && first.counts.every((count) => count > FEW_TERMS)
  const { counts, homes } = allCommon ? await countAll(db, wanted, MANY_TERMS) : first
  const words = wanted.terms
    .map((range, i) => ({ range, count: counts[i] ?? MANY_TERMS }))
    .toSorted((a, b) => a.count - b.count)
  const [rarest, ...others] = words
  if (!rarest || rarest.count === 0) return []
  const inFew = rarest.count > FEW_TERMS && homes <= FEW_HOMES
  return rowsOf(db, wanted, (inFew ? inFewHomes : walk)(wanted, rarest.range, others, from))
}

type Word = { range: Range; count: number }

async function countAll(
  db: Db,
  { terms, areaIds }: Wanted,
  enough: number,
): Promise<{ counts: number[]; homes: number }> {
  const each = terms.map(
    ({ from, to }) =>
      Prisma.sql`(select count(*)::integer from (select from elder_term where term >= ${from} and term < ${to}
                                                 limit ${enough}) as counted)`,
  )
  const [row] = await db.$queryRaw<{ counts: number[]; homes: number }[]>`
    select array[${Prisma.join(each)}] as counts,
           (select count(*)::integer from (select from home where area_id = any(${areaIds}::uuid[])
                                           order by area_id limit ${FEW_HOMES + 1}) as counted) as homes`
  return row ?? { counts: [], homes: 0 }
}

interface Row extends Omit<Hit, 'home' | 'absences'> {
  homeId: string
  address: string
  landmark: string
  areaId: string
  areaName: string
  timeZone: string
  away: boolean
}

/** The page that `hits` finds, whole and in its order. */
async function rowsOf(db: Db, { now }: Wanted, hits: Prisma.Sql): Promise<Hit[]> {
  const rows = await db.$queryRaw<Row[]>`
    with hit as materialized (select found.*, row_number() over () as n from (${hits}) as found)
    select hit.matched, hit.place, e.id::text as id, e.name, e.sex, e.phone, e.born_on as "bornOn",
           e.died_on as "diedOn", e.merged_into::text as "mergedIntoId", e.created_at as "createdAt",
           h.id::text as "homeId", h.address, h.landmark,
           area.id::text as "areaId", area.name as "areaName", area.time_zone as "timeZone", ${isAway(now)} as away
    from hit join elder e on e.id = hit.id join home h on h.id = e.home_id join area on area.id = h.area_id
    order by hit.n`
  return rows.map(({ homeId, address, landmark, areaId, areaName, timeZone, away, ...rest }) => ({
    ...rest,
    home: { id: homeId, address, landmark, area: { id: areaId, name: areaName, timeZone } },
    absences: away ? [{}] : [],
  }))
}

/** Along the key of one table, each person at her first term, until the page is full. */
function walk(wanted: Wanted, range: Range, others: Word[], { after, take }: From): Prisma.Sql {
  const onward = after ? [Prisma.sql`(t.term, t.elder_id) > (${after.place}, ${after.id}::uuid)`] : []
  const conditions = [
    Prisma.sql`t.term >= ${range.from} and t.term < ${range.to}`,
    ...onward,
    ...others.map(({ range: other, count }) =>
      count > FEW_TERMS + 1 && count < MANY_TERMS
        ? oneOf(Prisma.sql`t.elder_id`, other)
        : has(Prisma.sql`t.elder_id`, other),
    ),
    // Few are where they are looked for, so that is asked before all else: in a CASE nothing is put before it.
    Prisma.sql`case when coalesce((select ${inAreas(wanted)} and ${stateIs(wanted)}
                                   from elder e join home h on h.id = e.home_id where e.id = t.elder_id), false)
      then ${Prisma.join(
        [
          ...wanted.not.map((other) => Prisma.sql`not ${has(Prisma.sql`t.elder_id`, other)}`),
          Prisma.sql`not coalesce((select true from elder_term s where s.elder_id = t.elder_id and s.term >= ${range.from}
                                   and s.term < ${range.to} and (s.term, s.kind) < (t.term, t.kind) limit 1), false)`,
        ],
        ' and ',
      )} else false end`,
  ]
  return Prisma.sql`
    select t.elder_id as id, t.kind as matched, t.term as place from elder_term t
    where ${Prisma.join(conditions, ' and ')} order by t.term, t.elder_id limit ${take}`
}

function inFewHomes(wanted: Wanted, { from, to }: Range, others: Word[], { after, take }: From): Prisma.Sql {
  const conditions = [
    inAreas(wanted),
    stateIs(wanted),
    ...others.map(({ range }) => has(Prisma.sql`e.id`, range)),
    ...wanted.not.map((range) => Prisma.sql`not ${has(Prisma.sql`e.id`, range)}`),
    ...(after ? [Prisma.sql`(first.term, e.id) > (${after.place}, ${after.id}::uuid)`] : []),
  ]
  return Prisma.sql`
    select e.id, first.kind as matched, first.term as place
    from home h join elder e on e.home_id = h.id
    cross join lateral (select s.term, s.kind from elder_term s where s.elder_id = e.id and s.term >= ${from}
                        and s.term < ${to} order by s.term, s.kind limit 1) as first
    where ${Prisma.join(conditions, ' and ')}
    order by first.term, e.id limit ${take}`
}

function newest(wanted: Wanted, { after, take }: From): Prisma.Sql {
  const conditions = [
    inAreas(wanted),
    stateIs(wanted),
    ...wanted.not.map((range) => Prisma.sql`not ${has(Prisma.sql`e.id`, range)}`),
    ...(after ? [Prisma.sql`(e.created_at, e.id) < (${after.place}::timestamptz, ${after.id}::uuid)`] : []),
  ]
  return Prisma.sql`
    select e.id, null as matched,
           to_char(e.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as place
    from elder e join home h on h.id = e.home_id
    where ${Prisma.join(conditions, ' and ')}
    order by e.created_at desc, e.id desc limit ${take}`
}

/** Looked up for one person; a subquery in an expression is never turned into a join. */
function has(elderId: Prisma.Sql, { from, to }: Range): Prisma.Sql {
  return Prisma.sql`coalesce((select true from elder_term w where w.elder_id = ${elderId} and w.term >= ${from}
                              and w.term < ${to} limit 1), false)`
}

/** Made into a set once; under `is true` it is never turned into a join. */
function oneOf(elderId: Prisma.Sql, { from, to }: Range): Prisma.Sql {
  return Prisma.sql`(${elderId} in (select w.elder_id from elder_term w where w.term >= ${from} and w.term < ${to})) is true`
}

function inAreas({ areaIds }: Wanted): Prisma.Sql {
  return Prisma.sql`h.area_id = any(${areaIds}::uuid[])`
}

function isAway(now: Date): Prisma.Sql {
  return Prisma.sql`exists (select from absence a where a.elder_id = e.id and a.away_from <= ${now}
                            and (a.away_to is null or a.away_to > ${now}))`
}

function stateIs({ state, now }: Wanted): Prisma.Sql {
  const away = isAway(now)
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
