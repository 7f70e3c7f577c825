import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, type Client, startTestApi } from './api.fixture.ts'
import { findings } from './visit-exception.fixture.ts'
import { type Village, village } from './visit.fixture.ts'

let api: Api
let one: Village
beforeAll(async () => {
  api = await startTestApi()
  one = await village(api, '柳树村')
})
afterAll(() => api.stop())

const { minutes, given, check, rowsOf, find } = findings(() => ({ api, one }))

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

describe('a fix', () => {
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

  test('a policy is tried on the end that counts: an approved fix, and not the tap that it corrects', async () => {
    const verified = async (): Promise<number> =>
      (await one.bureau.get(`/api/presence-policy/preview?areaId=${one.areaId}&begin=proved&end=proved`)).body.verified
    const id = await given({ late: 40 })
    api.clock.offsetMs += 45 * 60_000 // it is over
    const all = await verified()
    await fix(await find(one.office, id, 'late'), { part: 'begin', at: minutes(-70).toISOString() })
    expect(await verified()).toBe(all)
    const typed = (await visitOf(id)).presences.find(({ exceptionId }) => exceptionId !== null)
    await one.lead.post(`/api/presences/${typed?.id}/approve`, { note: '' })
    expect(await verified()).toBe(all - 1)
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
})
