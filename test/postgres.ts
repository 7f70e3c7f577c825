import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import type { TestProject } from 'vitest/node'
import { migrate } from '@anju/prisma/migrate/migrate'
import { startPostgres, stopAbandoned } from '@anju/prisma/postgres/embedded'
import { scratchFolder } from './scratch.ts'

declare module 'vitest' {
  interface ProvidedContext {
    testServer: TestServer
  }
}

/** `userUrl` and `adminUrl` name any database of the server; `template` is a migrated one. */
type TestServer = { userUrl: string; adminUrl: string; template: string }

/**
 * Of no use but in tests: what a power cut would lose does not matter here. Kills of processes lose nothing even so;
 * the tests of faults run the product's own server all the same.
 */
const HASTY = { fsync: 'off', full_page_writes: 'off', max_connections: '300', autovacuum: 'off' }

const complain = (facts: Record<string, unknown>, words: string) =>
  void process.stderr.write(`${words} ${JSON.stringify(facts)}\n`)
const quiet = { info: () => undefined, warn: complain, error: complain }
const FOLDER_PREFIX = 'anju-test-'

/** vitest's globalSetup: one server and one migrated template for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const external = process.env['ANJU_TEST_DATABASE_URL']
  const server = external === undefined ? await startOwn() : { url: external, adminUrl: external, stop: async () => {} }
  const template = `anju_template_${process.pid}`
  const owner = new URL(server.url).username
  await administer(server.adminUrl, `create database "${template}" owner "${owner}"`)
  await migrate(onDatabase(server.url, template), quiet, new Date())
  project.provide('testServer', { userUrl: server.url, adminUrl: server.adminUrl, template })
  return async () => {
    if (external !== undefined) await administer(server.adminUrl, `drop database "${template}" with (force)`)
    await server.stop()
  }
}

/**
 * A fresh, migrated, empty database for one test or one file, and its end. For tests under vitest.
 * `url` is its owner's address; not superuser, as in production.
 */
export async function testDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const { userUrl, adminUrl, template } = inject('testServer')
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`
  const owner = new URL(userUrl).username
  await administer(adminUrl, `create database "${name}" template "${template}" owner "${owner}"`)
  return {
    url: onDatabase(userUrl, name),
    drop: () => administer(adminUrl, `drop database if exists "${name}" with (force)`),
  }
}

/** Who waits for a lock in the database that is asked, and in no other test's. Within a transaction the answer never changes. */
export const WAITING = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`

/** A database without schema, for tests of the migrations themselves. */
export async function emptyDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const { userUrl, adminUrl } = inject('testServer')
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`
  await administer(adminUrl, `create database "${name}" owner "${new URL(userUrl).username}"`)
  return {
    url: onDatabase(userUrl, name),
    drop: () => administer(adminUrl, `drop database if exists "${name}" with (force)`),
  }
}

async function startOwn() {
  await sweep()
  const folder = await mkdtemp(path.join(scratchFolder(), `${FOLDER_PREFIX}${process.pid}-`))
  await chmod(folder, 0o755) // the server's user must enter it when the tests run as root
  const server = await startPostgres({ dataFolder: folder, log: quiet, settings: HASTY })
  return {
    ...server,
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Servers of runs that were killed. */
async function sweep(): Promise<void> {
  const place = scratchFolder()
  for (const name of await readdir(place)) {
    const pid = name.startsWith(FOLDER_PREFIX) ? name.slice(FOLDER_PREFIX.length).split('-')[0] : undefined
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue
    const folder = path.join(place, name)
    await stopAbandoned(folder).catch(() => undefined)
    await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  }
}

async function administer(adminUrl: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

function onDatabase(url: string, name: string): string {
  const other = new URL(url)
  other.pathname = `/${name}`
  return other.href
}
