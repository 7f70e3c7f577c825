import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { transact } from '@anju/prisma/tx'
import { startTestApi, type Api, type Client } from './api.fixture.ts'
import { bloodPressure, deliver, press } from './facts.fixture.ts'
import { EventReader } from './sse.fixture.ts'
import { WAITING } from '../postgres.ts'

let api: Api
let lead: Client
let seat: Client
let elsewhere: Client
let gateway: Server
const tellGateway: ((line: string) => void)[] = []
let east: { id: string; path: string }
let west: { id: string; path: string }
const readers: EventReader[] = []

beforeAll(async () => {
  gateway = createServer((request, response) => {
    response.writeHead(request.headers.authorization?.startsWith('Bearer ') ? 200 : 403)
    response.flushHeaders()
    tellGateway.push((line) => response.write(`${line}\n`))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => gateway.once('listening', resolve))
  const { port } = gateway.address() as AddressInfo
  api = await startTestApi({ heartbeatMs: 50, gatewayUrls: [`http://127.0.0.1:${port}`] })
  const county = await api.area('County')
  east = await api.area('East', county.id)
  west = await api.area('West', county.id)
  await api.user('lead', 'shift-lead', county.id)
  await api.user('anna', 'seat', east.id)
  await api.user('bert', 'seat', west.id)
  lead = await api.signIn('lead')
  seat = await api.signIn('anna')
  elsewhere = await api.signIn('bert')
})
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close()
})
afterAll(async () => {
  await api.stop()
  gateway.closeAllConnections()
  gateway.close()
})

async function open(client: Client, query = '', headers: Record<string, string> = {}): Promise<EventReader> {
  const reader = await EventReader.open(`${api.url}/api/events${query}`, { cookie: client.cookie, ...headers })
  readers.push(reader)
  return reader
}

async function household() {
  const elder = await lead.post('/api/elders', { name: 'E', areaId: east.id })
  const button = await lead.post('/api/devices', { kind: 'button', elderId: elder.body.id })
  const meter = await lead.post('/api/devices', { kind: 'bp-meter', elderId: elder.body.id })
  return { elderId: elder.body.id as string, button: button.body.id as string, meter: meter.body.id as string }
}

/** Appends `n` events to the log, as some capability would. */
async function log(n: number, areaPath: string, topic = 'device'): Promise<void> {
  await transact(api.pool, async (tx) => {
    for (let i = 0; i < n; i++) {
      const at = new Date()
      tx.events.push({ at, topic, name: `${topic}.back`, areaPath, subject: 'device:x', body: { n: i } })
    }
  })
}

test.each([
  ['moved to another area', 'area_id = $2', () => west.id],
  ['given another role', 'role = $2', () => 'auditor'],
])('a stream asked for by one who is %s before it stands never begins with the old rights', async (...change) => {
  const [, set, value] = change
  const { id } = await api.user(`torn-${crypto.randomUUID().slice(0, 8)}`, 'seat', east.id)
  const { rows } = await api.pool.query<{ username: string }>('select username from app_user where id = $1', [id])
  const client = await api.signIn(rows[0]?.username ?? '')
  const holder = await api.pool.connect()
  await holder.query('begin')
  // The request has been let in and asks where the log stands: there it waits.
  await holder.query('lock table log_head in access exclusive mode')
  const opening = open(client)
  await expect.poll(async () => (await api.pool.query(WAITING)).rowCount).toBeGreaterThan(0)
  // What is told of it was handed on before the stream was there to hear.
  await holder.query(`update app_user set ${set} where id = $1`, [id, value()])
  await holder.query('commit')
  holder.release()
  const stream = await opening
  await stream.ended()
  // a heartbeat may fall between: it tells of nobody
  const told = stream.frames.map(({ event }) => event).filter((event) => event !== 'heartbeat')
  expect(told).toEqual(['session.changed'])
  const anew = await open(client)
  await anew.next(({ event }) => event === 'heartbeat')
})

