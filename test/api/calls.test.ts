import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { signWebhook } from '@anju/api/notification/webhook'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, startTestApi } from './api.fixture.ts'
import { CALL_SECRET, exchangeOf } from './call.fixture.ts'

let api: Api
let seat: Client
let auditor: Client
let townSeat: Client
let county: { id: string; path: string }
let village: { id: string; path: string }
let otherVillage: { id: string; path: string }

const dial = { url: '', secret: 'dial secret that is long enough' }
/** What the exchange was asked, and what it answers. */
const dialled: { body: Record<string, unknown>; headers: IncomingMessage['headers']; text: string }[] = []
let dialAnswer = 200
const pbx = createServer((request, response) => {
  let text = ''
  request.on('data', (chunk: Buffer) => (text += chunk.toString()))
  request.on('end', () => {
    dialled.push({ body: JSON.parse(text) as Record<string, unknown>, headers: request.headers, text })
    response.writeHead(dialAnswer).end()
  })
})

beforeAll(async () => {
  await new Promise<void>((resolve) => pbx.listen(0, '127.0.0.1', resolve))
  dial.url = `http://127.0.0.1:${(pbx.address() as AddressInfo).port}/dial`
  api = await startTestApi({ callSecret: CALL_SECRET, dial })
  county = await api.area('安居县')
  village = await api.area('柳树村', county.id)
  otherVillage = await api.area('石桥村', county.id)
  await api.user('seat', 'seat', county.id)
  await api.user('auditor', 'auditor', county.id)
  await api.user('village-seat', 'seat', otherVillage.id)
  seat = await api.signIn('seat')
  auditor = await api.signIn('auditor')
  townSeat = await api.signIn('village-seat')
})
afterAll(async () => {
  await api.stop()
  await new Promise((resolve) => pbx.close(resolve))
})

let people = 0
async function elder(phone: string, more: object = {}): Promise<any> {
  const { body, status } = await seatOfAll().post('/api/elders', {
    name: `老人${++people}`,
    areaId: village.id,
    phone,
    ...more,
  })
  if (status !== 201) throw new Error(JSON.stringify(body))
  return body
}
let lead: Client | undefined
const seatOfAll = (): Client => lead ?? seat
beforeAll(async () => {
  await api.user('lead', 'shift-lead', county.id)
  lead = await api.signIn('lead')
})

const ago = (seconds: number) => new Date(api.deps.now().getTime() - seconds * 1000)
const detail = async (id: string, who: Client = seat) => (await who.get(`/api/calls/${id}`)).body
const callersOf = async (id: string) =>
  (await detail(id)).callers.map(({ name, via }: { name: string; via: string }) => `${name} ${via}`)

test('an unsigned, badly signed, stale or replayed message is refused, and the log stays as it was', async () => {
  const exchange = exchangeOf(api)
  const body = { call: 'refused', event: 'ringing', direction: 'in', number: '13900000001', at: ago(1).toISOString() }
  const unsigned = await api.client().post('/api/calls', body)
  expect([unsigned.status, unsigned.body.code]).toEqual([401, 'signature-refused'])
  const wrong = await exchange.send(body, { secret: 'another secret' })
  expect([wrong.status, wrong.body.code]).toEqual([401, 'signature-refused'])
  const stale = await exchange.send(body, { at: ago(301) })
  expect([stale.status, stale.body.code]).toEqual([401, 'signature-refused'])
  const broken = await exchange.send('{"call":')
  expect([broken.status, broken.body.code]).toEqual([400, 'invalid-request'])
  const { rows } = await api.pool.query(`select 1 from call where external_id = 'refused'`)
  expect(rows).toEqual([])
  const first = await exchange.send(body, { id: 'msg_once' })
  expect([first.status, first.body.added]).toEqual([200, true])
  const replayed = await exchange.send(body, { id: 'msg_once' })
  expect([replayed.status, replayed.body.code]).toEqual([409, 'hook-replayed'])
  const again = await exchange.send(body)
  expect([again.status, again.body]).toEqual([200, { id: first.body.id, added: false }])
})

test('a message of another body under the same signature is refused', async () => {
  const at = Math.floor(api.deps.now().getTime() / 1000)
  const signature = signWebhook(CALL_SECRET, 'm1', at, '{"call":"a"}')
  const { status } = await api.client().post('/api/calls', '{"call":"b"}', {
    'content-type': 'application/json',
    'webhook-id': 'm1',
    'webhook-timestamp': String(at),
    'webhook-signature': signature,
  })
  expect(status).toBe(401)
})

