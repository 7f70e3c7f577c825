import { existsSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { signIn } from '../journeys/product.ts'
import { cloneForThisFile, endsCleanly, pidOf, stop } from './clone.ts'
import { childNamed, descendants, freePorts, isAlive, type Started } from './product.ts'

const clone = cloneForThisFile()

/** The demo county's people; an entry made twice and merged is no other person. */
const DEMO_ELDERS = 300

async function eldersSeen(started: Started): Promise<string[]> {
  const call = await signIn(started.url, 'lead', 'anju-demo')
  const list = await call<{ items: { name: string }[] }>('GET', '/api/elders?limit=1000')
  return list.items.map((each) => each.name).sort()
}

test('“npm start” brings everything up, says where and as whom, and SIGTERM ends it cleanly', async () => {
  const first = clone.run({ npm: true })
  await first.ready
  expect(first.output()).toContain(`http://127.0.0.1:${clone.ports.http}`)
  expect(first.output()).toMatch(/sign in {2}admin, password [a-z2-9]{16} \(shown this once\)/)
  expect(first.output()).toContain('desk1 / anju-demo')
  expect((await fetch(`${first.url}/readyz`)).status).toBe(200)
  expect(await (await fetch(first.url)).text()).toContain('<html')
  const county = await eldersSeen(first)
  expect(county).toHaveLength(DEMO_ELDERS)
  expect(county).toEqual(expect.arrayContaining(['何淑芬', '周德明', '杨桂英', '陈秀兰']))
  await stop(first)
  expect(existsSync(path.join(clone.copy.folder, 'data/running'))).toBe(false)
})

test('a second start keeps the data and does not show the password again; Ctrl-C ends it cleanly', async () => {
  const second = clone.run()
  await second.ready
  expect(second.output()).not.toContain('sign in')
  expect(await eldersSeen(second)).toHaveLength(DEMO_ELDERS)
  await endsCleanly(second, () => process.kill(-pidOf(second), 'SIGINT')) // a terminal interrupts the whole group
})

test('a killed supervisor takes its children along; the next start adopts the database and stays the only one', async () => {
  const killed = clone.run()
  await killed.ready
  const postmaster = await clone.postmaster()
  const children = descendants(pidOf(killed)).filter((pid) => pid !== postmaster && !isBelow(pid, postmaster))
  killed.child.kill('SIGKILL')
  const next = clone.run()
  await next.ready
  expect(await clone.postmaster()).toBe(postmaster)
  await expect.poll(() => children.filter(isAlive), { timeout: 60_000 }).toEqual([])
  expect(await eldersSeen(next)).toHaveLength(DEMO_ELDERS)

  const folder = path.join(clone.copy.folder, 'data')
  expect(await clone.refused({ ports: await freePorts() })).toBe(
    `Another copy of Anju is already running on the data folder ${folder}.`,
  )
  expect((await fetch(`${next.url}/readyz`)).status).toBe(200)
  await stop(next)
})

test('each process that is killed comes back, and so does the database', async () => {
  const started = clone.run()
  await started.ready
  for (const kind of ['api', 'gateway', 'worker']) {
    const before = childNamed(pidOf(started), kind)
    expect(before).not.toBeNull()
    process.kill(before ?? 0, 'SIGKILL')
    await expect.poll(() => [null, before].includes(childNamed(pidOf(started), kind)), { timeout: 60_000 }).toBe(false)
  }
  process.kill(await clone.postmaster(), 'SIGKILL')
  await expect.poll(() => eldersSeen(started).catch(() => []), { timeout: 60_000 }).toHaveLength(DEMO_ELDERS)
  await stop(started)
})

function isBelow(pid: number, ancestor: number): boolean {
  return descendants(ancestor).includes(pid)
}
