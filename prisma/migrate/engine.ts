import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'
import type { Migration } from './history.ts'

/**
 * Applies what is not yet applied and answers the names. Prisma's own migration engine as WebAssembly, which keeps
 * `_prisma_migrations` as the Prisma CLI does, without the CLI's download of a native engine. A migration is one
 * transaction; when it fails, PostgreSQL's own error is thrown.
 */
export async function applyMigrations(databaseUrl: string, migrations: Migration[]): Promise<string[]> {
  await (loading ??= load())
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 1,
    application_name: 'anju migrate',
    allowExitOnIdle: true,
  })
  const scripts = new WholeScripts(pool)
  const adapter = bindMigrationAwareSqlAdapterFactory(scripts)
  try {
    const applier = await engine.SchemaEngine.new({ datamodels: undefined }, () => undefined, adapter)
    const { appliedMigrationNames } = await applier.applyMigrations({
      migrationsList: {
        baseDir: 'prisma/migrations',
        lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
        shadowDbInitScript: '',
        migrationDirectories: migrations.map(({ name, sql }) => ({
          path: name,
          migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
        })),
      },
      filters: { externalTables: [], externalEnums: [] },
    })
    applier.free()
    return appliedMigrationNames
  } catch (error) {
    throw scripts.failure ?? error
  } finally {
    await pool.end()
  }
}

/**
 * Prisma's adapter cuts a script at every semicolon, also at those in comments and texts. Sent whole, PostgreSQL
 * reads it itself and runs it in one transaction.
 */
class WholeScripts extends PrismaPg {
  failure: unknown
  private readonly pool: pg.Pool
  constructor(pool: pg.Pool) {
    super(pool)
    this.pool = pool
  }
  override async connect() {
    const adapter = await super.connect()
    adapter.executeScript = async (script) => {
      try {
        await this.pool.query(script)
      } catch (error) {
        this.failure = error
        throw error
      }
    }
    return adapter
  }
}

// Node has it; its types are among the browser's, which servers do without.
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>
}

/** Once: the glue knows one instance, and a second would pull it from under the first. */
let loading: Promise<void> | undefined

/** By hand: `import` of a .wasm file still prints a warning in Node 24. */
async function load(): Promise<void> {
  const glue = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const bytes = await readFile(path.join(path.dirname(glue), 'schema_engine_bg.wasm'))
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': imports() })
  engine.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
}

/** The engine's timers (how long it waits for its own lock) would keep a finished process for ten seconds. */
function imports(): Record<string, unknown> {
  const glue: [string, unknown][] = Object.entries(engine)
  return Object.fromEntries(
    glue.map(([name, given]) => {
      if (!name.startsWith('__wbg_setTimeout') || typeof given !== 'function') return [name, given]
      return [
        name,
        (...args: unknown[]): unknown => {
          const timer: unknown = Reflect.apply(given, undefined, args)
          if (isTimeout(timer)) timer.unref()
          return timer
        },
      ]
    }),
  )
}

function isTimeout(value: unknown): value is NodeJS.Timeout {
  return typeof value === 'object' && value !== null && 'unref' in value
}
