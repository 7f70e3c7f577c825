import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { decideDue } from '@anju/api/deadline/decider'
import { DrillPlayer } from '@anju/api/drill/player'
import type { DrillReport } from '@anju/domain/drill/report'
import type { ScenarioName } from '@anju/domain/drill/scenario'
import { startGateway } from '@anju/gateway/main'
import { makeWorld, type World } from '@anju/gateway/world.fixture'
import { acknowledgeAlarm } from '@anju/prisma/alarm/apply'
import { resolveAlarm } from '@anju/prisma/alarm/end'
import { startDrill } from '@anju/prisma/drill/apply'
import { endDrill } from '@anju/prisma/drill/end'
import { newId } from '@anju/prisma/id'
import { loadKey } from '@anju/prisma/key'
import { openPool, transact } from '@anju/prisma/tx'
import mqtt from 'mqtt'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../postgres.ts'

const log = pino({ level: process.env['LOG'] ?? 'silent' })
let database: Awaited<ReturnType<typeof testDatabase>>
let world: World
let gateway: Awaited<ReturnType<typeof startGateway>>
let userId: string

beforeEach(async () => {
  database = await testDatabase()
  world = await makeWorld(database.url)
  userId = newId()
  await world.pool.query(
    `insert into app_user (id, username, name, role, area_id, password_hash, created_at)
     values ($1, 'lead', '班长', 'shift-lead', $2, 'none', now())`,
    [userId, world.areaId],
  )
  gateway = await startGateway(world.config, log)
})
afterEach(async () => {
  await gateway.stop()
  await world.end()
  await database.drop()
})

async function rows<Row = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<Row[]> {
  const { rows } = await world.pool.query(sql, values)
  return rows as Row[]
}

const begin = (scenario: ScenarioName, more: { tellsOutside?: boolean } = {}) =>
  transact(world.pool, (tx) =>
    startDrill(tx, {
      areaId: world.areaId,
      scenario,
      tellsOutside: true,
      within: world.areaPath,
      userId,
      now: new Date(),
      ...more,
    }),
  )

const playerOn = async (pool = world.pool) =>
  new DrillPlayer({ pool, key: await loadKey(world.config), broker: `mqtt://127.0.0.1:${gateway.ports.mqtt}`, log })

const open = () =>
  rows<{ id: string; drill_id: string | null }>(
    `select id, drill_id from alarm where resolved_at is null order by raised_at`,
  )

async function answer(alarmId: string): Promise<void> {
  const act = { alarmId, userId, now: new Date() }
  await transact(world.pool, (tx) => acknowledgeAlarm(tx, act))
  const end = { ...act, now: new Date(), outcome: 'test' as const, note: '', followUpAt: null }
  await transact(world.pool, (tx) => resolveAlarm(tx, end))
}

const drillState = async (id: string) =>
  (await rows<{ state: string }>('select state from drill where id = $1', [id]))[0]?.state

test('a drill presses as a device does, is marked in every event, and reports when all of it was answered', async () => {
  const { id } = await begin('one-press')
  const player = await playerOn()
  await player.turn(new Date())
  await expect.poll(open, { timeout: 20_000 }).toHaveLength(1)
  const [alarm] = await rows(
    `select alarm.id, kind, drill_id, subject = 'home:' || home_id as own, address, message.way
     from alarm join home on home.id = home_id join message on message.id::text = reasons->>'message'`,
  )
  expect(alarm).toMatchObject({ kind: 'emergency-press', drill_id: id, own: true, address: '演练 DRILL', way: 'mqtt' })
  expect(
    await rows(
      `select distinct body->>'drillId' as drill from event where name in ('alarm.raised', 'alarm.escalated')`,
    ),
  ).toEqual([{ drill: id }])
  await answer(String(alarm?.['id']))
  await expect.poll(() => drillState(id), { timeout: 20_000 }).toBe('done')
  await player.stop()
  const [kept] = await rows<{ report: DrillReport }>('select report from drill')
  expect(kept?.report).toMatchObject({
    within60: 1,
    unanswered: 0,
    presses: { planned: 1, stored: 1 },
    alarms: [{ owner: '班长', escalations: [{ reason: 'no-seat' }] }],
  })
  expect(kept?.report.resolved.n).toBe(1)
  expect(await rows(`select from device where purpose = 'drill' and revoked_at is null`)).toEqual([])
})

