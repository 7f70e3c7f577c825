import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Api, type Client, startTestApi } from './api.fixture.ts'
import { findings } from './visit-exception.fixture.ts'
import { planned, type Village, village } from './visit.fixture.ts'

let api: Api
let one: Village
let stranger: Village
beforeAll(async () => {
  api = await startTestApi()
  one = await village(api, '柳树村')
  stranger = await village(api, '杨树村')
})
afterAll(() => api.stop())

const { given, check, rowsOf, find } = findings(() => ({ api, one }))

describe('what the rules find', () => {
  test('is in the queue with its numbers, once, and counted', async () => {
    const id = await given()
    await check(id)
    const found = await find(one.bureau, id, 'late')
    expect(found).toMatchObject({ severity: 'notice', state: 'open', cases: [{ minutes: 20, limit: 15 }] })
    const { exceptions } = (await one.bureau.get(`/api/visits/${id}`)).body
    expect(exceptions.find(({ rule }: { rule: string }) => rule === 'late')).toMatchObject({
      id: found.id,
      cases: found.cases,
      state: 'open',
      decided: null,
    })
    const list = (await one.bureau.get('/api/visit-exceptions?rule=late')).body
    expect(list.items.length).toBeGreaterThan(0)
    expect(list.counts.rules.late).toBe(list.items.length)
    expect((await one.bureau.get('/api/visit-exceptions?rule=overlap')).body.items).toEqual([])
  })

  test('each sees their own: the provider its own, the caregiver theirs, another county nothing', async () => {
    const id = await given()
    const [own, other] = one.caregivers
    const seen = async (client: Client | undefined) => (client ? (await rowsOf(client, id)).length : -1)
    expect(await seen(one.office)).toBeGreaterThan(0)
    expect(await seen(own?.client)).toBeGreaterThan(0)
    expect([await seen(other?.client), await seen(stranger.office), await seen(stranger.bureau)]).toEqual([0, 0, 0])
  })

  test('it is paged, and filtered by severity and provider', async () => {
    await given()
    await given({ late: 40 })
    const first = (await one.bureau.get('/api/visit-exceptions?limit=1')).body
    const second = (await one.bureau.get(`/api/visit-exceptions?limit=1&cursor=${first.next}`)).body
    expect(second.items[0].id).not.toBe(first.items[0].id)
    const of = async (query: string) => (await one.bureau.get(`/api/visit-exceptions?${query}`)).body.items
    for (const row of await of('severity=grave')) expect(row.severity).toBe('grave')
    expect(await of(`provider=${stranger.providerId}`)).toEqual([])
    expect((await of(`provider=${one.providerId}`)).length).toBeGreaterThan(1)
    expect(await of(`area=${stranger.areaId}`)).toEqual([])
  })
})

describe('the conditions of a service', () => {
  /** Serves the elder with what is said of the conditions, and has it checked; answers what is found of them. */
  async function served(conditions: object, after: () => Promise<void> = async () => {}): Promise<object[]> {
    const id = await planned(api, one, { inMin: -60 })
    const caregiver = one.caregivers[0]
    await api.pool.query(
      `update visit set state = 'in-service', caregiver_id = $2, began_at = planned_from where id = $1`,
      [id, caregiver?.id],
    )
    const body = { services: [{ id: one.serviceId, done: true, conditions }] }
    expect((await caregiver?.client.post(`/api/visits/${id}/services`, body))?.status).toBe(200)
    await after()
    await check(id)
    const found = (await rowsOf(one.bureau, id)).find(({ rule }) => rule === 'service-without-condition')
    return found?.cases ?? []
  }
  const elder = (facts: object) =>
    api.pool.query('update elder set understands = $2, without_family = $3 where id = $1', [
      one.elderId,
      'understands' in facts ? facts.understands : true,
      'withoutFamily' in facts ? facts.withoutFamily : false,
    ])
  const service = (conditions: string[], substitute: string | null) =>
    api.pool.query('update service set conditions = $2, family_substitute = $3 where id = $1', [
      one.serviceId,
      conditions,
      substitute,
    ])
  afterEach(async () => {
    await elder({})
    await service([], null)
  })

  test('the guardian is asked for at every service of whoever does not fully understand, and is kept by name', async () => {
    await elder({ understands: false })
    expect(await served({})).toEqual([{ condition: 'guardian-present', code: '3', why: 'not-said' }])
    expect(await served({ 'guardian-present': { met: true } })).toMatchObject([{ why: 'nobody-named' }])
    expect(await served({ 'guardian-present': { met: true, who: '侄女' } })).toEqual([])
  })

  test('a neighbour stands in for a family of whom nobody lives, with her own consent', async () => {
    await service(['family-present'], 'neighbour')
    const neighbour = { met: true, who: '李婶', substitute: 'neighbour' }
    const said = (more: object) => ({ 'family-present': { ...neighbour, ...more } })
    expect(await served(said({ consented: true }))).toMatchObject([{ why: 'no-substitute-allowed' }])
    await elder({ withoutFamily: true })
    expect(await served(said({ consented: true }))).toEqual([])
    expect(await served(said({ consented: false }))).toMatchObject([{ why: 'no-consent' }])
    expect(await served(said({}))).toMatchObject([{ why: 'no-consent' }])
  })

  test('an order is kept with its number; without one it is asked for', async () => {
    await service(['doctor-order'], null)
    expect(await served({ 'doctor-order': { met: true, who: '李医生' } })).toMatchObject([{ why: 'no-paper' }])
    expect(await served({ 'doctor-order': { met: true, who: '李医生', paper: '2026-11-02' } })).toEqual([])
  })

  test('what the file or the catalogue asks later it did not ask when the service was given', async () => {
    const later = async () => {
      await elder({ understands: false })
      await service(['family-present'], null)
    }
    expect(await served({}, later)).toEqual([])
  })
})

