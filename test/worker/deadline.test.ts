import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decideDue } from '@anju/api/deadline/decider'
import { Notifier } from '@anju/api/notification/notifier'
import { signWebhook } from '@anju/api/notification/webhook'
import { makeWorld, type World } from '@anju/gateway/world.fixture'
import { acknowledgeAlarm, reportShown } from '@anju/prisma/alarm/apply'
import { resolveAlarm } from '@anju/prisma/alarm/end'
import { giveBackAlarm } from '@anju/prisma/alarm/own'
import { registerDevice } from '@anju/prisma/device/apply'
import { beatGateway, deviceBack, recordHeard } from '@anju/prisma/device/liveness'
import { armDeadline } from '@anju/prisma/deadline/apply'
import { decideNext } from '@anju/prisma/deadline/decide'
import { newId } from '@anju/prisma/id'
import { masterKey } from '@anju/prisma/key'
import { storeFacts } from '@anju/prisma/message/apply'
import { openPool, transact } from '@anju/prisma/tx'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testDatabase, WAITING } from '../postgres.ts'

const log = pino({ level: 'silent' })
const second = 1000
let database: Awaited<ReturnType<typeof testDatabase>>
let world: World
let now: Date
let userId: string

beforeEach(async () => {
  database = await testDatabase()
  world = await makeWorld(database.url)
  now = new Date()
  userId = newId()
  await world.pool.query(
    `insert into app_user (id, username, name, role, area_id, password_hash, created_at)
     values ($1, 'seat', '值班员', 'seat', $2, 'none', $3)`,
    [userId, world.areaId, now],
  )
})
afterEach(async () => {
  await world.end()
  await database.drop()
})

const after = (ms: number) => new Date(now.getTime() + ms)

async function rows(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await world.pool.query<Record<string, unknown>>(sql, values)).rows
}

async function press(deviceId: string, id: string, at: Date): Promise<string> {
  const fact = {
    type: 'press' as const,
    deviceId,
    messageId: id,
    time: { at, deviceAt: at, marks: [] },
    battery: null,
  }
  const body = Buffer.from(id)
  await transact(world.pool, (tx) =>
    storeFacts(tx, [{ factId: newId(at), receivedAt: at, way: 'mqtt', via: null, sha256: body, body, fact }], at),
  )
  const [alarm] = await rows(`select id from alarm where device_id = $1 and resolved_at is null`, [deviceId])
  return String(alarm?.['id'])
}

async function takeSeat(beatAt: Date): Promise<string> {
  const [sessionId, seatId] = [newId(), newId()]
  await world.pool.query(
    `insert into session (id, token_hash, user_id, created_at, expires_at, last_seen_at) values ($1, $2, $3, $4, $5, $4)`,
    [sessionId, Buffer.from(sessionId), userId, now, after(86_400_000)],
  )
  await world.pool.query(
    `insert into seat (id, user_id, session_id, area_path, armed, streaming, beat_at) values ($1, $2, $3, $4, true, true, $5)`,
    [seatId, userId, sessionId, world.areaPath, beatAt],
  )
  return seatId
}

const reasons = () =>
  rows(
    `select body->>'reason' as reason, body->>'level' as level from event where name = 'alarm.escalated' order by position`,
  )

test('with no present seat the outside is told in the same transaction as the press', async () => {
  const button = await world.register('button')
  await press(button.id, 'a', now)
  expect(await reasons()).toEqual([{ reason: 'no-seat', level: '2' }])
})

test('a present seat that does not show the alarm within five seconds sends it outside', async () => {
  await takeSeat(now)
  const button = await world.register('button')
  await press(button.id, 'a', now)
  expect(await decideDue(world.pool, after(4.9 * second), log)).toBe(0)
  await decideDue(world.pool, after(5 * second), log)
  expect(await reasons()).toEqual([{ reason: 'not-shown', level: '2' }])
})

