import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { CannotStart } from '@anju/domain/cannot-start'

/** The migrations this version brings, in order. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../migrations', import.meta.url))

export type Migration = { name: string; sql: string }

export async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => ({ name, sql: await readFile(path.join(folder, name, 'migration.sql'), 'utf8') })),
  )
}

/**
 * Whether migrations wait to be applied. A database from a newer version, or one whose last migration failed half
 * way, is not ours to touch: CannotStart says so.
 */
export async function isBehind(client: pg.Client, migrations: Migration[]): Promise<boolean> {
  const table = await client.query<{ there: boolean }>(`select to_regclass('_prisma_migrations') is not null as there`)
  if (!table.rows[0]?.there) return true
  const { rows } = await client.query<{ name: string; done: boolean }>(
    `select migration_name as name, finished_at is not null as done
       from _prisma_migrations where rolled_back_at is null order by started_at`,
  )
  const failed = rows.find((row) => !row.done)
  if (failed !== undefined) {
    throw new CannotStart(`The migration ${failed.name} failed earlier; restore the database from before it.`)
  }
  const known = new Set(migrations.map((each) => each.name))
  const newer = rows.find((row) => !known.has(row.name))
  if (newer !== undefined) {
    throw new CannotStart(
      `The database was made by a newer version of Anju (it holds ${newer.name}); start that version instead.`,
    )
  }
  return rows.length < migrations.length
}