describe('deciding', () => {
  test('the bureau acknowledges with a reason, takes it back, and has it looked into; the second is told', async () => {
    const id = await given({ late: 40 })
    const row = await find(one.bureau, id, 'late')
    const at = `/api/visit-exceptions/${row.id}`
    expect((await one.bureau.post(`${at}/acknowledge`, { version: row.version })).body.code).toBe('invalid-request')
    const reason = { version: row.version, reasonCode: 'emergency' }
    const decided = await one.bureau.post(`${at}/acknowledge`, reason)
    expect(decided.body).toMatchObject({ state: 'acknowledged', can: { undo: { allowed: true } } })
    expect((await one.bureau.post(`${at}/acknowledge`, reason)).body).toMatchObject({ code: 'exception-decided' })
    const undone = await one.bureau.post(`${at}/undo`, { version: decided.body.version })
    expect(undone.body).toMatchObject({ state: 'open', decided: null })
    const late = await one.bureau.post(`${at}/investigate`, { version: row.version })
    expect(late.body).toMatchObject({ code: 'changed-meanwhile', current: { id: row.id } })
    const looked = await one.bureau.post(`${at}/investigate`, { version: undone.body.version })
    expect(looked.body.state).toBe('investigating')
    const fix = { version: looked.body.version, reasonCode: 'other' }
    expect((await one.office.post(`${at}/fix`, fix)).body.code).toBe('exception-investigated')
  })

  test('its caregiver says otherwise, once; another does not', async () => {
    const id = await given()
    const [own, other] = one.caregivers
    const row = await find(one.bureau, id, 'late')
    const dispute = { version: row.version, text: '路上塌方，改走山路' }
    const say = (client: Client | undefined) => client?.post(`/api/visit-exceptions/${row.id}/dispute`, dispute)
    expect((await say(other?.client))?.status).toBe(404)
    expect((await say(own?.client))?.body).toMatchObject({ disputed: true, dispute: { text: dispute.text } })
    const again = await own?.client.post(`/api/visit-exceptions/${row.id}/dispute`, { ...dispute, version: 2 })
    expect(again?.body.code).toBe('exception-disputed')
    expect(await find(one.bureau, id, 'late')).toMatchObject({ state: 'open' })
  })

  test('a decision stays while its facts do; other facts ask again, with both kept', async () => {
    const id = await given()
    const row = await find(one.bureau, id, 'late')
    await one.bureau.post(`/api/visit-exceptions/${row.id}/acknowledge`, {
      version: row.version,
      reasonCode: 'elder-wished',
    })
    await check(id)
    expect(await find(one.bureau, id, 'late')).toMatchObject({ id: row.id, state: 'acknowledged' })
    await api.pool.query(`update visit set began_at = began_at + interval '25 minutes' where id = $1`, [id])
    await check(id)
    const anew = await find(one.bureau, id, 'late')
    expect(anew).toMatchObject({ state: 'open', severity: 'warning' })
    const detail = (await one.bureau.get(`/api/visit-exceptions/${anew.id}`)).body
    expect(detail.before).toMatchObject({ decision: 'acknowledge', reasonCode: 'elder-wished', severity: 'notice' })
    await api.pool.query(`update visit set began_at = planned_from where id = $1`, [id])
    await check(id)
    const states = (await rowsOf(one.bureau, id)).filter(({ rule }) => rule === 'late').map(({ state }) => state)
    expect(states).toEqual(['cleared', 'cleared'])
  })

  test('an open warning keeps a visit from settlement; decided, it lets go', async () => {
    const id = await given({ late: 40 })
    await api.pool.query('update visit set verified = true where id = $1', [id])
    const state = async () => (await one.bureau.get(`/api/visits/${id}`)).body.state
    for (const row of await rowsOf(one.bureau, id, 'open')) {
      expect(await state()).toBe('called-back')
      await one.bureau.post(`/api/visit-exceptions/${row.id}/acknowledge`, {
        version: row.version,
        reasonCode: 'emergency',
      })
    }
    expect(await state()).toBe('ready')
  })

  test('checking again by hand says whether anything changed', async () => {
    const id = await given()
    const row = await find(one.office, id, 'late')
    const again = () => one.office.post(`/api/visit-exceptions/${row.id}/recheck`)
    expect((await again()).body).toEqual({ changed: false })
    await api.pool.query(`update visit set began_at = planned_from where id = $1`, [id])
    expect((await again()).body).toEqual({ changed: true })
  })
})
