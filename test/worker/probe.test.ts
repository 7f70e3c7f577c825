import { createServer } from 'node:http'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { decideDue } from '@anju/api/deadline/decider'
import { Prober } from '@anju/api/probe/prober'
import { startGateway } from '@anju/gateway/main'
import { makeWorld, type World } from '@anju/gateway/world.fixture'
import { reportShown } from '@anju/prisma/alarm/apply'
import { newId } from '@anju/prisma/id'
import { loadKey } from '@anju/prisma/key'
import { openPool, transact } from '@anju/prisma/tx'
import pino from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../postgres.ts'

const log = pino({ level: process.env['LOG'] ?? 'silent' })
const second = 1000
const EVERY_MS = 180 * second
let database: Awaited<ReturnType<typeof testDatabase>>
let world: World
let gateway: Awaited<ReturnType<typeof startGateway>>
let told: { type: string; data: { reason: string }; id: string }[]
let outside: ReturnType<typeof createServer>
let userId: string

beforeAll(() => {
  outside = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      const { type, data } = JSON.parse(text) as { type: string; data: { reason: string } }
      told.push({ type, data, id: String(request.headers['webhook-id']) })
      response.end()
    })
  })
  return new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve))
})
afterAll(() => new Promise((resolve) => outside.close(resolve)))

beforeEach(async () => {
  told = []
  database = await testDatabase()
  world = await makeWorld(database.url)
  await world.pool.query(`update area set kind = 'county'`)
  userId = newId()
  await world.pool.query(
    `insert into app_user (id, username, name, role, area_id, password_hash, created_at)
     values ($1, 'seat', '值班员', 'seat', $2, 'none', now())`,
    [userId, world.areaId],
  )
  gateway = await startGateway(world.config, log)
})
afterEach(async () => {
  await gateway.stop()
  await world.end()
  await database.drop()
})

async function proberOn(pool = world.pool, port = gateway.ports.mqtt): Promise<Prober> {
  return new Prober({
    pool,
    key: await loadKey(world.config),
    broker: `mqtt://127.0.0.1:${port}`,
    everyMs: EVERY_MS,
    outside: { url: `http://127.0.0.1:${(outside.address() as AddressInfo).port}`, secret: 'whsec_c2VjcmV0' },
    log,
  })
}

async function rows(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await world.pool.query<Record<string, unknown>>(sql, values)).rows
}

async function takeSeat(): Promise<string> {
  const [sessionId, seatId] = [newId(), newId()]
  await world.pool.query(
    `insert into session (id, token_hash, user_id, created_at, expires_at, last_seen_at)
     values ($1, $2, $3, now(), now() + interval '1 day', now())`,
    [sessionId, Buffer.from(sessionId), userId],
  )
  await world.pool.query(
    `insert into seat (id, user_id, session_id, area_path, armed, streaming, beat_at) values ($1, $2, $3, $4, true, true, now())`,
    [seatId, userId, sessionId, world.areaPath],
  )
  return seatId
}

