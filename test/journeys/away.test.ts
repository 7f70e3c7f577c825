import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { countyForThisFile } from './county.ts'
import { picture } from './picture.ts'
import { sitDown } from './desk.ts'

const county = countyForThisFile()

/** Every process of the product's own database: the postmaster is a grandchild, its servers are below it. */
function databaseProcesses(): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid=,comm='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, ppid, comm]) => ({ pid: Number(pid), ppid: Number(ppid), comm: comm ?? '' }))
  const below = (pid: number): number[] =>
    table.filter((each) => each.ppid === pid).flatMap((each) => [each.pid, ...below(each.pid)])
  const ours = new Set(below(county.pid))
  return table.filter((each) => ours.has(each.pid) && each.comm === 'postgres').map((each) => each.pid)
}

test('with the database away a press is told to the desk, not acknowledged, and stored when it is back', async () => {
  const { items } = await county.as<{ items: { id: string; name: string }[] }>('GET', '/api/elders')
  const [elder] = items
  if (!elder) throw new Error('the demo has no elders')
  const button = await county.buttonFor(elder.id)
  const desk = await sitDown(county.browser, county.url, {
    username: 'desk1',
    password: 'anju-demo',
    language: 'zh-CN',
  })
  const quiet = await desk.tones()

  const stopped = databaseProcesses()
  expect(stopped.length).toBeGreaterThan(3)
  let acknowledged = false
  let storing: Promise<unknown> = Promise.resolve()
  try {
    for (const pid of stopped) process.kill(pid, 'SIGSTOP')
    storing = button.press('away').then(() => (acknowledged = true))
    await desk.page.locator('strong', { hasText: desk.m.queue.unstored }).waitFor()
    await desk.page.getByText(elder.name).first().waitFor()
    await expect.poll(desk.tones).toBeGreaterThan(quiet)
    expect(acknowledged).toBe(false)
    await picture(desk.page, 'desk-database-away')
  } finally {
    for (const pid of stopped) process.kill(pid, 'SIGCONT')
  }
  await storing
  expect(acknowledged).toBe(true)
  await desk.page.locator('strong', { hasText: desk.m.queue.unstored }).waitFor({ state: 'detached' })
  await desk.page.locator('[data-alarm]').getByText(elder.name).waitFor()
  // others' care checks fall due at half past eight, whoever presses
  const open = await county.as<{ items: { presses: number; deviceId: string | null }[] }>(
    'GET',
    '/api/alarms?state=open',
  )
  expect(open.items.filter(({ deviceId }) => deviceId === button.id)).toMatchObject([{ presses: 1 }])
})
