import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type Api, type Client } from './api.fixture.ts'
import { bloodPressure, deliver, press } from './facts.fixture.ts'

let api: Api
let lead: Client
let seat: Client
beforeAll(async () => {
  api = await startTestApi()
  const area = await api.area('County')
  await api.user('lead', 'shift-lead', area.id)
  await api.user('anna', 'seat', area.id)
  lead = await api.signIn('lead')
  seat = await api.signIn('anna')
})
afterAll(() => api.stop())

async function household(name: string) {
  const elder = await lead.post('/api/elders', {
    name,
    sex: 'female',
    bornOn: '1940-05-01',
    allergies: 'penicillin',
    address: '1 Lane',
    contacts: [{ name: 'Son', relation: 'son', phone: '13800000000' }],
  })
  const button = await lead.post('/api/devices', { kind: 'button', elderId: elder.body.id })
  const meter = await lead.post('/api/devices', { kind: 'bp-meter', elderId: elder.body.id })
  return { elder: elder.body, button: button.body, meter: meter.body }
}

test('a press is listed, opened, taken, noted and resolved, and its history says so', async () => {
  const { elder, button, meter } = await household('Wang Xiulan')
  await deliver(api.pool, meter.id, 'reading', bloodPressure(151))
  const fact = await deliver(api.pool, button.id, 'press', press())

  const list = await seat.get('/api/alarms?state=open')
  const row = list.body.items.find((each: { elderId: string }) => each.elderId === elder.id)
  expect(row).toMatchObject({
    subject: `elder:${elder.id}`,
    kind: 'emergency-press',
    priority: 'high',
    state: 'raised',
    presses: 1,
    elder: { name: 'Wang Xiulan', sex: 'female' },
    home: { address: '1 Lane' },
    messageId: fact,
    owner: null,
    shownAt: null,
  })

  const opened = await seat.get(`/api/alarms/${row.id}`)
  expect(opened.body).toMatchObject({
    elder: { allergies: 'penicillin', contacts: [{ rung: 1, name: 'Son' }] },
    home: { residents: [{ id: elder.id, name: 'Wang Xiulan' }] },
    readings: [{ systolic: 151, deviceId: meter.id }],
    can: { acknowledge: { allowed: true }, resolve: { allowed: false, reason: 'alarm-not-owned' } },
  })

  const taken = await seat.post(`/api/alarms/${row.id}/acknowledge`)
  expect(taken.body).toMatchObject({ state: 'acknowledged', owner: { name: 'name of anna' } })

  const late = await lead.post(`/api/alarms/${row.id}/acknowledge`)
  expect(late.status).toBe(409)
  expect(late.headers.get('content-type')).toContain('application/problem+json')
  expect(late.body).toMatchObject({ code: 'alarm-owned', status: 409, owner: { name: 'name of anna' } })
  const seenByLead = await lead.get(`/api/alarms/${row.id}`)
  expect(seenByLead.body.can.acknowledge).toEqual({
    allowed: false,
    reason: 'alarm-owned',
    by: { id: taken.body.owner.id, name: 'name of anna' },
  })

  await seat.post(`/api/alarms/${row.id}/notes`, { text: 'she fell' })
  const resolved = await seat.post(`/api/alarms/${row.id}/resolve`, { outcome: 'emergency', note: 'ambulance' })
  expect(resolved.body).toMatchObject({ state: 'resolved', outcome: 'emergency' })
  const kinds = resolved.body.entries.map((entry: { kind: string }) => entry.kind)
  expect(kinds.filter((kind: string) => kind !== 'escalated')).toEqual(['raised', 'acknowledged', 'note', 'resolved'])

  const open = await seat.get('/api/alarms?state=open')
  expect(open.body.items.map((each: { id: string }) => each.id)).not.toContain(row.id)
})

test('a seat that shows an alarm is written down once; the next press asks anew', async () => {
  const { elder, button } = await household('Li Guoqiang')
  await deliver(api.pool, button.id, 'press', press())
  const [row] = (await seat.get('/api/alarms?state=open')).body.items.filter(
    (each: { elderId: string }) => each.elderId === elder.id,
  )
  const seatId = crypto.randomUUID()
  await seat.send('PUT', `/api/seats/${seatId}`, { armed: true, streaming: true })
  expect(
    (await seat.post(`/api/alarms/${row.id}/shown`, { seatId, presses: 1, clockFrom: row.clockFrom })).status,
  ).toBe(204)
  expect((await seat.get(`/api/alarms/${row.id}`)).body.shownAt).not.toBeNull()
  await deliver(api.pool, button.id, 'press', press())
  const again = await seat.get(`/api/alarms/${row.id}`)
  expect(again.body).toMatchObject({ presses: 2, shownAt: null })
})