test('a press is on the stream of its area and on no other, with ids and no names', async () => {
  const { button, elderId } = await household()
  const here = await open(seat)
  const there = await open(elsewhere)
  await here.next(({ event }) => event === 'heartbeat')
  await there.next(({ event }) => event === 'heartbeat')
  await deliver(api.pool, button, 'press', press())
  const raised = await here.next(({ event }) => event === 'alarm.raised')
  expect(raised.data).toMatchObject({ position: Number(raised.id), subject: `elder:${elderId}` })
  expect(JSON.stringify(raised.data)).not.toContain('name')
  await there.next(({ event, data }) => event === 'heartbeat' && data.position >= Number(raised.id))
  expect(there.logged).toEqual([])
})

test('a stream hears only the topics it asked for', async () => {
  const { button } = await household()
  const reader = await open(seat, '?topics=command')
  await reader.next(({ event }) => event === 'heartbeat')
  await deliver(api.pool, button, 'press', press())
  await seat.post(`/api/devices/${button}/commands`, { cmd: 'test' })
  await reader.next(({ event }) => event === 'command.queued')
  expect(reader.logged.map(({ event }) => event)).toEqual(['command.queued'])
})

test.each(['alarms', 'elder:1', 'session', 'alarm,,device'])('topics=%s is refused', async (topics) => {
  expect((await seat.get(`/api/events?topics=${topics}`)).body.code).toBe('invalid-request')
})

test('heartbeats come without id and carry the position', async () => {
  const reader = await open(seat)
  await log(3, east.path)
  const beat = await reader.next(({ event, data }) => event === 'heartbeat' && data.position === api.live.position)
  expect(beat.id).toBeNull()
  expect(Date.parse(beat.data.at)).not.toBeNaN()
})

test('list and stream have no hole: what is committed after asOf comes, once, in order', async () => {
  const { asOf } = (await seat.get('/api/alarms')).body
  const writing = (async () => {
    for (let i = 0; i < 30; i++) await log(7, east.path)
  })()
  const early = await open(seat, `?after=${asOf}`)
  await early.next(({ id }) => id === String(asOf + 40))
  const middle = await open(seat, '', { 'last-event-id': String(asOf + 40) })
  await writing
  const late = await open(seat, `?after=${asOf}`)
  for (const [reader, from] of [
    [early, asOf],
    [middle, asOf + 40],
    [late, asOf],
  ] as const) {
    await reader.next(({ id }) => id === String(asOf + 210))
    const positions = reader.logged.map(({ id }) => Number(id)).filter((id) => id <= asOf + 210)
    expect(positions).toEqual(Array.from({ length: asOf + 210 - from }, (_, i) => from + 1 + i))
  }
})

test('a cursor too far behind, or from the future, gets reset and then what is new', async () => {
  for (let i = 0; i < 11; i++) await log(1000, east.path)
  const { asOf } = (await seat.get('/api/alarms')).body
  for (const after of [0, asOf + 5]) {
    const reader = await open(seat, `?after=${after}`)
    const reset = await reader.next(({ event }) => event === 'reset')
    expect(reset).toMatchObject({ id: null, data: { position: expect.any(Number) } })
    expect(reset.data.position).toBeGreaterThanOrEqual(asOf)
    await log(1, east.path)
    const first = await reader.next(({ id }) => id !== null)
    expect(Number(first.id)).toBeGreaterThan(reset.data.position)
  }
})

test('a slow reader is dropped, and nobody else waits for it', async () => {
  const slow = await open(seat, '?topics=device')
  const quick = await open(seat, '?topics=device')
  await slow.next(({ event }) => event === 'heartbeat')
  slow.stall()
  // Kernel buffers take some megabytes before the server has to hold anything back.
  const body = { filler: 'x'.repeat(20_000) }
  while ((await api.client().get('/metrics')).body.includes('anju_api_streams_dropped_total') === false) {
    await transact(api.pool, async (tx) => {
      for (let i = 0; i < 20; i++) {
        tx.events.push({
          at: new Date(),
          topic: 'device',
          name: 'device.back',
          areaPath: east.path,
          subject: 'd',
          body,
        })
      }
    })
    const { rows } = await api.pool.query('select position from log_head')
    await quick.next(({ id }) => id === String(rows[0].position))
  }
  expect(quick.closed).toBe(false)
  slow.resume()
  await slow.ended()
})

