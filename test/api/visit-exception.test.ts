import { decideNext } from '@anju/prisma/deadline/decide'
import { transact } from '@anju/prisma/tx'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Api, type Client, startTestApi } from './api.fixture.ts'
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

const minutes = (n: number): Date => new Date(api.deps.now().getTime() + n * 60_000)

/** A visit planned an hour ago, as a caregiver left it behind: begun `late` minutes late, ended or not. */
async function given({ late = 20, ended = true, by = 0 } = {}): Promise<string> {
  const id = await planned(api, one, { inMin: -60 })
  const caregiverId = one.caregivers[by]?.id
  await api.pool.query(
    `update visit set state = $2, caregiver_id = $3, began_at = planned_from + make_interval(mins => $4),
            left_at = case when $5 then planned_to + make_interval(mins => $4) end where id = $1`,
    [id, ended ? 'called-back' : 'left', caregiverId, late, ended],
  )
  for (const part of ended ? ['begin', 'end'] : ['begin']) {
    await api.pool.query(
      `insert into presence (id, visit_id, part, way, at, received_at, caregiver_id, grade)
       select gen_random_uuid(), id, $2, 'tag', case $2 when 'begin' then began_at else left_at end,
              case $2 when 'begin' then began_at else left_at end, caregiver_id, 'proved' from visit where id = $1`,
      [id, part],
    )
  }
  await check(id)
  return id
}

/** Looks at the visit as its deadline does. */
async function check(id: string): Promise<void> {
  await api.pool.query(
    `insert into deadline (id, kind, ref, subject, due_at, state)
     select gen_random_uuid(), 'visit-check', id::text, 'elder:' || elder_id, $2, 'pending' from visit where id = $1
     on conflict do nothing`,
    [id, api.deps.now()],
  )
  for (;;) {
    const decided = await transact(api.pool, (tx) => decideNext(tx, minutes(10), undefined, 'check'))
    if (!decided) return
    expect(decided.error).toBeUndefined()
  }
}

const rowsOf = async (client: Client, visit: string, show = 'all') =>
  (await client.get(`/api/visit-exceptions?visit=${visit}&show=${show}`)).body.items as {
    id: string
    rule: string
    severity: string
    state: string
    version: number
    cases: object[]
  }[]
const find = async (client: Client, visit: string, rule: string) => {
  const row = (await rowsOf(client, visit)).find((each) => each.rule === rule && each.state !== 'cleared')
  if (!row) throw new Error(`${rule} was not found`)
  return row
}

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

interface Presence {
  id: string
  part: string
  at: string
  exceptionId: string | null
}
const visitOf = async (id: string) =>
  (await one.bureau.get(`/api/visits/${id}`)).body as { beganAt: string | null; presences: Presence[] }
const fix = ({ id, version }: { id: string; version: number }, end: { part: string; at: string }) =>
  one.office.post(`/api/visit-exceptions/${id}/fix`, { version, reasonCode: 'forgot-to-tap', note: '忘了', end })

