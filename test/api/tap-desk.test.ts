import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { decideDue } from '@anju/api/deadline/decider'
import { type Answer, type Api, type Client, startTestApi } from './api.fixture.ts'
import { type Door, tagAtDoor, written } from './door.fixture.ts'
import { deliver } from './facts.fixture.ts'
import { planned, type Village, village } from './visit.fixture.ts'

let api: Api
let here: Village
let clerk: Client
let caregiver: Client
let caregiverId: string
let runs = 0
beforeAll(async () => {
  api = await startTestApi()
  here = await village(api)
  const { rows } = await api.pool.query<{ id: string }>(`select id from area where name = '柳树村县'`)
  await api.user('clerk', 'bureau', rows[0]!.id)
  clerk = await api.signIn('clerk')
  const [one] = here.caregivers
  caregiver = one!.client
  caregiverId = one!.id
})
afterAll(() => api.stop())
beforeEach(async () => {
  api.clock.offsetMs = ++runs * 10 * 60_000
  await api.pool.query(`update visit set state = 'cancelled' where state <> 'cancelled'`)
})

let chips = 0
const uid = () => `04DE5F1EAC${(0xa000 + ++chips).toString(16).toUpperCase()}`
const phoneId = crypto.randomUUID()
let facts = 0
const said = (more: object) => {
  const now = api.deps.now().toISOString()
  return { phoneId, key: `k${facts++}`, way: 'tag', deviceAt: now, sentAt: now, ...more }
}
const codes = ({ body }: Answer): string[] => body.presence.reasons.map(({ code }: { code: string }) => code)
const listed = async (client: Client, query: string) => (await client.get(`/api/presences?${query}`)).body
const ids = (list: { items: { id: string }[] }) => list.items.map(({ id }) => id)
const stateOf = async (door: { id: string }) => (await here.bureau.get(`/api/tags/${door.id}`)).body.state

test('what to write into a tag is shown once; until it was tapped it is to be written, and a trial tap proves no visit', async () => {
  const number = uid()
  const added = await here.lead.post(`/api/homes/${here.homeId}/tags`, { uid: number, label: '门内' })
  const { id } = added.body.items.find((tag: { uid: string }) => tag.uid === number)
  expect(await stateOf({ id })).toBe('number-only')
  const door = await written(here.bureau, id, number, 'hidden-file')
  const again = await here.bureau.post(`/api/tags/${id}/writing`, { kind: 'hidden-file' })
  expect([again.status, again.body.code, await stateOf(door)]).toEqual([409, 'tag-keys-shown', 'to-write'])
  const url = door.tap()
  expect((await here.bureau.post('/api/tags/check', { url })).body).toMatchObject({
    tagId: id,
    verified: true,
    counter: 1,
  })
  expect(await stateOf(door)).toBe('in-use')
  const wrong = await here.bureau.post('/api/tags/check', { url: door.tap().replace(/c=..../, 'c=0000') })
  expect(wrong.body).toMatchObject({ tagId: id, verified: false, code: 'sun-mac-mismatch' })
  const visitId = await planned(api, here, { caregiverId })
  const used = await caregiver.post('/api/presences', said({ url, visitId, part: 'begin' }))
  expect([codes(used), used.body.presence.grade]).toEqual([expect.arrayContaining(['counter-overtaken']), null])
})

test('withdrawn and registered anew a chip goes on counting: what was read of it before stays used', async () => {
  const door = await tagAtDoor(here.lead, here.homeId, uid())
  const old = door.tap()
  await here.bureau.post('/api/tags/check', { url: door.tap() })
  await here.bureau.send('DELETE', `/api/tags/${door.id}`)
  const again = await tagAtDoor(here.lead, here.homeId, door.inside.uid)
  const check = await here.bureau.post('/api/tags/check', { url: old })
  expect(check.body).toMatchObject({ tagId: again.id, verified: false, code: 'counter-replayed' })
})

