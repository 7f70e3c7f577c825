import { newId } from '@anju/prisma/id'
import { lockSubjects, openPool, transact, type Tx } from '@anju/prisma/tx'
import type pg from 'pg'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '@anju/test/postgres'
import { arrived, press } from './arrived.fixture.ts'
import { Lane } from './lane.ts'
import { makeWorld, type World } from './world.fixture.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let world: World
let pools: pg.Pool[]
/** As two gateways have them. */
let lanes: Lane[]

beforeEach(async () => {
  database = await testDatabase()
  world = await makeWorld(database.url)
  pools = [1, 2].map(() => openPool(database.url, { max: 2, name: 'press lane', planOnce: true }))
  const log = pino({ level: 'silent' })
  lanes = pools.map((pool) => new Lane({ name: 'press', pool, workers: 2, maxBatch: 100, gatherMs: 0, log }))
})
afterEach(async () => {
  await Promise.all(lanes.map((lane) => lane.stop(1000)))
  await Promise.all(pools.map((pool) => pool.end()))
  await world.end()
  await database.drop()
})

async function rows<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  return (await world.pool.query<Row>(sql)).rows
}

async function pidOf(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid')
  return row?.pid ?? 0
}

/** Somebody holds the lock of a subject until it is let go. */
async function holding(subject: string): Promise<{ pid: number; letGo: () => Promise<void> }> {
  const [held, done] = [Promise.withResolvers<number>(), Promise.withResolvers<void>()]
  const holder = transact(world.pool, async (tx) => {
    await lockSubjects(tx, [subject])
    held.resolve(await pidOf(tx))
    await done.promise
  })
  return {
    pid: await held.promise,
    async letGo() {
      done.resolve()
      await holder
    },
  }
}

test('a press that waits while its button is given to another home raises there, under that home’s lock', async () => {
  const button = await world.register('button')
  const homeId = newId()
  await world.pool.query('insert into home (id, area_id, created_at) values ($1, $2, $3)', [
    homeId,
    world.areaId,
    new Date(),
  ])
  const waitingFor = async (pid: number): Promise<boolean> => {
    const waiting = await rows<{ by: number[] }>(
      `select pg_blocking_pids(pid) as by from pg_stat_activity
       where application_name = 'press lane' and wait_event = 'advisory' and datname = current_database()`,
    )
    return waiting.some(({ by }) => by.includes(pid))
  }
  const from = new Date()
  const [hers, neighbour] = [await holding(`elder:${world.elderId}`), await holding(`home:${homeId}`)]
  const storing = lanes[0]?.store(arrived(press(button.id, 'p1')))
  await expect.poll(() => waitingFor(hers.pid), { timeout: 20_000 }).toBe(true)
  // what bindDevice writes, without the locks that are held here
  await world.pool.query('update assignment set valid_to = $2 where device_id = $1', [button.id, from])
  await world.pool.query(
    'insert into assignment (id, device_id, home_id, valid_from) values (gen_random_uuid(), $1, $2, $3)',
    [button.id, homeId, from],
  )
  await hers.letGo()
  await expect.poll(() => waitingFor(neighbour.pid), { timeout: 20_000 }).toBe(true)
  expect(await rows('select 1 from alarm')).toEqual([])
  await neighbour.letGo()
  expect(await storing).toEqual({ is: 'stored' })
  expect(await rows('select subject, presses from alarm')).toEqual([{ subject: `home:${homeId}`, presses: 1 }])
  expect(await rows('select device_id from message_dedupe')).toHaveLength(1)
})

test('the same press by two gateways at once is stored once, and another of its home joins', async () => {
  const [one, other] = [await world.register('button'), await world.register('button')]
  for (let i = 0; i < 20; i++) {
    const same = arrived(press(one.id, `p${i}`))
    const twice = lanes.map((lane) => lane.store({ fact: { ...same.fact, factId: newId() } }))
    const beside = lanes.map((lane, n) => lane.store(arrived(press(other.id, `p${i}-${n}`))))
    const stored = await Promise.all(twice)
    expect(stored.map(({ is }) => is).sort()).toEqual(['duplicate', 'stored'])
    expect(await Promise.all(beside)).toEqual([{ is: 'stored' }, { is: 'stored' }])
  }
  expect(await rows('select presses from alarm')).toEqual([{ presses: 60 }])
  expect(await rows('select 1 from message')).toHaveLength(60)
})

test('an id that something else claimed unseen is read anew, not stored over', async () => {
  const button = await world.register('button')
  const item = arrived(press(button.id, 'p1'))
  const [held, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  // A claim that holds no lock of the device, as another kind of fact's does.
  const claimed = transact(world.pool, async (tx) => {
    await tx.query('insert into message_dedupe (device_id, message_id, sha256, fact_id) values ($1, $2, $3, $4)', [
      button.id,
      'p1',
      item.fact.sha256,
      newId(),
    ])
    held.resolve()
    await released.promise
  })
  await held.promise
  const storing = lanes[0]?.store(item)
  const waiting = `select 1 from pg_stat_activity
                   where application_name = 'press lane' and wait_event = 'transactionid' and datname = current_database()`
  await expect.poll(async () => (await rows(waiting)).length, { timeout: 10_000 }).toBe(1)
  released.resolve()
  await claimed
  expect(await storing).toEqual({ is: 'duplicate' })
  expect(await rows('select 1 from message')).toHaveLength(0)
})
