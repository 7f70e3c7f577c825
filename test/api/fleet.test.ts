import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deviceKinds, silentAfterS } from '@anju/domain/device/kinds'
import { livenessOf } from '@anju/domain/device/liveness'
import { linkTests } from '@anju/prisma/device/test-press'
import { transact } from '@anju/prisma/tx'
import { type Api, type Client, startTestApi } from './api.fixture.ts'
import { bloodPressure, deliver, press } from './facts.fixture.ts'

let api: Api
let lead: Client
let seat: Client
let east: { id: string }
let west: { id: string }

beforeAll(async () => {
  api = await startTestApi()
  const county = await api.area('County')
  east = await api.area('东村', county.id)
  west = await api.area('西村', county.id)
  await api.user('lead', 'shift-lead', county.id)
  await api.user('seat', 'seat', county.id)
  await api.user('western', 'shift-lead', west.id)
  lead = await api.signIn('lead')
  seat = await api.signIn('seat')
})
afterAll(async () => {
  await api.stop()
})

const DAY = 86_400_000
const ago = (ms: number) => new Date(Date.now() - ms)

interface Person {
  id: string
  home: { id: string }
}
const elder = async (name: string, areaId = east.id): Promise<Person> =>
  (await lead.post('/api/elders', { name, areaId, address: `${name}家` })).body
const register = async (body: object): Promise<{ id: string; secret: string }> => {
  const answer = await lead.post('/api/devices', body)
  expect([answer.status, answer.body.code]).toEqual([201, undefined])
  return answer.body
}
const detail = async (id: string) => (await lead.get(`/api/devices/${id}`)).body

describe('registration', () => {
  test('an elder’s, a home’s and a spare device are registered, each with what its card needs', async () => {
    const anna = await elder('周安娜')
    const hers = await register({ kind: 'bp-meter', elderId: anna.id, model: 'M3', serial: 'SN-1', userNumber: 2 })
    expect(hers).toMatchObject({ elderId: anna.id, homeId: anna.home.id, broker: { port: 1883, tls: false } })
    expect(await detail(hers.id)).toMatchObject({ model: 'M3', serial: 'SN-1', userNumber: 2, state: 'never' })
    const homes = await register({ kind: 'hub', homeId: anna.home.id })
    expect(homes).toMatchObject({ elderId: null, homeId: anna.home.id })
    const spare = await register({ kind: 'button', areaId: west.id, hubId: homes.id })
    expect(await detail(spare.id)).toMatchObject({ area: { id: west.id }, home: null, hub: { id: homes.id } })
    expect((await detail(homes.id)).children).toMatchObject([{ id: spare.id, state: 'never' }])
  })

  test('a serial number is one device’s, and who owns it elsewhere is not told', async () => {
    await register({ kind: 'button', areaId: east.id, serial: 'SN-2' })
    const again = await lead.post('/api/devices', { kind: 'button', areaId: east.id, serial: 'SN-2' })
    expect([again.status, again.body.code]).toEqual([409, 'serial-taken'])
  })

  test.each([
    [{ kind: 'button' }, 400, 'invalid-request'],
    [{ kind: 'button', elderId: crypto.randomUUID() }, 404, 'not-found'],
    [{ kind: 'button', homeId: crypto.randomUUID() }, 404, 'not-found'],
  ])('%j is refused', async (body, status, code) => {
    const answer = await lead.post('/api/devices', body)
    expect([answer.status, answer.body.code]).toEqual([status, code])
  })

  test('of two who change a device at once, the second is told what stands', async () => {
    const { id } = await register({ kind: 'button', areaId: east.id, label: 'bed' })
    const changed = await lead.send('PATCH', `/api/devices/${id}`, { version: 1, label: '床头' })
    expect(changed.body).toMatchObject({ label: '床头', version: 2 })
    const stale = await lead.send('PATCH', `/api/devices/${id}`, { version: 1, label: 'door' })
    expect(stale.body).toMatchObject({
      code: 'changed-meanwhile',
      current: { version: 2, label: '床头' },
      lastChange: { user: { name: 'name of lead' } },
    })
    expect(changed.body.history[0]).toMatchObject({
      action: 'changed',
      before: { label: 'bed' },
      after: { label: '床头' },
      user: { name: 'name of lead' },
    })
  })
})