test('a torn-off tag is replaced by two people: until the second confirms, its taps are supported at most', async () => {
  const old = await tagAtDoor(here.lead, here.homeId, uid())
  const visitId = await planned(api, here, { caregiverId })
  const body = { uid: uid(), why: 'torn-off', note: '门框重漆时撕掉了' }
  const made = await clerk.post(`/api/tags/${old.id}/replacement`, body)
  expect([made.status, made.body.state, made.body.replaces, made.body.can.confirm]).toEqual([
    201,
    'waits-for-second',
    { id: old.id, uid: old.inside.uid, why: 'torn-off', note: body.note },
    false,
  ])
  expect((await here.bureau.get(`/api/tags/${old.id}`)).body).toMatchObject({
    state: 'withdrawn',
    replacedBy: { id: made.body.id },
  })
  const door = await written(clerk, made.body.id, body.uid)
  const begun = await caregiver.post('/api/presences', said({ url: door.tap() }))
  expect([begun.body.presence.grade, codes(begun)]).toEqual(['supported', expect.arrayContaining(['tag-unconfirmed'])])
  const own = await clerk.post(`/api/tags/${door.id}/confirm`, {})
  expect([own.status, own.body.code]).toEqual([409, 'replacement-own'])
  const confirmed = await here.bureau.post(`/api/tags/${door.id}/confirm`, { note: '看过，在门内' })
  expect([confirmed.body.state, confirmed.body.checkedBy.name]).toEqual(['in-use', 'name of 柳树村 bureau'])
  expect((await here.bureau.post(`/api/tags/${door.id}/confirm`, {})).body.code).toBe('tag-not-waiting')
  api.clock.offsetMs += 61 * 60_000
  const ended = await caregiver.post('/api/presences', said({ url: door.tap() }))
  expect([ended.body.visit.id, ended.body.presence.grade]).toEqual([visitId, 'proved'])
  const { rows } = await api.pool.query(
    `select action, user_id is not null as by, reason from record_change where subject = $1 and action in ('tag-revoked', 'tag-confirmed')
     order by at desc, id desc limit 2`,
    [`home:${here.homeId}`],
  )
  expect(rows).toEqual([
    { action: 'tag-confirmed', by: true, reason: '看过，在门内' },
    { action: 'tag-revoked', by: true, reason: body.note },
  ])
})

test('a TagTamper’s wire is shown where it was read', async () => {
  const door = await tagAtDoor(here.lead, here.homeId, uid(), 'hidden-tamper')
  await planned(api, here, { caregiverId })
  door.inside.wire = 'OC'
  const begun = await caregiver.post('/api/presences', said({ url: door.tap() }))
  expect(codes(begun)).toContain('wire-broken')
  expect((await here.bureau.get(`/api/tags/${door.id}`)).body.wire).toEqual({ ever: 'open', now: 'closed' })
  const question = await listed(here.bureau, 'show=in-question')
  const row = question.items.find(({ id }: { id: string }) => id === begun.body.presence.id)
  expect([row.wire, row.visit.elder.name]).toEqual([{ ever: 'open', now: 'closed' }, '张桂英'])
  const settle = { version: row.visit.version, inQuestion: false, acknowledges: true, reason: '搬家具时碰断' }
  expect((await here.bureau.post(`/api/visits/${row.visit.id}/question`, settle)).status).toBe(200)
  expect(ids(await listed(here.bureau, 'show=in-question'))).not.toContain(row.id)
})

async function withoutVisit(door: Door, more: object = {}): Promise<string> {
  return (await caregiver.post('/api/presences', said({ url: door.tap(), ...more }))).body.presence.id
}

