import { expect, test } from 'vitest'
import { rotateSecret } from '@anju/prisma/device/apply'
import { masterKey } from '@anju/prisma/key'
import { transact } from '@anju/prisma/tx'
import { testDatabase, WAITING } from '@anju/test/postgres'
import { Verifier } from './verifier.ts'
import { makeWorld } from './world.fixture.ts'

test('a device that is forgotten while it is asked about is not remembered from that answer', async () => {
  const database = await testDatabase()
  const world = await makeWorld(database.url)
  const verifier = new Verifier(world.pool, Promise.resolve())
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

test('nobody is let in by what was so before changes are followed', async () => {
  const database = await testDatabase()
  const world = await makeWorld(database.url)
  const followed = Promise.withResolvers<void>()
  const verifier = new Verifier(world.pool, followed.promise)
  const { id, secret } = await world.register('button')
  const verdict = verifier.verify(id, Buffer.from(secret))
  const actor = { within: world.areaPath, now: new Date() }
  await transact(world.pool, (tx) => rotateSecret(tx, masterKey(world.config.key!), id, actor))
  followed.resolve()
  expect(await verdict).toEqual({ ok: false, returnCode: 4 })
  await world.end()
  await database.drop()
})