test('readings and the timeline carry both clocks', async () => {
  const { elder, button, meter } = await household('Zhao Yulan')
  const at = new Date(Date.now() - 3_600_000)
  await deliver(api.pool, meter.id, 'reading', bloodPressure(140, at))
  await deliver(api.pool, button.id, 'press', press())
  await deliver(api.pool, button.id, 'press', { at: 'never' })
  await deliver(api.pool, meter.id, 'reading', { id: 'x', kind: 'nonsense' })
  const readings = await seat.get(`/api/elders/${elder.id}/readings?kind=blood-pressure`)
  expect(readings.body.items).toMatchObject([{ systolic: 140, at: at.toISOString(), deviceAt: at.toISOString() }])
  expect(readings.body.items[0].receivedAt > at.toISOString()).toBe(true)
  expect((await seat.get(`/api/elders/${elder.id}/readings?kind=glucose`)).body.items).toEqual([])

  const timeline = await seat.get(`/api/elders/${elder.id}/timeline`)
  const kinds = timeline.body.items.map((entry: { kind: string }) => entry.kind)
  // The elder's registration, and that of each of her two devices, are part of her story.
  expect(kinds.toSorted()).toEqual(['alarm', 'change', 'device', 'device', 'press', 'press', 'reading', 'trouble'])
  expect(timeline.body.items.at(-1)).toMatchObject({ kind: 'reading', reading: { systolic: 140 } })
  const pressed = timeline.body.items.find((entry: { kind: string }) => entry.kind === 'press')
  expect(pressed).toMatchObject({ deviceId: button.id, alarmId: expect.any(String) })

  const paged: unknown[] = []
  for (let cursor = ''; ;) {
    const page = await seat.get(`/api/elders/${elder.id}/timeline?limit=2&cursor=${cursor}`)
    paged.push(...page.body.items)
    if (page.body.next === null) break
    cursor = page.body.next
  }
  expect(paged).toEqual(timeline.body.items)

  const rejected = await seat.get(`/api/devices/${meter.id}/rejected`)
  expect(rejected.body.items).toMatchObject([{ code: expect.any(String), excerpt: '{"id":"x","kind":"nonsense"}' }])
})

test('the desk counts present seats, the oldest unowned alarm and the last press', async () => {
  const seatId = crypto.randomUUID()
  const beat = await lead.send('PUT', `/api/seats/${seatId}`, { armed: true, streaming: true })
  const before = beat.body.presentSeats
  const desk = await lead.get('/api/desk')
  expect(desk.body).toMatchObject({ presentSeats: before, armedHere: true, outside: 'none' })
  expect(desk.body.lastPressAt).not.toBeNull()
  expect(desk.body.oldestUnownedAt).not.toBeNull()
  const theft = await seat.send('PUT', `/api/seats/${seatId}`, { armed: true, streaming: true })
  expect(theft.status).toBe(403)
  await lead.send('DELETE', `/api/seats/${seatId}`)
  expect((await lead.get('/api/desk')).body).toMatchObject({ presentSeats: before - 1, armedHere: false })
})

test('a seat whose last beat is 13 s old is not present', async () => {
  const seatId = crypto.randomUUID()
  const { presentSeats } = (await seat.send('PUT', `/api/seats/${seatId}`, { armed: true, streaming: true })).body
  expect(presentSeats).toBeGreaterThan(0)
  api.clock.offsetMs = 13_000
  expect((await seat.get('/api/desk')).body.presentSeats).toBe(0)
  api.clock.offsetMs = 0
})

test('a device is registered with a secret once, commanded, and cut off for good', async () => {
  const { elder, button } = await household('Qian Suzhen')
  expect(button).toMatchObject({ kind: 'button', elderId: elder.id, secret: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect(button.id).toMatch(/^btn-[0-9a-z]{10}$/)
  const command = await seat.post(`/api/devices/${button.id}/commands`, { cmd: 'locate' })
  expect(command.status).toBe(201)
  expect(command.body).toMatchObject({ cmd: 'locate', state: 'queued', deviceId: button.id })
  expect((await seat.post(`/api/devices/${button.id}/revoke`)).status).toBe(403)
  const revoked = await lead.post(`/api/devices/${button.id}/revoke`)
  expect(revoked.body.revokedAt).not.toBeNull()
  expect((await lead.post(`/api/devices/${button.id}/revoke`)).body.code).toBe('device-revoked')
  expect((await seat.post(`/api/devices/${button.id}/commands`, { cmd: 'test' })).body.code).toBe('device-revoked')
  const { rows } = await api.pool.query('select name from event where subject = $1 order by position', [
    `device:${button.id}`,
  ])
  expect(rows.map((row) => row.name)).toEqual(['device.registered', 'command.queued', 'device.revoked'])
})

test('an identity number is checked, sealed, unique and only ever shown masked', async () => {
  const idNumber = '11010519491231002x'
  const wrong = await lead.post('/api/elders', { name: 'A', idNumber: '110105194912310021' })
  expect(wrong.body.code).toBe('id-number-invalid')
  const made = await lead.post('/api/elders', { name: 'A', idNumber })
  expect(made.body.idNumber).toBe('110105**********2X')
  const again = await lead.post('/api/elders', { name: 'B', idNumber: idNumber.toUpperCase() })
  expect(again.body).toMatchObject({ status: 409, code: 'id-number-taken' })
  const { rows } = await api.pool.query('select id_number_sealed from elder where id = $1', [made.body.id])
  expect(rows[0].id_number_sealed.includes('1949')).toBe(false)
})

test('elders are found by the beginning of a name or number, and % is only a sign', async () => {
  await lead.post('/api/elders', { name: 'Percy %', phone: '55512345' })
  const names = async (search: string) =>
    (await seat.get(`/api/elders?search=${encodeURIComponent(search)}`)).body.items.map((e: { name: string }) => e.name)
  expect(await names('Percy')).toEqual(['Percy %'])
  expect(await names('5551')).toEqual(['Percy %'])
  expect(await names('%')).toEqual([])
  expect(await names('_ercy')).toEqual([])
})

test('whoever moves into a home is listed with it and with its devices', async () => {
  const first = await household('Sun Jianguo')
  const second = await lead.post('/api/elders', { name: 'Zhou Meiying', homeId: first.elder.home.id })
  expect(second.body.home.residents).toHaveLength(2)
  const page = await lead.get(`/api/elders/${second.body.id}`)
  expect(page.body.devices.map((device: { id: string }) => device.id)).toContain(first.button.id)
})