describe('deciding', () => {
  test('the provider corrects a missing end: an entry of its own, and the finding is fixed', async () => {
    const id = await given({ ended: false })
    const row = await find(one.office, id, 'no-end')
    const end = { part: 'end', at: minutes(-1).toISOString() }
    const fix = { version: row.version, reasonCode: 'forgot-to-tap', note: '忘了', end }
    expect((await one.bureau.post(`/api/visit-exceptions/${row.id}/fix`, fix)).status).toBe(403)
    const early = { ...fix, end: { part: 'end', at: minutes(-300).toISOString() } }
    expect((await one.office.post(`/api/visit-exceptions/${row.id}/fix`, early)).body.code).toBe('time-order')
    const fixed = await one.office.post(`/api/visit-exceptions/${row.id}/fix`, fix)
    expect(fixed.body).toMatchObject({ state: 'fixed', decided: { decision: 'fix', reasonCode: 'forgot-to-tap' } })
    const { entries } = (await one.bureau.get(`/api/visits/${id}`)).body
    expect(entries.map(({ kind }: { kind: string }) => kind)).toEqual(
      expect.arrayContaining(['corrected', 'exception-fix']),
    )
    await check(id)
    expect(await find(one.bureau, id, 'no-end')).toMatchObject({ state: 'fixed' })
  })

  test('the end that a fix gives counts where none was, is claimed, and waits for a second person', async () => {
    const id = await given({ ended: false })
    const row = await find(one.office, id, 'no-end')
    const at = minutes(-1).toISOString()
    const fixed = await fix(row, { part: 'end', at })
    expect(fixed.body).toMatchObject({ state: 'fixed', visit: { leftAt: at } })
    const waiting = await visitOf(id)
    expect(waiting).toMatchObject({ leftAt: at, endGrade: 'claimed', beginGrade: 'proved' })
    const [typed] = waiting.presences.filter(({ part }) => part === 'end')
    expect(typed).toMatchObject({ way: 'typed', at, deviceAt: null, reasonCode: 'forgotten', exceptionId: row.id })
    const approve = (client: Client) => client.post(`/api/presences/${typed?.id}/approve`, { note: '' })
    expect((await approve(one.office)).body.code).toBe('approval-own')
    expect((await approve(one.lead)).status).toBe(200)
    expect((await visitOf(id)).presences.find((each) => each.id === typed?.id)).toMatchObject({
      approvedBy: { name: expect.any(String) },
    })
  })

  test('beside an end that was tapped it waits, and counts when approved; the tap stays as it came', async () => {
    const id = await given({ late: 40 })
    const [row, before] = [await find(one.office, id, 'late'), await visitOf(id)]
    const at = minutes(-55).toISOString()
    await fix(row, { part: 'begin', at })
    expect(await visitOf(id)).toMatchObject({ beganAt: before.beganAt, beginGrade: 'proved' })
    const typed = (await visitOf(id)).presences.find(({ exceptionId }) => exceptionId === row.id)
    await one.lead.post(`/api/presences/${typed?.id}/approve`, { note: '' })
    const now = await visitOf(id)
    expect(now).toMatchObject({ beganAt: at, beginGrade: 'claimed' })
    expect(now.presences.find(({ id: tapped }) => tapped === before.presences[0]?.id)).toEqual(before.presences[0])
    await check(id)
    expect((await rowsOf(one.bureau, id)).filter(({ rule, state }) => rule === 'late' && state === 'open')).toEqual([])
  })

  test('once a correction is approved, what was typed at the door waits for nobody', async () => {
    const id = await given({ late: 40 })
    await api.pool.query(`update presence set way = 'typed' where visit_id = $1 and part = 'begin'`, [id])
    const row = await find(one.office, id, 'late')
    await fix(row, { part: 'begin', at: minutes(-55).toISOString() })
    const begins = (await visitOf(id)).presences.filter(({ part }) => part === 'begin')
    const ids = begins.map((each) => each.id)
    const waiting = async () =>
      (await one.lead.get('/api/presences?show=to-approve')).body.items.map((each: { id: string }) => each.id)
    expect(await waiting()).toEqual(expect.arrayContaining(ids))
    const correction = begins.find(({ exceptionId }) => exceptionId === row.id)
    await one.lead.post(`/api/presences/${correction?.id}/approve`, { note: '' })
    expect((await waiting()).filter((each: string) => ids.includes(each))).toEqual([])
  })

  test('a fix whose end a second person refuses is open again, and the end as it was', async () => {
    const id = await given({ ended: false })
    const row = await find(one.office, id, 'no-end')
    await fix(row, { part: 'end', at: minutes(-1).toISOString() })
    const typed = (await visitOf(id)).presences.find(({ exceptionId }) => exceptionId === row.id)
    const refusal = { reason: '他那时还在屋里' }
    expect((await one.lead.post(`/api/presences/${typed?.id}/refuse`, refusal)).status).toBe(200)
    expect(await visitOf(id)).toMatchObject({ leftAt: null })
    expect(await find(one.bureau, id, 'no-end')).toMatchObject({ id: row.id, state: 'open' })
    await check(id)
    expect(await find(one.bureau, id, 'no-end')).toMatchObject({ id: row.id, state: 'open' })
  })

  test('taken back, a fix takes its end with it', async () => {
    const id = await given({ ended: false })
    const row = await find(one.office, id, 'no-end')
    const fixed = await fix(row, { part: 'end', at: minutes(-1).toISOString() })
    const undo = await one.office.post(`/api/visit-exceptions/${row.id}/undo`, { version: fixed.body.version })
    expect(undo.body.state).toBe('open')
    expect(await visitOf(id)).toMatchObject({ leftAt: null })
    await check(id)
    expect(await find(one.bureau, id, 'no-end')).toMatchObject({ state: 'open' })
  })

  test('no sequence of fixes, approvals, refusals and undoing changes or removes what was said at the door', async () => {
    const steps = fc.array(
      fc.record({
        act: fc.constantFrom('fix', 'fix', 'approve', 'refuse', 'undo'),
        part: fc.constantFrom('begin', 'end'),
        back: fc.integer({ min: 1, max: 70 }),
      }),
      { minLength: 3, maxLength: 6 },
    )
    const raw = async (id: string) =>
      (
        await api.pool.query(
          `select id, visit_id, part, way, at, device_at, received_at, caregiver_id, home_id, tag_id, counter, user_id,
                  phone_id, message, position, grade, in_question, reasons, reason_code, note
           from presence where visit_id = $1 and exception_id is null order by id`,
          [id],
        )
      ).rows
    await fc.assert(
      fc.asyncProperty(steps, async (acts) => {
        const id = await given({ late: 40, ended: false })
        const before = await raw(id)
        for (const { act, part, back } of acts) {
          const rows = await rowsOf(one.bureau, id)
          const open = rows.find(({ state }) => state === 'open')
          const fixed = rows.find(({ state }) => state === 'fixed')
          if (act === 'fix' && open) await fix(open, { part, at: minutes(-back).toISOString() })
          if (act === 'undo' && fixed) {
            await one.bureau.post(`/api/visit-exceptions/${fixed.id}/undo`, { version: fixed.version })
          }
          const typed = (await visitOf(id)).presences.find(({ exceptionId }) => exceptionId !== null)
          if (act === 'approve') await one.lead.post(`/api/presences/${typed?.id}/approve`, { note: '' })
          if (act === 'refuse') await one.lead.post(`/api/presences/${typed?.id}/refuse`, { reason: '不是' })
          await check(id)
        }
        expect(await raw(id)).toEqual(before)
      }),
      { numRuns: 6 },
    )
  })

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