test('a report of an earlier press answers for no later one, whichever of them is stored first', async () => {
  const seats = [await takeSeat(now), await takeSeat(now), await takeSeat(now)]
  const others = [openPool(database.url, { max: 4, name: 'seats' }), openPool(database.url, { max: 4, name: 'more' })]
  try {
    const late: string[] = []
    const seen: string[] = []
    for (let round = 0; round < 12; round++) {
      const elderId = newId()
      await world.pool.query(`insert into elder (id, home_id, name, created_at) values ($1, $2, '王', $3)`, [
        elderId,
        world.homeId,
        now,
      ])
      const { id: button } = await transact(world.pool, (tx) =>
        registerDevice(tx, masterKey(new Uint8Array(32).fill(7)), {
          kind: 'button',
          elderId,
          within: world.areaPath,
          now,
        }),
      )
      const alarmId = await press(button, `a${round}`, now)
      const report = (seatId: string, presses: number, clockFrom: Date, pool = world.pool) =>
        transact(pool, (tx) => reportShown(tx, { alarmId, seatId, userId, presses, clockFrom, now: after(4 * second) }))
      // the second press and what the screens had painted of the first, all at once; of every other alarm one seat
      // paints the second as well
      await Promise.all([
        ...seats.map((seatId, i) => report(seatId, 1, now, others[i % 2])),
        press(button, `b${round}`, after(3 * second)),
        ...(round % 2 === 0 ? [] : [press(button, `c${round}`, after(3 * second))]),
        report(seats[0] ?? '', 1, now, others[1]),
      ])
      if (round % 3 === 0) await report(seats[1] ?? '', 2, after(3 * second))
      ;(round % 3 === 0 ? seen : late).push(alarmId)
    }
    while ((await decideDue(world.pool, after(8 * second), log)) > 0);
    const told = await rows(`select subject, body->>'alarmId' as id from event where name = 'alarm.escalated'`)
    expect(told.map(({ id }) => id).sort()).toEqual(late.toSorted())
    expect(seen).toHaveLength(4)
  } finally {
    for (const pool of others) await pool.end()
  }
}, 60_000)

test('an alarm given back is to be painted anew: what was painted before it was taken does not count', async () => {
  const seatId = await takeSeat(now)
  const button = await world.register('button')
  const alarmId = await press(button.id, 'a', now)
  const shown = (clockFrom: Date, at: Date) =>
    transact(world.pool, (tx) => reportShown(tx, { alarmId, seatId, userId, presses: 1, clockFrom, now: at }))
  await shown(now, after(second))
  await transact(world.pool, (tx) => acknowledgeAlarm(tx, { alarmId, userId, now: after(2 * second) }))
  await transact(world.pool, (tx) => giveBackAlarm(tx, { alarmId, userId, now: after(10 * second), reason: '换人' }))
  await shown(now, after(11 * second)) // told late: of the first time
  await shown(after(10 * second), after(11 * second))
  await decideDue(world.pool, after(15 * second), log)
  expect(await reasons()).toEqual([])
  expect(await rows('select count(*)::integer as n from alarm_shown')).toEqual([{ n: 2 }])
})

test('an alarm shown but not taken goes to every seat at 60 s and outside at 180 s, each once', async () => {
  const seatId = await takeSeat(now)
  const button = await world.register('button')
  const alarmId = await press(button.id, 'a', now)
  await transact(world.pool, (tx) =>
    reportShown(tx, { alarmId, seatId, userId, presses: 1, clockFrom: now, now: after(400) }),
  )
  for (const ms of [5, 59, 60, 61, 120, 179, 180, 181, 400]) await decideDue(world.pool, after(ms * second), log)
  expect(await reasons()).toEqual([
    { reason: 'unowned-60', level: '1' },
    { reason: 'unowned-180', level: '2' },
  ])
})