describe('binding', () => {
  test('a device that hangs elsewhere is refused by the name of that home, and moved when told so', async () => {
    const [first, second] = [await elder('钱一'), await elder('孙二', west.id)]
    const { id } = await register({ kind: 'button', elderId: first.id, label: '床头' })
    const refused = await lead.post(`/api/devices/${id}/bind`, { elderId: second.id })
    expect([refused.status, refused.body.code]).toEqual([409, 'device-bound'])
    expect(refused.body.stay).toMatchObject({ elder: '钱一', address: '钱一家', area: '东村', to: null })
    const moved = await lead.post(`/api/devices/${id}/bind`, { elderId: second.id, move: true, label: '灶间' })
    expect(moved.body).toMatchObject({ elder: { id: second.id }, area: { id: west.id }, label: '灶间' })
    expect(moved.body.assignments.map((stay: any) => [stay.elder.name, stay.validTo === null])).toEqual([
      ['孙二', true],
      ['钱一', false],
    ])
    expect(moved.body.history[0]).toMatchObject({
      action: 'moved',
      before: { elderId: first.id, label: '床头' },
      after: { label: '灶间' },
    })
    // the west now sees it; of the home in the east only the dates
    const western = await api.signIn('western')
    const seen = await western.get(`/api/devices/${id}`)
    expect(seen.body.assignments[1]).toMatchObject({ homeId: null, address: '', elder: null })
  })

  test('a past stay is filled in where the past is free, and tomorrow is refused', async () => {
    const [first, second] = [await elder('李三'), await elder('吴四')]
    const { id } = await register({ kind: 'button', areaId: east.id })
    const bind = (elderId: string, from: Date) =>
      lead.post(`/api/devices/${id}/bind`, { elderId, from: from.toISOString() })
    expect((await bind(first.id, ago(30 * DAY))).status).toBe(200)
    const left = await lead.post(`/api/devices/${id}/unbind`, { at: ago(10 * DAY).toISOString() })
    expect(left.body).toMatchObject({ elder: null, home: null })
    expect((await bind(second.id, ago(5 * DAY))).status).toBe(200)
    const between = await bind(first.id, ago(8 * DAY))
    expect([between.body.code, between.body.stay.elder]).toEqual(['device-moved-on', '吴四'])
    expect((await bind(first.id, ago(-DAY))).body.code).toBe('time-ahead')
    expect((await lead.post(`/api/devices/${id}/unbind`, { at: ago(6 * DAY).toISOString() })).body.code).toBe(
      'device-bound-later',
    )
    await lead.post(`/api/devices/${id}/unbind`)
    expect((await lead.post(`/api/devices/${id}/unbind`)).body.code).toBe('device-unbound')
  })

  test('a meter of two has a user for each, in one home', async () => {
    const [anna, other] = [await elder('郑五'), await elder('王六')]
    const bela = (await lead.post('/api/elders', { name: '郑七', homeId: anna.home.id })).body
    const { id } = await register({ kind: 'bp-meter', elderId: anna.id, userNumber: 1 })
    expect((await lead.post(`/api/devices/${id}/bind`, { elderId: bela.id, userNumber: 2 })).status).toBe(200)
    const elsewhere = await lead.post(`/api/devices/${id}/bind`, { elderId: other.id, userNumber: 3 })
    expect(elsewhere.body.code).toBe('device-bound')
    await deliver(api.pool, id, 'reading', { ...bloodPressure(151), user: 2 })
    const readings = await lead.get(`/api/elders/${bela.id}/readings`)
    expect(readings.body.items).toMatchObject([{ systolic: 151 }])
  })

  test('of two people who bind one device at once, one is refused by the other’s home', async () => {
    const people = await Promise.all(['甲', '乙', '丙', '丁'].map((name) => elder(`同时${name}`)))
    const { id } = await register({ kind: 'button', areaId: east.id })
    const answers = await Promise.all(
      people.map((person) => lead.post(`/api/devices/${id}/bind`, { elderId: person.id })),
    )
    const won = answers.findIndex(({ status }) => status === 200)
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409])
    for (const { status, body } of answers) {
      if (status === 409) expect(body.stay.elder).toBe(`同时${'甲乙丙丁'[won]}`)
    }
  })

  test('what an outbox held back when its device moved goes to the former home, and says so', async () => {
    const [first, second] = [await elder('冯八'), await elder('陈九')]
    const { id } = await register({ kind: 'bp-meter', areaId: east.id })
    await lead.post(`/api/devices/${id}/bind`, { elderId: first.id, from: ago(20 * DAY).toISOString() })
    await lead.post(`/api/devices/${id}/bind`, { elderId: second.id, from: ago(2 * DAY).toISOString(), move: true })
    await deliver(api.pool, id, 'reading', bloodPressure(141, ago(3 * DAY)))
    await deliver(api.pool, id, 'reading', bloodPressure(142, ago(4 * DAY)))
    await deliver(api.pool, id, 'reading', bloodPressure(143))
    const values = async (person: Person) =>
      (await lead.get(`/api/elders/${person.id}/readings`)).body.items.map((each: any) => each.systolic)
    expect(await values(first)).toEqual([141, 142])
    expect(await values(second)).toEqual([143])
    const { assignments } = await detail(id)
    expect(assignments.map((stay: any) => [stay.elder.name, stay.arrivedAfter])).toEqual([
      ['陈九', 0],
      ['冯八', 2],
    ])
    const { items } = (await lead.get(`/api/devices/${id}/messages`)).body
    expect(items.map((each: any) => each.formerHome?.elder ?? null)).toEqual([null, '冯八', '冯八'])
  })
})

