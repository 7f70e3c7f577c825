import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { neighboursUrl } from '@anju/prisma/postgres/embedded'
import { signIn } from '../journeys/product.ts'
import { copyProject, type Copy } from './copy.ts'
import { childNamed, descendants, freePorts, isAlive, start, type Ports, type Start, type Started } from './product.ts'

/**
 * A clone below a folder that only its owner may enter: root's own home, as `git clone && npm ci && npm start` finds
 * it. The tests share one data folder and go on from each other; run by root, they try what only root meets.
 */
let copy: Copy
let ports: Ports
beforeAll(async () => {
  copy = await copyProject(0o700)
  ports = await freePorts()
})
afterAll(() => copy.remove())

/** Whatever a test started is gone at its end, also when it failed. */
function run(options: Partial<Start> = {}): Started {
  const started = start({ folder: copy.folder, ports, ...options })
  onTestFinished(async () => {
    const group = pidOf(started)
    const left = descendants(group)
    if (isAlive(group) || left.some(isAlive)) process.kill(-group, 'SIGKILL')
    for (const pid of left.filter(isAlive)) process.kill(pid, 'SIGKILL') // the database has a group of its own
    await started.ended
  })
  return started
}

async function stop(started: Started): Promise<void> {
  const left = descendants(started.child.pid ?? 0)
  started.child.kill('SIGTERM')
  expect(await started.ended).toEqual({ code: 0, signal: null })
  expect(left.filter(isAlive)).toEqual([])
}

const pidOf = (started: Started): number => started.child.pid ?? 0
const postmasterOf = async (): Promise<number> => {
  const place = await readFile(path.join(copy.folder, 'data/postgres.place'), 'utf8').then(
    (text) => text.trim(),
    () => path.join(copy.folder, 'data/postgres'),
  )
  return Number((await readFile(path.join(place, 'cluster/postmaster.pid'), 'utf8')).split('\n')[0])
}

/** The demo county's people; an entry made twice and merged is no other person. */
const DEMO_ELDERS = 300

async function eldersSeen(started: Started): Promise<string[]> {
  const call = await signIn(started.url, 'lead', 'anju-demo')
  const list = await call<{ items: { name: string }[] }>('GET', '/api/elders?limit=1000')
  return list.items.map((each) => each.name).sort()
}

/** A start that must not succeed: what it says, and that it leaves nothing behind. */
async function refused(options: Partial<Start>): Promise<string> {
  const started = run(options)
  const { code } = await started.ended
  expect(code).toBe(1)
  return started.output().trim()
}

test('“npm start” brings everything up, says where and as whom, and SIGTERM ends it cleanly', async () => {
  const first = run({ npm: true })
  await first.ready
  expect(first.output()).toContain(`http://127.0.0.1:${ports.http}`)
  expect(first.output()).toMatch(/sign in {2}admin, password [a-z2-9]{16} \(shown this once\)/)
  expect(first.output()).toContain('desk1 / anju-demo')
  expect((await fetch(`${first.url}/readyz`)).status).toBe(200)
  expect(await (await fetch(first.url)).text()).toContain('<html')
  const county = await eldersSeen(first)
  expect(county).toHaveLength(DEMO_ELDERS)
  expect(county).toEqual(expect.arrayContaining(['何淑芬', '周德明', '杨桂英', '陈秀兰']))
  await stop(first)
  expect(existsSync(path.join(copy.folder, 'data/running'))).toBe(false)
})

test('a second start keeps the data and does not show the password again; Ctrl-C ends it cleanly', async () => {
  const second = run()
  await second.ready
  expect(second.output()).not.toContain('sign in')
  expect(await eldersSeen(second)).toHaveLength(DEMO_ELDERS)
  const left = descendants(pidOf(second))
  process.kill(-pidOf(second), 'SIGINT') // a terminal interrupts the whole group
  expect(await second.ended).toEqual({ code: 0, signal: null })
  expect(left.filter(isAlive)).toEqual([])
})