test('signing out ends the streams of that session at once, and of no other', async () => {
  const other = await open(seat)
  const mine = await api.signIn('anna')
  const reader = await open(mine)
  await reader.next(({ event }) => event === 'heartbeat')
  await other.next(({ event }) => event === 'heartbeat')
  await mine.send('DELETE', '/api/session')
  await reader.next(({ event }) => event === 'session.revoked')
  await reader.ended()
  expect(other.closed).toBe(false)
  expect((await mine.get('/api/session')).status).toBe(401)
})

test('a stream ends when its session expires', async () => {
  const mine = await api.signIn('anna')
  const reader = await open(mine)
  await reader.next(({ event }) => event === 'heartbeat')
  await transact(api.pool, (tx) =>
    tx.query(`update session set expires_at = created_at where id = $1`, [
      readers.at(-1) === reader ? [...api.live.streams].at(-1)?.listener.owner.slice('session:'.length) : '',
    ]),
  )
  await reader.ended()
})

test('the ninth stream of a session ends its first', async () => {
  const mine = await api.signIn('anna')
  const streams: EventReader[] = []
  for (let i = 0; i < 9; i++) {
    const reader = await open(mine)
    await reader.next(({ event }) => event === 'heartbeat')
    streams.push(reader)
  }
  await streams[0]?.ended()
  expect(streams.slice(1).filter((reader) => reader.closed)).toEqual([])
})

test('whoever watches an elder gets her latest readings, at once and when they change', async () => {
  const { elderId, meter } = await household()
  await deliver(api.pool, meter, 'reading', bloodPressure(131))
  const reader = await open(seat, `?topics=elder:${elderId}`)
  const first = await reader.next(({ event }) => event === 'reading.latest')
  expect(first).toMatchObject({ id: null, data: { elderId, readings: [{ systolic: 131 }] } })
  await deliver(api.pool, meter, 'reading', bloodPressure(142))
  const second = await reader.next(({ event }) => event === 'reading.latest', reader.frames.indexOf(first) + 1)
  expect(second.data.readings.map((reading: { systolic: number }) => reading.systolic)).toEqual([142, 131])
  expect((await elsewhere.get(`/api/events?topics=elder:${elderId}`)).status).toBe(404)
})

test('whoever watched an elder hears nothing more of her once she lives outside their area', async () => {
  const { elderId, meter } = await household()
  const county = await open(lead, `?topics=elder:${elderId}`)
  const reader = await open(seat, `?topics=elder:${elderId}`)
  await reader.next(({ event }) => event === 'reading.latest')
  await api.pool.query(
    `update home set area_id = (select id from area where path = $2)
     where id = (select home_id from elder where id = $1)`,
    [elderId, west.path],
  )
  await deliver(api.pool, meter, 'reading', bloodPressure(177))
  await county.next(({ event, data }) => event === 'reading.latest' && data.readings[0]?.systolic === 177)
  // A heartbeat that was sent after it.
  await reader.next(({ event }) => event === 'heartbeat', reader.frames.length + 1)
  expect(reader.frames.filter(({ data }) => data?.readings?.[0]?.systolic === 177)).toEqual([])
})

test('a press that is not yet stored reaches the desks of its area, and those that open later, until it is', async () => {
  const here = await open(seat)
  const there = await open(elsewhere)
  await here.next(({ event }) => event === 'heartbeat')
  await there.next(({ event }) => event === 'heartbeat')
  const told = { deviceId: 'btn-1', elderName: 'Wang', place: '1 Lane', areaPath: east.path }
  const waiting = { fact: 'f-1', ...told, receivedAt: new Date().toISOString(), stored: false }
  const tell = (line: string) => {
    for (const each of tellGateway) each(line)
  }
  tell('')
  tell('not json')
  tell(JSON.stringify(waiting))
  const frame = await here.next(({ event }) => event === 'press.unstored')
  const { areaPath: _, ...shown } = waiting
  expect(frame).toMatchObject({ id: null, data: shown })
  const later = await open(seat)
  await later.next(({ event, data }) => event === 'press.unstored' && data.fact === 'f-1')
  tell(JSON.stringify({ ...waiting, stored: true }))
  await later.next(({ event, data }) => event === 'press.unstored' && data.stored === true)
  expect(there.frames.filter(({ event }) => event === 'press.unstored')).toEqual([])
  const after = await open(seat)
  await after.next(({ event }) => event === 'heartbeat')
  expect(after.frames.filter(({ event }) => event === 'press.unstored')).toEqual([])
})
