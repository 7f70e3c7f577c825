import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, startTestApi } from './api.fixture.ts'
import { deliver, press } from './facts.fixture.ts'

let api: Api
let lead: Client
let areaId: string
beforeAll(async () => {
  api = await startTestApi()
  const area = await api.area('Around')
  areaId = area.id
  await api.user('around-lead', 'shift-lead', areaId)
  lead = await api.signIn('around-lead')
})
afterAll(() => api.stop())

/** An elder with an open alarm. */
async function pressed(facts: Record<string, unknown> = {}) {
  const elder = (await lead.post('/api/elders', { name: '门前', entryNote: '3721#', ...facts })).body
  const button = (await lead.post('/api/devices', { kind: 'button', elderId: elder.id })).body
  await deliver(api.pool, button.id, 'press', press())
  const { items } = (await lead.get('/api/alarms?state=open')).body
  const alarm = items.find((item: { elderId: string }) => item.elderId === elder.id)
  return { elder, alarmId: alarm.id as string, homeId: alarm.homeId as string }
}

test('key and code are told while the alarm is open, and who saw them is kept', async () => {
  const { alarmId, homeId } = await pressed()
  const seen = (await lead.get(`/api/alarms/${alarmId}`)).body
  expect(seen.entryOnFile).toBe(true)
  expect(JSON.stringify(seen)).not.toContain('3721#')
  expect((await lead.post(`/api/alarms/${alarmId}/entry`, {})).body).toEqual({ entryNote: '3721#' })
  const { rows } = await api.pool.query('select action, subject, reason from access_log where subject = $1', [
    `home:${homeId}`,
  ])
  expect(rows).toEqual([{ action: 'see-entry', subject: `home:${homeId}`, reason: `alarm:${alarmId}` }])

  await lead.post(`/api/alarms/${alarmId}/acknowledge`, {})
  await lead.post(`/api/alarms/${alarmId}/resolve`, { outcome: 'need-met' })
  const late = await lead.post(`/api/alarms/${alarmId}/entry`, {})
  expect([late.status, late.body.code]).toEqual([409, 'alarm-resolved'])
})

test('whoever was rung for an alarm keeps that across a new number and another rung', async () => {
  const contacts = [
    { name: '儿子', relation: '儿子', phone: '13800000001' },
    { name: '老李', relation: '邻居', phone: '13800000002', role: 'neighbour' },
  ]
  const { elder, alarmId } = await pressed({ contacts })
  await lead.post(`/api/alarms/${alarmId}/acknowledge`, {})
  const [son] = (await lead.get(`/api/alarms/${alarmId}`)).body.elder.contacts
  expect(son).toMatchObject({ role: 'family', last: null })
  const begun = (await lead.post(`/api/alarms/${alarmId}/steps`, { step: 'family', contactId: son.id })).body
  await lead.post(`/api/alarms/${alarmId}/steps/${begun.steps[0].id}/end`, { outcome: 'busy' })

  const moved = [contacts[1], { ...contacts[0], phone: '13800000009' }]
  await lead.send('PUT', `/api/elders/${elder.id}/contacts`, { version: 1, contacts: moved })
  const after = (await lead.get(`/api/alarms/${alarmId}`)).body.elder.contacts
  expect(after).toMatchObject([
    { rung: 1, role: 'neighbour', last: null },
    { id: son.id, rung: 2, phone: '13800000009', last: { outcome: 'busy' } },
  ])
})

test('medicines are written and read like allergies', async () => {
  const { elder, alarmId } = await pressed({ medicines: '华法林' })
  expect((await lead.get(`/api/elders/${elder.id}`)).body.medicines).toBe('华法林')
  await lead.send('PATCH', `/api/elders/${elder.id}`, { version: 1, medicines: '阿司匹林' })
  expect((await lead.get(`/api/alarms/${alarmId}`)).body.elder.medicines).toBe('阿司匹林')
})

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

test('a picture of the gate is shown with the alarm, to nobody elsewhere, and can be put back', async () => {
  const { alarmId, homeId } = await pressed()
  const added = await lead.post(`/api/homes/${homeId}/photos`, { data: PNG, caption: '蓝门' })
  expect([added.status, added.body.items.length]).toEqual([201, 1])
  const [photo] = (await lead.get(`/api/alarms/${alarmId}`)).body.photos
  expect(photo).toMatchObject({ caption: '蓝门', addedBy: { name: expect.any(String) } })

  const address = `${api.url}/api/homes/${homeId}/photos/${photo.id}`
  const shown = await fetch(address, { headers: { cookie: lead.cookie } })
  expect(shown.headers.get('content-type')).toBe('image/png')
  expect(shown.headers.get('cache-control')).toContain('private')
  expect(Buffer.from(await shown.arrayBuffer()).toString('base64')).toBe(PNG)

  const elsewhere = await api.area('Elsewhere')
  await api.user('elsewhere-seat', 'seat', elsewhere.id)
  const stranger = await api.signIn('elsewhere-seat')
  expect((await stranger.get(`/api/homes/${homeId}/photos/${photo.id}`)).status).toBe(404)
  await api.user('around-auditor', 'auditor', areaId)
  const auditor = await api.signIn('around-auditor')
  expect((await auditor.get(`/api/homes/${homeId}/photos/${photo.id}`)).body.code).toBe('reason-required')

  expect((await lead.send('DELETE', `/api/homes/${homeId}/photos/${photo.id}`)).body.items).toEqual([])
  expect((await lead.get(`/api/alarms/${alarmId}`)).body.photos).toEqual([])
  expect((await lead.post(`/api/homes/${homeId}/photos/${photo.id}/restore`, {})).body.items).toHaveLength(1)
})

test('what is no picture is refused, and so is a seventh', async () => {
  const { homeId } = await pressed()
  const add = (data: string) => lead.post(`/api/homes/${homeId}/photos`, { data })
  expect((await add(Buffer.from('<svg onload="x">').toString('base64'))).body.code).toBe('photo-unreadable')
  for (let n = 0; n < 6; n++) expect((await add(PNG)).status).toBe(201)
  expect((await add(PNG)).body.code).toBe('photos-enough')
})

test('the queue asks for the alarms it heard of by their ids', async () => {
  const one = await pressed()
  const two = await pressed()
  await pressed()
  const { items } = (await lead.get(`/api/alarms?ids=${one.alarmId},${two.alarmId}`)).body
  expect(items.map((item: { id: string }) => item.id).sort()).toEqual([one.alarmId, two.alarmId].sort())
})
