import pg from 'pg'
import { CannotStart } from '@anju/domain/cannot-start'
import { ensurePartitions } from '../partition/apply.ts'
import { MIGRATION_LOCK } from '../postgres/locks.ts'
import { isBehind, MIGRATIONS_FOLDER, readMigrations } from './history.ts'

export type MigrateLog = { info(facts: Record<string, unknown>, words: string): void }

/**
 * Brings the database to this version's schema, with the partitions around `now`. Any number of processes at once:
 * one applies, the others wait. A database that is up to date costs two queries. CannotStart: the database cannot be
 * reached, is of a newer version, or a migration failed.
 */
export async function migrate(
  databaseUrl: string,
  log: MigrateLog,
  now: Date,
  folder: string = MIGRATIONS_FOLDER,
): Promise<void> {
  const migrations = await readMigrations(folder)
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'anju migrate' })
  client.on('error', () => undefined) // the query under way fails and tells
  try {
    await client.connect()
  } catch (cause) {
    throw new CannotStart(`The database cannot be reached: ${String(cause)}`, { cause })
  }
  try {
    if (await isBehind(client, migrations)) {
      await client.query('select pg_advisory_lock($1, $2)', [...MIGRATION_LOCK])
      if (await isBehind(client, migrations)) {
        // Loaded only now: the engine is five megabytes of WebAssembly that most starts do not need.
        const { applyMigrations } = await import('./engine.ts')
        const applied = await applyMigrations(databaseUrl, migrations).catch((cause: unknown) => {
          throw new CannotStart(`A migration failed and the database was left as it was: ${wordsOf(cause)}`, { cause })
        })
        log.info({ applied }, 'migrated the database')
      }
      await client.query('select pg_advisory_unlock($1, $2)', [...MIGRATION_LOCK])
    }
    const made = await ensurePartitions(client, now)
    if (made.length > 0) log.info({ partitions: made.length }, 'made partitions')
  } finally {
    await client.end()
  }
}

function wordsOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s+/g, ' ').slice(0, 500)
}
