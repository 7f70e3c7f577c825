import { Calls } from '@anju/firmware-sim/fleet/calls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, PASSWORD, startTestApi } from '../api/api.fixture.ts'
import { planned, type Village, village } from '../api/visit.fixture.ts'

const HOUR = 3_600_000
let api: Api
let here: Village
const visits: string[] = []
beforeAll(async () => {
  api = await startTestApi()
  here = await village(api)
  expect((await here.lead.send('PUT', '/api/visits/to-ask/share', { sharePercent: 100 })).status).toBe(200)
  // before the clock moves: sessions end
  for (let n = 0; n < 5; n++) {
    visits.push(await planned(api, here, { inMin: 60 + 90 * n, caregiverId: here.caregivers[0]?.id }))
  }
  at(10)
})
afterAll(() => api.stop())

/** Moves the platform's clock to this hour of a coming day in China. */
function at(hour: number): void {
  const now = api.deps.now().getTime()
  const local = (now + 8 * HOUR) % (24 * HOUR)
  api.clock.offsetMs += ((hour * HOUR - local + 24 * HOUR) % (24 * HOUR)) + 60_000
}

/** One of the visits, as given and signed so many hours ago. */
async function given(hoursAgo: number): Promise<string> {
  const id = visits.pop() ?? ''
  const left = new Date(api.deps.now().getTime() - hoursAgo * HOUR)
  await api.pool.query(
    `update visit set state = 'evaluated', began_at = $2::timestamptz - interval '1 hour', left_at = $2 where id = $1`,
    [id, left],
  )
  return id
}

/** Looks once, as every ten minutes. */
async function look(): Promise<string[]> {
  const over = new AbortController()
  const said: string[] = []
  const sign = (username: string) => ({ username: `柳树村 ${username}`, password: PASSWORD })
  const visiting = {
    site: api.url,
    bureau: sign('bureau'),
    desk: sign('lead'),
    provider: { ...sign('office'), id: here.providerId },
    caregivers: [],
    doors: [],
  }
  const clock = { now: () => api.deps.now().getTime(), sleep: () => (over.abort(), Promise.resolve()) }
  await new Calls({ visiting, seed: 4, clock, over: over.signal, log: (line) => said.push(line) }).run()
  return said
}

async function kinds(id: string): Promise<string[]> {
  const { rows } = await api.pool.query<{ kind: string }>(
    'select kind from visit_entry where visit_id = $1 order by at, id',
    [id],
  )
  return rows.map(({ kind }) => kind)
}
const called = async (id: string): Promise<boolean[]> => {
  const all = await kinds(id)
  return [all.includes('called-back'), all.some((kind) => kind.startsWith('feedback'))]
}

test('a visit of an hour ago waits, one of three days ago is called back and asked after, at night nobody is', async () => {
  const [recent, old] = [await given(1), await given(72)]
  at(20)
  expect(await look()).toEqual([])
  expect(await called(old)).toEqual([false, false])
  api.clock.offsetMs -= 10 * HOUR
  expect(await look()).toEqual([])
  expect([await called(recent), await called(old)]).toEqual([
    [false, false],
    [true, true],
  ])
})

test('a few calls a look; who is not reached three times is left in peace', async () => {
  const ids = await Promise.all([73, 74, 75].map(given))
  expect(await look()).toEqual([])
  const done = (await Promise.all(ids.map(called))).filter(([back]) => back)
  expect(done).toHaveLength(2)
  for (let i = 0; i < 9; i++) {
    at(10 + (i % 2)) // the next day
    expect(await look()).toEqual([])
  }
  for (const id of ids) {
    const heard = (await kinds(id)).filter((kind) => kind.startsWith('feedback'))
    expect(heard.at(-1) === 'feedback' || heard.length === 3, `${heard.join(', ')}`).toBe(true)
    expect(heard.length).toBeLessThanOrEqual(3)
  }
})
