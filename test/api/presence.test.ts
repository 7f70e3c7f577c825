import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { decideDue } from '@anju/api/deadline/decider'
import { type Answer, type Api, type Client, startTestApi } from './api.fixture.ts'
import { type Door, tagAtDoor } from './door.fixture.ts'
import { deliver, press } from './facts.fixture.ts'
import { planned, type Village, village } from './visit.fixture.ts'

let api: Api
let here: Village
let door: Door
let visits = 0
beforeAll(async () => {
  api = await startTestApi()
  here = await village(api)
  door = await tagAtDoor(here.lead, here.homeId, '04DE5F1EACC040')
})
afterAll(() => api.stop())

const phone = crypto.randomUUID()
let facts = 0
const said = (url: string, more: object = {}) => {
  const now = api.deps.now().toISOString()
  return { phoneId: phone, key: `k${facts++}`, way: 'tag', url, deviceAt: now, sentAt: now, ...more }
}
const codes = (answer: Answer): string[] => answer.body.presence.reasons.map(({ code }: { code: string }) => code)

let caregiver: Client
let visitId: string
/** One visit is open, which begins about now; the clock stands some minutes after that of the test before. */
beforeEach(async () => {
  const [one] = here.caregivers
  caregiver = one!.client
  api.clock.offsetMs = ++visits * 10 * 60_000
  await api.pool.query(`update visit set state = 'cancelled' where state <> 'cancelled'`)
  visitId = await planned(api, here, { caregiverId: one!.id })
})

test('two taps of the door tag, fresh and in order, prove a visit; its story and the chain of evidence tell of both', async () => {
  const begun = await caregiver.post('/api/presences', said(door.tap()))
  expect([begun.status, begun.body.matched, begun.body.visit.state, begun.body.presence.grade]).toEqual([
    201,
    true,
    'in-service',
    'proved',
  ])
  api.clock.offsetMs += 61 * 60_000
  const ended = await caregiver.post('/api/presences', said(door.tap()))
  const { visit } = ended.body
  expect([visit.id, visit.state, visit.minutes, visit.verified]).toEqual([visitId, 'left', 61, true])
  expect(visit.verdict.why).toEqual([{ code: 'both-proved' }])
  const { rows } = await api.pool.query<{ kind: string }>(
    `select chained -> 'body' ->> 'kind' as kind from evidence, lateral (select convert_from(body, 'UTF8')::jsonb as chained) text
     where elder_id = $1 and chained -> 'personal' ? 'raw' order by n`,
    [here.elderId],
  )
  expect(rows.map(({ kind }) => kind)).toEqual(['began', 'left'])
})

test('the visit tells its taps as they came: the address, its code, the position with its datum; who may not read addresses reads no position', async () => {
  const url = door.tap()
  const position = { lon: 112.9388, lat: 28.2282, accuracyM: 12, system: 'gcj02' }
  await caregiver.post('/api/presences', said(url, { position }))
  const forged = url.replace(/[0-9A-F]$/, (digit) => (digit === '0' ? '1' : '0'))
  await caregiver.post('/api/presences', said(forged, { part: 'begin' }))
  const { body } = await here.bureau.get(`/api/visits/${visitId}`)
  expect(body.presences.map(({ raw }: { raw: object }) => raw)).toMatchObject([
    { message: url, code: { verified: true, why: null }, position, rule: 'P5.2', ruleVersion: 1 },
    { message: forged, code: { verified: false, why: 'sun-mac-mismatch' }, position: null },
  ])
  await api.user(
    'auditor',
    'auditor',
    (
      await api.pool.query('select area_id from elder join home on home.id = home_id where elder.id = $1', [
        here.elderId,
      ])
    ).rows[0].area_id,
  )
  const auditor = await api.signIn('auditor')
  const [seen] = (await auditor.get(`/api/visits/${visitId}`)).body.presences
  expect([seen.raw.message, seen.raw.position]).toEqual([url, null])
})

test('the same address again is a reload; from another phone it is a replay, and the visit is in question', async () => {
  const url = door.tap()
  await caregiver.post('/api/presences', said(url))
  const again = await caregiver.post('/api/presences', said(url, { part: 'begin' }))
  expect([codes(again), again.body.presence.inQuestion]).toEqual([expect.arrayContaining(['tap-repeated']), false])
  const other = await caregiver.post('/api/presences', said(url, { part: 'begin', phoneId: crypto.randomUUID() }))
  expect([codes(other), other.body.visit.inQuestion]).toEqual([expect.arrayContaining(['counter-replayed']), true])
  const settled = await here.bureau.post(`/api/visits/${visitId}/question`, {
    version: other.body.visit.version,
    inQuestion: false,
    acknowledges: true,
    reason: '两部手机同时打开了同一条链接',
  })
  expect([settled.body.inQuestion, settled.body.beginGrade]).toEqual([false, 'proved'])
})

