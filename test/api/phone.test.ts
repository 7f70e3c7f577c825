import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestApi, type Api, type Client } from './api.fixture.ts'
import { planned, village, type Village } from './visit.fixture.ts'

let api: Api
let place: Village
let caregiverId: string
beforeAll(async () => {
  api = await startTestApi()
  place = await village(api)
})
afterAll(() => api.stop())
beforeEach(async () => {
  api.clock.offsetMs = 0
  const made = await place.lead.post('/api/caregivers', { name: '赵护工', providerId: place.providerId })
  caregiverId = made.body.id
})

const PIN = '284071'
const cookieOf = (headers: Headers, name: string) =>
  headers
    .getSetCookie()
    .map((each) => each.split(';')[0] ?? '')
    .find((each) => each.startsWith(`${name}=`)) ?? ''
const tokenOf = (link: string) => new URL(link).hash.slice(1)
const linkFor = async (office: Client, id = caregiverId) => {
  const made = await office.post(`/api/caregivers/${id}/phone-link`)
  expect([made.status, made.body.code]).toEqual([201, undefined])
  return tokenOf(made.body.link)
}
/** A phone that was taken into use: its cookie, and a client that is signed in on it. */
async function join(token: string, { pin = PIN, phoneId = String(crypto.randomUUID()), cookie = '' } = {}) {
  const answer = await api.client(cookie === '' ? {} : { cookie }).post('/api/phone/join', { token, pin, phoneId })
  const phone = cookieOf(answer.headers, 'anju_phone')
  const client = api.client({ cookie: cookieOf(answer.headers, 'anju_session') })
  return { answer, phone, client, phoneId: String(answer.body.phoneId) }
}
const signIn = (phone: string, userId: string, pin = PIN) =>
  api.client({ cookie: phone }).post('/api/phone/session', { userId, pin })

test('a caregiver without a user takes a phone into use by the office’s link, and signs in by cookie and PIN', async () => {
  const token = await linkFor(place.office)
  expect((await api.client().post('/api/phone/link', { token })).body).toMatchObject({ name: '赵护工' })
  const { answer, phone, client } = await join(token)
  expect([answer.status, answer.body.user]).toMatchObject([200, { name: '赵护工', role: 'caregiver' }])
  expect((await client.get('/api/visits')).status).toBe(200)
  const known = await api.client({ cookie: phone }).get('/api/phone')
  expect(known.body.people).toEqual([{ id: answer.body.user.id, name: '赵护工', locked: false }])
  await client.send('DELETE', '/api/session')
  const again = await signIn(phone, answer.body.user.id)
  expect([again.status, again.body.user.role]).toEqual([200, 'caregiver'])
  const users = (await place.lead.get('/api/users?search=赵护工')).body.items
  expect(users.map((user: { state: string }) => user.state)).toContain('active')
})

test('a link is good once; a newer one withdraws it, and it runs out after a day', async () => {
  const first = await linkFor(place.office)
  const second = await linkFor(place.office)
  expect((await join(first)).answer.body).toMatchObject({ code: 'invitation-gone', state: 'withdrawn' })
  expect((await join(second)).answer.status).toBe(200)
  expect((await join(second)).answer.body).toMatchObject({ code: 'invitation-gone', state: 'used' })
  const third = await linkFor(place.office)
  api.clock.offsetMs = 86_400_001
  expect((await join(third)).answer.body).toMatchObject({ code: 'invitation-gone', state: 'expired' })
  expect((await join('nobody’s')).answer.body).toMatchObject({ code: 'invitation-gone', state: 'unknown' })
})

test('a trivial PIN is refused and leaves the link as it is', async () => {
  const token = await linkFor(place.office)
  expect((await join(token, { pin: '123456' })).answer.body).toMatchObject({ code: 'pin-weak', fault: 'trivial' })
  expect((await join(token)).answer.status).toBe(200)
})

test('without the phone the PIN is worth nothing, and on another phone neither', async () => {
  const { answer, phone } = await join(await linkFor(place.office))
  const userId = answer.body.user.id
  expect((await api.client().post('/api/phone/session', { userId, pin: PIN })).body.code).toBe('phone-unknown')
  const other = await place.lead.post('/api/caregivers', { name: '钱护工', providerId: place.providerId })
  const stranger = await join(await linkFor(place.office, other.body.id))
  expect((await signIn(stranger.phone, userId)).body.code).toBe('phone-unknown')
  expect((await signIn(phone, userId)).status).toBe(200)
})

test('wrong PINs wait, and ten in a row end it until the office shows a new code', async () => {
  const { answer, phone } = await join(await linkFor(place.office))
  const userId = answer.body.user.id
  const said: string[] = []
  for (let i = 0; i < 11; i++) {
    api.clock.offsetMs += 31_000
    said.push((await signIn(phone, userId, '284072')).body.code)
  }
  expect(said).toEqual([...Array<string>(10).fill('pin-wrong'), 'phone-locked'])
  expect((await signIn(phone, userId)).body.code).toBe('phone-locked')
  const again = await join(await linkFor(place.office), { cookie: phone })
  expect(again.answer.status).toBe(200)
  expect((await signIn(phone, userId)).status).toBe(200)
})