test('a real press during a drill raises an alarm of its own, and outlives the drill', async () => {
  const { id } = await begin('ten-presses')
  const player = await playerOn()
  // as the worker does: it looks again and again
  const opened = async () => {
    await player.turn(new Date())
    return open()
  }
  await expect.poll(opened, { timeout: 30_000 }).not.toHaveLength(0)
  const real = await world.register('button')
  const client = await mqtt.connectAsync({
    host: '127.0.0.1',
    port: gateway.ports.mqtt,
    clientId: real.id,
    username: real.id,
    password: real.secret,
    protocolVersion: 4,
    reconnectPeriod: 0,
  })
  await client.publishAsync(`anju/v1/${real.id}/press`, JSON.stringify({ id: 'p1', ago: 0 }), { qos: 1 })
  const own = () => rows(`select subject, presses, resolved_at from alarm where drill_id is null`)
  expect(await own()).toEqual([{ subject: `elder:${world.elderId}`, presses: 1, resolved_at: null }])
  await transact(world.pool, (tx) => endDrill(tx, { drillId: id, state: 'stopped', now: new Date() }))
  await player.stop()
  expect(await drillState(id)).toBe('stopped')
  expect(await own()).toEqual([{ subject: `elder:${world.elderId}`, presses: 1, resolved_at: null }])
  expect(await rows(`select from alarm where drill_id is not null and resolved_at is null`)).toEqual([])
  await client.endAsync()
})

test('of three workers one plays; an area has one drill at a time', async () => {
  const { id } = await begin('one-press')
  await expect(begin('flood')).rejects.toMatchObject({ code: 'drill-running', more: { drillId: id } })
  const pools = [1, 2, 3].map((n) => openPool(database.url, { max: 3, name: `worker ${n}` }))
  const players = await Promise.all(pools.map((pool) => playerOn(pool)))
  await Promise.all(players.map((player) => player.turn(new Date())))
  await expect.poll(open, { timeout: 20_000 }).toHaveLength(1)
  expect(await rows(`select count(*)::integer as n from device where purpose = 'drill'`)).toEqual([{ n: 1 }])
  await transact(world.pool, (tx) => endDrill(tx, { drillId: id, state: 'stopped', now: new Date() }))
  await Promise.all(players.map((player) => player.stop()))
  await Promise.all(pools.map((pool) => pool.end()))
})

test('a worker killed in the middle leaves a drill that ends as failed, its alarms put away and its devices retired', async () => {
  const { id } = await begin('ten-presses')
  const worker: ChildProcess = fork(path.resolve(import.meta.dirname, '../../anju.ts'), ['worker'], {
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      ANJU_KEY: '07'.repeat(32),
      ANJU_MQTT_PORT: String(gateway.ports.mqtt),
      ANJU_PROBE_EVERY_S: '0',
      ANJU_LOG_LEVEL: 'silent',
    },
    stdio: 'ignore',
  })
  await expect.poll(open, { timeout: 60_000 }).not.toHaveLength(0)
  const ended = once(worker, 'exit')
  worker.kill('SIGKILL')
  await ended
  await decideDue(world.pool, new Date(Date.now() + 44_000), log)
  await decideDue(world.pool, new Date(Date.now() + 90_000), log)
  expect(await drillState(id)).toBe('failed')
  expect(await open()).toEqual([])
  expect(await rows(`select from device where purpose = 'drill' and revoked_at is null`)).toEqual([])
  expect((await begin('one-press')).id).not.toBe(id)
}, 90_000)