test('a tap without a visit waits with why, and is given to one by the office: the visit moves on, graded as it came', async () => {
  const door = await tagAtDoor(here.lead, here.homeId, uid())
  const id = await withoutVisit(door)
  const [row] = (await listed(here.office, 'show=unmatched&what=no-visit')).items
  expect([row.id, row.kind, row.home.address, row.caregiver.name]).toEqual([id, 'no-visit', '3 组 12 号', '李护工'])
  const visitId = await planned(api, here, { inMin: 5, caregiverId })
  const { items } = (await here.office.get(`/api/presences/${id}/candidates`)).body
  expect(items[0]).toMatchObject({ id: visitId, sameHome: true, sameCaregiver: true, apartMin: 5, said: [] })
  const body = { visitId, part: 'begin', reason: '工单补录晚了' }
  const visit = (await here.office.post(`/api/presences/${id}/attach`, body)).body
  expect([visit.state, visit.beginGrade, visit.presences[0].reasons[0].code]).toEqual([
    'in-service',
    'proved',
    'tag-read',
  ])
  expect(ids(await listed(here.office, 'show=unmatched'))).not.toContain(id)
})

test('a code that was wrong when it came proves nothing, to whichever visit it is given', async () => {
  const door = await tagAtDoor(here.lead, here.homeId, uid())
  const forged = await caregiver.post('/api/presences', said({ url: door.tap().replace(/c=..../, 'c=0000') }))
  const stranger = await caregiver.post('/api/presences', said({ url: 'https://elsewhere.example/x' }))
  const [a, b] = [forged.body.presence.id, stranger.body.presence.id]
  expect(ids(await listed(here.office, 'show=unmatched&what=wrong-key'))).toContain(a)
  expect(ids(await listed(here.office, 'show=unmatched&what=unknown'))).toContain(b)
  const visitId = await planned(api, here, { caregiverId })
  for (const [id, code] of [
    [a, 'sun-forged'],
    [b, 'sun-unreadable'],
  ]) {
    const visit = (await here.office.post(`/api/presences/${id}/attach`, { visitId, part: 'begin', reason: 'x' })).body
    const given = visit.presences.find((one: { id: string }) => one.id === id)
    expect([given.grade, given.reasons[0].code, visit.state]).toEqual([null, code, 'assigned'])
  }
})

test('a tap at a door where nothing sends the provider is one of another area', async () => {
  const other = await village(api, '石桥村')
  const door = await tagAtDoor(other.lead, other.homeId, uid())
  const id = await withoutVisit(door)
  expect(ids(await listed(here.office, 'show=unmatched&what=other-area'))).toContain(id)
  const visitId = await planned(api, here, { caregiverId: here.caregivers[1]!.id })
  const attached = await here.office.post(`/api/presences/${id}/attach`, { visitId, part: 'begin', reason: 'x' })
  expect(attached.status).toBe(404)
})

test('put aside with a reason it leaves the list and stays on file; twice is refused', async () => {
  const door = await tagAtDoor(here.lead, here.homeId, uid())
  const id = await withoutVisit(door)
  const aside = await here.office.post(`/api/presences/${id}/set-aside`, { why: 'trying-out', note: '装好后试刷' })
  expect(aside.body.setAside).toMatchObject({ why: 'trying-out', by: { name: 'name of 柳树村 office' } })
  expect(ids(await listed(here.office, 'show=unmatched'))).not.toContain(id)
  expect(ids(await listed(here.office, 'show=set-aside'))).toContain(id)
  expect((await here.bureau.post(`/api/presences/${id}/set-aside`, { why: 'visitor' })).body.code).toBe(
    'presence-decided',
  )
  const [own, other] = here.caregivers.map(({ client }) => client)
  expect((await own!.post(`/api/presences/${id}/set-aside`, { why: 'visitor' })).status).toBe(403)
  expect((await other!.post(`/api/presences/${id}/set-aside`, { why: 'visitor' })).status).toBe(404)
  expect(ids(await listed(other!, 'show=set-aside'))).not.toContain(id)
})

