import { pingAlive } from '@anju/api/alive/ping'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Outside, sms, startOutside } from '../worker/outside.fixture.ts'
import { type Api, type Client, startTestApi } from './api.fixture.ts'

let api: Api
let county: { id: string; path: string }
let admin: Client
let lead: Client
const outside: Outside[] = []
async function server(answer?: string): Promise<Outside> {
  const made = await startOutside(answer)
  outside.push(made)
  return made
}
beforeAll(async () => {
  api = await startTestApi({
    aliveUrl: 'https://watch.example/x',
    webhook: { url: 'http://127.0.0.1:1/', secret: 's' },
  })
  county = await api.area('County')
  await api.user('admin', 'administrator', county.id)
  await api.user('lead', 'shift-lead', county.id)
  await api.user('seat', 'seat', county.id)
  admin = await api.signIn('admin')
  lead = await api.signIn('lead')
})
afterEach(() => {
  for (const each of outside.splice(0)) each.stop()
})
afterAll(() => api.stop())

const reasons = ['no-seat', 'unowned-180']
async function added(url: string): Promise<{ id: string; version: number }> {
  const answer = await admin.post('/api/channels', { areaId: county.id, name: '短信', reasons, channel: sms(url) })
  expect(answer).toMatchObject({ status: 201, body: { name: '短信', kind: 'sms', secretKept: true } })
  return answer.body
}

test('a channel’s secret is sealed, never shown, and kept by a change that names none', async () => {
  const gateway = await server()
  const { id } = await added(gateway.url)
  const seen = await admin.get(`/api/channels/${id}`)
  expect(JSON.stringify(seen.body)).not.toContain('gateway')
  const { rows } = await api.pool.query(`select settings_sealed::text as sealed from channel where id = $1`, [id])
  expect(Buffer.from(String(rows[0]?.sealed).slice(2), 'hex').toString('latin1')).not.toContain('gateway')
  const channel = { ...seen.body.channel, settings: { ...seen.body.channel.settings, language: 'en' } }
  const changed = await admin.send('PATCH', `/api/channels/${id}`, { version: 1, name: 'SMS', channel })
  expect(changed).toMatchObject({ status: 200, body: { name: 'SMS', version: 2, secretKept: true } })
  await admin.post(`/api/channels/${id}/test`, { phone: '138 0000 0001' })
  expect(gateway.heard[0]?.headers['x-token']).toBe('gateway "secret"')
  const history = await api.pool.query(`select after from record_change where subject = $1`, [`channel:${id}`])
  expect(JSON.stringify(history.rows)).not.toContain('gateway')
  expect(JSON.stringify(history.rows)).not.toContain('138')
  const stale = await admin.send('PATCH', `/api/channels/${id}`, { version: 1, name: 'X' })
  expect(stale).toMatchObject({ status: 409, body: { code: 'changed-meanwhile', current: { name: 'SMS' } } })
})

test('settings that cannot work are refused field by field', async () => {
  const wrong = sms('nowhere', { body: '{"to":"{phone}"}' })
  const answer = await admin.post('/api/channels', { areaId: county.id, name: 'x', reasons, channel: wrong })
  expect(answer).toMatchObject({ status: 422, body: { code: 'channel-invalid' } })
  expect(answer.body.wrong).toContainEqual({ field: 'url', problem: 'address-invalid' })
  expect(answer.body.wrong).toContainEqual({ field: 'body', problem: 'text-missing' })
})

test('a test message shows what the other side answered, well or not', async () => {
  const gateway = await server()
  const { id } = await added(gateway.url)
  const well = await admin.post(`/api/channels/${id}/test`, { phone: '13800000001' })
  expect(well.body).toMatchObject({ worked: true, status: 200, said: expect.stringContaining('ok') })
  expect(JSON.parse(String(gateway.heard[0]?.body)).content).toContain('测试')
  gateway.state.mood = 'refusing'
  const refused = await admin.post(`/api/channels/${id}/test`, { phone: '13800000001' })
  expect(refused.body).toMatchObject({ worked: false, status: 200, error: expect.stringContaining('105') })
  expect((await admin.post(`/api/channels/${id}/test`, {})).status).toBe(400)
  const list = await lead.get('/api/channels')
  expect(list.body.items.find((each: { id: string }) => each.id === id)).toMatchObject({
    host: new URL(gateway.url).host,
    state: { okAt: expect.any(String), failures: 0 },
  })
})

test('in GBK the form says the text in GBK, and the answer is read so', async () => {
  const gateway = await server()
  const channel = sms(gateway.url, {
    gbk: true,
    encoding: 'form',
    body: 'mobile={phone}\ncontent=【安居】{text}\nkey={secret}',
    secret: 'a&b=c',
  })
  const made = await admin.post('/api/channels', { areaId: county.id, name: 'gbk', reasons, channel })
  await admin.post(`/api/channels/${made.body.id}/test`, { phone: '13800000001' })
  const pairs = String(gateway.heard[0]?.body).split('&')
  const bytes = (pairs[1] ?? '')
    .slice(8)
    .replaceAll(
      /%(..)|(.)/g,
      (_, hex?: string, plain?: string) => hex ?? (plain ?? '').charCodeAt(0).toString(16).padStart(2, '0'),
    )
  expect(new TextDecoder('gbk').decode(Buffer.from(bytes, 'hex'))).toMatch(/^【安居】这是一条测试消息，/)
  expect([pairs.length, pairs[0], pairs[2]]).toEqual([3, 'mobile=13800000001', 'key=a%26b%3Dc'])
})