test('events may come in any order: the call ended, was answered and rang', async () => {
  const exchange = exchangeOf(api)
  const { body } = await exchange.say('order', 'ended', ago(10), { number: '+86 13900000002' })
  await exchange.say('order', 'answered', ago(70), { extension: '8002' })
  await exchange.say('order', 'ringing', ago(80), { extension: '8001' })
  const call = await detail(body.id)
  expect([call.state, call.lengthS, call.extension, call.number]).toEqual(['ended', 60, '8002', '13900000002'])
  expect(call.beganAt).toBe(call.said[0].at)
  expect(call.said.map(({ event }: { event: string }) => event)).toEqual(['ringing', 'answered', 'ended'])
  expect(call.receivedAt > call.endedAt).toBe(true)
})

test('a call pops whose number it is, who lives with them, and whose contact has it; the dead come last', async () => {
  const own = await elder('138 0013 8001')
  const mate = await elder('', { homeId: own.home.id })
  const parent = await elder('', { contacts: [{ name: '女儿', relation: '女儿', phone: '13800138001' }] })
  const gone = await elder('+86 138-0013-8001')
  await seatOfAll().post(`/api/elders/${gone.id}/death`, { version: 1, diedOn: '2026-01-02', reason: '家属告知' })
  const { body } = await exchangeOf(api).say('pop', 'ringing', ago(2), { number: '8613800138001' })
  expect(await callersOf(body.id)).toEqual([
    `${own.name} own`,
    `${mate.name} household`,
    `${parent.name} contact`,
    `${gone.name} own`,
  ])
  const live = (await seat.get('/api/calls/live')).body
  const ringing = live.items.find(({ id }: { id: string }) => id === body.id)
  expect([ringing.state, ringing.callers.length, live.hook, live.dial]).toEqual(['ringing', 4, true, true])
  expect(ringing.callers[2].contact).toEqual({ name: '女儿', relation: '女儿' })
  // the call is for the village's own area, so another village's seat hears nothing of it
  expect((await detail(body.id)).area.id).toBe(village.id)
  expect((await townSeat.get(`/api/calls/${body.id}`)).status).toBe(404)
})

test('a call from a device’s own card pops whose it is, or all who live where it hangs, until it is taken away', async () => {
  const hers = await elder('')
  const mate = await elder('', { homeId: hers.home.id })
  const hang = async (number: string, whose: object) => {
    const { id } = (await seatOfAll().post('/api/devices', { kind: 'button', ...whose })).body
    await seatOfAll().send('PATCH', `/api/devices/${id}`, { version: 1, voiceNumber: number })
    return id
  }
  const exchange = exchangeOf(api)
  const own = await hang('+86 199 0000 7701', { elderId: hers.id })
  await hang('0731-82257702', { homeId: hers.home.id })
  const rings = async (number: string) => {
    const { body } = await exchange.say(`card ${number} ${Math.random()}`, 'ringing', ago(2), { number })
    return body.id as string
  }
  const call = await rings('19900007701')
  expect(await callersOf(call)).toEqual([`${hers.name} device`, `${mate.name} household`])
  // for the desk of where it hangs
  expect((await detail(call)).area.id).toBe(village.id)
  expect((await townSeat.get(`/api/calls/${call}`)).status).toBe(404)
  // shared by the home: one is chosen
  const shared = await callersOf(await rings('+8673182257702'))
  expect(shared.toSorted()).toEqual([`${hers.name} device`, `${mate.name} device`].toSorted())
  // it goes with the device, and ends with it
  const next = await elder('')
  await seatOfAll().post(`/api/devices/${own}/bind`, { elderId: next.id, move: true })
  expect(await callersOf(await rings('19900007701'))).toEqual([`${next.name} device`])
  await seatOfAll().post(`/api/devices/${own}/revoke`, {})
  expect(await callersOf(await rings('19900007701'))).toEqual([])
})

test('a landline is found whether the file has its area code or not', async () => {
  const withCode = await elder('0731-82251234')
  const without = await elder('82251234')
  const exchange = exchangeOf(api)
  const long = await exchange.say('land1', 'ringing', ago(2), { number: '+8673182251234' })
  const short = await exchange.say('land2', 'ringing', ago(2), { number: '82251234' })
  const both = [`${withCode.name} own`, `${without.name} own`].toSorted()
  expect((await callersOf(long.body.id)).toSorted()).toEqual(both)
  expect((await callersOf(short.body.id)).toSorted()).toEqual(both)
})