describe('the list', () => {
  test('says of every device what the rule says, counts them and pages through each order without hole or repeat', async () => {
    const area = await api.area('数村')
    await api.user('counter', 'shift-lead', area.id)
    const counter = await api.signIn('counter')
    const made: string[] = []
    for (const kind of deviceKinds) {
      for (let i = 0; i < 5; i++) {
        const answer = await counter.post('/api/devices', { kind, areaId: area.id, label: `${kind} ${i}` })
        made.push(answer.body.id)
      }
    }
    const now = new Date(Math.floor(Date.now() / 1000) * 1000)
    const spans = [0, 0.5, 0.8, 0.95, 3]
    for (const [i, id] of made.entries()) {
      const kind = deviceKinds[Math.floor(i / 5)] ?? 'hub'
      const heard = new Date(now.getTime() - (spans[i % 5] ?? 0) * silentAfterS[kind] * 1000)
      await api.pool.query(
        `update device_state set last_message_at = $2, battery = $3, firmware = $4, silent_since = $5 where device_id = $1`,
        [id, i % 7 === 6 ? null : heard, (i * 13) % 100, `1.${i % 3}`, i % 5 === 4 && i % 2 === 0 ? heard : null],
      )
      if (i % 11 === 10) await api.pool.query('update device set revoked_at = $2 where id = $1', [id, now])
    }
    const all = (await counter.get('/api/devices?limit=1000')).body.items
    expect(all).toHaveLength(made.length)
    const tally: Record<string, number> = { alive: 0, late: 0, silent: 0, never: 0, revoked: 0 }
    const parse = (text: string | null) => (text === null ? null : new Date(text))
    for (const device of all) {
      const state = livenessOf(
        {
          ...device,
          revokedAt: parse(device.revokedAt),
          lastMessageAt: parse(device.lastMessageAt),
          silentSince: parse(device.silentSince),
        },
        new Date(),
      )
      expect(device.state).toBe(state)
      tally[state] = (tally[state] ?? 0) + 1
    }
    expect((await counter.get('/api/fleet')).body).toMatchObject(tally)
    for (const [state, n] of Object.entries(tally)) {
      expect(n).toBeGreaterThan(0)
      const { items } = (await counter.get(`/api/devices?state=${state}&limit=1000`)).body
      expect([state, items.length]).toEqual([state, n])
    }
    for (const sort of ['newest', 'unheard', 'battery']) {
      const seen: any[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const { body } = await counter.get(`/api/devices?sort=${sort}&limit=7&cursor=${cursor}`)
        seen.push(...body.items)
        cursor = body.next
      }
      expect(new Set(seen.map((device) => device.id)).size).toBe(made.length)
      const keys = seen.map(({ createdAt, lastMessageAt, battery }) =>
        sort === 'newest' ? -Date.parse(createdAt) : sort === 'battery' ? battery : Date.parse(lastMessageAt ?? 0),
      )
      expect(keys).toEqual(keys.toSorted((a, b) => a - b))
    }
    const narrowed = async (query: string) => (await counter.get(`/api/devices?${query}&limit=1000`)).body.items
    expect(await narrowed('kind=hub')).toHaveLength(5)
    expect((await narrowed('firmware=1.0')).every((device: any) => device.firmware === '1.0')).toBe(true)
    expect((await narrowed('lowBattery=true')).every((device: any) => device.battery <= 20)).toBe(true)
    expect((await narrowed('search=HUB%203')).map((device: any) => device.label)).toEqual(['hub 3'])
    expect(await narrowed('search=%25')).toEqual([])
    expect((await counter.get('/api/devices?sort=battery&cursor=WyJuZXdlc3QiLDEsImEiXQ')).body.code).toBe(
      'invalid-cursor',
    )
    const facets = (await counter.get('/api/fleet/facets')).body
    expect(facets.firmwares.map((each: any) => each.id).toSorted()).toEqual(['1.0', '1.1', '1.2'])
  })

  test('finds by id, serial number, label and elder’s name', async () => {
    const person = await elder('欧阳寻')
    const { id } = await register({ kind: 'button', elderId: person.id, serial: 'FIND-77', label: '西窗下' })
    for (const text of [id, 'find-7', '窗下', '欧阳']) {
      const { items } = (await lead.get(`/api/devices?search=${encodeURIComponent(text)}`)).body
      expect([text, items.map((device: any) => device.id)]).toEqual([text, [id]])
    }
  })

  test('rejected messages are counted for a day and shown with their whole body', async () => {
    const { id } = await register({ kind: 'bp-meter', areaId: east.id })
    await deliver(api.pool, id, 'reading', { id: 'r1', at: '昨天', kind: 'spo2', value: 97 })
    const [row] = (await lead.get(`/api/devices?search=${id}`)).body.items
    expect(row.rejectedDay).toBe(1)
    const [rejected] = (await lead.get(`/api/devices/${id}/rejected`)).body.items
    const whole = await lead.get(`/api/devices/${id}/rejected/${rejected.id}`)
    expect(whole.body).toMatchObject({ code: 'bad-time', text: '{"id":"r1","at":"昨天","kind":"spo2","value":97}' })
  })
})