test('a killed supervisor takes its children along; the next start adopts the database and stays the only one', async () => {
  const killed = run()
  await killed.ready
  const postmaster = await postmasterOf()
  const children = descendants(pidOf(killed)).filter((pid) => pid !== postmaster && !isBelow(pid, postmaster))
  killed.child.kill('SIGKILL')
  const next = run()
  await next.ready
  expect(await postmasterOf()).toBe(postmaster)
  await expect.poll(() => children.filter(isAlive), { timeout: 15_000 }).toEqual([])
  expect(await eldersSeen(next)).toHaveLength(DEMO_ELDERS)

  const folder = path.join(copy.folder, 'data')
  expect(await refused({ ports: await freePorts() })).toBe(
    `Another copy of Anju is already running on the data folder ${folder}.`,
  )
  expect((await fetch(`${next.url}/readyz`)).status).toBe(200)
  await stop(next)
})

test('each process that is killed comes back, and so does the database', async () => {
  const started = run()
  await started.ready
  for (const kind of ['api', 'gateway', 'worker']) {
    const before = childNamed(pidOf(started), kind)
    expect(before).not.toBeNull()
    process.kill(before ?? 0, 'SIGKILL')
    await expect.poll(() => [null, before].includes(childNamed(pidOf(started), kind)), { timeout: 15_000 }).toBe(false)
  }
  process.kill(await postmasterOf(), 'SIGKILL')
  await expect.poll(() => eldersSeen(started).catch(() => []), { timeout: 20_000 }).toHaveLength(DEMO_ELDERS)
  await stop(started)
})

test('a port in use is one plain sentence', async () => {
  const stranger = createServer().listen(ports.mqtt, '127.0.0.1')
  await once(stranger, 'listening')
  onTestFinished(() => void stranger.close())
  expect(await refused({})).toBe(
    `Port ${ports.mqtt} is already in use by another program: end that, or choose another port (ANJU_…_PORT).`,
  )
  await expect(postmasterOf()).rejects.toThrow('ENOENT')
})

test('bad settings are said all at once', async () => {
  expect(await refused({ env: { ANJU_HTTP_PORT: 'eighty', ANJU_KEY: 'short' } })).toBe(
    'ANJU_HTTP_PORT must be a port number from 0 to 65535, not "eighty".\n' +
      'ANJU_KEY must be 32 bytes, written as 64 hex digits or as base64.',
  )
})

test('a data folder that cannot be written is one plain sentence', async () => {
  const file = path.join(copy.parent, 'file')
  await writeFile(file, '')
  expect(await refused({ env: { ANJU_DATA: `${file}/data` } })).toBe(
    `The data folder ${file}/data cannot be written: choose another with ANJU_DATA.`,
  )
})

test('another key than the one the database was begun with is one plain sentence', async () => {
  expect(await refused({ env: { ANJU_KEY: 'ab'.repeat(32) } })).toBe(
    'ANJU_KEY is not the key this database was begun with; give the earlier one, or its data folder.',
  )
})

test('a database of a newer version is one plain sentence', async () => {
  const started = run()
  await started.ready
  const client = new pg.Client({ connectionString: await neighboursUrl(path.join(copy.folder, 'data')) })
  await client.connect()
  await client.query(
    `insert into _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
     values ('x', '', now(), '29990101000000_newer', now(), 1)`,
  )
  await client.end()
  await stop(started)
  expect(await refused({})).toBe(
    'The database was made by a newer version of Anju (it holds 29990101000000_newer); start that version instead.',
  )
})

test('a data folder that was deleted begins anew', async () => {
  const place = await readFile(path.join(copy.folder, 'data/postgres.place'), 'utf8').catch(() => null)
  await rename(path.join(copy.folder, 'data'), path.join(copy.parent, 'old-data'))
  const started = run()
  await started.ready
  expect(started.output()).toContain('(shown this once)')
  await stop(started)
  if (place !== null) await rm(place.trim(), { recursive: true })
})

test('where the dashboard cannot be built and was never built, that is said', async () => {
  await rm(path.join(copy.folder, 'dashboard/dist'), { recursive: true, force: true })
  await mkdir(path.join(copy.folder, 'away'))
  await rename(path.join(copy.folder, 'dashboard/index.html'), path.join(copy.folder, 'away/index.html'))
  expect(await refused({})).toContain('The dashboard could not be built: run "npm run build" to see why.')
})

function isBelow(pid: number, ancestor: number): boolean {
  return descendants(ancestor).includes(pid)
}
