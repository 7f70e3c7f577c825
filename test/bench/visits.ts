import { ensurePartitions } from '@anju/prisma/partition/apply'
import type pg from 'pg'
import { AS_OF, type Draft } from '../checks/county.ts'
import { makeMonth } from '../checks/month.ts'
import { seedVisits } from '../checks/seed.ts'

export const VISITS = 100_000

/** The county's month of visits in this database, as far as it is made. */
interface Made {
  seed: number
  visits: Draft[]
}
const madeIn = new WeakMap<pg.Pool, Made>()

/** Makes the county's month at least so large; answers what was added and what there is. */
export async function growMonth(pool: pg.Pool, atLeast: number): Promise<{ added: Draft[]; visits: readonly Draft[] }> {
  const made = madeIn.get(pool) ?? { seed: 0, visits: [] }
  madeIn.set(pool, made)
  const client = await pool.connect()
  await ensurePartitions(client, AS_OF).finally(() => client.release())
  const added: Draft[] = []
  while (made.visits.length + added.length < atLeast) added.push(...makeMonth(++made.seed).visits)
  await seedVisits(pool, added)
  made.visits = made.visits.concat(added)
  await pool.query('vacuum analyze visit, presence, visit_file, visit_service')
  return { added, visits: made.visits }
}
