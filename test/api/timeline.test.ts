import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scopeOf } from '@anju/domain/access/scope'
import { readTimeline, type TimelineAsked } from '@anju/api/timeline/read'
import { timelineKinds, type TimelineEntry } from '@anju/api/timeline/schema'
import { newId } from '@anju/prisma/id'
import { openReads } from '@anju/prisma/reads'
import { openPool } from '@anju/prisma/tx'
import { noteStatements } from '../bench/plans.ts'
import { startTestApi, type Api, type Client } from './api.fixture.ts'
import { bloodPressure, deliver } from './facts.fixture.ts'
import { DAY_MS, liveFiveYears, YEARS, type Life } from './timeline.fixture.ts'

const PAGE_WITHIN_MS = 50
/** Every third day, from today on: those still to come are no facts. */
const VISITS = Math.floor((YEARS * 365 - 1) / 3) + 1
const RUN = /Execution Time: ([\d.]+) ms/g
const PLANNED_AND_RUN = /(?:Planning|Execution) Time: ([\d.]+) ms/g

let api: Api
let desk: Client
let auditor: Client
let life: Life
let area: { id: string; path: string }
const now = new Date()
const ago = (days: number) => new Date(now.getTime() - days * DAY_MS)

beforeAll(async () => {
  api = await startTestApi()
  area = await api.area('county')
  await api.user('desk', 'seat', area.id)
  await api.user('auditor', 'auditor', area.id)
  desk = await api.signIn('desk')
  auditor = await api.signIn('auditor')
  life = await liveFiveYears(api.pool, area.id, area.path, now)
  await api.pool.query('analyze')
}, 180_000)
afterAll(() => api.stop())

interface Page {
  items: TimelineEntry[]
  next: string | null
  newer: string | null
}
const read = async (query = '', id = life.elderId): Promise<Page> => {
  const answer = await desk.get(`/api/elders/${id}/timeline?${query}`)
  expect(answer.status).toBe(200)
  return answer.body
}
const keys = (items: readonly TimelineEntry[]) => items.map(({ kind, id, at }) => `${at} ${kind} ${id}`)

async function all(query: string): Promise<TimelineEntry[]> {
  const items: TimelineEntry[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Page = await read(`${query}&limit=1000${cursor && `&cursor=${cursor}`}`)
    items.push(...page.items)
    cursor = page.next
  }
  return items
}