test('a caller who is not on the roster, or hides the number, is served: the call is the county’s', async () => {
  const exchange = exchangeOf(api)
  const unknown = await exchange.say('unknown', 'missed', ago(5), { number: '13700000009' })
  const hidden = await exchange.say('hidden', 'missed', ago(5), { number: 'anonymous' })
  for (const { body } of [unknown, hidden]) {
    const call = await detail(body.id)
    expect([call.state, call.callers, call.area.id]).toEqual(['missed', [], county.id])
    const filed = await seat.send('PATCH', `/api/calls/${body.id}`, {
      version: call.version,
      category: 'enquiry',
      outcome: 'settled',
      note: '问办事处电话',
    })
    expect([filed.status, filed.body.filedAt !== null, filed.body.user.name]).toEqual([200, true, 'name of seat'])
  }
})

test('of two who file one call at once the second is told, and nothing of theirs is lost', async () => {
  const { body } = await exchangeOf(api).say('both', 'missed', ago(5), { number: '13700000010' })
  const filing = { version: 1, category: 'health', outcome: 'settled', note: '量血压' }
  const other = { version: 1, category: 'complaint', outcome: 'call-back', note: '投诉' }
  expect((await seat.send('PATCH', `/api/calls/${body.id}`, filing)).status).toBe(200)
  const late = await seatOfAll().send('PATCH', `/api/calls/${body.id}`, other)
  expect([late.status, late.body.code]).toEqual([409, 'changed-meanwhile'])
  expect([late.body.current.note, late.body.lastChange.user.name]).toEqual(['量血压', 'name of seat'])
  const corrected = await seatOfAll().send('PATCH', `/api/calls/${body.id}`, { ...other, version: 2, reason: '听错' })
  expect(corrected.status).toBe(200)
  const history = (await seat.get(`/api/history?subject=call:${body.id}`)).body.items
  expect(history.map(({ action }: { action: string }) => action)).toEqual(['corrected', 'filed'])
  expect([history[0].before.note, history[0].after.note, history[0].reason]).toEqual(['量血压', '投诉', '听错'])
})

test('filed calls leave the list of those that wait; a call without a category cannot be filed', async () => {
  const { body } = await exchangeOf(api).say('wait', 'missed', ago(5), { number: '13700000011' })
  const waits = async () =>
    (await seat.get('/api/calls?show=unfiled')).body.items.some(({ id }: { id: string }) => id === body.id)
  expect(await waits()).toBe(true)
  const half = await seat.send('PATCH', `/api/calls/${body.id}`, { version: 1, note: '嗯' })
  expect([half.status, half.body.code]).toEqual([409, 'call-not-filed'])
  await seat.send('PATCH', `/api/calls/${body.id}`, { version: 1, category: 'other', outcome: 'silent' })
  expect(await waits()).toBe(false)
})

test('numbers stand sealed, and in no event; who does not answer calls sees their last four digits', async () => {
  const { body } = await exchangeOf(api).say('sealed', 'missed', ago(5), { number: '13712345678' })
  const { rows } = await api.pool.query<{ row: string }>('select call::text as row from call where id = $1', [body.id])
  expect(rows[0]?.row).not.toContain('13712345678')
  const events = await api.pool.query<{ body: string }>(`select body::text as body from event where subject = $1`, [
    `call:${body.id}`,
  ])
  expect(events.rows.length).toBeGreaterThan(0)
  for (const event of events.rows) expect(event.body).not.toContain('5678')
  const seen = await detail(body.id, auditor)
  expect([seen.number, seen.numberTail]).toEqual([null, '5678'])
  expect((await auditor.send('PATCH', `/api/calls/${body.id}`, { version: 1 })).status).toBe(403)
})

test('a call entered by hand is filed at once; a number that is none is refused', async () => {
  const own = await elder('13800138020')
  const entry = { direction: 'in', number: '138 0013 8020', beganAt: ago(300).toISOString(), lengthS: 90 }
  const filing = { category: 'shopping', outcome: 'referred', note: '买米', elderId: own.id }
  const { status, body } = await seat.post('/api/calls/entries', { ...entry, ...filing })
  expect([status, body.source, body.state, body.lengthS, body.elder.id, body.area.id]).toEqual([
    201,
    'manual',
    'ended',
    90,
    own.id,
    village.id,
  ])
  const bad = await seat.post('/api/calls/entries', { ...entry, ...filing, number: '是李奶奶' })
  expect([bad.status, bad.body.code]).toEqual([422, 'number-invalid'])
  const ahead = await seat.post('/api/calls/entries', { ...entry, ...filing, beganAt: ago(-600).toISOString() })
  expect([ahead.status, ahead.body.code]).toEqual([422, 'time-ahead'])
  const foreign = await townSeat.post('/api/calls/entries', { ...entry, ...filing })
  expect(foreign.status).toBe(404)
})

