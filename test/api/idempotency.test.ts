import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type Api, type Client } from './api.fixture.ts'
import { deliver, press } from './facts.fixture.ts'

let api: Api
let lead: Client
let other: Client
let elderId: string
beforeAll(async () => {
  api = await startTestApi()
  const area = await api.area('County')
  await api.user('lead', 'shift-lead', area.id)
  await api.user('other', 'shift-lead', area.id)
  lead = await api.signIn('lead')
  other = await api.signIn('other')
  elderId = (await lead.post('/api/elders', { name: 'Wang' })).body.id
})
afterAll(() => api.stop())

const countDevices = async () => (await api.pool.query('select count(*) from device')).rows[0].count as number
const key = () => ({ 'idempotency-key': crypto.randomUUID() })

test('the same key and request get the same answer, secret included, and one device', async () => {
  const headers = key()
  const before = await countDevices()
  const first = await lead.post('/api/devices', { kind: 'button', elderId, label: 'bed' }, headers)
  const again = await lead.post('/api/devices', `{"label":"bed", "elderId":"${elderId}","kind":"button"}`, headers)
  expect(first.status).toBe(201)
  expect(again.status).toBe(201)
  expect(again.body).toEqual(first.body)
  expect(await countDevices()).toBe(before + 1)
  const { rows } = await api.pool.query('select response_sealed from idempotency')
  for (const row of rows) expect(row.response_sealed.includes(first.body.secret)).toBe(false)
})

test('the same key with another body or address is refused', async () => {
  const headers = key()
  await lead.post('/api/devices', { kind: 'button', elderId }, headers)
  const body = await lead.post('/api/devices', { kind: 'hub', elderId }, headers)
  expect(body).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
  const address = await lead.post('/api/elders', { name: 'Li' }, headers)
  expect(address.body.code).toBe('idempotency-key-reused')
})

test('of ten at once with one key one takes effect, and all hear the same', async () => {
  const headers = key()
  const before = await countDevices()
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => lead.post('/api/devices', { kind: 'bp-meter', elderId }, headers)),
  )
  expect(new Set(answers.map(({ body }) => body.secret)).size).toBe(1)
  expect(answers.every(({ status }) => status === 201)).toBe(true)
  expect(await countDevices()).toBe(before + 1)
})

test('two users may use the same key', async () => {
  const headers = key()
  const mine = await lead.post('/api/devices', { kind: 'button', elderId }, headers)
  const theirs = await other.post('/api/devices', { kind: 'button', elderId }, headers)
  expect(theirs.status).toBe(201)
  expect(theirs.body.id).not.toBe(mine.body.id)
})

test('a refusal stores nothing: the key can be used again', async () => {
  const headers = key()
  const refused = await lead.post('/api/elders', { name: 'Li', homeId: crypto.randomUUID() }, headers)
  expect(refused.status).toBe(404)
  expect((await lead.post('/api/elders', { name: 'Li' }, headers)).status).toBe(201)
})

test('an acknowledgement sent twice with one key is one entry', async () => {
  const button = (await lead.post('/api/devices', { kind: 'button', elderId })).body.id
  await deliver(api.pool, button, 'press', press())
  const [row] = (await lead.get('/api/alarms?state=open')).body.items
  const headers = key()
  await lead.post(`/api/alarms/${row.id}/notes`, { text: 'called' }, headers)
  const again = await lead.post(`/api/alarms/${row.id}/notes`, { text: 'called' }, headers)
  expect(again.status).toBe(200)
  expect(again.body.entries.filter((entry: { kind: string }) => entry.kind === 'note')).toHaveLength(1)
})

test.each([
  ['', 400],
  ['a b', 400],
  ['k'.repeat(256), 400],
  ['k'.repeat(255), 201],
])('the key %j answers %i', async (value, status) => {
  const answer = await lead.post('/api/elders', { name: 'Key' }, { 'idempotency-key': value })
  expect(answer.status).toBe(status)
})