test('one tap tells both of a couple’s joint visit, now and sent later, and is no replay of itself', async () => {
  const [one] = here.caregivers
  await api.pool.query(`update visit set state = 'cancelled' where id = $1`, [visitId])
  const husband = (await here.lead.post('/api/elders', { name: '陈大爷', homeId: here.homeId })).body.id
  const from = api.deps.now().getTime() - 30 * 60_000
  const plan = { providerId: here.providerId, serviceIds: [here.serviceId], elderIds: [here.elderId, husband] }
  const times = { plannedFrom: new Date(from).toISOString(), plannedTo: new Date(from + 3_600_000).toISOString() }
  const { ids } = (await here.office.post('/api/visits', { ...plan, ...times })).body
  await here.office.post(`/api/visits/${ids[0]}/assign`, { version: 1, caregiverId: one!.id })
  const both = async () => Promise.all(ids.map(async (id: string) => (await here.office.get(`/api/visits/${id}`)).body))
  await caregiver.post('/api/presences', said(door.tap()))
  expect(await both()).toMatchObject(
    [0, 1].map(() => ({ state: 'in-service', beginGrade: 'proved', inQuestion: false })),
  )
  const later = (minutes: number) => ({ deviceAt: new Date(api.deps.now().getTime() - minutes * 60_000).toISOString() })
  api.clock.offsetMs += 90 * 60_000
  await caregiver.post('/api/presences', said(door.tap(), later(20)))
  await caregiver.post('/api/presences', said(door.tap(), later(10)))
  expect(await both()).toMatchObject([0, 1].map(() => ({ state: 'left', endGrade: 'supported', inQuestion: false })))
})

test('opened again after leaving, with the next visit at that door planned, the address is about the visit it ended', async () => {
  await caregiver.post('/api/presences', said(door.tap()))
  api.clock.offsetMs += 60 * 60_000
  const url = door.tap()
  expect((await caregiver.post('/api/presences', said(url))).body.visit.state).toBe('left')
  const next = await planned(api, here, { inMin: 10, caregiverId: here.caregivers[0]!.id })
  const again = await caregiver.post('/api/presences', said(url))
  expect([again.body.visit.id, codes(again)]).toEqual([visitId, expect.arrayContaining(['tap-repeated'])])
  expect((await here.office.get(`/api/visits/${next}`)).body).toMatchObject({ state: 'assigned', presences: [] })
})

test('the address of the begin is no tap of the end', async () => {
  const url = door.tap()
  await caregiver.post('/api/presences', said(url))
  api.clock.offsetMs += 60 * 60_000
  const end = await caregiver.post('/api/presences', said(url))
  expect([codes(end), end.body.presence.grade, end.body.visit.state]).toEqual([
    expect.arrayContaining(['tap-of-other-end']),
    null,
    'in-service',
  ])
})

test('sent twice at the same instant it is one fact', async () => {
  const body = said(door.tap())
  const answers = await Promise.all([1, 2, 3].map(() => caregiver.post('/api/presences', body)))
  expect(new Set(answers.map(({ body: { presence } }) => presence.id)).size).toBe(1)
  const { rows } = await api.pool.query('select 1 from presence where visit_id = $1', [visitId])
  expect(rows).toHaveLength(1)
})

test('two phones that send one address at the same instant: one raises the counter, the other is a replay', async () => {
  const url = door.tap()
  const answers = await Promise.all(
    [1, 2].map(() => caregiver.post('/api/presences', said(url, { phoneId: crypto.randomUUID() }))),
  )
  const judged = answers.map(
    (answer) => codes(answer).includes('counter-replayed') || codes(answer).includes('tap-of-other-end'),
  )
  expect(judged.toSorted()).toEqual([false, true])
})

test('kept without signal and sent hours later it is supported at most, at the time of the tap', async () => {
  const url = door.tap()
  const tapped = api.deps.now()
  api.clock.offsetMs += 3 * 3_600_000
  const late = await caregiver.post('/api/presences', said(url, { deviceAt: tapped.toISOString() }))
  expect([late.body.presence.grade, codes(late)]).toEqual(['supported', expect.arrayContaining(['sent-later'])])
  expect(Date.parse(late.body.visit.beganAt)).toBeCloseTo(tapped.getTime(), -4)
})

test('a phone whose clock is a year off sends at once: its delay is known all the same', async () => {
  const wrong = new Date(api.deps.now().getTime() - 365 * 86_400_000).toISOString()
  const answer = await caregiver.post('/api/presences', said(door.tap(), { deviceAt: wrong, sentAt: wrong }))
  expect([answer.body.presence.grade, codes(answer)]).toEqual(['proved', expect.arrayContaining(['clock-off'])])
})

test('a tag of another home contradicts the visit: in question, no proof, and nothing is lost', async () => {
  const elsewhere = await here.lead.post('/api/elders', { name: '陈秀梅', areaId: here.areaId, address: '5 组' })
  const other = await tagAtDoor(here.lead, elsewhere.body.home.id, '04DE5F1EACC041')
  const answer = await caregiver.post('/api/presences', said(other.tap(), { visitId, part: 'begin' }))
  expect([codes(answer), answer.body.visit.inQuestion, answer.body.presence.grade]).toEqual([
    expect.arrayContaining(['home-differs']),
    true,
    null,
  ])
})