test('a press that joins after the first escalation is itself a minute unowned before the next', async () => {
  const seatId = await takeSeat(after(62 * second))
  const button = await world.register('button')
  const alarmId = await press(button.id, 'a', now)
  await transact(world.pool, (tx) =>
    reportShown(tx, { alarmId, seatId, userId, presses: 1, clockFrom: now, now: after(400) }),
  )
  for (const ms of [60, 61]) await decideDue(world.pool, after(ms * second), log)
  await press(button.id, 'b', after(62 * second))
  await transact(world.pool, (tx) =>
    reportShown(tx, { alarmId, seatId, userId, presses: 2, clockFrom: after(62 * second), now: after(63 * second) }),
  )
  await decideDue(world.pool, after(121 * second), log)
  expect(await reasons()).toEqual([{ reason: 'unowned-60', level: '1' }])
  await decideDue(world.pool, after(122 * second), log)
  expect(await reasons()).toEqual([
    { reason: 'unowned-60', level: '1' },
    { reason: 'unowned-60', level: '1' },
  ])
})

test('a device that falls silent while its county is being decided is decided with the next', async () => {
  const button = await world.register('button')
  await transact(world.pool, (tx) => recordHeard(tx, [{ deviceId: button.id, at: now }]))
  await transact(world.pool, (tx) => beatGateway(tx, { id: newId(), startedAt: now, now: after(3_600_000) }))
  const county = world.areaPath.split('/')[1] ?? ''
  await transact(world.pool, async (tx) =>
    armDeadline(tx, { kind: 'silence-decide', ref: county, subject: `silence:${county}`, dueAt: now }),
  )
  const decided = Promise.withResolvers<undefined>()
  const wait = Promise.withResolvers<undefined>()
  const county1 = transact(world.pool, async (tx) => {
    await decideNext(tx, now)
    decided.resolve(undefined)
    await wait.promise
  })
  await decided.promise
  const silent = decideDue(world.pool, after(3_600_000), log)
  await expect.poll(() => rows(`${WAITING} and wait_event = 'advisory'`)).toHaveLength(1)
  wait.resolve(undefined)
  await Promise.all([county1, silent])
  await decideDue(world.pool, after(3_600_000 + 61 * second), log)
  expect(await rows(`select devices from alarm where kind = 'device-silent'`)).toEqual([{ devices: [button.id] }])
})

test('a press that joins an owned alarm restarts its clocks, and the button hears that help is coming', async () => {
  const seatId = await takeSeat(now)
  const button = await world.register('button')
  const alarmId = await press(button.id, 'a', now)
  await transact(world.pool, (tx) =>
    reportShown(tx, { alarmId, seatId, userId, presses: 1, clockFrom: now, now: after(400) }),
  )
  await transact(world.pool, (tx) => acknowledgeAlarm(tx, { alarmId, userId, now: after(2 * second) }))
  expect(await rows('select device_id, cmd, state from command')).toEqual([
    { device_id: button.id, cmd: 'help-coming', state: 'queued' },
  ])
  await decideDue(world.pool, after(60 * second), log)
  expect(await reasons()).toEqual([])
  await world.pool.query('update seat set beat_at = $1', [after(100 * second)])
  await press(button.id, 'b', after(100 * second))
  await decideDue(world.pool, after(105 * second), log)
  expect(await reasons()).toEqual([{ reason: 'not-shown', level: '2' }])
  await transact(world.pool, (tx) =>
    resolveAlarm(tx, {
      alarmId,
      userId,
      outcome: 'need-met',
      note: '想喝水',
      followUpAt: null,
      now: after(110 * second),
    }),
  )
  expect(await rows('select n, kind from evidence')).toEqual([{ n: 1, kind: 'alarm' }])
  expect(await press(button.id, 'c', after(120 * second))).not.toBe(alarmId)
})

test('three workers with due deadlines decide each once', async () => {
  const buttons = await Promise.all(Array.from({ length: 20 }, () => world.register('button')))
  await takeSeat(now)
  for (const [i, button] of buttons.entries()) {
    // one elder, one alarm a subject: so the subject is each button's own
    await world.pool.query('delete from assignment where device_id = $1', [button.id])
    await press(button.id, `p${i}`, now)
  }
  const pools = [1, 2, 3].map((n) => openPool(database.url, { max: 2, name: `worker ${n}` }))
  const counts = await Promise.all(pools.map((pool) => decideDue(pool, after(6 * second), log)))
  expect(counts.reduce((a, b) => a + b)).toBe(20)
  expect(await reasons()).toHaveLength(20)
  await Promise.all(pools.map((pool) => pool.end()))
})