test('five wrong PINs at once: none slips through, and the next is asked to wait', async () => {
  const { answer, phone } = await join(await linkFor(place.office))
  const tries = Array.from({ length: 6 }, () => signIn(phone, answer.body.user.id, '284072'))
  const codes = (await Promise.all(tries)).map(({ body }) => body.code)
  expect(codes.filter((code) => code === 'pin-wrong').length).toBeLessThanOrEqual(5)
  expect(codes).toContain('sign-in-throttled')
})

test('the office ends a phone: its session is over and its PIN opens nothing', async () => {
  const { answer, phone, client } = await join(await linkFor(place.office))
  const [row] = (await place.office.get(`/api/caregivers/${caregiverId}/phones`)).body.items
  expect(row).toMatchObject({ locked: false, endedAt: null, others: 0 })
  expect((await place.office.send('DELETE', `/api/phone-keys/${row.id}`)).status).toBe(204)
  expect((await client.get('/api/visits')).body.code).toBe('not-signed-in')
  expect((await signIn(phone, answer.body.user.id)).body.code).toBe('phone-unknown')
  expect((await place.office.send('DELETE', `/api/phone-keys/${row.id}`)).status).toBe(404)
})

test('two caregivers on one phone: the office sees it, and declares it shared', async () => {
  const first = await join(await linkFor(place.office))
  const other = await place.lead.post('/api/caregivers', { name: '孙护工', providerId: place.providerId })
  const second = await join(await linkFor(place.office, other.body.id), { cookie: first.phone })
  expect(second.phoneId).toBe(first.phoneId)
  const path = `/api/phones/${first.phoneId}/shared`
  expect((await place.office.send('PUT', path, { shared: true, note: '站里的手机' })).status).toBe(204)
  const [row] = (await place.office.get(`/api/caregivers/${caregiverId}/phones`)).body.items
  expect(row).toMatchObject({ others: 1, sharedNote: '站里的手机' })
  expect(row.sharedSince).not.toBe(null)
  const known = await api.client({ cookie: first.phone }).get('/api/phone')
  expect(known.body.people.map(({ name }: { name: string }) => name).toSorted()).toEqual(['孙护工', '赵护工'])
})

test('a number that another phone has is not given away with it', async () => {
  const first = await join(await linkFor(place.office))
  const other = await place.lead.post('/api/caregivers', { name: '周护工', providerId: place.providerId })
  const second = await join(await linkFor(place.office, other.body.id), { phoneId: first.phoneId })
  expect(second.answer.status).toBe(200)
  expect(second.phoneId).not.toBe(first.phoneId)
})

test('whoever leaves signs in on no phone', async () => {
  const { answer, phone, client } = await join(await linkFor(place.office))
  const left = await place.lead.send('PATCH', `/api/caregivers/${caregiverId}`, { version: 1, left: true })
  expect(left.status).toBe(200)
  expect((await client.get('/api/visits')).body.code).toBe('not-signed-in')
  expect((await signIn(phone, answer.body.user.id)).body.code).toBe('phone-unknown')
  expect((await place.office.post(`/api/caregivers/${caregiverId}/phone-link`)).body.code).toBe('caregiver-left')
})

test('another provider’s office and a caregiver make no link and see no phone', async () => {
  const elsewhere = await village(api, '槐树村')
  const key = crypto.randomUUID()
  for (const [client, status] of [
    [elsewhere.office, 404],
    [place.caregivers[0]?.client ?? elsewhere.office, 403],
  ] as const) {
    expect((await client.post(`/api/caregivers/${caregiverId}/phone-link`)).status).toBe(status)
    expect((await client.get(`/api/caregivers/${caregiverId}/phones`)).status).toBe(status)
    expect((await client.send('DELETE', `/api/phone-keys/${key}`)).status).toBe(status)
    expect((await client.send('PUT', `/api/phones/${key}/shared`, { shared: true })).status).toBe(status)
  }
})

test('a day holds one’s own visits alone, with what is to be known at the door', async () => {
  const [li, wang] = place.caregivers
  if (!li || !wang) throw new Error('the village has two')
  const elder = (await place.lead.get(`/api/elders/${place.elderId}`)).body
  const changed = { version: elder.version, allergies: '青霉素', hearing: '右耳听不清' }
  expect((await place.lead.send('PATCH', `/api/elders/${place.elderId}`, changed)).status).toBe(200)
  const mine = await planned(api, place, { inMin: 10, caregiverId: li.id })
  await planned(api, place, { inMin: 100, caregiverId: wang.id })
  const at = (inMin: number) => new Date(api.deps.now().getTime() + inMin * 60_000).toISOString()
  const ask = (client: Client) => client.get(`/api/phone/day?from=${at(-600)}&to=${at(600)}`)
  const day = await ask(li.client)
  expect(day.body.items).toMatchObject([
    { visit: { id: mine, elder: { name: '张桂英' } }, elder: { allergies: '青霉素', hearing: '右耳听不清' } },
  ])
  expect(Object.keys(day.body.items[0].visit.elder).toSorted()).toEqual(['id', 'name'])
  expect((await ask(place.lead)).body.items).toEqual([])
  expect((await li.client.get(`/api/phone/day?from=${at(600)}&to=${at(900)}`)).body.items).toEqual([])
})
