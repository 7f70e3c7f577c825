import type { ElderState } from '@anju/domain/elder/state'
import { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
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

export interface Hit {
  id: string
  matched: MatchKind | null
  /** Where it stands: its first term, or when it was registered. */
  place: string
}

export interface From {
  after: { place: string; id: string } | undefined
  take: number
}

/** A word that finds more people than this is looked up person by person and not as a set. */
const MANY_TERMS = 10_000
/** In areas of no more homes than this each person is looked at; in larger ones the term's people are. */
const FEW_HOMES = 2_500
/** A word that finds no more than this needs no other way. */
const FEW_TERMS = 500
const FIRST_BATCH = 4

/**
 * People by the place of their first term, or the newest first where there are no terms. The way is chosen here and not
 * left to the planner: it cannot guess how many terms begin with a word, and its guess decides between 5 ms and 5 s.
 */
export async function findPeople(db: Db, wanted: Wanted, from: From): Promise<Hit[]> {
  if (wanted.terms.length === 0) return db.$queryRaw<Hit[]>(newest(wanted, from))
  const counts = await countTerms(db, wanted.terms)
  const words = wanted.terms
    .map((range, i) => ({ range, count: counts[i] ?? MANY_TERMS }))
    .toSorted((a, b) => a.count - b.count)
  const [rarest, ...others] = words
  if (!rarest || rarest.count === 0) return []
  if (rarest.count > FEW_TERMS && (await countHomes(db, wanted.areaIds)) <= FEW_HOMES) {
    return db.$queryRaw<Hit[]>(inFewHomes(wanted, rarest.range, others, from))
  }
  return alongTerm(db, wanted, rarest.range, others, from)
}

type Word = { range: Range; count: number }

async function countTerms(db: Db, ranges: readonly Range[]): Promise<number[]> {
  const each = ranges.map(
    ({ from, to }) =>
      Prisma.sql`(select count(*)::integer from (select from elder_term where term >= ${from} and term < ${to}
                                                 limit ${MANY_TERMS}) as counted)`,
  )
  const [row] = await db.$queryRaw<{ counts: number[] }[]>(Prisma.sql`select array[${Prisma.join(each)}] as counts`)
  return row?.counts ?? []
}

async function countHomes(db: Db, areaIds: readonly string[]): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    select count(*)::integer as count
    from (select from home where area_id = any(${areaIds}::uuid[]) limit ${FEW_HOMES + 1}) as counted`
  return row?.count ?? 0
}

/** Batches of a term's people in its order, each looked at for the rest, until the page is full. */
async function alongTerm(db: Db, wanted: Wanted, range: Range, others: Word[], from: From): Promise<Hit[]> {
  const hits: Hit[] = []
  let { after } = from
  let looked = 0
  for (let take = from.take * FIRST_BATCH; ;) {
    const batch = await db.$queryRaw<Hit[]>(walk(wanted, range, others, { after, take }))
    const ids = batch.map(({ id }) => id)
    const kept = new Set((await db.$queryRaw<{ id: string }[]>(among(ids, wanted))).map(({ id }) => id))
    hits.push(...batch.filter(({ id }) => kept.has(id)))
    if (hits.length >= from.take) return hits.slice(0, from.take)
    if (batch.length < take) return hits
    after = batch.at(-1)
    looked += batch.length
    take = nextBatch(looked, hits.length, from.take)
  }
}

/** As many as are likely to fill the page, going by how many of those looked at were kept. */
function nextBatch(looked: number, kept: number, wanted: number): number {
  const likely = kept === 0 ? looked * FIRST_BATCH : ((wanted - kept) * looked * 1.3) / kept
  return Math.min(MANY_TERMS, Math.max(wanted, Math.ceil(likely)))
}

/** One table alone, along its key: each person at her first term. */
function walk({ not }: Wanted, range: Range, others: Word[], { after, take }: From): Prisma.Sql {
  const onward = after ? [Prisma.sql`(t.term, t.elder_id) > (${after.place}, ${after.id}::uuid)`] : []
  const conditions = [
    Prisma.sql`t.term >= ${range.from} and t.term < ${range.to}`,
    ...onward,
    ...others.map(({ range: other, count }) =>
      count < MANY_TERMS ? oneOf(Prisma.sql`t.elder_id`, other) : has(Prisma.sql`t.elder_id`, other),
    ),
    ...not.map((other) => Prisma.sql`not ${has(Prisma.sql`t.elder_id`, other)}`),
    Prisma.sql`not coalesce((select true from elder_term s where s.elder_id = t.elder_id and s.term >= ${range.from}
                             and s.term < ${range.to} and (s.term, s.kind) < (t.term, t.kind) limit 1), false)`,
  ]
  return Prisma.sql`
    select t.elder_id::text as id, t.kind as matched, t.term as place from elder_term t
    where ${Prisma.join(conditions, ' and ')} order by t.term, t.elder_id limit ${take}`
}

function among(ids: readonly string[], wanted: Wanted): Prisma.Sql {
  return Prisma.sql`
    select e.id::text as id from elder e join home h on h.id = e.home_id
    where e.id = any(${ids}::uuid[]) and ${inAreas(wanted)} and ${stateIs(wanted)}`
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
    select e.id::text as id, first.kind as matched, first.term as place
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
    select e.id::text as id, null as matched,
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

function stateIs({ state, now }: Wanted): Prisma.Sql {
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
