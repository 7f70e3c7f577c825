import { Prisma } from '@anju/prisma/generated/client'
import { plannedOnce, type Db } from '@anju/prisma/reads'

/** Rows of a statement; `instants` are those of its columns that hold one, or null. */
export type Ask = <Row extends object>(sql: Prisma.Sql, instants: readonly (keyof Row & string)[]) => Promise<Row[]>

/**
 * Statements that are asked for in one turn go as one: a dozen trips cost half of a page's time, finding the rows a
 * tenth of it. Rows travel as JSON, so that statements of different columns fit into one answer.
 */
export function together(db: Db): Ask {
  let waiting: Waiting[] = []
  const send = async (): Promise<void> => {
    const sent = waiting
    waiting = []
    try {
      const parts = sent.map(
        ({ sql }, i) => Prisma.sql`(select coalesce(jsonb_agg(part), '[]') from (${sql}) as part) as ${nameOf(i)}`,
      )
      const [found = {}] = await db.$queryRaw<Found[]>`select ${Prisma.join(parts)} ${plannedOnce}`
      for (const [i, { take }] of sent.entries()) take(found[`p${i}`] ?? [])
    } catch (error) {
      for (const { fail } of sent) fail(error)
    }
  }
  return (sql, instants) =>
    new Promise((resolve, reject) => {
      const take = (rows: never[]): void => {
        revive(rows, instants)
        resolve(rows)
      }
      waiting.push({ sql, take, fail: reject })
      if (waiting.length === 1) queueMicrotask(() => void send())
    })
}

/** What each statement found; of which shape only who asked knows. */
type Found = Record<string, never[]>
interface Waiting {
  sql: Prisma.Sql
  take: (rows: never[]) => void
  fail: (error: unknown) => void
}

const nameOf = (i: number): Prisma.Sql => Prisma.raw(`p${i}`)

function revive(rows: Record<string, unknown>[], instants: readonly string[]): void {
  for (const row of rows) {
    for (const name of instants) {
      const text = row[name]
      if (typeof text === 'string') row[name] = new Date(text)
    }
  }
}