describe('five years of an elder', () => {
  test('are one list, newest first, that holds each fact once', async () => {
    const items = await all('')
    const count = (kind: string) => items.filter((entry) => entry.kind === kind).length
    const days = YEARS * 365 - 1
    expect(new Set(keys(items)).size).toBe(items.length)
    expect(keys(items)).toEqual(
      keys([...items].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? 1 : -1))),
    )
    expect(count('reading')).toBe(days * 2)
    expect(count('tap')).toBe(days * 2)
    expect(count('press')).toBe(Math.ceil(days / 2))
    expect(count('alarm')).toBe(Math.ceil(days / 2))
    expect(count('move')).toBe(1)
    expect(count('visit')).toBe(VISITS)
  })

  test('a page is the same whichever way it is come upon', async () => {
    const down = await read('limit=60&until=2025-03-31')
    const older = await read(`limit=60&cursor=${down.next}`)
    const back = await read(`limit=60&newer=${older.newer}`)
    expect(keys(back.items)).toEqual(keys(down.items))
    const newer = await read(`limit=7&newer=${down.newer}`)
    const rest = await read(`limit=7&cursor=${newer.next}`)
    expect(keys(rest.items)).toEqual(keys(down.items).slice(0, 7))
  })

  test('each kind alone, paged in small steps either way, is what the whole list holds of it', async () => {
    for (const kind of timelineKinds) {
      const query = `kinds=${kind}&from=2025-01-01&to=2025-02-28`
      const whole = keys(await all(query))
      const down: string[] = []
      let page = await read(`${query}&limit=5`)
      for (;;) {
        down.push(...keys(page.items))
        if (page.next === null) break
        page = await read(`${query}&limit=5&cursor=${page.next}`)
      }
      expect([kind, down]).toEqual([kind, whole])
      const up = keys(page.items)
      let newer = page.newer
      while (newer !== null) {
        const above: Page = await read(`${query}&limit=5&newer=${newer}`)
        up.unshift(...keys(above.items))
        newer = above.newer
      }
      expect([kind, up]).toEqual([kind, whole])
    }
  })

  test('a month begins and ends at midnight in the area', async () => {
    const items = await all('from=2025-06-01&to=2025-06-30')
    const inShanghai = new Set(
      items.map(({ at }) => new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 10)),
    )
    expect([...inShanghai].sort()).toEqual(
      Array.from({ length: 30 }, (_, i) => `2025-06-${String(i + 1).padStart(2, '0')}`),
    )
  })

  test('a month without anything leads on both ways', async () => {
    const first = await read('until=2010-01-31')
    expect(first).toMatchObject({ items: [], next: null })
    const up = await read(`newer=${first.newer}&limit=3`)
    expect(up.items.length).toBe(3)
    expect(up.newer).not.toBeNull()
  })

  test(`the database gives any page in under ${PAGE_WITHIN_MS} ms, along indexes alone`, async () => {
    // Planned as the page's own are: for any values.
    const pool = openPool(api.databaseUrl, { max: 1, name: 'test timeline plans', planOnce: true })
    const { noted, stop } = noteStatements()
    const reads = openReads(pool)
    const scope = scopeOf({ userId: null, role: 'seat', areaPath: area.path })
    const asked = { kinds: timelineKinds, limit: 40, now }
    const mark = (days: number) => ({ at: ago(days), id: newId(ago(days)) })
    const pages: Record<string, Partial<TimelineAsked>> = {
      newest: {},
      'two years ago': { mark: mark(700) },
      'four years ago': { mark: mark(1500) },
      'newer than four years ago': { mark: mark(1500), direction: 'newer' },
    }
    for (const [name, page] of Object.entries(pages)) {
      noted.length = 0
      await readTimeline(scope, reads, life.elderId, () => ({ ...asked, mark: undefined, ...page }))
      // what the API's own upkeep asks meanwhile is not the page's
      const statements = noted.filter(({ text }) => !/\b(event|log_head|session)\b/.test(text))
      // Its kinds are asked for together, and again where a kind has little near the mark.
      const parts = statements.flatMap(({ text }) => [...text.matchAll(/\bas part\b/g)])
      expect([statements.length < 5, parts.length >= timelineKinds.length]).toEqual([true, true])
      // Planning five years of months takes longer than reading them: no page does it.
      const months = statements.filter(({ text }) => /\b(reading|tap|rejected_message)\b/.test(text))
      expect(months.length).toBeGreaterThan(0)
      for (const { text } of months) expect(text).toContain('planned once')
      let best = Infinity
      for (let round = 0; round < 8; round++) {
        const plans: string[] = []
        for (const { text, values } of statements) {
          const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`explain (analyze, timing off) ${text}`, values)
          plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
        }
        expect(plans.flatMap(readWhole)).toEqual([])
        const times = plans.flatMap((plan, at) =>
          // What a connection plans once is not planned for a page.
          [...plan.matchAll(statements[at]?.text.includes('planned once') ? RUN : PLANNED_AND_RUN)],
        )
        best = Math.min(
          best,
          times.reduce((sum, [, ms]) => sum + Number(ms), 0),
        )
      }
      expect([name, best < PAGE_WITHIN_MS, best]).toEqual([name, true, best])
      if (process.env['SHOW_TIMES']) process.stdout.write(`${name}: ${best.toFixed(1)} ms in ${statements.length}\n`)
    }
    stop()
    await reads.$disconnect()
    await pool.end()
  })
})