test('what was put aside is taken up again, once; who did what and when stays in its history', async () => {
  const door = await tagAtDoor(here.lead, here.homeId, uid())
  const id = await withoutVisit(door)
  expect((await here.office.post(`/api/presences/${id}/take-up`, {})).body.code).toBe('presence-not-aside')
  await here.office.post(`/api/presences/${id}/set-aside`, { why: 'other', note: '手滑' })
  expect((await here.caregivers[0]!.client.post(`/api/presences/${id}/take-up`, {})).status).toBe(403)
  const both = await Promise.all(
    [here.office, here.bureau].map((client) => client.post(`/api/presences/${id}/take-up`, { note: '点错了' })),
  )
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
  expect(both.find(({ status }) => status === 409)!.body.code).toBe('presence-not-aside')
  expect(ids(await listed(here.office, 'show=unmatched'))).toContain(id)
  expect(ids(await listed(here.office, 'show=set-aside'))).not.toContain(id)
  await here.bureau.post(`/api/presences/${id}/set-aside`, { why: 'trying-out' })
  const { items } = await listed(here.office, 'show=set-aside')
  const { decided, setAside } = items.find((row: { id: string }) => row.id === id)
  expect(setAside).toMatchObject({ why: 'trying-out', by: { name: 'name of 柳树村 bureau' } })
  expect(decided).toMatchObject([
    { what: 'set-aside', why: 'other', note: '手滑', by: { name: 'name of 柳树村 office' } },
    { what: 'taken-up', why: null, note: '点错了' },
    { what: 'set-aside', why: 'trying-out', note: '', by: { name: 'name of 柳树村 bureau' } },
  ])
  const visitId = await planned(api, here, { caregiverId })
  await here.office.post(`/api/presences/${id}/take-up`, {})
  await here.office.post(`/api/presences/${id}/attach`, { visitId, part: 'begin', reason: '补录' })
  expect((await here.office.post(`/api/presences/${id}/take-up`, {})).body.code).toBe('presence-matched')
})

test('taps and their counts are narrowed by provider, area, caregiver and when they were received', async () => {
  const city = await api.area('两县之市')
  const [west, east] = [await village(api, '枣林村', city.id), await village(api, '石榴村', city.id)]
  await api.user('city', 'administrator', city.id)
  const admin = await api.signIn('city')
  const tap = async ({ lead, homeId, caregivers: [one] }: Village) => {
    const url = (await tagAtDoor(lead, homeId, uid())).tap()
    return (await one!.client.post('/api/presences', said({ url }))).body.presence.id
  }
  const before = await tap(west)
  api.clock.offsetMs += 60_000
  const from = api.deps.now().toISOString()
  const [mine, foreign] = [await tap(west), await tap(east)]
  // the address of no tag of ours: only whose phone it was is known
  const stranger = await west.caregivers[1]!.client.post('/api/presences', said({ url: 'https://elsewhere.example/y' }))
  const doorless = stranger.body.presence.id
  const found = async (query: string, client = admin) => {
    const list = await listed(client, `show=unmatched&limit=1000&${query}`)
    expect(list.counts.unmatched).toBe(list.items.length)
    return ids(list).toSorted()
  }
  const sorted = (...some: string[]) => some.toSorted()
  expect(await found('')).toEqual(sorted(before, mine, foreign, doorless))
  expect(await found(`from=${from}`)).toEqual(sorted(mine, foreign, doorless))
  expect(await found(`to=${from}`)).toEqual([before])
  expect(await found(`provider=${west.providerId}&from=${from}`)).toEqual(sorted(mine, doorless))
  expect(await found(`area=${east.areaId}`)).toEqual([foreign])
  expect(await found(`area=${city.id}`)).toEqual(sorted(before, mine, foreign, doorless))
  expect(await found(`area=${crypto.randomUUID()}`)).toEqual([])
  expect(await found(`caregiver=${west.caregivers[1]!.id}`)).toEqual([doorless])
  expect(await found(`caregiver=${west.caregivers[1]!.id}&provider=${east.providerId}`)).toEqual([])
  // what is asked for narrows within the scope, and never widens it
  expect(await found(`provider=${east.providerId}`, west.office)).toEqual([])
})

