import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, startTestApi } from './api.fixture.ts'
import { deliver, press } from './facts.fixture.ts'

const dial = { url: '', secret: 'dial secret that is long enough' }
const dialled: string[] = []
const pbx = createServer((request, response) => {
  let text = ''
  request.on('data', (chunk: Buffer) => (text += chunk.toString()))
  request.on('end', () => {
    dialled.push((JSON.parse(text) as { number: string }).number)
    response.end()
  })
})
let api: Api
let lead: Client
let stranger: Client
let areaId: string

beforeAll(async () => {
  await new Promise<void>((resolve) => pbx.listen(0, '127.0.0.1', resolve))
  dial.url = `http://127.0.0.1:${(pbx.address() as AddressInfo).port}/dial`
  api = await startTestApi({ dial })
  const county = await api.area('Talking county')
  areaId = (await api.area('Talking village', county.id)).id
  const elsewhere = await api.area('Silent village', county.id)
  await api.user('voice-lead', 'administrator', areaId)
  await api.user('voice-stranger', 'shift-lead', elsewhere.id)
  await api.user('voice-auditor', 'auditor', areaId)
  lead = await api.signIn('voice-lead')
  stranger = await api.signIn('voice-stranger')
})
afterAll(async () => {
  await api.stop()
  await new Promise((resolve) => pbx.close(resolve))
})

async function talking(elder: object, voiceNumber: string) {
  const button = (await lead.post('/api/devices', { kind: 'button', ...elder })).body.id as string
  const changed = await lead.send('PATCH', `/api/devices/${button}`, { version: 1, voiceNumber })
  expect([changed.status, changed.body.voiceNumber]).toEqual([200, voiceNumber.replaceAll(' ', '')])
  return button
}
async function pressedBy(device: string) {
  await deliver(api.pool, device, 'press', press())
  const { items } = (await lead.get('/api/alarms?state=open')).body
  return items.find((item: { deviceId: string }) => item.deviceId === device).id as string
}

test('an alarm names the devices one can talk through: what raised first, then hers, then the home’s', async () => {
  const elder = (await lead.post('/api/elders', { name: '通话', phone: '19900000001' })).body
  const shared = await talking({ homeId: elder.home.id }, '199 0000 9001')
  const hers = await talking({ elderId: elder.id }, '19900009002')
  const pressing = await talking({ elderId: elder.id }, '19900009003')
  await lead.post('/api/devices', { kind: 'button', elderId: elder.id }) // one cannot talk through it
  const id = await pressedBy(pressing)
  const voices = async (client: Client) => (await client.get(`/api/alarms/${id}`)).body.voices
  expect((await voices(lead)).map(({ deviceId }: { deviceId: string }) => deviceId)).toEqual([pressing, hers, shared])
  expect((await voices(lead))[2]).toEqual({ deviceId: shared, kind: 'button', label: '', phone: '19900009001' })
  expect(await voices(await api.signIn('voice-auditor'))).toEqual([])
  // taken away, its number is offered no more
  await lead.post(`/api/devices/${hers}/revoke`)
  await lead.post(`/api/devices/${shared}/unbind`)
  expect((await voices(lead)).length).toBe(1)
})

test('to speak through the device is a step of its own beside the telephone, and stands in the story', async () => {
  const elder = (await lead.post('/api/elders', { name: '先设备', phone: '19900000002' })).body
  const device = await talking({ elderId: elder.id }, '19900009004')
  const id = await pressedBy(device)
  await lead.post(`/api/alarms/${id}/acknowledge`, {})
  const through = await lead.post(`/api/alarms/${id}/steps`, { step: 'speak', deviceId: device })
  expect(through.body.steps).toMatchObject([{ step: 'speak', deviceId: device, endedAt: null }])
  const again = await lead.post(`/api/alarms/${id}/steps`, { step: 'speak', deviceId: device })
  expect([again.status, again.body.code]).toEqual([409, 'step-begun'])
  const byPhone = await lead.post(`/api/alarms/${id}/steps`, { step: 'speak' })
  expect(byPhone.body.steps.map((step: { deviceId: string | null }) => step.deviceId)).toEqual([device, null])
})

test('a number that is none is refused on the device', async () => {
  const device = (await lead.post('/api/devices', { kind: 'button', areaId })).body.id
  const bad = await lead.send('PATCH', `/api/devices/${device}`, { version: 1, voiceNumber: 'SIM 2' })
  expect([bad.status, bad.body.code]).toEqual([422, 'number-invalid'])
})

test('the exchange rings a device, a caregiver who serves there, or 120 for an alarm; nobody else’s and no other number', async () => {
  const elder = (await lead.post('/api/elders', { name: '代拨' })).body
  const device = await talking({ elderId: elder.id }, '19900009005')
  const alarmId = await pressedBy(device)
  const providerId = (await lead.post('/api/providers', { name: 'Here', areaId })).body.id
  const caregiver = { name: '小周', providerId, phone: '19900009006' }
  const caregiverId = (await lead.post('/api/caregivers', caregiver)).body.id
  const ask = (body: object, client = lead) => client.post('/api/calls/dial', body)

  for (const [whom, number] of [
    [{ deviceId: device }, '19900009005'],
    [{ caregiverId }, '19900009006'],
    [{ service: '120' }, '120'],
  ] as const) {
    const asked = await ask({ ...whom, alarmId })
    expect([asked.status, dialled.at(-1)]).toEqual([200, number])
    expect((await lead.get(`/api/calls/${asked.body.callId}`)).body).toMatchObject({
      alarmId,
      elder: { id: elder.id },
      said: [{ event: 'asked' }],
    })
  }
  const before = dialled.length
  expect((await ask({ service: '120' })).status).toBe(400) // for no alarm
  expect((await ask({ service: '114', alarmId })).status).toBe(400)
  expect((await ask({ deviceId: device, service: '120', alarmId })).status).toBe(400)
  expect((await ask({ deviceId: device }, stranger)).status).toBe(404)
  expect((await ask({ service: '120', alarmId }, stranger)).status).toBe(404)
  await lead.post(`/api/devices/${device}/revoke`)
  expect((await ask({ deviceId: device })).status).toBe(404)
  expect(dialled.length).toBe(before)
})
