import { setEnvironmentData } from 'node:worker_threads'
import { lockSubjects, transact } from '@anju/prisma/tx'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '@anju/test/postgres'
import { arrived, press } from './arrived.fixture.ts'
import { PressThread } from './press-thread.ts'
import { makeWorld, type World } from './world.fixture.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let world: World
let thread: PressThread
let told: { fields: object; message: string }[]

beforeEach(async () => {
  database = await testDatabase()
  world = await makeWorld(database.url)
  told = []
  const tell = (fields: object, message: string) => void told.push({ fields, message })
  const program = new URL('./press-mortal.fixture.ts', import.meta.url)
  thread = new PressThread({ databaseUrl: database.url, program, log: { warn: tell, error: tell } })
})
afterEach(async () => {
  setEnvironmentData('fate', undefined)
  await thread.stop(1000)
  await world.end()
  await database.drop()
})

const deaths = () => told.filter(({ message }) => message.startsWith('press thread ended')).length

async function count(sql: string): Promise<number> {
  const result = await world.pool.query<{ n: number }>(`select count(*)::integer as n from ${sql}`)
  return result.rows[0]?.n ?? -1
}

test('presses that a dying thread had committed and not answered are answered, and stored once', async () => {
  const button = await world.register('button')
  setEnvironmentData('fate', 'ends at its first answer')
  thread.start()
  const storing = Array.from({ length: 500 }, (_, i) => thread.store(arrived(press(button.id, `p${i}`))))
  await expect.poll(deaths, { timeout: 10_000 }).toBeGreaterThan(1)
  setEnvironmentData('fate', undefined)
  const stored = await Promise.all(storing)
  expect(stored.some(({ is }) => is === 'duplicate')).toBe(true)
  expect(await count('message')).toBe(500)
  expect(await count('alarm where presses = 500')).toBe(1)
  expect(thread.queued).toBe(0)
})

test('a thread that is ended in the middle of a transaction loses nothing', async () => {
  const button = await world.register('button')
  thread.start()
  let release: () => void = () => undefined
  const held = transact(world.pool, async (tx) => {
    await lockSubjects(tx, [`elder:${world.elderId}`])
    await new Promise<void>((resolve) => (release = resolve))
  })
  const storing = ['p1', 'p2', 'p3'].map((id) => thread.store(arrived(press(button.id, id))))
  const waiting = `pg_stat_activity where wait_event = 'advisory' and datname = current_database()`
  await expect.poll(() => count(waiting), { timeout: 10_000 }).toBeGreaterThan(0)
  const line = new BroadcastChannel('end the press thread')
  line.postMessage(null)
  await expect.poll(deaths, { timeout: 10_000 }).toBe(1)
  expect(thread.queued).toBe(3)
  release()
  await held
  expect(await Promise.all(storing)).toEqual([{ is: 'stored' }, { is: 'stored' }, { is: 'stored' }])
  expect(await count('alarm where presses = 3')).toBe(1)
  line.close()
})

test('what the thread has to say is logged here, with the press’s fact', async () => {
  const button = await world.register('button')
  thread.start()
  const time = { at: new Date(), deviceAt: new Date(-8.64e15), marks: [] }
  const broken = arrived({ type: 'press', deviceId: button.id, messageId: 'p1', time, battery: null })
  expect(await thread.store(broken)).toEqual({ is: 'stored' })
  expect(told).toMatchObject([
    {
      fields: { fact: broken.fact.factId, err: { stack: expect.any(String) as unknown } },
      message: 'item cannot be stored',
    },
  ])
})

test('what waits when the gateway stops is stored first; without a database it is refused', async () => {
  const button = await world.register('button')
  thread.start()
  const storing = Promise.all(['p1', 'p2'].map((id) => thread.store(arrived(press(button.id, id)))))
  await thread.stop(5000)
  expect(await storing).toEqual([{ is: 'stored' }, { is: 'stored' }])

  const away = 'postgres://nobody@127.0.0.1:1/none'
  thread = new PressThread({ databaseUrl: away, log: { warn: () => undefined, error: () => undefined } })
  thread.start()
  const refused = Promise.allSettled([thread.store(arrived(press(button.id, 'p3')))])
  await thread.stop(300)
  expect(await refused).toMatchObject([{ status: 'rejected' }])
})