test('an unknown badge at a reader is somebody’s as soon as one says whose; its taps that wait are theirs', async () => {
  const reader = (await here.lead.post('/api/devices', { kind: 'door-reader', elderId: here.elderId })).body.id
  await api.pool.query(`update assignment set valid_from = '2020-01-01' where device_id = $1`, [reader])
  for (const id of ['one', 'two']) {
    await deliver(api.pool, reader, 'tap', { id, at: api.deps.now().toISOString(), uid: '04FFEEDDCC' }, api.deps.now())
  }
  await decideDue(api.pool, api.deps.now(), api.deps.log, api.key)
  const rows = (await listed(here.bureau, 'show=unmatched&what=unknown&way=reader')).items
  expect(rows).toHaveLength(2)
  expect(rows[0]).toMatchObject({ uid: '04FFEEDDCC', device: { id: reader }, caregiver: null, tag: null })
  const [first] = rows
  const named = await here.bureau.post(`/api/presences/${first.id}/badge`, { caregiverId, reason: '新发的胸牌' })
  expect([named.body.caregiver.name, named.body.kind]).toEqual(['李护工', 'no-visit'])
  expect((await here.bureau.post(`/api/presences/${first.id}/badge`, { caregiverId, reason: 'x' })).body.code).toBe(
    'presence-not-badge',
  )
  expect(ids(await listed(here.office, 'show=unmatched'))).toEqual(
    expect.arrayContaining(rows.map((row: { id: string }) => row.id)),
  )
  const visitId = await planned(api, here, { caregiverId })
  const visit = (await here.office.post(`/api/presences/${first.id}/attach`, { visitId, part: 'begin', reason: 'x' }))
    .body
  expect([visit.state, visit.beginGrade]).toEqual(['in-service', 'supported'])
})

test('a typed end is refused by a second person with words; approved or refused it is decided', async () => {
  const visitId = await planned(api, here, { caregiverId })
  const typed = { way: 'typed', reasonCode: 'tag-gone', visitId }
  const begun = await caregiver.post('/api/presences', said({ ...typed, part: 'begin' }))
  const { id } = begun.body.presence
  const waiting = await listed(here.office, 'show=to-approve')
  expect([ids(waiting), waiting.counts['to-approve']]).toEqual([expect.arrayContaining([id]), waiting.items.length])
  expect((await here.office.post(`/api/presences/${id}/refuse`, {})).status).toBe(400)
  const refused = await here.office.post(`/api/presences/${id}/refuse`, { reason: '家属说那天没有来' })
  expect([refused.body.presence.grade, codes(refused)]).toEqual([null, expect.arrayContaining(['approval-refused'])])
  expect((await here.office.post(`/api/presences/${id}/approve`, {})).body.code).toBe('presence-decided')
  const entry = refused.body.visit.entries.find(({ kind }: { kind: string }) => kind === 'end-refused')
  expect(entry.body).toMatchObject({ presenceId: id, reason: '家属说那天没有来' })
  expect(ids(await listed(here.office, 'show=to-approve'))).not.toContain(id)
})

test('a policy is tried on last month’s visits before it is set; nothing changes by looking', async () => {
  const door = await tagAtDoor(here.lead, here.homeId, uid())
  const ask = (least: string, more = '') =>
    here.bureau.get(`/api/presence-policy/preview?areaId=${here.areaId}&begin=${least}&end=${least}${more}`)
  const [before, milderBefore] = [(await ask('proved')).body, (await ask('supported')).body]
  await planned(api, here, { caregiverId })
  await caregiver.post('/api/presences', said({ url: door.tap() }))
  api.clock.offsetMs += 61 * 60_000
  const late = new Date(api.deps.now().getTime() - 20 * 60_000).toISOString()
  const ended = await caregiver.post('/api/presences', said({ url: door.tap(), deviceAt: late }))
  expect(ended.body.presence.grade).toBe('supported')
  const [strict, milder] = [(await ask('proved')).body, (await ask('supported')).body]
  expect([strict.visits - before.visits, strict.verified - before.verified, strict.now]).toEqual([1, 0, before.now])
  expect(milder.verified - milderBefore.verified).toBe(1)
  expect((await here.office.get('/api/presence-policy/preview?begin=proved&end=proved')).status).toBe(403)
})
