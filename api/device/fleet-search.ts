import { Prisma } from '@anju/prisma/generated/client'
import type { Db } from '@anju/prisma/reads'
import { gramsOf, literal } from '../grams.ts'

const { sql, join } = Prisma

/** A word that finds more devices than this is asked of each device in the list's order: the page is soon full. */
const MANY = 1000

/**
 * The condition on device `d` that it is found by a word: beginning of its id or serial number, part of its label,
 * beginning of what its elder is found by. Few finds are gathered first, each along its own index; the way is chosen by
 * counting, for the planner guesses that every word finds thousands.
 */
export async function isFound(db: Db, search: string): Promise<Prisma.Sql> {
  const word = search.trim().toLowerCase()
  if (word === '') return sql`true`
  const begins = `${literal(word)}%`
  const own = [
    sql`select id from device where lower(id) like ${begins}`,
    sql`select id from device where serial <> '' and lower(serial) like ${begins}`,
    sql`select id from device
        where label <> '' and grams(label) @> ${gramsOf(word)}::text[] and lower(label) like ${`%${begins}`}`,
  ]
  const named = sql`select id from elder where name like ${begins}`
  const termed = sql`select elder_id from elder_term where term like ${begins}`
  const people = sql`${named} union ${termed}`
  const counts = [...own, named, termed].map(
    (each) => sql`(select count(*)::integer from (select from (${each}) as found limit ${MANY + 1}) as counted)`,
  )
  const [row] = await db.$queryRaw<{ counts: number[] }[]>`select array[${join(counts)}] as counts`
  if (row?.counts.every((count) => count <= MANY)) {
    return sql`d.id in (
      ${join(own, ' union ')}
      union select device_id from assignment where valid_to is null and elder_id in (${people})
      union select a.device_id from elder e join assignment a on a.home_id = e.home_id
            where a.valid_to is null and a.elder_id is null and e.id in (${people}))`
  }
  return sql`(lower(d.id) like ${begins} or lower(d.serial) like ${begins} or lower(d.label) like ${`%${begins}`}
    or coalesce((
      select true from assignment a
      join elder e on e.id = a.elder_id or (a.elder_id is null and e.home_id = a.home_id)
      where a.device_id = d.id and a.valid_to is null
        and (e.name like ${begins} or exists (select from elder_term t where t.elder_id = e.id and t.term like ${begins}))
      limit 1), false))`
}
