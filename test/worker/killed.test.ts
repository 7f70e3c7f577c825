import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { makeWorld } from '@anju/gateway/world.fixture'
import { newId } from '@anju/prisma/id'
import { freshSeed, seeded } from '@anju/firmware-sim/random'
import { expect, test } from 'vitest'
import { testDatabase } from '../postgres.ts'

const seed = freshSeed()
const ALARMS = 400
const KILLS = 8

test(`three workers killed at random decide each deadline once (seed ${seed})`, async () => {
  const database = await testDatabase()
  const world = await makeWorld(database.url)
  const { next } = seeded(seed, 'workers')
  const now = new Date()
  const minuteAgo = new Date(now.getTime() - 61_000)
  // alarms shown in time, that nobody has taken for a minute: each is to go to every seat, once
  const alarms = Array.from({ length: ALARMS }, () => newId(now))
  await world.pool.query(
    `insert into alarm (id, subject, kind, priority, state, area_id, area_path, raised_at, clock_from, presses, reasons)
       select id, 'device:' || id, 'emergency-press', 'high', 'raised', $2, $3, $4, $4, 1, '{}' from unnest($1::uuid[]) as id`,
    [alarms, world.areaId, world.areaPath, minuteAgo],
  )
  await world.pool.query(
    `insert into deadline (id, kind, ref, subject, due_at, state)
       select gen_random_uuid(), 'alarm-unowned', id, 'device:' || id, $2, 'pending' from unnest($1::uuid[]) as id`,
    [alarms, now],
  )

  const start = (): ChildProcess =>
    fork(path.resolve(import.meta.dirname, '../../anju.ts'), ['worker'], {
      env: { ...process.env, DATABASE_URL: database.url, ANJU_KEY: '07'.repeat(32), ANJU_LOG_LEVEL: 'silent' },
      stdio: 'ignore',
    })
  const workers = [start(), start(), start()]
  const decided = async () => {
    const result = await world.pool.query<{ n: number }>(
      `select count(*)::integer as n from alarm where escalation = 1`,
    )
    return result.rows[0]?.n ?? 0
  }
  for (let kill = 0; kill < KILLS && (await decided()) < ALARMS; kill++) {
    // a worker that was just begun needs a moment to reach its first deadline
    const before = await decided()
    await expect.poll(decided, { timeout: 30_000, interval: 5 }).toBeGreaterThan(before - 1 + Math.floor(next() * 10))
    const victim = Math.floor(next() * workers.length)
    const worker = workers[victim]
    if (!worker) throw new Error('no worker')
    worker.kill('SIGKILL')
    workers[victim] = start()
  }
  await expect.poll(decided, { timeout: 60_000 }).toBe(ALARMS)
  const entries = await world.pool.query(
    `select alarm_id from alarm_entry where kind = 'escalated' group by alarm_id having count(*) <> 1`,
  )
  expect(entries.rows).toEqual([])
  const events = await world.pool.query<{ n: number }>(
    `select count(*)::integer as n from event where name = 'alarm.escalated'`,
  )
  expect(events.rows).toEqual([{ n: ALARMS }])
  await Promise.all(
    workers.map(async (worker) => {
      const ended = once(worker, 'exit')
      worker.kill('SIGTERM')
      await ended
    }),
  )
  await world.end()
  await database.drop()
}, 120_000)
