import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, type Api, type Client, startTestApi } from './api.fixture.ts'
import { type Door, tagAtDoor } from './door.fixture.ts'
import { planned, type Village, village } from './visit.fixture.ts'

let api: Api
let here: Village
let door: Door
let caregiver: Client
let caregiverId: string
const phoneId = crypto.randomUUID()
let facts = 0
const fact = () => ({ phoneId, key: `k${facts++}` })
const MINUTE = 60_000

beforeAll(async () => {
  api = await startTestApi()
  here = await village(api)
  door = await tagAtDoor(here.lead, here.homeId, '04DE5F1EACC042')
  ;({ client: caregiver, id: caregiverId } = here.caregivers[0]!)
})
afterAll(() => api.stop())

const now = () => api.deps.now().toISOString()
const tap = (visitId: string): Promise<Answer> =>
  caregiver.post('/api/presences', { ...fact(), way: 'tag', url: door.tap(), visitId, deviceAt: now(), sentAt: now() })
const photo = (visitId: string, more: object = {}): Promise<Answer> =>
  caregiver.post(`/api/visits/${visitId}/files`, { ...fact(), kind: 'photo', data: PIXEL, ...more })

/** A visit that has begun, with these services planned. */
async function begun(serviceIds: readonly string[]): Promise<string> {
  const id = await planned(api, { ...here, serviceId: serviceIds[0] ?? '' }, { caregiverId })
  for (const service of serviceIds.slice(1)) {
    await api.pool.query('insert into visit_service (visit_id, service_id, planned) values ($1, $2, true)', [
      id,
      service,
    ])
  }
  expect((await tap(id)).body.visit.state).toBe('in-service')
  return id
}
/** Out of the way of the next. */
async function over(id: string): Promise<void> {
  await api.pool.query(`update visit set state = 'evaluated' where id = $1`, [id])
  api.clock.offsetMs += 90 * MINUTE
}

async function service(code: string, photos: boolean): Promise<string> {
  const { rows } = await api.pool.query<{ id: string }>(
    `insert into service (id, area_id, code, category, name, photos, made_at)
     select gen_random_uuid(), area_id, $2, category, $2, $3, now() from service where id = $1 returning id`,
    [here.serviceId, code, photos],
  )
  return rows[0]!.id
}

test('no picture without a service where one of the visit’s shames; of its other service there is', async () => {
  const [bath, clean] = [await service('812', false), await service('803', true)]
  const id = await begun([bath, clean])
  expect((await photo(id, { serviceId: bath })).body.code).toBe('photo-barred')
  expect((await photo(id)).body.code).toBe('photo-barred')
  expect((await photo(id, { serviceId: clean })).status).toBe(201)
  await over(id)
  const plain = await begun([clean])
  expect((await photo(plain)).status).toBe(201)
  expect((await photo(plain, { serviceId: crypto.randomUUID() })).body.code).toBe('not-found')
  await over(plain)
})

test('pictures are not without end, whether a service is named or not', async () => {
  const id = await begun([await service('804', true)])
  const answers: number[] = []
  for (let n = 0; n < 21; n++) answers.push((await photo(id)).status)
  expect(answers.filter((status) => status === 201)).toHaveLength(20)
  expect((await photo(id)).body.code).toBe('photos-enough')
  await over(id)
})

test('a thumb mark counts with a witness, nobody’s with a witness and why; a signature is this visit’s own', async () => {
  const id = await begun([await service('805', true)])
  api.clock.offsetMs += 61 * MINUTE
  await tap(id)
  const evaluate = async (signed: object, more: object = {}): Promise<string> => {
    const body = { face: 'good', signed, propertyChecked: true, ...more }
    const answer = await caregiver.post(`/api/visits/${id}/evaluation`, body)
    return answer.body.code ?? answer.body.state
  }
  expect(await evaluate({ how: 'thumb', by: '张桂英' })).toBe('invalid-request')
  expect(await evaluate({ how: 'thumb', by: '张桂英', witness: ' ' })).toBe('invalid-request')
  expect(await evaluate({ how: 'cannot', witness: '邻居王姨' })).toBe('invalid-request')
  expect(await evaluate({ how: 'proxy', by: '' })).toBe('invalid-request')
  expect(await evaluate({ how: 'signature', by: '张桂英', fileId: crypto.randomUUID() })).toBe('not-found')
  expect(await evaluate({ how: 'thumb', by: '张桂英', witness: '邻居王姨' })).toBe('evaluated')
})

test('a service is done when the phone says, unless its clock cannot be so', async () => {
  const id = await begun([here.serviceId])
  api.clock.offsetMs += 30 * MINUTE
  const doneBy = async (offMs: number): Promise<number> => {
    const deviceAt = new Date(api.deps.now().getTime() + offMs).toISOString()
    const conditions = { 'family-present': { met: true, who: '女儿' } }
    const body = { deviceAt, services: [{ id: here.serviceId, done: true, conditions }] }
    const { services } = (await caregiver.post(`/api/visits/${id}/services`, body)).body
    return Math.round((api.deps.now().getTime() - Date.parse(services[0].doneAt)) / MINUTE)
  }
  const year = 365 * 24 * 60 * MINUTE
  expect([await doneBy(-10 * MINUTE), await doneBy(-year), await doneBy(year)]).toEqual([10, 0, 0])
  await over(id)
})

test('sent away at the door and planned anew, the visit counts from its own taps', async () => {
  const id = await begun([here.serviceId])
  await caregiver.post(`/api/visits/${id}/turn-away`, { outcome: 'sent-away', said: '家里来了客人' })
  const { version } = (await here.office.get(`/api/visits/${id}`)).body
  const from = new Date(api.deps.now().getTime() + 180 * MINUTE)
  const anew = { plannedFrom: from.toISOString(), plannedTo: new Date(from.getTime() + 60 * MINUTE).toISOString() }
  const moved = await here.office.post(`/api/visits/${id}/reschedule`, { version, ...anew, reason: '客人走后再来' })
  expect([moved.body.state, moved.body.beganAt]).toEqual(['assigned', null])
  api.clock.offsetMs += 180 * MINUTE
  const began = api.deps.now().getTime()
  const { visit } = (await tap(id)).body
  expect([visit.state, Math.round((Date.parse(visit.beganAt) - began) / MINUTE)]).toEqual(['in-service', 0])
  api.clock.offsetMs += 61 * MINUTE
  const left = await tap(id)
  expect(left.body.visit).toMatchObject({ state: 'left', minutes: 61, verified: true })
  expect(left.body.visit.presences).toHaveLength(3)
})

/** One pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
