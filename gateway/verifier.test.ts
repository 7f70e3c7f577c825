import { expect, test } from 'vitest'
import { testDatabase, WAITING } from '@anju/test/postgres'
import { Verifier } from './verifier.ts'
import { makeWorld } from './world.fixture.ts'

test('a device that is forgotten while it is asked about is not remembered from that answer', async () => {
  const database = await testDatabase()
  const world = await makeWorld(database.url)
  const verifier = new Verifier(world.pool)
  const { id, secret } = await world.register('button')
  const stuck = await world.pool.connect()
  await stuck.query('begin; lock table device in access exclusive mode')
  const verdict = verifier.verify(id, Buffer.from(secret))
  await expect.poll(async () => (await world.pool.query(WAITING)).rowCount).toBe(1)
  verifier.forget(id)
  await stuck.query('rollback')
  stuck.release()
  expect(await verdict).toEqual({ ok: true })
  expect(verifier.known(id)).toBeUndefined()
  expect(await verifier.verify(id, Buffer.from(secret))).toEqual({ ok: true })
  expect(verifier.known(id)?.id).toBe(id)
  await world.end()
  await database.drop()
})
