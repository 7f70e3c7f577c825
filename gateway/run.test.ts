import { expect, test } from 'vitest'
import { testDatabase } from '@anju/test/postgres'
import { GatewayRun } from './run.ts'
import { makeWorld } from './world.fixture.ts'

test('what lies between two beats that are far apart is not told as time when a device could be heard', async () => {
  const database = await testDatabase()
  const world = await makeWorld(database.url)
  const begin = Date.now()
  const at = (s: number) => new Date(begin + s * 1000)
  const run = new GatewayRun()
  for (const s of [0, 5, 10, 3600, 3605]) await run.beat(world.pool, at(s))
  const { rows } = await world.pool.query('select started_at, beat_at from gateway_run order by started_at')
  expect(rows).toEqual([
    { started_at: at(0), beat_at: at(10) },
    { started_at: at(3600), beat_at: at(3605) },
  ])
  await world.end()
  await database.drop()
})