test('what a device said is paged newest first, readings and all else together', async () => {
  const { id } = await register({ kind: 'button', areaId: east.id })
  const said: string[] = []
  for (let i = 0; i < 9; i++) {
    const at = ago(60_000 * (20 - i))
    if (i % 3 === 0) said.push(await deliver(api.pool, id, 'press', press(), at))
    else if (i % 3 === 1) said.push(await deliver(api.pool, id, 'reading', bloodPressure(130, at), at))
    else said.push(await deliver(api.pool, id, 'tap', { id: `t${i}`, at: at.toISOString(), uid: '04A1B2C3D4E5F6' }, at))
  }
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { body } = await lead.get(`/api/devices/${id}/messages?limit=4&cursor=${cursor}`)
    seen.push(...body.items.map((each: any) => each.id))
    cursor = body.next
  }
  expect(seen).toEqual(said.toReversed())
})

describe('a test press', () => {
  const start = async (id: string) => (await seat.post(`/api/devices/${id}/test-press`)).body
  const link = (at = new Date()) => transact(api.pool, (tx) => linkTests(tx, at, at))

  test('raises like any other, names the test in the alarm, and ends by one act', async () => {
    const person = await elder('试一')
    const { id } = await register({ kind: 'button', elderId: person.id })
    const started = await start(id)
    expect((await start(id)).tests).toHaveLength(1)
    const fact = await deliver(api.pool, id, 'press', press())
    await link()
    const [test] = (await detail(id)).tests
    expect(test).toMatchObject({ id: started.tests[0].id, startedBy: { name: 'name of seat' }, shownAt: null })
    expect(test.alarm).toMatchObject({ state: 'raised', alone: true })
    const alarm = (await seat.get(`/api/alarms/${test.alarm.id}`)).body
    expect(alarm).toMatchObject({ priority: 'high', state: 'raised', messageId: fact })
    expect(alarm.entries.map((entry: any) => entry.kind)).toContain('test-expected')
    const ended = await seat.post(`/api/devices/${id}/test-press/${test.id}/finish`)
    expect(ended.body.tests[0].alarm.state).toBe('resolved')
    expect((await seat.get(`/api/alarms/${test.alarm.id}`)).body).toMatchObject({ state: 'resolved', outcome: 'test' })
    const desk = (await seat.get('/api/desk')).body
    expect(desk.lastTest).toMatchObject({ pressedAt: test.receivedAt, seconds: null })
    expect(ended.body.commands).toMatchObject([{ cmd: 'help-coming' }])
  })

  test('cannot end an alarm that somebody else’s press joined', async () => {
    const person = await elder('试二')
    const [one, two] = [
      await register({ kind: 'button', elderId: person.id }),
      await register({ kind: 'button', elderId: person.id }),
    ]
    const [test] = (await start(one.id)).tests
    await deliver(api.pool, one.id, 'press', press())
    await deliver(api.pool, two.id, 'press', press())
    await link()
    expect((await detail(one.id)).tests[0].alarm.alone).toBe(false)
    const refused = await seat.post(`/api/devices/${one.id}/test-press/${test.id}/finish`)
    expect(refused.body.code).toBe('test-not-alone')
  })

  test('waits for a press after its start, and a press after its five minutes is none of it', async () => {
    const person = await elder('试三')
    const { id } = await register({ kind: 'button', elderId: person.id })
    await deliver(api.pool, id, 'press', press(), ago(10_000))
    const [test] = (await start(id)).tests
    await link()
    expect((await detail(id)).tests[0]).toMatchObject({ receivedAt: null, alarm: null })
    expect((await seat.post(`/api/devices/${id}/test-press/${test.id}/finish`)).body.code).toBe('test-not-pressed')
    await deliver(api.pool, id, 'press', press(), new Date(Date.now() + 6 * 60_000))
    await link()
    expect((await detail(id)).tests[0].receivedAt).toBeNull()
  })
})

