import { startGateway } from '@anju/gateway/main'
import { makeWorld, type World } from '@anju/gateway/world.fixture'
import { watchDevices } from '@anju/prisma/device/watch'
import { openPool, transact } from '@anju/prisma/tx'
import mqtt from 'mqtt'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let world: World
let gateway: Awaited<ReturnType<typeof startGateway>>

beforeEach(async () => {
  database = await testDatabase()
  world = await makeWorld(database.url)
  gateway = await startGateway(world.config, pino({ level: 'silent' }))
})
afterEach(async () => {
  await gateway.stop()
  await world.end()
  await database.drop()
})

const rows = async (sql: string, values: unknown[] = []) =>
  (await world.pool.query<Record<string, unknown>>(sql, values)).rows
const watch = () => transact(world.pool, (tx) => watchDevices(tx, new Date()))
const alarms = () =>
  rows(
    `select kind, priority, subject, devices, state from alarm where kind <> 'emergency-press' order by raised_at, kind`,
  )
const entries = () => rows(`select kind from alarm_entry where kind <> 'shown' order by at, id`)

/** A device on the broker; `say` resolves with the PUBACK. */
async function speaking(device: { id: string; secret: string }) {
  const client = await mqtt.connectAsync({
    host: '127.0.0.1',
    port: gateway.ports.mqtt,
    clientId: device.id,
    username: device.id,
    password: device.secret,
    protocolVersion: 4,
    reconnectPeriod: 0,
  })
  let seq = 0
  return {
    say: (more: object) =>
      client.publishAsync(
        `anju/v1/${device.id}/state`,
        JSON.stringify({ online: true, boot: 1, seq: ++seq, ...more }),
        {
          qos: 1,
        },
      ),
    end: () => client.endAsync(),
  }
}

test('a low cell is told once, does not tremble at its threshold, and latches when it was changed', async () => {
  const button = await world.register('button')
  const device = await speaking(button)
  for (const battery of [16, 15, 14, 20, 15]) {
    await device.say({ battery })
    await watch()
  }
  const alarm = {
    kind: 'battery-low',
    priority: 'low',
    subject: `elder:${world.elderId}`,
    devices: [button.id],
    state: 'raised',
  }
  expect(await alarms()).toEqual([alarm])
  expect(await entries()).toEqual([{ kind: 'raised' }])
  await device.say({ battery: 100 })
  await watch()
  expect(await alarms()).toEqual([alarm])
  expect(await entries()).toEqual([{ kind: 'raised' }, { kind: 'cleared' }])
  await device.say({ battery: 9 })
  await watch()
  expect(await alarms()).toEqual([alarm])
  expect(await entries()).toEqual([{ kind: 'raised' }, { kind: 'cleared' }, { kind: 'joined' }])
  await device.end()
})

test('an open case raises, and says when it is whole again; a device that cannot tell says nothing', async () => {
  const button = await world.register('button')
  const device = await speaking(button)
  await device.say({})
  await watch()
  expect(await alarms()).toEqual([])
  await device.say({ tamper: true })
  await device.say({})
  await watch()
  expect(await alarms()).toMatchObject([{ kind: 'device-tampered', priority: 'medium', state: 'raised' }])
  await device.say({ tamper: false })
  await watch()
  expect(await entries()).toEqual([{ kind: 'raised' }, { kind: 'cleared' }])
  expect(await alarms()).toMatchObject([{ kind: 'device-tampered', state: 'raised' }])
  await device.end()
})

test('three workers and three hundred low cells of a village: one alarm that lists them all', async () => {
  await world.pool.query(
    `with made as (
       insert into device (id, kind, area_id, secret_hash, http_key_sealed, silent_after_s, created_at)
       select 'btn-' || n, 'button', $1, '', '', 900, now() from generate_series(1, 300) as n returning id)
     insert into device_state (device_id, battery) select id, 12 from made`,
    [world.areaId],
  )
  const pools = [1, 2, 3].map((n) => openPool(database.url, { max: 1, name: `worker ${n}` }))
  await Promise.all(pools.map((pool) => transact(pool, (tx) => watchDevices(tx, new Date()))))
  expect(await rows('select kind, subject, cardinality(devices) as devices from alarm')).toEqual([
    { kind: 'battery-low', subject: `community:${world.areaId}`, devices: 300 },
  ])
  // one more of the same village is taken along
  const late = await speaking(await world.register('button'))
  await late.say({ battery: 10 })
  await watch()
  expect(await rows('select cardinality(devices) as devices from alarm')).toEqual([{ devices: 301 }])
  await late.end()
  await Promise.all(pools.map((pool) => pool.end()))
})

test('with nothing to tell, the watch reads an index that holds nothing', async () => {
  await world.pool.query(
    `with made as (
       insert into device (id, kind, area_id, secret_hash, http_key_sealed, silent_after_s, created_at)
       select 'btn-' || n, 'button', $1, '', '', 900, now() from generate_series(1, 20000) as n returning id)
     insert into device_state (device_id, battery) select id, 60 from made`,
    [world.areaId],
  )
  await world.pool.query('analyze device_state, device')
  const [plan] = await rows(
    `explain (format json) select device_id from device_state s
     where (s.battery <= 15 and s.battery_low_since is null) or (s.battery >= 25 and s.battery_low_since is not null)
        or (s.tamper and s.tampered_since is null) or (not s.tamper and s.tampered_since is not null)`,
  )
  expect(JSON.stringify(plan)).toContain('device_state_to_watch')
})