test('a malformed address, a wrong key and a tag of another area are kept, and no proof', async () => {
  const forged = door.tap().replace(/c=..../, 'c=0000')
  for (const url of ['not an address', 'https://anju.example/t?k=0123456789ab&p=1&c=2', forged]) {
    const answer = await caregiver.post('/api/presences', said(url, { visitId, part: 'begin' }))
    expect([answer.status, answer.body.presence.grade]).toEqual([201, null])
  }
})

test('typed in with a reason it is claimed, and counts once a second person has approved it', async () => {
  const typed = { way: 'typed', url: undefined, reasonCode: 'tag-silent' }
  const begun = await caregiver.post('/api/presences', said('', { ...typed, visitId, part: 'begin' }))
  expect([begun.body.presence.grade, begun.body.visit.state]).toEqual(['claimed', 'in-service'])
  const waiting = await here.office.get('/api/presences?show=to-approve')
  expect(waiting.body.items.map(({ id }: { id: string }) => id)).toContain(begun.body.presence.id)
  const approved = await here.office.post(`/api/presences/${begun.body.presence.id}/approve`, {})
  expect([approved.body.presence.grade, codes(approved)]).toEqual([
    'claimed',
    expect.arrayContaining(['approval-given']),
  ])
})

test('a badge at the door reader begins the visit it belongs to; an unknown one waits at the desk of unmatched taps', async () => {
  const [one] = here.caregivers
  await here.lead.post(`/api/caregivers/${one!.id}/badges`, { uid: '04AABBCCDD' })
  const reader = (await here.lead.post('/api/devices', { kind: 'door-reader', elderId: here.elderId })).body.id
  await api.pool.query(`update assignment set valid_from = '2020-01-01' where device_id = $1`, [reader])
  const tap = (uid: string, id: string) =>
    deliver(api.pool, reader, 'tap', { id, at: api.deps.now().toISOString(), uid }, api.deps.now())
  await tap('04AABBCCDD', 'badge')
  await tap('04FFFFFFFF', 'stranger')
  await decideDue(api.pool, api.deps.now(), api.deps.log, api.key)
  const visit = (await here.office.get(`/api/visits/${visitId}`)).body
  expect([visit.state, visit.beginGrade, visit.presences[0].way]).toEqual(['in-service', 'supported', 'reader'])
  const unmatched = (await here.lead.get('/api/presences?show=unmatched')).body.items
  expect(unmatched.map(({ uid }: { uid: string }) => uid)).toContain('04FFFFFFFF')
})

test('a tap at the door while she calls for help is when somebody was on the scene', async () => {
  const button = (await here.lead.post('/api/devices', { kind: 'button', elderId: here.elderId })).body.id
  await deliver(api.pool, button, 'press', press())
  await caregiver.post('/api/presences', said(door.tap()))
  const alarms = (await here.lead.get('/api/alarms?state=open')).body.items
  const alarm = alarms.find(({ kind }: { kind: string }) => kind === 'emergency-press')
  const { steps } = (await here.lead.get(`/api/alarms/${alarm.id}`)).body
  expect(steps.map(({ step, outcome }: { step: string; outcome: string }) => [step, outcome])).toContainEqual([
    'helper',
    'arrived',
  ])
})

test('a caregiver in distress raises high, once for one call, and sounds again for another', async () => {
  await caregiver.post('/api/presences', said(door.tap()))
  const call = { phoneId: phone, key: 'help-1' }
  const [first, same] = [await caregiver.post('/api/distress', call), await caregiver.post('/api/distress', call)]
  expect([first.status, same.body.alarmId]).toEqual([201, first.body.alarmId])
  const again = await caregiver.post('/api/distress', { ...call, key: 'help-2' })
  expect(again.body.alarmId).toBe(first.body.alarmId)
  const alarm = (await here.lead.get(`/api/alarms/${first.body.alarmId}`)).body
  expect([alarm.kind, alarm.priority, alarm.presses, alarm.elderId]).toEqual([
    'caregiver-distress',
    'high',
    1,
    here.elderId,
  ])
})

test('whoever the desk sends reads it on the phone, and says yes', async () => {
  const button = (await here.lead.post('/api/devices', { kind: 'button', elderId: here.elderId })).body.id
  await deliver(api.pool, button, 'press', press())
  const alarms = (await here.lead.get('/api/alarms?state=open')).body.items
  const alarm = alarms.find(({ kind }: { kind: string }) => kind === 'emergency-press')
  await here.lead.post(`/api/alarms/${alarm.id}/acknowledge`)
  const [one, two] = here.caregivers
  await here.lead.post(`/api/alarms/${alarm.id}/steps`, { step: 'helper', caregiverId: two!.id })
  const errands = (await two!.client.get('/api/errands')).body.items
  expect(errands).toMatchObject([{ alarmId: alarm.id, elder: '张桂英', state: 'asked' }])
  const { stepId } = errands[0]
  expect((await one!.client.post(`/api/errands/${stepId}/answer`, { accepts: true })).status).toBe(404)
  const said = await two!.client.post(`/api/errands/${stepId}/answer`, { accepts: true })
  expect(said.body.items[0].state).toBe('accepted')
})
