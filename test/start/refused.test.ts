import { once } from 'node:events'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { neighboursUrl } from '@anju/prisma/postgres/embedded'
import { cloneForThisFile, stop } from './clone.ts'

const clone = cloneForThisFile()
/** Nothing here is about people. */
const NO_DEMO = { ANJU_DEMO: 'off' }

test('an installation begins without the demo', async () => {
  const started = clone.run({ env: NO_DEMO })
  await started.ready
  expect(started.output()).toContain('(shown this once)')
  expect(started.output()).not.toContain('desk1')
  expect(await clone.postmaster()).toBeGreaterThan(0)
  await stop(started)
})

test('a port in use is one plain sentence', async () => {
  const stranger = createServer().listen(clone.ports.mqtt, '127.0.0.1')
  await once(stranger, 'listening')
  onTestFinished(() => void stranger.close())
  expect(await clone.refused({})).toBe(
    `Port ${clone.ports.mqtt} is already in use by another program: end that, or choose another port (ANJU_…_PORT).`,
  )
  await expect(clone.postmaster()).rejects.toThrow('ENOENT')
})

test('bad settings are said all at once', async () => {
  expect(await clone.refused({ env: { ANJU_HTTP_PORT: 'eighty', ANJU_KEY: 'short' } })).toBe(
    'ANJU_HTTP_PORT must be a port number from 0 to 65535, not "eighty".\n' +
      'ANJU_KEY must be 32 bytes, written as 64 hex digits or as base64.',
  )
})

test('a data folder that cannot be written is one plain sentence', async () => {
  const file = path.join(clone.copy.parent, 'file')
  await writeFile(file, '')
  expect(await clone.refused({ env: { ANJU_DATA: `${file}/data` } })).toBe(
    `The data folder ${file}/data cannot be written: choose another with ANJU_DATA.`,
  )
})

test('another key than the one the database was begun with is one plain sentence', async () => {
  expect(await clone.refused({ env: { ANJU_KEY: 'ab'.repeat(32) } })).toBe(
    'ANJU_KEY is not the key this database was begun with; give the earlier one, or its data folder.',
  )
})

test('a database of a newer version is one plain sentence', async () => {
  const started = clone.run({ env: NO_DEMO })
  await started.ready
  const client = new pg.Client({ connectionString: await neighboursUrl(path.join(clone.copy.folder, 'data')) })
  await client.connect()
  await client.query(
    `insert into _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
     values ('x', '', now(), '29990101000000_newer', now(), 1)`,
  )
  await client.end()
  await stop(started)
  expect(await clone.refused({})).toBe(
    'The database was made by a newer version of Anju (it holds 29990101000000_newer); start that version instead.',
  )
})

test('a data folder that was deleted begins anew', async () => {
  const place = await readFile(path.join(clone.copy.folder, 'data/postgres.place'), 'utf8').catch(() => null)
  await rename(path.join(clone.copy.folder, 'data'), path.join(clone.copy.parent, 'old-data'))
  const started = clone.run({ env: NO_DEMO })
  await started.ready
  expect(started.output()).toContain('(shown this once)')
  await stop(started)
  if (place !== null) await rm(place.trim(), { recursive: true })
})

test('where the dashboard cannot be built and was never built, that is said', async () => {
  await rm(path.join(clone.copy.folder, 'dashboard/dist'), { recursive: true, force: true })
  await mkdir(path.join(clone.copy.folder, 'away'))
  await rename(path.join(clone.copy.folder, 'dashboard/index.html'), path.join(clone.copy.folder, 'away/index.html'))
  expect(await clone.refused({})).toContain('The dashboard could not be built: run "npm run build" to see why.')
})
