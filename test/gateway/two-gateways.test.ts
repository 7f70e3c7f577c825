import { startGateway } from '@anju/gateway/main'
import { makeWorld } from '@anju/gateway/world.fixture'
import pino from 'pino'
import { expect, test } from 'vitest'
import { connectDevice } from '../device.ts'
import { testDatabase } from '../postgres.ts'

test('two gateways with batches for the same elders: no deadlock, one alarm for each, every press counted', async () => {
  const database = await testDatabase()
  const world = await makeWorld(database.url)
  const log = pino({ level: 'silent' })
  const gateways = [await startGateway(world.config, log), await startGateway(world.config, log)]
  // twelve buttons in six homes' worth of subjects: pairs share an elder, one of each pair at either gateway
  const buttons = await Promise.all(Array.from({ length: 12 }, () => world.register('button')))
  for (const [i, button] of buttons.entries()) {
    const elder = `00000000-0000-7000-8000-00000000000${i >> 1}`
    await world.pool.query(
      `insert into elder (id, home_id, name, created_at) values ($1, $2, '老人', now()) on conflict do nothing`,
      [elder, world.homeId],
    )
    await world.pool.query('update assignment set elder_id = $2 where device_id = $1', [button.id, elder])
  }
  const clients = await Promise.all(buttons.map((button, i) => connectDevice(gateways[i % 2]?.ports.mqtt ?? 0, button)))
  const before = await world.pool.query<{ n: number }>(
    `select deadlocks::integer as n from pg_stat_database where datname = current_database()`,
  )
  await Promise.all(
    clients.flatMap((client, i) =>
      Array.from({ length: 40 }, (_, n) =>
        client.publishAsync(`anju/v1/${buttons[i]?.id}/press`, JSON.stringify({ id: `p${n}`, ago: 0 }), { qos: 1 }),
      ),
    ),
  )
  const alarms = await world.pool.query<{ presses: number }>('select presses from alarm order by subject')
  expect(alarms.rows).toEqual(Array.from({ length: 6 }, () => ({ presses: 80 })))
  const after = await world.pool.query<{ n: number }>(
    `select deadlocks::integer as n from pg_stat_database where datname = current_database()`,
  )
  expect(after.rows).toEqual(before.rows)
  await Promise.all(clients.map((client) => client.endAsync()))
  await Promise.all(gateways.map((gateway) => gateway.stop()))
  await world.end()
  await database.drop()
})