test('taken away it is gone from the list, and brought back it is as it was', async () => {
  const { id } = await added('https://sms.example/send')
  const gone = await admin.send('PATCH', `/api/channels/${id}`, { version: 1, removed: true })
  expect(gone.body.removedAt).not.toBeNull()
  const ids = async () => (await lead.get('/api/channels')).body.items.map((each: { id: string }) => each.id)
  expect(await ids()).not.toContain(id)
  await admin.send('PATCH', `/api/channels/${id}`, { version: 2, removed: false })
  expect(await ids()).toContain(id)
})

test('a lead sees how channels go and says who is on call; settings are the administrator’s; a seat sees neither', async () => {
  const { id } = await added('https://sms.example/send')
  const seat = await api.signIn('seat')
  expect((await lead.get(`/api/channels/${id}`)).status).toBe(403)
  expect((await seat.get('/api/channels')).status).toBe(403)
  const me = await api.pool.query(`select id from app_user where username = 'lead'`)
  const people = [{ userId: me.rows[0]?.id, afterMin: 0 }]
  const put = await lead.send('PUT', `/api/on-call/${county.id}`, { base: [], people })
  expect(put).toMatchObject({
    status: 200,
    body: { items: [{ people: [{ name: 'name of lead', reachable: false }] }] },
  })
  const stale = await lead.send('PUT', `/api/on-call/${county.id}`, { base: [], people: [] })
  expect(stale).toMatchObject({ status: 409, body: { code: 'changed-meanwhile' } })
  const base = put.body.items[0].people.map((each: { id: string }) => each.id)
  expect((await lead.send('PUT', `/api/on-call/${county.id}`, { base, people: [] })).body.items).toEqual([])
  expect((await seat.send('PUT', `/api/on-call/${county.id}`, { base: [], people })).status).toBe(403)
})

test('the watcher outside is told once a minute while all is well, and not when a gateway is silent', async () => {
  const watcher = await server()
  const log = pino({ level: 'silent' })
  const now = new Date()
  const after = (s: number) => new Date(now.getTime() + s * 1000)
  const ping = (at: Date) => pingAlive(api.pool, { url: watcher.url, log, withinMs: 300 }, at)
  await ping(now)
  expect(watcher.heard).toHaveLength(0)
  expect((await lead.get('/api/outside')).body.alive).toMatchObject({ notWell: ['gateway'], pingedAt: null })
  const beat = (at: Date) =>
    api.pool.query(
      `insert into gateway_run (id, started_at, beat_at) values ('0192d0c0-0000-7000-8000-000000000001', $1, $1)
       on conflict (id) do update set beat_at = $1`,
      [at],
    )
  await api.pool.query(
    `insert into reader_cursor (name, position) select 'notifier', position from log_head
     on conflict (name) do update set position = excluded.position`,
  )
  await beat(after(60))
  await Promise.all([ping(after(60)), ping(after(60)), ping(after(61))])
  expect(watcher.heard).toHaveLength(1)
  expect((await lead.get('/api/outside')).body).toMatchObject({
    alive: { notWell: [], pingedAt: after(60).toISOString(), error: null },
    webhook: { failures: 0 },
  })
  await ping(after(100))
  expect(watcher.heard).toHaveLength(1)
  watcher.state.mood = 'silent'
  await beat(after(120))
  await ping(after(120))
  expect((await lead.get('/api/outside')).body.alive).toMatchObject({
    pingedAt: after(60).toISOString(),
    error: expect.stringContaining('no answer'),
  })
  await api.pool.query(
    `insert into deadline (id, kind, ref, subject, due_at, state) values (gen_random_uuid(), 'alarm-unowned', 'x', 'x', $1, 'pending')`,
    [after(120)],
  )
  await beat(after(200))
  await ping(after(200))
  expect((await lead.get('/api/outside')).body.alive).toMatchObject({ notWell: ['deadlines'] })
})

test('the desk says that there is a way out once a channel covers its area, and none when it is switched off', async () => {
  const other = await startTestApi()
  const [area, away] = [await other.area('County'), await other.area('Elsewhere')]
  await other.user('admin', 'administrator', area.id)
  await other.user('abroad', 'administrator', away.id)
  const [admin, abroad] = [await other.signIn('admin'), await other.signIn('abroad')]
  const said = async (client: Client) => [
    (await client.get('/api/desk')).body.outside,
    (await client.get('/api/session')).body.outside,
  ]
  expect(await said(admin)).toEqual(['none', 'none'])
  const channel = sms('https://sms.example/send')
  const made = await admin.post('/api/channels', { areaId: area.id, name: 'x', reasons, channel })
  expect(await said(admin)).toEqual(['configured', 'configured'])
  expect(await said(abroad)).toEqual(['none', 'none'])
  await admin.send('PATCH', `/api/channels/${made.body.id}`, { version: 1, enabled: false })
  expect(await said(admin)).toEqual(['none', 'none'])
  await other.stop()
})