/** Tables of facts that a plan reads from end to end; months still to come are empty. */
function readWhole(plan: string): string[] {
  const scans = [...plan.matchAll(/Seq Scan on (\w+)/g)].map(([, table = '']) => table)
  const facts =
    /^(alarm|alarm_entry|record_change|visit|visit_entry|presence|(?:reading|tap|rejected_message|message)_(\d{4}_\d\d))$/
  const thisMonth = now.toISOString().slice(0, 7).replace('-', '_')
  return scans.filter((table) => {
    const month = facts.exec(table)?.[2]
    return facts.test(table) && !(month !== undefined && month > thisMonth)
  })
}

describe('whose it is', () => {
  test('a double entry’s facts are read with those of whom it was merged into', async () => {
    const at = ago(3)
    await api.pool.query(
      `insert into reading (id, received_at, message_id, device_id, elder_id, kind, at, plausible, value)
       values ($1, $2, 'double', 'x', $3, 'weight', $2, true, 51)`,
      [newId(at), at, life.doubleId],
    )
    const items = await all('kinds=reading')
    expect(items.filter((entry) => entry.kind === 'reading' && entry.reading.value === 51)).toHaveLength(1)
  })

  test('a former home shows what happened while she lived there, and nothing after', async () => {
    const stranger = { before: ago(400), after: ago(300) }
    for (const [when, at] of Object.entries(stranger)) {
      await api.pool.query(
        `insert into tap (id, received_at, message_id, device_id, home_id, at, uid) values ($1, $2, $3, 'dor', $4, $2, $5)`,
        [newId(at), at, when, life.formerHomeId, when === 'before' ? 'AAAAAAAA' : 'BBBBBBBB'],
      )
    }
    const items = await all('kinds=tap')
    const uids = new Set(items.flatMap((entry) => (entry.kind === 'tap' ? [entry.uid] : [])))
    expect([uids.has('AAAAAAAA'), uids.has('BBBBBBBB')]).toEqual([true, false])
  })

  test('another resident’s own meter is his trouble and not hers', async () => {
    const hers = await all('kinds=trouble,device')
    expect([...new Set(hers.map(({ deviceId }) => deviceId))].sort()).toEqual(['bpm', 'btn'])
    const his = await desk.get(`/api/elders/${life.partnerId}/timeline?kinds=trouble,device&limit=1000`)
    expect([...new Set(his.body.items.map((entry: TimelineEntry) => entry.deviceId))].sort()).toEqual(['btn', 'his'])
  })
})