test('a call linked to an open alarm stands in its story', async () => {
  const own = await elder('13800138030')
  const device = await seatOfAll().post('/api/devices', { kind: 'button', elderId: own.id })
  expect(device.status).toBe(201)
  const alarmId = crypto.randomUUID()
  await api.pool.query(
    `insert into alarm (id, subject, kind, priority, state, area_id, area_path, elder_id, home_id, raised_at, clock_from,
                        presses, escalation, reasons, devices)
     values ($1, $2, 'emergency-press', 'high', 'raised', $3, $4, $5, $6, $7, $7, 1, 0, '{}', '{}')`,
    [alarmId, `elder:${own.id}`, village.id, village.path, own.id, own.home.id, api.deps.now()],
  )
  const { body } = await exchangeOf(api).say('alarm', 'missed', ago(5), { number: '13800138030' })
  expect((await detail(body.id)).callers[0].alarms).toEqual([{ id: alarmId, kind: 'emergency-press', state: 'raised' }])
  const filing = { version: 1, category: 'emergency', outcome: 'alarm-handled', elderId: own.id, alarmId }
  expect((await seat.send('PATCH', `/api/calls/${body.id}`, filing)).status).toBe(200)
  const { rows } = await api.pool.query(`select body from alarm_entry where alarm_id = $1 and kind = 'call'`, [alarmId])
  expect(rows).toEqual([{ body: { callId: body.id } }])
})

test('the exchange dials whom the browser names, signed, and tells the outcome by the call’s id', async () => {
  const own = await elder('138 0013 8040')
  const { status, body } = await seat.post('/api/calls/dial', { elderId: own.id })
  expect(status).toBe(200)
  const asked = dialled.at(-1)
  expect(asked?.body).toMatchObject({ call: body.callId, number: '13800138040', username: 'seat' })
  const [id, timestamp] = [asked?.headers['webhook-id'], asked?.headers['webhook-timestamp']]
  expect(id).toBe(body.callId)
  expect(asked?.headers['webhook-signature']).toBe(
    signWebhook(dial.secret, String(id), Number(timestamp), asked?.text ?? ''),
  )
  const exchange = exchangeOf(api)
  const now = api.deps.now().getTime()
  await exchange.say(body.callId, 'answered', new Date(now + 4000), { direction: 'out' })
  await exchange.say(body.callId, 'ended', new Date(now + 34_000), { direction: 'out' })
  const call = await detail(body.callId)
  expect([call.direction, call.state, call.lengthS, call.elder.id, call.user.name]).toEqual([
    'out',
    'ended',
    30,
    own.id,
    'name of seat',
  ])
})

test('a contact is dialled by its id; the dead, and whom nobody may see, never', async () => {
  const parent = await elder('13800138050', { contacts: [{ name: '儿子', relation: '儿子', phone: '13800138051' }] })
  const { rows } = await api.pool.query<{ id: string }>('select id from contact where elder_id = $1', [parent.id])
  const before = dialled.length
  expect((await seat.post('/api/calls/dial', { contactId: rows[0]?.id })).status).toBe(200)
  expect(dialled.at(-1)?.body['number']).toBe('13800138051')
  await seatOfAll().post(`/api/elders/${parent.id}/death`, { version: 1, diedOn: '2026-01-02', reason: '家属告知' })
  const dead = await seat.post('/api/calls/dial', { elderId: parent.id })
  expect([dead.status, dead.body.code]).toEqual([409, 'not-callable'])
  expect((await townSeat.post('/api/calls/dial', { elderId: parent.id })).status).toBe(404)
  expect((await auditor.post('/api/calls/dial', { elderId: parent.id })).status).toBe(403)
  expect(dialled.length).toBe(before + 1)
})

test('an exchange that does not take a call says so, and the call is not left ringing', async () => {
  const own = await elder('13800138060')
  dialAnswer = 500
  const { status, body } = await seat.post('/api/calls/dial', { elderId: own.id })
  dialAnswer = 200
  expect([status, body.code]).toEqual([502, 'dial-failed'])
  const [call] = (await seat.get(`/api/calls?elder=${own.id}`)).body.items
  expect([call.direction, call.state]).toEqual(['out', 'missed'])
})

test('without a secret the hook is off and says so', async () => {
  const off = await startTestApi()
  try {
    const answer = await exchangeOf(off).say('x', 'ringing', off.deps.now())
    expect([answer.status, answer.body.code]).toEqual([503, 'hook-off'])
    await off.user('seat', 'seat', (await off.area('县')).id)
    const client = await off.signIn('seat')
    const live = (await client.get('/api/calls/live')).body
    expect([live.hook, live.dial]).toEqual([false, false])
    const dialOff = await client.post('/api/calls/dial', { elderId: crypto.randomUUID() })
    expect([dialOff.status, dialOff.body.code]).toEqual([503, 'dial-off'])
  } finally {
    await off.stop()
  }
})
