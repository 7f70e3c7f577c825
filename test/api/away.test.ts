import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../postgres.ts'
import { startTestApi, type Api, type Client } from './api.fixture.ts'
import { deliver, press } from './facts.fixture.ts'
import { breakableLine } from './proxy.fixture.ts'
import { EventReader } from './sse.fixture.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let line: Awaited<ReturnType<typeof breakableLine>>
let api: Api
let lead: Client
beforeAll(async () => {
  database = await testDatabase()
  line = await breakableLine(database.url)
  api = await startTestApi({ databaseUrl: line.url, heartbeatMs: 50 })
  const area = await api.area('County')
  await api.user('lead', 'shift-lead', area.id)
  lead = await api.signIn('lead')
})
afterAll(async () => {
  await api.stop()
  line.close()
  await database.drop()
})

test('with the database away requests say so, streams go on, and all is well when it is back', async () => {
  const elder = (await lead.post('/api/elders', { name: 'Wang' })).body
  const button = (await lead.post('/api/devices', { kind: 'button', elderId: elder.id })).body
  const stream = await EventReader.open(`${api.url}/api/events`, { cookie: lead.cookie })
  await stream.next(({ event }) => event === 'heartbeat')

  line.cut()
  for (const [method, path, body] of [
    ['GET', '/readyz'],
    ['GET', '/api/alarms'],
    ['GET', `/api/elders/${elder.id}`],
    ['POST', '/api/elders', { name: 'Li' }],
    ['POST', '/api/session', { username: 'lead', password: 'x' }],
    ['GET', '/api/events'],
  ] as const) {
    const answer = await lead.send(method, path, body)
    expect([path, answer.status, answer.body.code]).toEqual([path, 503, 'database-away'])
    expect(answer.headers.get('retry-after')).not.toBe('')
  }
  expect((await lead.get('/healthz')).status).toBe(200)
  const beats = stream.frames.length
  await stream.next(({ event }) => event === 'heartbeat', beats + 5)
  expect(stream.closed).toBe(false)

  line.mend()
  const raised = stream.next(({ event }) => event === 'alarm.raised')
  while ((await lead.get('/readyz')).status !== 200) await stream.next(() => true, stream.frames.length)
  await deliver(api.pool, button.id, 'press', press())
  await raised
  expect((await lead.get('/api/alarms?state=open')).body.items).toHaveLength(1)
  expect(stream.logged.map(({ id }) => Number(id))).toEqual(
    stream.logged.map(({ id }) => Number(id)).toSorted((a, b) => a - b),
  )
  stream.close()
})