test('a device silent beyond its time raises a minute later; our own downtime does not count', async () => {
  const button = await world.register('button') // silent after 15 min
  const run = { id: newId(), startedAt: now }
  const minutes = (n: number) => after(n * 60 * second)
  await transact(world.pool, (tx) => beatGateway(tx, { ...run, now: minutes(10) }))
  await transact(world.pool, (tx) => recordHeard(tx, [{ deviceId: button.id, at: now }]))
  // down from minute 10 to 40
  await transact(world.pool, (tx) => beatGateway(tx, { id: newId(), startedAt: minutes(40), now: minutes(44) }))
  for (let n = 1; n <= 44; n++) await decideDue(world.pool, minutes(n), log)
  expect(await rows('select 1 from alarm')).toEqual([])
  await transact(world.pool, (tx) => beatGateway(tx, { id: newId(), startedAt: minutes(44), now: minutes(60) }))
  for (let n = 45; n <= 60; n++) await decideDue(world.pool, minutes(n), log)
  expect(await rows('select kind, state, devices from alarm')).toEqual([
    { kind: 'device-silent', state: 'raised', devices: [button.id] },
  ])
  expect(await transact(world.pool, (tx) => recordHeard(tx, [{ deviceId: button.id, at: minutes(61) }]))).toEqual([
    button.id,
  ])
  await transact(world.pool, (tx) => deviceBack(tx, button.id, minutes(61)))
  expect(await rows(`select name from event where name like '%back'`)).toHaveLength(2)
})

test('a village whose devices fall silent together raises one alarm that lists them', async () => {
  const buttons = await Promise.all(Array.from({ length: 4 }, () => world.register('button')))
  const minutes = (n: number) => after(n * 60 * second)
  await transact(world.pool, (tx) => beatGateway(tx, { id: newId(), startedAt: now, now: minutes(60) }))
  await transact(world.pool, (tx) =>
    recordHeard(
      tx,
      buttons.map((button) => ({ deviceId: button.id, at: now })),
    ),
  )
  for (let n = 1; n <= 60; n++) await decideDue(world.pool, minutes(n), log)
  const alarms = await rows('select subject, devices from alarm')
  expect(alarms).toEqual([{ subject: `community:${world.areaId}`, devices: buttons.map((b) => b.id).sort() }])
})

test('the outside is told signed, again after failures, and once it has answered no more', async () => {
  const heard: { id: string; signed: boolean; body: string }[] = []
  const secret = 'a secret of some length'
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = request.headers
      heard.push({
        id: String(id),
        body,
        signed: signature === signWebhook(secret, String(id), Number(timestamp), body),
      })
      response.statusCode = heard.length === 1 ? 500 : 204
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  const notifier = new Notifier({
    pool: world.pool,
    databaseUrl: database.url,
    key: masterKey(new Uint8Array(32).fill(7)),
    webhook: { url, secret },
    publicUrl: null,
    log,
  })
  await notifier.start()
  await press((await world.register('button')).id, 'a', now)
  await expect.poll(() => heard.length).toBe(1)
  await expect.poll(() => rows('select 1 from notification_attempt')).toHaveLength(1)
  await notifier.sendDue(after(60 * second))
  await expect
    .poll(() => rows('select state, attempts from notification'))
    .toEqual([{ state: 'delivered', attempts: 2 }])
  await notifier.sendDue(after(3600 * second))
  expect(heard.map((item) => item.signed)).toEqual([true, true])
  expect(heard[0]?.id).toBe(heard[1]?.id)
  expect(heard[0]?.body).not.toContain('测试老人')
  await notifier.stop()
  server.close()
})
