import { execFileSync, fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { serverAccount } from './account.ts'
import { startPostgres, type EmbeddedPostgres } from './embedded.ts'
import { clusterPlace } from './place.ts'
import { runningServer } from './server.ts'

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const asRoot = process.getuid?.() === 0

/** A stopped cluster that was made once; making one takes longer than all the rest of a test. */
let made: string
beforeAll(async () => {
  made = await mkdtemp(path.join(tmpdir(), 'embedded-made-'))
  await chmod(made, 0o755)
  const server = await startPostgres({ dataFolder: path.join(made, 'data'), log: silent })
  await server.stop()
})
afterAll(() => rm(made, { recursive: true }))

/** The files with their owners, which are what the server looks at. */
function copyMade(): void {
  execFileSync('cp', ['-a', path.join(made, 'data'), dataFolder])
}

let parent: string
let dataFolder: string
let servers: EmbeddedPostgres[]
let children: ChildProcess[]
beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'embedded-'))
  await chmod(parent, 0o755)
  dataFolder = path.join(parent, 'data')
  servers = []
  children = []
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  for (const server of servers) await server.stop()
  if (existsSync(dataFolder)) await rm(await place(), { recursive: true, force: true })
  await rm(parent, { recursive: true, force: true })
})

const place = () => clusterPlace(dataFolder, serverAccount())
const postmaster = async () => runningServer(path.join(await place(), 'cluster'))

async function start(): Promise<EmbeddedPostgres> {
  const server = await startPostgres({ dataFolder, log: silent })
  servers.push(server)
  return server
}

/** Starts it in a process of its own, which can be killed. */
function starter(): { child: ChildProcess; ready: Promise<unknown[]> } {
  const child = fork(path.join(import.meta.dirname, 'starter.fixture.ts'), [dataFolder], { stdio: 'ignore' })
  children.push(child)
  return { child, ready: once(child, 'message') }
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

test('a second start finds what the first stored', async () => {
  copyMade()
  const first = await start()
  await query(first.url, 'create table kept (id int); insert into kept values (1)')
  await first.stop()
  expect(await postmaster()).toBeNull()
  const second = await start()
  expect(second.url).toBe(first.url)
  expect(second.adopted).toBe(false)
  expect(await query(second.url, 'select id from kept')).toEqual([{ id: 1 }])
})

test('the server is set as promises need it, and its user may not run the server', async () => {
  copyMade()
  const { url } = await start()
  const rows = await query(
    url,
    `select name, setting from pg_settings
      where name in ('synchronous_commit', 'fsync', 'full_page_writes', 'server_encoding', 'TimeZone', 'listen_addresses')
      union all select 'checksums', current_setting('data_checksums')
      union all select 'locale', datlocprovider::text || ' ' || datlocale from pg_database where datname = 'anju'
      union all select 'superuser', usesuper::text from pg_user where usename = 'anju' order by 1`,
  )
  expect(Object.fromEntries(rows.map((row) => [row['name'], row['setting']]))).toEqual({
    synchronous_commit: 'on',
    fsync: 'on',
    full_page_writes: 'on',
    server_encoding: 'UTF8',
    TimeZone: 'UTC',
    listen_addresses: '',
    checksums: 'on',
    locale: 'b C.UTF-8',
    superuser: 'false',
  })
})

test('passwords and socket are closed to everybody else', async () => {
  copyMade()
  const { url } = await start()
  const folder = await place()
  expect((await stat(path.join(folder, 'passwords.json'))).mode & 0o777).toBe(0o600)
  expect((await stat(path.join(folder, 'socket'))).mode & 0o777).toBe(0o700)
  await expect(query(url.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow('password authentication failed')
})

test('a server whose parent was killed is adopted, with all that was committed', async () => {
  copyMade()
  const first = starter()
  const [{ url }] = (await first.ready) as [{ url: string }]
  await query(url, 'create table kept (id int); insert into kept values (1)')
  const before = await postmaster()
  await kill(first.child)
  const second = await start()
  expect(second.adopted).toBe(true)
  expect(await postmaster()).toBe(before)
  expect(await query(second.url, 'select id from kept')).toEqual([{ id: 1 }])
})

test('a second copy is refused in one sentence, and the first goes on', async () => {
  copyMade()
  const first = await start()
  await expect(start()).rejects.toThrow(`Another copy of Anju is already running on the data folder ${dataFolder}.`)
  expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('of two first starts at once one runs and the other is refused', async () => {
  const both = await Promise.allSettled([start(), start()])
  expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await readdir(path.dirname(await place()))).not.toContainEqual(expect.stringContaining('.half-'))
})

test('a starter killed while it makes the cluster leaves nothing in the way', async () => {
  await mkdir(dataFolder)
  const { child, ready } = starter()
  ready.catch(() => undefined)
  const folder = await place()
  while (!existsSync(`${folder}.half-${child.pid}/cluster`)) await new Promise((resolve) => setImmediate(resolve))
  await kill(child)
  expect(existsSync(folder)).toBe(false)
  await start()
  expect((await readdir(path.dirname(folder))).filter((name) => name.includes('.half-'))).toEqual([])
})

test('a process id file that names a stranger is survived', async () => {
  copyMade()
  const first = await start()
  await first.stop()
  const file = path.join(await place(), 'cluster/postmaster.pid')
  await writeFile(file, `${process.pid}\n${path.dirname(file)}\n1\n5432\n\n\n\nready\n`)
  await expect(start()).resolves.toMatchObject({ adopted: false })
})

test('a killed server is started again at the same address and is still ours', async () => {
  copyMade()
  const server = await start()
  const before = await postmaster()
  expect(before).not.toBeNull()
  process.kill(before ?? 0, 'SIGKILL')
  await expect.poll(() => query(server.url, 'select 1 as one').catch(() => []), { timeout: 10_000 }).toHaveLength(1)
  expect(await postmaster()).not.toBe(before)
  await expect(start()).rejects.toThrow('Another copy')
})

test('a data folder that cannot be written is one sentence', async () => {
  await writeFile(path.join(parent, 'file'), '')
  dataFolder = path.join(parent, 'file/data')
  await expect(start()).rejects.toThrow(
    `The data folder ${dataFolder} cannot be written: choose another with ANJU_DATA.`,
  )
})

test('a path too long for a socket does not keep it from starting', async () => {
  dataFolder = path.join(parent, 'long'.repeat(25), 'data')
  await mkdir(path.dirname(dataFolder), { recursive: true })
  copyMade()
  const { url } = await start()
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test.runIf(asRoot)('below a closed folder, root keeps the cluster where the server’s user can go', async () => {
  await chmod(parent, 0o700)
  const first = await start()
  const folder = await place()
  expect(folder).toMatch(/^\/var\/lib\/anju\/[0-9a-f]{12}-[0-9a-f]{8}$/)
  expect(await readFile(path.join(dataFolder, 'postgres.place'), 'utf8')).toBe(`${folder}\n`)
  await query(first.url, 'create table kept (id int)')
  await first.stop()
  const second = await start()
  expect(await query(second.url, 'select * from kept')).toEqual([])
})
