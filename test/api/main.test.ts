import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { startApi } from '@anju/api/main'
import { parseConfig } from '@anju/domain/config'
import { ensureAdministrator } from '@anju/prisma/user/first'
import { openPool } from '@anju/prisma/tx'
import { testDatabase } from '../postgres.ts'
import { EventReader } from './sse.fixture.ts'

test('the process serves on the port it was given and stops in good order with a stream open', async () => {
  const database = await testDatabase()
  const dataFolder = await mkdtemp(join(tmpdir(), 'anju-api-'))
  const pool = openPool(database.url, { max: 1, name: 'test' })
  await ensureAdministrator(pool, 'correct horse', new Date())
  await pool.end()
  const parsed = parseConfig({ ANJU_HTTP_PORT: '0', ANJU_HOST: '127.0.0.1', ANJU_KEY: 'ab'.repeat(32) }, { dataFolder })
  if (!parsed.ok) throw new Error(parsed.errors.join())
  const api = await startApi({ ...parsed.config, databaseUrl: database.url }, pino({ level: 'silent' }))
  const url = `http://127.0.0.1:${api.port}`
  const signedIn = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: 'correct horse' }),
  })
  expect(signedIn.status).toBe(200)
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
  const stream = await EventReader.open(`${url}/api/events`, { cookie })
  await stream.next(({ event }) => event === 'heartbeat')
  // As browsers open one to be ready: it is never asked anything, and nobody waits a minute for it.
  const spare = connect(api.port, '127.0.0.1')
  await once(spare, 'connect')
  await api.stop()
  await Promise.all([stream.ended(), spare.closed || once(spare, 'close')])
  await expect(fetch(`${url}/healthz`)).rejects.toThrow()
  await database.drop()
  await rm(dataFolder, { recursive: true })
})
