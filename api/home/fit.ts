import { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { gramsOf, literal } from '../grams.ts'

const { sql, join } = Prisma

/** A word that fits more homes than this is asked of each home in the list's order: the page is soon full. */
const MANY = 2000

/**
 * The conditions on home `h` that each word is part of its address or landmark, or begins what somebody who lives there
 * is found by. The homes of the rarest word are gathered first, along its own indexes, and looked at for the others; the
 * way is chosen by counting, for the planner guesses that every word fits thousands.
 */
export async function fits(db: Db, areaPath: string, words: readonly string[]): Promise<Prisma.Sql[]> {
  if (words.length === 0) return []
  const counts = words.flatMap((word) =>
    [written(word), termed(word)].map(
      (each) => sql`(select count(*)::integer from (${each} limit ${MANY + 1}) as counted)`,
    ),
  )
  const [row] = await db.$queryRaw<{ counts: number[] }[]>`select array[${join(counts)}] as counts`
  const counted = words.map((word, i) => {
    const own = row?.counts.slice(2 * i, 2 * i + 2) ?? []
    return { word, isCommon: own.some((count) => count > MANY), count: own.reduce((sum, each) => sum + each, 0) }
  })
  const [rarest] = counted.toSorted((a, b) => a.count - b.count)
  return counted.map(({ word, isCommon }) =>
    word === rarest?.word && !isCommon ? oneOf(word) : fitsHere(areaPath, word),
  )
}

/** Homes `w` whose address or landmark holds the word. */
function written(word: string): Prisma.Sql {
  return sql`select w.id from home w where grams(w.address || ' ' || w.landmark) @> ${gramsOf(word)}::text[]
             and ${holds(sql`w`, word)}`
}

function holds(home: Prisma.Sql, word: string): Prisma.Sql {
  const part = `%${literal(word)}%`
  return sql`(${home}.address ilike ${part} or ${home}.landmark ilike ${part})`
}

function termed(word: string): Prisma.Sql {
  return sql`select t.elder_id from elder_term t where ${begins(word)}`
}

function begins(word: string): Prisma.Sql {
  return sql`t.term >= ${word} and t.term < ${`${word}\u{10FFFF}`}`
}

function oneOf(word: string): Prisma.Sql {
  return sql`h.id in (
    ${written(word)}
    union select e.home_id from elder e
          where e.merged_into is null and e.died_on is null and e.id in (${termed(word)}))`
}

/** Looked up for one home in the area; a subquery in an expression is never turned into a join. */
function fitsHere(areaPath: string, word: string): Prisma.Sql {
  return sql`case when h.area_id in (select id from area where starts_with(path, ${areaPath}))
    then ${holds(sql`h`, word)} or coalesce((
    select true from elder e join elder_term t on t.elder_id = e.id
    where e.home_id = h.id and e.merged_into is null and e.died_on is null and ${begins(word)} limit 1), false)
    else false end`
}