describe('what an entry says', () => {
  test('a tap names the badge’s bearer or the door, by the tag of that time', async () => {
    const [provider, caregiver] = [newId(), newId()]
    await api.pool.query(`insert into provider (id, area_id, name, created_at) values ($1, $2, '安心护理', $3)`, [
      provider,
      area.id,
      now,
    ])
    await api.pool.query(`insert into caregiver (id, provider_id, name, created_at) values ($1, $2, '陈阿姨', $3)`, [
      caregiver,
      provider,
      now,
    ])
    await api.pool.query(
      `insert into tag (id, uid, kind, home_id, caregiver_id, label, created_at) values
       ($1, '04A1B2C3', 'badge', null, $2, '', $4), ($5, '04FFFF01', 'door', $3, null, '入户门', $4)`,
      [newId(), caregiver, life.homeId, ago(900), newId()],
    )
    const { items } = await read('kinds=tap&limit=2')
    const said = items.map((entry) =>
      entry.kind === 'tap' ? [entry.badge?.name, entry.badge?.provider, entry.door?.label] : [],
    )
    expect(said).toEqual([
      ['陈阿姨', '安心护理', undefined],
      [undefined, undefined, '入户门'],
    ])
    expect(items[0]?.device).toMatchObject({ id: 'dor', kind: 'door-reader' })
  })

  test('an alarm tells in order what was done, and by whom', async () => {
    const { items } = await read('kinds=alarm&limit=1')
    expect(items[0]).toMatchObject({
      alarmKind: 'emergency-press',
      outcome: 'test',
      steps: [{ kind: 'acknowledged', user: { name: '李静' } }, { kind: 'note' }, { kind: 'resolved' }],
    })
  })

  test('a visit says who came, how both ends are known, and what was said of it, with both clocks', async () => {
    const { items } = await read('kinds=visit&limit=9')
    const came = items.find((entry) => entry.kind === 'visit' && entry.state === 'called-back')
    expect(came).toMatchObject({
      caregiver: { name: '李护工' },
      provider: { name: '夕阳红' },
      minutes: 63,
      ends: [
        { part: 'begin', way: 'tag', grade: 'proved' },
        { part: 'end', way: 'tag', grade: 'supported' },
      ],
      steps: [
        { kind: 'planned', user: { name: '李静' } },
        { kind: 'evaluated', code: 'good', text: '细心' },
        { kind: 'called-back', code: 'yes' },
      ],
    })
    if (came?.kind !== 'visit') throw new Error('no visit')
    const [begin, end] = came.ends
    expect([came.at, came.deviceAt, came.receivedAt]).toEqual([begin?.at, begin?.deviceAt, begin?.receivedAt])
    expect(Date.parse(end?.receivedAt ?? '') - Date.parse(end?.deviceAt ?? '')).toBe(3 * 3_600_000)
    const missed = items.find((entry) => entry.kind === 'visit' && entry.state === 'missed')
    expect(missed).toMatchObject({ ends: [], steps: [{ kind: 'planned' }, { kind: 'missed' }] })
    expect(missed?.kind === 'visit' && missed.at).toBe(missed?.kind === 'visit' && missed.plannedFrom)
  })

  test('a fact that arrives late stands where it was measured, with both clocks', async () => {
    const measured = ago(2.5)
    await deliver(api.pool, 'bpm', 'reading', bloodPressure(199, measured), now)
    const { items } = await read('kinds=reading&limit=20')
    const late = items.find((entry) => entry.kind === 'reading' && entry.reading.systolic === 199)
    expect(late).toMatchObject({ at: measured.toISOString(), deviceAt: measured.toISOString() })
    expect(late?.receivedAt.slice(0, 19)).toBe(now.toISOString().slice(0, 19))
    expect(late?.kind === 'reading' && late.reading.marks).toContain('late')
  })

  test('an absence says when she left and when she was back, and nothing that is still to come', async () => {
    await api.pool.query(
      `insert into absence (id, elder_id, kind, away_from, away_to, note, created_at) values
       ($1, $2, 'hospital', $3, $4, '骨折', $3), ($5, $2, 'family', $6, $7, '', $6)`,
      [newId(), life.elderId, ago(30), ago(20), newId(), ago(1), ago(-5)],
    )
    const { items } = await read('kinds=absence')
    expect(items.map((entry) => (entry.kind === 'absence' ? [entry.absence, entry.step] : []))).toEqual([
      ['family', 'left'],
      ['hospital', 'back'],
      ['hospital', 'left'],
    ])
  })

  test('a silence says when the device spoke again', async () => {
    const alarm = newId()
    await api.pool.query(
      `insert into alarm (id, subject, kind, priority, state, area_id, area_path, raised_at, clock_from, reasons, devices)
       values ($1, 'community:x', 'device-silent', 'medium', 'raised', $2, $3, $4, $4, '{}', array['elsewhere', 'btn'])`,
      [alarm, area.id, area.path, ago(6)],
    )
    await api.pool.query(
      `insert into alarm_entry (id, alarm_id, at, kind, body) values ($1, $2, $3, 'device-back', '{"deviceId": "btn"}')`,
      [newId(), alarm, ago(5.9)],
    )
    const items = await all('kinds=trouble&from=2020-01-01')
    expect(items.find(({ id }) => id === alarm)).toMatchObject({
      code: 'device-silent',
      deviceId: 'btn',
      backAt: ago(5.9).toISOString(),
    })
  })
})

test('whoever is not on duty gives a reason first', async () => {
  const path = `/api/elders/${life.elderId}/timeline`
  expect((await auditor.get(path)).body.code).toBe('reason-required')
  expect((await auditor.get(path, { 'anju-reason': 'audit' })).status).toBe(200)
})
