import { hash } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'
import { isAway } from './sqlstate.ts'
import { Prisma, PrismaClient } from './generated/client.ts'

type Models = {
  [Name in keyof Prisma.TransactionClient & Uncapitalize<Prisma.ModelName>]: Prisma.TransactionClient[Name]
}
type ReadMethod = 'findMany' | 'findFirst' | 'findUnique' | 'count' | 'groupBy' | 'aggregate'

/** What a read may use: the models' reading methods and tagged raw queries. Writing has no method here. */
export type Db = { readonly [Name in keyof Models]: Pick<Models[Name], ReadMethod & keyof Models[Name]> } & Pick<
  Prisma.TransactionClient,
  '$queryRaw'
>

export type Reads = PrismaClient

/** Typed reads over an open pool, which stays its owner's to end. Does nothing until first used. */
export function openReads(pool: pg.Pool): Reads {
  const statementNameGenerator = ({ sql }: { sql: string }) =>
    sql.includes(PLANNED_ONCE) ? `anju_${hash('sha256', sql).slice(0, 24)}` : ''
  const adapter = new PrismaPg(pool, { statementNameGenerator })
  return new PrismaClient({ adapter, log: [], errorFormat: 'minimal' })
}

const PLANNED_ONCE = '/* planned once */'

/**
 * Put into a statement that each connection shall plan once and not for each of its values: for one over years of
 * monthly partitions, whose planning takes longer than running it. Its text must be one of a few, and its way the same
 * whatever is asked. Holds after `planOnce`.
 */
export const plannedOnce: Prisma.Sql = Prisma.raw(PLANNED_ONCE)

/** Statements with `plannedOnce` are planned once, from here to the end of the snapshot. */
export async function planOnce(db: Db): Promise<void> {
  await db.$queryRaw`select set_config('plan_cache_mode', 'force_generic_plan', true)`
}

/** A read that does not come back within this is given up, so that a slow database cannot hold every connection. */
const READ_TIMEOUT_MS = 10_000
const CONNECTION_WAIT_MS = 5_000

/**
 * Runs reads over one unmoving picture of the database and answers the log position it shows: a list with its
 * `asOf`, followed by the stream after `asOf`, has no hole (promise 7).
 */
export async function snapshot<T>(reads: Reads, work: (db: Db) => Promise<T>): Promise<{ asOf: number; value: T }> {
  return reads.$transaction(
    async (db) => {
      // The first statement takes the picture, so it must be the one that reads the log's head.
      const head = await db.logHead.findFirst()
      const value = await work(db)
      return { asOf: Number(head?.position ?? 0n), value }
    },
    { isolationLevel: 'RepeatableRead', timeout: READ_TIMEOUT_MS, maxWait: CONNECTION_WAIT_MS },
  )
}

/** `snapshot` for one thing, where no stream is to follow. */
export async function look<T>(reads: Reads, work: (db: Db) => Promise<T>): Promise<T> {
  return (await snapshot(reads, work)).value
}

/** Prisma's own codes for a server that cannot be reached, went away or kept a read waiting too long. */
const AWAY_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037', 'ECONNREFUSED'])

/** Whether a read failed because the database is away, and would succeed once it is back. */
export function isReadAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && typeof error.code === 'string' && AWAY_CODES.has(error.code)) return true
  if (error.name === 'PrismaClientInitializationError') return true
  if (isAway(error)) return true
  return error.cause !== undefined && isReadAway(error.cause)
}