test('outages: the dark village first, with its hub, its alarm and whom to ask after', async () => {
  const top = await api.area('断电县')
  const [dark, lit] = [await api.area('黑村', top.id), await api.area('亮村', top.id)]
  await api.user('watcher', 'shift-lead', top.id)
  const watcher = await api.signIn('watcher')
  const person = async (name: string, bornOn: string, areaId: string) =>
    (await watcher.post('/api/elders', { name, bornOn, areaId, address: `${name}家` })).body
  const old = await person('老大', '1930-01-01', dark.id)
  const young = await person('老二', '1950-01-01', dark.id)
  const make = async (body: object): Promise<string> => (await watcher.post('/api/devices', body)).body.id
  const hub = await make({ kind: 'hub', homeId: young.home.id, label: '村口' })
  const silent = [
    hub,
    await make({ kind: 'button', elderId: young.id, hubId: hub }),
    await make({ kind: 'bp-meter', elderId: old.id, hubId: hub }),
    await make({ kind: 'button', elderId: (await person('老三', '1940-01-01', lit.id)).id }),
  ]
  for (let i = 0; i < 3; i++) await make({ kind: 'scale', areaId: lit.id })
  await api.pool.query('update device_state set last_message_at = $2, silent_since = $2 where device_id = any($1)', [
    silent,
    ago(3_600_000),
  ])
  const { items } = (await watcher.get('/api/fleet/outages')).body
  expect(items.map((each: any) => [each.area.name, each.dark, each.silent, each.devices, each.alone])).toEqual([
    ['黑村', true, 3, 3, 0],
    ['亮村', false, 1, 1, 1],
  ])
  expect(items[0].hubs).toEqual([{ id: hub, label: '村口', children: 2 }])
  expect(items[0].elders.map((each: any) => [each.name, each.kinds])).toEqual([
    ['老二', ['button', 'hub']],
    ['老大', ['bp-meter']],
  ])
})