async function listening(): Promise<{ port: number; close(): void }> {
  const server = createSocketServer((socket) => socket.on('error', () => undefined))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

const beat = (at: Date) => world.pool.query('update seat set beat_at = $1', [at])
const verdicts = () => rows('select verdict from probe order by pressed_at')
const open = () => rows(`select kind, priority from alarm where resolved_at is null order by kind`)

test('a test press takes the whole way, neither sounds nor escalates, and ends by itself once it was shown', async () => {
  const seatId = await takeSeat()
  const now = new Date()
  await (await proberOn()).turn(now)
  const [alarm] = await rows('select id, kind, priority, escalation from alarm')
  expect(alarm).toMatchObject({ kind: 'probe', priority: 'low', escalation: 0 })
  expect(await rows(`select name, body->>'sounds' as sounds from event where topic = 'alarm'`)).toEqual([
    { name: 'alarm.raised', sounds: 'false' },
  ])
  expect(await rows(`select kind from deadline where state = 'pending'`)).toEqual([{ kind: 'probe-decide' }])
  const shownAt = new Date()
  const alarmId = String(alarm?.['id'])
  await transact(world.pool, (tx) =>
    reportShown(tx, { alarmId, seatId, userId, presses: 1, clockFrom: shownAt, now: shownAt }),
  )
  await decideDue(world.pool, new Date(now.getTime() + 10 * second), log)
  expect(await verdicts()).toEqual([{ verdict: 'shown' }])
  expect(await rows('select shown_at, alarm_id, acknowledged_at is not null as stored from probe')).toEqual([
    { shown_at: shownAt, alarm_id: alarmId, stored: true },
  ])
  expect(await open()).toEqual([])
  expect(told).toEqual([])
})

test('with nobody at the desks it is stored, and that is all', async () => {
  const now = new Date()
  await (await proberOn()).turn(now)
  await decideDue(world.pool, new Date(Date.now() + 11 * second), log)
  expect(await verdicts()).toEqual([{ verdict: 'no-seat' }])
  expect(await open()).toEqual([])
  expect(await rows(`select from event where name = 'alarm.escalated'`)).toEqual([])
})

test('a present desk that paints nothing raises, goes outside the usual way, and the next good press says so on it', async () => {
  const seatId = await takeSeat()
  const now = new Date()
  const prober = await proberOn()
  await prober.turn(now)
  const later = (s: number) => new Date(Date.now() + s * second)
  await beat(later(8))
  await decideDue(world.pool, later(11), log)
  expect(await verdicts()).toEqual([{ verdict: 'not-shown' }])
  expect(await open()).toEqual([{ kind: 'probe-failed', priority: 'high' }])
  await decideDue(world.pool, later(17), log)
  expect(await rows(`select body->>'reason' as reason from event where name = 'alarm.escalated'`)).toEqual([
    { reason: 'not-shown' },
  ])
  expect(told).toEqual([]) // by the notifier's own way, not past it

  await prober.turn(later(180))
  const [probe] = await rows(`select id from alarm where kind = 'probe' and resolved_at is null`)
  const alarmId = String(probe?.['id'])
  await transact(world.pool, (tx) =>
    reportShown(tx, { alarmId, seatId, userId, presses: 1, clockFrom: later(181), now: later(181) }),
  )
  await decideDue(world.pool, later(192), log)
  expect(await open()).toEqual([{ kind: 'probe-failed', priority: 'high' }])
  expect(
    await rows(
      `select entry.kind from alarm_entry entry join alarm on alarm.id = alarm_id
       where alarm.kind = 'probe-failed' and entry.kind in ('raised', 'cleared') order by at`,
    ),
  ).toEqual([{ kind: 'raised' }, { kind: 'cleared' }])
})

test('of three workers one presses, and again only when it is time', async () => {
  const pools = [1, 2, 3].map((n) => openPool(database.url, { max: 2, name: `worker ${n}` }))
  const probers = await Promise.all(pools.map((pool) => proberOn(pool)))
  const now = new Date()
  for (const s of [0, 60, 179, 181]) {
    await Promise.all(probers.map((prober) => prober.turn(new Date(now.getTime() + s * second))))
  }
  expect(await rows('select count(*)::integer as n from probe')).toEqual([{ n: 2 }])
  expect(await rows(`select count(*)::integer as n from device where purpose = 'probe'`)).toEqual([{ n: 1 }])
  await Promise.all(pools.map((pool) => pool.end()))
})

test('a press that is not stored within ten seconds is told outside directly, once, and raises', async () => {
  const silent = await listening() // something that listens and speaks no MQTT
  const prober = await proberOn(world.pool, silent.port)
  const now = new Date()
  await prober.turn(now)
  await prober.turn(new Date(now.getTime() + EVERY_MS + second))
  expect(told).toMatchObject([{ type: 'probe.failed', data: { reason: 'not-stored' } }])
  await decideDue(world.pool, new Date(now.getTime() + EVERY_MS + 30 * second), log)
  expect(await verdicts()).toEqual([{ verdict: 'not-stored' }, { verdict: 'not-stored' }])
  expect(await open()).toEqual([{ kind: 'probe-failed', priority: 'high' }])
  silent.close()
}, 40_000)

test('with the database away for ten seconds the outside is told past it, and again when the way is whole', async () => {
  const gone = openPool('postgres://nobody@127.0.0.1:9/none', { max: 1, name: 'worker' })
  const here = openPool(database.url, { max: 2, name: 'worker' })
  let connect = gone.connect.bind(gone)
  const pool = Object.create(here) as typeof here
  Object.defineProperty(pool, 'connect', { value: () => connect() })
  const prober = await proberOn(pool)
  const now = new Date()
  const at = (s: number) => new Date(now.getTime() + s * second)
  for (const s of [0, 5]) await expect(prober.turn(at(s))).rejects.toThrow()
  expect(told).toEqual([])
  for (const s of [10, 15, 20]) await expect(prober.turn(at(s))).rejects.toThrow()
  expect(told).toMatchObject([{ type: 'probe.failed', data: { reason: 'no-database' } }])
  connect = here.connect.bind(here)
  await prober.turn(at(25))
  expect(told.map(({ type }) => type)).toEqual(['probe.failed', 'probe.recovered'])
  await Promise.all([here.end(), gone.end()])
})

test('a worker that is stopped while the broker does not answer leaves no failure behind', async () => {
  const silent = await listening()
  const prober = await proberOn(world.pool, silent.port)
  const now = new Date()
  const turn = prober.turn(now)
  await expect.poll(() => rows('select from probe')).toHaveLength(1)
  prober.stop()
  await turn
  await decideDue(world.pool, new Date(now.getTime() + 11 * second), log)
  expect(await rows('select from probe')).toEqual([])
  expect(await open()).toEqual([])
  silent.close()
})
